"""The residual network for small images in PyTorch."""

import torch
import torch.nn.functional as F


class ResNet(torch.nn.Module):
    """A convolution, stages of residual blocks, the mean over the image, a linear layer."""

    def __init__(self, model):
        super().__init__()
        width = model.conv.out_channels
        self.conv = torch.nn.Conv2d(model.conv.in_channels, width, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(width)
        self.stages = torch.nn.Sequential(*map(Block, model.stages))
        self.linear = torch.nn.Linear(model.linear.in_features, model.linear.out_features)

    def forward(self, x):
        x = self.stages(F.relu(self.norm(self.conv(x))))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Block(torch.nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, block):
        super().__init__()
        before, after, stride = block.conv1.in_channels, block.conv1.out_channels, block.conv1.stride
        self.conv1 = torch.nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.norm1 = torch.nn.BatchNorm2d(after)
        self.conv2 = torch.nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = torch.nn.BatchNorm2d(after)
        self.shortcut = torch.nn.Sequential()
        if len(block.shortcut):
            self.shortcut.extend([torch.nn.Conv2d(before, after, 1, stride, bias=False), torch.nn.BatchNorm2d(after)])

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(self.shortcut(x) + y)
