"""BERT and its head for hidden tokens, made of PyTorch's own layers."""

import torch
from torch import nn
from torch.nn import functional as F


class BERT(nn.Module):
    """nn.TransformerEncoderLayer with GELU, and the normalisation after each addition."""

    def __init__(self, model):
        super().__init__()
        (vocabulary, channels), (length, _), (segments, _) = (t.weight.shape for t in (model.tokens, model.places, model.segments))
        layer = model.layers[0]
        options = {"dropout": layer.dropout.p, "activation": "gelu", "layer_norm_eps": layer.norm1.eps, "batch_first": True}
        sizes = channels, layer.self_attn.num_heads, layer.linear1.out_features
        self.padding = model.padding
        self.tokens, self.places = nn.Embedding(vocabulary, channels), nn.Embedding(length, channels)
        self.segments = nn.Embedding(segments, channels)
        self.norm, self.dropout = nn.LayerNorm(channels, layer.norm1.eps), nn.Dropout(layer.dropout.p)
        self.layers = nn.ModuleList(nn.TransformerEncoderLayer(*sizes, **options) for _ in model.layers)
        self.pooler = nn.Linear(channels, channels)

    def forward(self, ids, segments=None):
        segments = torch.zeros_like(ids) if segments is None else segments
        x = self.tokens(ids) + self.places(torch.arange(ids.shape[1])) + self.segments(segments)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=ids == self.padding)
        return x


class MaskedLanguageModel(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.bert = BERT(model.bert)
        vocabulary, channels = model.bert.tokens.weight.shape
        self.dense, self.norm = nn.Linear(channels, channels), nn.LayerNorm(channels, model.norm.eps)
        self.bias = nn.Parameter(torch.empty(vocabulary))

    def forward(self, ids, segments=None):
        x = self.norm(F.gelu(self.dense(self.bert(ids, segments))))
        return F.linear(x, self.bert.tokens.weight, self.bias)
