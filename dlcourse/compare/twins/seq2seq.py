"""The translators in PyTorch; sources are read as packed sequences."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Seq2Seq(nn.Module):
    """One GRU reads, another writes."""

    def __init__(self, model):
        super().__init__()
        self.source, self.target = nn.Embedding(*model.source.weight.shape, 0), nn.Embedding(*model.target.weight.shape, 0)
        self.reader, self.writer = (nn.GRU(gru.input_size, gru.hidden_size, batch_first=True) for gru in (model.reader, model.writer))
        self.head = nn.Linear(model.head.in_features, model.head.out_features)

    def forward(self, source, target):
        _, state = self.reader(packed(self.source(source), source))
        return self.head(self.writer(self.target(target), state)[0])


class AttentionSeq2Seq(nn.Module):
    """A GRU reads in both directions, a cell writes and looks back."""

    def __init__(self, model):
        super().__init__()
        H = model.reader.hidden_size
        self.source, self.target = nn.Embedding(*model.source.weight.shape, 0), nn.Embedding(*model.target.weight.shape, 0)
        self.reader = nn.GRU(model.reader.input_size, H, bidirectional=True, batch_first=True)
        self.writer = nn.GRUCell(model.writer.input_size, H)
        for name in ("first", "query", "key", "score", "head"):
            layer = getattr(model, name)
            setattr(self, name, nn.Linear(layer.in_features, layer.out_features, bias=layer.bias is not None))

    def forward(self, source, target):
        memory, last = self.reader(packed(self.source(source), source))
        memory, _ = pad_packed_sequence(memory, batch_first=True, total_length=source.shape[1])
        state, outputs = torch.tanh(self.first(last[1])), []
        for x in self.target(target).unbind(1):
            scores = self.score(torch.tanh(self.query(state)[:, None] + self.key(memory)))[..., 0]
            weights = scores.masked_fill(source == 0, -torch.inf).softmax(1)
            context = (weights[..., None] * memory).sum(1)
            state = self.writer(torch.cat([x, context], 1), state)
            outputs.append(torch.cat([state, context], 1))
        return self.head(torch.stack(outputs, 1))


def packed(x, ids):
    return pack_padded_sequence(x, (ids != 0).sum(1).cpu(), batch_first=True, enforce_sorted=False)
