"""Every kernel lifted to Tensors under PyTorch's name: `dim` and `keepdim` where kernels say `axis` and `keepdims`."""

from dlcourse import kernels
from dlcourse.backend import to_device
from dlcourse.tensor import Tensor, add, differentiable, div, matmul, max, mean, mul, neg, pow, sub, sum

abs = differentiable(kernels.abs)
cos = differentiable(kernels.cos)
exp = differentiable(kernels.exp)
log = differentiable(kernels.log)
maximum = differentiable(kernels.maximum)
minimum = differentiable(kernels.minimum)
relu = differentiable(kernels.relu)
sigmoid = differentiable(kernels.sigmoid)
sin = differentiable(kernels.sin)
sqrt = differentiable(kernels.sqrt)
square = differentiable(kernels.square)
tanh = differentiable(kernels.tanh)

_bce_with_logits = differentiable(kernels.bce_with_logits)
_broadcast_to = differentiable(kernels.broadcast_to)
_clip = differentiable(kernels.clip)
_concatenate = differentiable(kernels.concatenate)
_cross_entropy = differentiable(kernels.cross_entropy)
_gelu = differentiable(kernels.gelu)
_leaky_relu = differentiable(kernels.leaky_relu)
_log_softmax = differentiable(kernels.log_softmax)
_logsumexp = differentiable(kernels.logsumexp)
_mse = differentiable(kernels.mse)
_softmax = differentiable(kernels.softmax)
_stack = differentiable(kernels.stack)


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


def logsumexp(x, dim=-1, keepdim=False):
    """log of the sum of exp x over one dimension, without overflow."""
    return _logsumexp(x, axis=dim, keepdims=keepdim)


def linear(x, weight, bias):
    """x weightᵀ + bias for x (..., D), weight (K, D), bias (K,) -> (..., K). The gradient of a constant x is not computed."""
    return _linear(x, weight, bias, needs_dx=isinstance(x, Tensor) and x.requires_grad)


@differentiable
def _linear(x, weight, bias, *, needs_dx):
    y, backward = kernels.linear(x, weight.T, bias, needs_dx=needs_dx)

    def backward_to_weight(dy):
        dx, dw, db = backward(dy)
        return dx, dw.T, db

    return y, backward_to_weight


def clip(x, low, high):
    """x held between low and high."""
    return _clip(x, low=low, high=high)


def flatten(x, start_dim=1):
    """All dimensions from `start_dim` on become one."""
    return x.reshape(*x.shape[:start_dim], -1)


def concatenate(tensors, dim=0):
    """Tensors one after another along a dimension that exists."""
    return _concatenate(*tensors, axis=dim)


def stack(tensors, dim=0):
    """Tensors of one shape along a new dimension."""
    return _stack(*tensors, axis=dim)


def broadcast_to(x, shape):
    """x repeated along dimensions of size 1 up to `shape`."""
    return _broadcast_to(x, shape=shape)


def mse_loss(x, target):
    """The mean squared error of x against a constant target of the same shape."""
    return _mse(x, target=_constant(target))


def cross_entropy(logits, target):
    """The mean of -log softmax(logits)[target] for logits (N, K) and integer labels (N,)."""
    return _cross_entropy(logits, target=_constant(target))


def bce_with_logits(logits, target):
    """The mean of -t log s - (1 - t) log(1 - s), s = sigmoid(logits), for targets in [0, 1] of the same shape."""
    return _bce_with_logits(logits, target=_constant(target))


def _constant(target):
    return target.data if isinstance(target, Tensor) else to_device(target)


__all__ = [
    "abs",
    "add",
    "bce_with_logits",
    "broadcast_to",
    "clip",
    "concatenate",
    "cos",
    "cross_entropy",
    "div",
    "exp",
    "flatten",
    "gelu",
    "leaky_relu",
    "linear",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "minimum",
    "mse_loss",
    "mul",
    "neg",
    "pow",
    "relu",
    "sigmoid",
    "sin",
    "softmax",
    "sqrt",
    "square",
    "stack",
    "sub",
    "sum",
    "tanh",
]
