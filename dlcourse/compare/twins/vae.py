"""The variational autoencoder in PyTorch."""

import torch.nn.functional as F
from torch import nn


class VAE(nn.Module):
    """The noise of the codes is an input."""

    def __init__(self, model):
        super().__init__()
        hidden, features = model.encoder.weight.shape
        self.encoder, self.mean, self.log_var = nn.Linear(features, hidden), nn.Linear(hidden, model.code), nn.Linear(hidden, model.code)
        self.decoder1, self.decoder2 = nn.Linear(model.code, hidden), nn.Linear(hidden, features)

    def forward(self, x, noise):
        h = F.relu(self.encoder(x))
        mean, log_var = self.mean(h), self.log_var(h)
        z = mean + (log_var / 2).exp() * noise
        return self.decoder2(F.relu(self.decoder1(z))), mean, log_var
