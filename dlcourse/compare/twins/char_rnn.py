"""The network that writes text, in PyTorch."""

import torch
from torch import nn


class CharRNN(nn.Module):
    """Embedding, recurrent layers with PyTorch's own loop over time, linear layer."""

    def __init__(self, model):
        super().__init__()
        reader = model.reader
        self.characters = nn.Embedding(*model.characters.weight.shape)
        layer = getattr(torch.nn, type(reader).__name__)
        self.reader = layer(reader.input_size, reader.hidden_size, reader.num_layers, dropout=reader.dropout, batch_first=True)
        self.dropout = nn.Dropout(model.dropout.p)
        self.head = nn.Linear(reader.hidden_size, model.head.out_features)

    def forward(self, ids, state=None):
        y, state = self.reader(self.characters(ids), state)
        return self.head(self.dropout(y)), state
