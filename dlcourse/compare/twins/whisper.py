"""Whisper in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F


class Whisper(nn.Module):
    """The twin of a Whisper: sound (B, M, 2 T) and tokens (B, L) -> logits (B, L, V)."""

    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = Encoder(model.encoder), Decoder(model.decoder)

    def forward(self, sound, tokens):
        return self.decoder(tokens, self.encoder(sound))


class Encoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        bands, width = model.conv1.in_channels, model.conv1.out_channels
        self.conv1, self.conv2 = nn.Conv1d(bands, width, 3, padding=1), nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", torch.empty(model.positions.shape))
        self.blocks = nn.Sequential(*(Block(width, block.attention.num_heads) for block in model.blocks))
        self.norm = nn.LayerNorm(width)

    def forward(self, sound):
        x = F.gelu(self.conv2(F.gelu(self.conv1(sound)))).transpose(1, 2)
        return self.norm(self.blocks(x + self.positions[: x.shape[1]]))


class Decoder(nn.Module):
    def __init__(self, model):
        super().__init__()
        vocabulary, width = model.tokens.weight.shape
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.empty(model.positions.shape))
        self.blocks = nn.ModuleList(ListeningBlock(width, block.attention.num_heads) for block in model.blocks)
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens, heard):
        x = self.tokens(tokens) + self.positions[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, heard)
        return self.norm(x) @ self.tokens.weight.T


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attention_norm, self.attention = nn.LayerNorm(width), nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        normed = self.attention_norm(x)
        x = x + self.attention(normed, normed, normed)[0]
        return x + self.mlp(self.mlp_norm(x))


class ListeningBlock(Block):
    def __init__(self, width, heads):
        super().__init__(width, heads)
        self.hearing_norm, self.hearing = nn.LayerNorm(width), nn.MultiheadAttention(width, heads, batch_first=True)

    def forward(self, x, heard):
        normed = self.attention_norm(x)
        later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).triu(1)
        x = x + self.attention(normed, normed, normed, attn_mask=later)[0]
        x = x + self.hearing(self.hearing_norm(x), heard, heard)[0]
        return x + self.mlp(self.mlp_norm(x))
