"""Generators and discriminators in PyTorch."""

import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    """Three linear layers."""

    def __init__(self, model):
        super().__init__()
        hidden, features = model.layer2.in_features, model.layer3.out_features
        self.layer1, self.layer2, self.layer3 = nn.Linear(model.noise, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, features)

    def forward(self, z):
        return self.layer3(F.relu(self.layer2(F.relu(self.layer1(z)))))


class Discriminator(nn.Module):
    """Three linear layers with leaky ReLUs."""

    def __init__(self, model):
        super().__init__()
        features, hidden = model.layer1.in_features, model.layer2.in_features
        self.layer1, self.layer2, self.layer3 = nn.Linear(features, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 1)

    def forward(self, x):
        return self.layer3(F.leaky_relu(self.layer2(F.leaky_relu(self.layer1(x), 0.2)), 0.2))[:, 0]


class DCGenerator(nn.Module):
    """Transposed convolutions with batch norms."""

    def __init__(self, model):
        super().__init__()
        width, channels = model.deconv1.out_channels, model.deconv2.out_channels
        self.project = nn.ConvTranspose2d(model.noise, 2 * width, model.small, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(2 * width), nn.BatchNorm2d(width)
        self.deconv1 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False)
        self.deconv2 = nn.ConvTranspose2d(width, channels, 4, 2, 1)

    def forward(self, z):
        x = F.relu(self.norm1(self.project(z[:, :, None, None])))
        return torch.tanh(self.deconv2(F.relu(self.norm2(self.deconv1(x)))))


class DCDiscriminator(nn.Module):
    """Convolutions with a batch norm."""

    def __init__(self, model):
        super().__init__()
        channels, width = model.conv1.in_channels, model.conv1.out_channels
        self.conv1, self.conv2 = nn.Conv2d(channels, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False)
        self.norm, self.judge = nn.BatchNorm2d(2 * width), nn.Conv2d(2 * width, 1, model.judge.kernel_size)

    def forward(self, x):
        x = F.leaky_relu(self.norm(self.conv2(F.leaky_relu(self.conv1(x), 0.2))), 0.2)
        return self.judge(x).flatten()
