"""Pooling over the last one or two dimensions, with PyTorch's arguments: each is a number or a tuple with one for each dimension."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

_adaptive_avg_pool = differentiable(kernels.adaptive_avg_pool)
_avg_pool = differentiable(kernels.avg_pool)
_max_pool = differentiable(kernels.max_pool)


def max_pool1d(x, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
    """The largest number in each window: (B, C, T) -> (B, C, T'). The stride is the window's size unless told."""
    return _max_pool(x, kernel_size=_each(kernel_size, 1), stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
    """The largest number in each window: (B, C, H, W) -> (B, C, H', W'). The stride is the window's size unless told."""
    return _max_pool(x, kernel_size=_each(kernel_size, 2), stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)


def avg_pool1d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window: (B, C, T) -> (B, C, T')."""
    options = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return _avg_pool(x, kernel_size=_each(kernel_size, 1), **options)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window: (B, C, H, W) -> (B, C, H', W')."""
    options = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode, "count_include_pad": count_include_pad}
    return _avg_pool(x, kernel_size=_each(kernel_size, 2), **options)


def adaptive_avg_pool1d(x, output_size):
    """The means of `output_size` nearly equal parts: (B, C, T) -> (B, C, output_size)."""
    return _adaptive_avg_pool(x, output_size=_each(output_size, 1))


def adaptive_avg_pool2d(x, output_size):
    """The means of nearly equal parts: (B, C, H, W) -> (B, C, *output_size)."""
    return _adaptive_avg_pool(x, output_size=_each(output_size, 2))


def _each(size, n):
    if isinstance(size, tuple) and len(size) != n:
        raise ValueError(f"Pooling over {n} dimensions expected {n} sizes, got {size}.")
    return size if isinstance(size, tuple) else (size,) * n
