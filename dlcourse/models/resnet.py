"""Residual network (He, Zhang, Ren and Sun 2015, "Deep residual learning for image recognition", section 4.2): each block adds a small
change to what it was given, so that gradients find a short way down however deep the network is. For small images, such as CIFAR's.
B batch, C channels, H W image, K classes."""

from dlcourse import functional as F
from dlcourse.nn import BatchNorm2d, Conv2d, Linear, Module, Sequential
from dlcourse.nn.init import default_rng


class ResNet(Module):
    """ResNet() is the paper's ResNet-20: images (B, C, H, W) -> logits (B, K).

    `blocks` says how many blocks each stage has, `widths` how many channels; every stage but the first halves the image.
    """

    def __init__(self, blocks=(3, 3, 3), widths=(16, 32, 64), *, channels=3, classes=10, rng=None):
        rng = default_rng(rng)
        self.conv = Conv2d(channels, widths[0], 3, padding=1, bias=False, rng=rng)
        self.norm = BatchNorm2d(widths[0])
        self.stages = Sequential(*_stages(blocks, widths, rng))
        self.linear = Linear(widths[-1], classes, rng=rng)

    def forward(self, x):  # (B, C, H, W)
        x = F.relu(self.norm(self.conv(x)))  # (B, 16, H, W)
        x = self.stages(x)  # (B, 64, H/4, W/4)
        x = x.mean((2, 3))  # (B, 64)
        return self.linear(x)  # (B, K)


class Block(Module):
    """relu(x + f(x)), f two convolutions (fig. 2); where the shape changes, x passes a convolution of one pixel (option B)."""

    def __init__(self, before, after, stride, *, rng):
        self.conv1 = Conv2d(before, after, 3, stride, padding=1, bias=False, rng=rng)
        self.norm1 = BatchNorm2d(after)
        self.conv2 = Conv2d(after, after, 3, padding=1, bias=False, rng=rng)
        self.norm2 = BatchNorm2d(after)
        same = before == after and stride == 1
        self.shortcut = Sequential(*() if same else (Conv2d(before, after, 1, stride, bias=False, rng=rng), BatchNorm2d(after)))

    def forward(self, x):  # (B, before, H, W)
        y = F.relu(self.norm1(self.conv1(x)))  # (B, after, H / stride, W / stride)
        y = self.norm2(self.conv2(y))
        return F.relu(self.shortcut(x) + y)


def _stages(blocks, widths, rng):
    before = widths[0]
    for stage, (n, width) in enumerate(zip(blocks, widths, strict=True)):
        for i in range(n):
            yield Block(before, width, 2 if stage > 0 and i == 0 else 1, rng=rng)
            before = width
