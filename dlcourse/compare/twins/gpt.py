"""The small GPT in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F


class GPT(nn.Module):
    """Pre-norm blocks, attention by PyTorch's own function, one table for reading and naming tokens."""

    def __init__(self, model):
        super().__init__()
        vocabulary, channels = model.tokens.weight.shape
        self.tokens = nn.Embedding(vocabulary, channels)
        self.places = nn.Parameter(torch.empty(model.length, channels))
        self.blocks = nn.ModuleList(Block(channels, block.attention.heads) for block in model.blocks)
        self.norm = nn.LayerNorm(channels)

    def forward(self, ids):
        x = self.tokens(ids) + self.places[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)


class Block(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.attention = CausalAttention(channels, heads)
        self.mlp = nn.Sequential(nn.Linear(channels, 4 * channels), nn.GELU("tanh"), nn.Linear(4 * channels, channels))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class CausalAttention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)

    def forward(self, x):
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.qkv(x).chunk(3, -1))
        return self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))
