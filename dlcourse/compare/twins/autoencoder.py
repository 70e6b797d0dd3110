"""The autoencoders in PyTorch."""

import torch.nn.functional as F
from torch import nn

from dlcourse.compare.twin import to_torch


class Autoencoder(nn.Module):
    """Linear layers down to the code and up again."""

    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = to_torch(model.encoder), to_torch(model.decoder)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class ConvAutoencoder(nn.Module):
    """Convolutions down, transposed ones up."""

    def __init__(self, model):
        super().__init__()
        channels, width, (code, n) = model.conv1.in_channels, model.conv1.out_channels, model.to_code.weight.shape
        self.small = model.small
        self.conv1, self.conv2 = nn.Conv2d(channels, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1)
        self.to_code, self.from_code = nn.Linear(n, code), nn.Linear(code, n)
        self.deconv2, self.deconv1 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1), nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, x):
        code = self.to_code(F.relu(self.conv2(F.relu(self.conv1(x)))).flatten(1))
        x = F.relu(self.from_code(code)).unflatten(1, self.small)
        return self.deconv1(F.relu(self.deconv2(x)))
