"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition", fig. 2), the first
convolutional network in daily use: it read cheques. With ReLU and max pooling, as one would write it today.
B batch, C channels, K classes."""

from dlcourse import functional as F
from dlcourse.nn import Conv2d, Linear, Module
from dlcourse.nn.init import default_rng


class LeNet(Module):
    """LeNet() reads digits: images (B, C, 28, 28) -> logits (B, K)."""

    def __init__(self, channels=1, classes=10, *, rng=None):
        rng = default_rng(rng)
        self.conv1 = Conv2d(channels, 6, 5, padding=2, rng=rng)
        self.conv2 = Conv2d(6, 16, 5, rng=rng)
        self.linear1 = Linear(16 * 5 * 5, 120, rng=rng)
        self.linear2 = Linear(120, 84, rng=rng)
        self.linear3 = Linear(84, classes, rng=rng)

    def forward(self, x):  # (B, C, 28, 28)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (B, 6, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (B, 16, 5, 5)
        x = F.flatten(x)  # (B, 400)
        x = F.relu(self.linear1(x))  # (B, 120)
        x = F.relu(self.linear2(x))  # (B, 84)
        return self.linear3(x)  # (B, K)
