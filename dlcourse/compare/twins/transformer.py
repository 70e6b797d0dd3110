"""The Transformer made of PyTorch's own layers."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Transformer(nn.Module):
    """nn.TransformerEncoderLayer and nn.TransformerDecoderLayer, with the normalisation after each addition."""

    def __init__(self, model):
        super().__init__()
        (sources, channels), (targets, _) = model.source_tokens.weight.shape, model.target_tokens.weight.shape
        layer = model.encoder[0]
        options = {"dropout": layer.dropout.p, "batch_first": True}
        sizes = channels, layer.self_attn.num_heads, layer.linear1.out_features
        self.padding = model.padding
        self.source_tokens, self.target_tokens = nn.Embedding(sources, channels), nn.Embedding(targets, channels)
        self.register_buffer("places", torch.empty(model.places.shape))
        self.encoder = nn.ModuleList(nn.TransformerEncoderLayer(*sizes, **options) for _ in model.encoder)
        self.decoder = nn.ModuleList(nn.TransformerDecoderLayer(*sizes, **options) for _ in model.decoder)
        self.dropout = nn.Dropout(layer.dropout.p)

    def forward(self, source, target):
        empty = source == self.padding
        x, y = self.embedded(source, self.source_tokens), self.embedded(target, self.target_tokens)
        for layer in self.encoder:
            x = layer(x, src_key_padding_mask=empty)
        future = torch.ones(2 * target.shape[1:], dtype=torch.bool).triu(1)
        for layer in self.decoder:
            y = layer(y, x, tgt_mask=future, memory_key_padding_mask=empty)
        return F.linear(y, self.target_tokens.weight)

    def embedded(self, ids, tokens):
        return self.dropout(tokens(ids) * math.sqrt(tokens.embedding_dim) + self.places[: ids.shape[1]])
