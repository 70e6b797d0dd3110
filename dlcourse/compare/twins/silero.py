"""Silero's speech detector in PyTorch."""

import torch
from torch import nn
from torch.nn import functional as F


class Silero(nn.Module):
    """The twin of a Silero: chunks (B, T, N) -> logits (B, T) and the state."""

    def __init__(self, model):
        super().__init__()
        self.window = model.window
        self.register_buffer("waves", torch.empty(model.waves.shape))
        self.convolutions = nn.ModuleList(nn.Conv1d(c.in_channels, c.out_channels, 3, c.stride, 1) for c in model.convolutions)
        self.memory = nn.LSTM(model.memory.input_size, model.memory.hidden_size, batch_first=True)
        self.head = nn.Conv1d(model.memory.hidden_size, 1, 1)

    def forward(self, x):
        B, T, N = x.shape
        x = F.pad(x.reshape(B * T, 1, N), (0, self.window // 4), mode="reflect")
        x = torch.complex(*F.conv1d(x, self.waves, stride=self.window // 2).chunk(2, 1)).abs()
        for convolution in self.convolutions:
            x = convolution(x).relu()
        y, state = self.memory(x.reshape(B, T, -1))
        return self.head(y.relu().transpose(1, 2))[:, 0], state
