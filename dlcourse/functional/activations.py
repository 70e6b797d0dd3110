"""Activation functions: the bends between linear layers."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

relu = differentiable(kernels.relu)
sigmoid = differentiable(kernels.sigmoid)
tanh = differentiable(kernels.tanh)

_gelu = differentiable(kernels.gelu)
_leaky_relu = differentiable(kernels.leaky_relu)
_log_softmax = differentiable(kernels.log_softmax)
_softmax = differentiable(kernels.softmax)


def leaky_relu(x, negative_slope=0.01):
    """x where x > 0, negative_slope * x elsewhere."""
    return _leaky_relu(x, negative_slope=negative_slope)


def gelu(x, approximate="none"):
    """x times the probability that a standard normal variable is below x; `approximate` is "none" or "tanh"."""
    return _gelu(x, approximate=approximate)


def softmax(x, dim=-1):
    """exp x / sum exp x over one dimension."""
    return _softmax(x, axis=dim)


def log_softmax(x, dim=-1):
    """log of softmax over one dimension, without overflow."""
    return _log_softmax(x, axis=dim)
