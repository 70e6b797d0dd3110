"""Arithmetic number by number."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

abs = differentiable(kernels.abs)
cos = differentiable(kernels.cos)
exp = differentiable(kernels.exp)
log = differentiable(kernels.log)
maximum = differentiable(kernels.maximum)
minimum = differentiable(kernels.minimum)
sin = differentiable(kernels.sin)
sqrt = differentiable(kernels.sqrt)
square = differentiable(kernels.square)

_clip = differentiable(kernels.clip)


def clip(x, low, high):
    """x held between low and high."""
    return _clip(x, low=low, high=high)
