"""EfficientNet-lite (Tan and Le 2019, "EfficientNet: Rethinking model scaling for convolutional neural networks", table 1): many cheap
layers, for phones. Lite means ReLU6 for swish and no squeeze-and-excitation. Its block is MobileNetV2's (Sandler et al. 2018, fig. 3d).
B batch, C channels, H W image, K classes."""

import math
from typing import NamedTuple

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import BatchNorm2d, Conv2d, Dropout, Linear, Module, Sequential
from dlcourse.nn.init import default_rng


class Stage(NamedTuple):
    """A row of table 1: so many blocks, of which the first may halve the image."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


LITE0 = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


class EfficientNetLite(Module):
    """EfficientNetLite() is lite0: photographs (B, 3, 224, 224) -> logits (B, 1000). Other sizes of image work too.

    `stem` and `head` are the channels before the first and after the last block.
    """

    def __init__(self, stages=LITE0, *, channels=3, classes=1000, stem=32, head=1280, dropout=0.2, rng=None):
        rng = default_rng(rng)
        self.stem = ConvNorm(channels, stem, 3, stride=2, rng=rng)
        self.blocks = Sequential(*_blocks(stages, stem, rng))
        self.head = ConvNorm(stages[-1].channels, head, 1, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.classifier = Linear(head, classes, rng=rng)

    def forward(self, x):
        x = F.relu6(self.stem(x))  # (B, 32, H/2, W/2)
        x = self.blocks(x)  # (B, 320, H/32, W/32)
        x = F.relu6(self.head(x)).mean((2, 3))  # (B, 1280)
        return self.classifier(self.dropout(x))  # (B, K)


def _blocks(stages, before, rng):
    for stage in stages:
        for i in range(stage.blocks):
            stride = stage.stride if i == 0 else 1
            yield Block(before, stage.channels, stage.kernel, stride=stride, expansion=stage.expansion, rng=rng)
            before = stage.channels


class Block(Module):
    """Inverted bottleneck: widen each pixel, look around in each channel alone, narrow again. The narrow ends are added where they fit.

    x (B, C, H, W) -> (B, channels, ceil(H / stride), ceil(W / stride)).
    """

    def __init__(self, before, after, kernel, *, stride, expansion, rng):
        wide = before * expansion
        if expansion > 1:
            self.expand = ConvNorm(before, wide, 1, rng=rng)
        self.depthwise = ConvNorm(wide, wide, kernel, stride=stride, groups=wide, rng=rng)
        self.project = ConvNorm(wide, after, 1, rng=rng)
        self.expands, self.adds = expansion > 1, stride == 1 and before == after

    def forward(self, x):
        wide = F.relu6(self.expand(x)) if self.expands else x
        y = self.project(F.relu6(self.depthwise(wide)))
        return x + y if self.adds else y


class ConvNorm(Module):
    """A convolution without bias, which the batch normalisation after it would take away again."""

    def __init__(self, before, after, kernel, *, stride=1, groups=1, rng):
        self.conv = SameConv2d(before, after, kernel, stride=stride, groups=groups, bias=False, rng=rng)
        self.norm = BatchNorm2d(after, eps=1e-3, momentum=0.01)

    def forward(self, x):
        return self.norm(self.conv(x))


class SameConv2d(Conv2d):
    """Convolution with TensorFlow's padding "same": (B, C, H, W) -> (B, K, ceil(H / stride), ceil(W / stride)) for an image of any size."""

    def forward(self, x):
        padding = tuple(_same(n, self.kernel_size, self.stride) for n in x.shape[2:])
        return F.conv2d(self._checked(x), self.weight, None, self.stride, padding, self.dilation, self.groups)


def _same(n, kernel, stride):
    """Zeros before and after n pixels, so that ceil(n / stride) windows fit. Of an odd number the last one lies after."""
    zeros = max((math.ceil(n / stride) - 1) * stride + kernel - n, 0)
    return zeros // 2, zeros - zeros // 2


def preprocess(image, size=224):
    """A photograph as lite0 wants it: uint8 (H, W, 3) -> its largest centred square, scaled, around 0, float32 (1, 3, size, size)."""
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    square = image[top : top + side, left : left + side].transpose(2, 0, 1)
    w = _scaling(side, size)
    return ((w @ square @ w.T - 127) / 128).astype(np.float32)[None]


def _scaling(before, after):
    """Weights (after, before): each new pixel is a mean of the old ones around its centre, the nearer the heavier."""
    step = before / after
    centres = (np.arange(after) + 0.5) * step - 0.5
    w = np.maximum(1 - abs(np.arange(before) - centres[:, None]) / max(step, 1), 0)
    return w / w.sum(1, keepdims=True)
