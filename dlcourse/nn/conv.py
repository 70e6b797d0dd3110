"""Convolutional layers: the same small set of weights looks at every place of a signal or image."""

import math

from dlcourse import functional as F
from dlcourse.nn.init import default_rng, linear_uniform
from dlcourse.nn.module import Module, Parameter
from dlcourse.tensor import Tensor

USUAL = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}


class _Convolution(Module):
    """What all convolutions share: options, first weights and the look at the input."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None):
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"{type(self).__name__} expected groups that divide {in_channels} and {out_channels} channels, got {groups}.")
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, kernel_size
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        rng, shape = default_rng(rng), self._weight_shape()
        fan_in = math.prod(shape[1:])  # a window is what a linear layer sees
        self.weight = Parameter(linear_uniform(shape, fan_in, rng=rng))
        self.bias = Parameter(linear_uniform((out_channels,), fan_in, rng=rng)) if bias else None

    def _weight_shape(self):
        return self.out_channels, self.in_channels // self.groups, *self._window()

    def _window(self):
        return self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size,) * len(self.axes)

    def _checked(self, x):
        """x as a Tensor that fits the weight."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        if x.dtype != self.weight.dtype:
            want = self.weight.dtype
            raise TypeError(f"{self!r} expected {want} numbers, got {x.dtype}. Convert the input: x.astype(np.{want}).")
        if x.ndim != self.weight.ndim or x.shape[1] != self.in_channels:
            raise ValueError(f"{self!r} expected x of shape (B, {self.in_channels}, {', '.join(self.axes)}), got {x.shape}.")
        return x

    def __repr__(self):
        options = [f", {name}={getattr(self, name)}" for name in USUAL if getattr(self, name, USUAL[name]) != USUAL[name]]
        no_bias = ", bias=False" if self.bias is None else ""
        return f"{type(self).__name__}({self.in_channels}, {self.out_channels}, {self.kernel_size}{''.join(options)}{no_bias})"


class Conv1d(_Convolution):
    """x (B, in_channels, T) -> (B, out_channels, T'); weight is (out_channels, in_channels / groups, kernel_size).

    Raises ValueError when x has another shape or the groups don't divide the channels, TypeError when its dtype is not the weight's.
    """

    axes = ("T",)

    def forward(self, x):
        return F.conv1d(self._checked(x), self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class Conv2d(_Convolution):
    """x (B, in_channels, H, W) -> (B, out_channels, H', W'); weight is (out_channels, in_channels / groups, kh, kw).

    Options are numbers or pairs (height, width); `padding` may also be ((top, bottom), (left, right)). Raises as Conv1d does.
    """

    axes = ("H", "W")

    def forward(self, x):
        return F.conv2d(self._checked(x), self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class ConvTranspose2d(_Convolution):
    """x (B, in_channels, H, W) -> (B, out_channels, H', W'), larger by the stride; weight is (in_channels, out_channels / groups, kh, kw).

    H' = (H - 1) stride - 2 padding + (kh - 1) dilation + 1 + output_padding. Raises as Conv1d does.
    """

    axes = ("H", "W")

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, *, rng=None
    ):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, rng=rng)
        self.output_padding = output_padding

    def _weight_shape(self):
        return self.in_channels, self.out_channels // self.groups, *self._window()

    def forward(self, x):
        options = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        return F.conv_transpose2d(self._checked(x), self.weight, self.bias, *options)
