"""The same numbers in another shape, or fewer of them."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

_broadcast_to = differentiable(kernels.broadcast_to)
_concatenate = differentiable(kernels.concatenate)
_logsumexp = differentiable(kernels.logsumexp)
_stack = differentiable(kernels.stack)


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


def logsumexp(x, dim=-1, keepdim=False):
    """log of the sum of exp x over one dimension, without overflow."""
    return _logsumexp(x, axis=dim, keepdims=keepdim)
