"""Activation functions: the bends between linear layers."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

relu = differentiable(kernels.relu)
relu6 = differentiable(kernels.relu6)
sigmoid = differentiable(kernels.sigmoid)
silu = differentiable(kernels.silu)
tanh = differentiable(kernels.tanh)

_elu = differentiable(kernels.elu)
_gelu = differentiable(kernels.gelu)
_leaky_relu = differentiable(kernels.leaky_relu)
_log_softmax = differentiable(kernels.log_softmax)
_softmax = differentiable(kernels.softmax)
_softplus = differentiable(kernels.softplus)


def leaky_relu(x, negative_slope=0.01):
    """x where x > 0, negative_slope * x elsewhere."""
    return _leaky_relu(x, negative_slope=negative_slope)


def elu(x, alpha=1.0):
    """x where x > 0, alpha (exp x - 1) elsewhere."""
    return _elu(x, alpha=alpha)


def softplus(x, beta=1.0):
    """log(1 + exp(beta x)) / beta, a smooth ReLU."""
    return _softplus(x, beta=beta)


def hardswish(x):
    """x relu6(x + 3) / 6: silu made of straight lines (Howard et al. 2019)."""
    return x * relu6(x + 3.0) / 6.0


def gelu(x, approximate="none"):
    """x times the probability that a standard normal variable is below x; `approximate` is "none" or "tanh"."""
    return _gelu(x, approximate=approximate)


def softmax(x, dim=-1):
    """exp x / sum exp x over one dimension."""
    return _softmax(x, axis=dim)


def log_softmax(x, dim=-1):
    """log of softmax over one dimension, without overflow."""
    return _log_softmax(x, axis=dim)
