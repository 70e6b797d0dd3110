"""Convolutions. The gradient of a constant x is not computed."""

from dlcourse import kernels
from dlcourse.tensor import Tensor, differentiable

_conv1d = differentiable(kernels.conv1d)
_conv2d = differentiable(kernels.conv2d)
_conv_transpose2d = differentiable(kernels.conv_transpose2d)


def conv1d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """x (B, C, T), weight (K, C/groups, k), bias (K,) -> (B, K, T'); `padding` is a number or (before, after)."""
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return _conv1d(x, weight, bias, **options, needs_dx=_needs_gradient(x))


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """x (B, C, H, W), weight (K, C/groups, kh, kw), bias (K,) -> (B, K, H', W').

    Options are numbers or pairs (height, width); `padding` may also be ((top, bottom), (left, right)).
    """
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return _conv2d(x, weight, bias, **options, needs_dx=_needs_gradient(x))


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """x (B, C, H, W), weight (C, K/groups, kh, kw), bias (K,) -> (B, K, H', W'), H' = (H - 1) stride - 2 padding + (kh - 1) dilation
    + 1 + output_padding.
    """
    options = {"stride": stride, "padding": padding, "output_padding": output_padding, "dilation": dilation, "groups": groups}
    return _conv_transpose2d(x, weight, bias, **options, needs_dx=_needs_gradient(x))


def _needs_gradient(x):
    return isinstance(x, Tensor) and x.requires_grad
