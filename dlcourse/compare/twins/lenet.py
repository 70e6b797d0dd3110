"""LeNet-5 in PyTorch."""

import torch
import torch.nn.functional as F


class LeNet(torch.nn.Module):
    """Two convolutions with pooling, three linear layers."""

    def __init__(self, model):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(model.conv1.in_channels, 6, 5, padding=2)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.linear1 = torch.nn.Linear(400, 120)
        self.linear2 = torch.nn.Linear(120, 84)
        self.linear3 = torch.nn.Linear(84, model.linear3.out_features)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.linear1(x.flatten(1)))
        return self.linear3(F.relu(self.linear2(x)))
