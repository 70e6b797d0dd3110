"""Many numbers become one."""

from dlcourse import kernels
from dlcourse.tensor import differentiable

_cumsum = differentiable(kernels.cumsum)
_logsumexp = differentiable(kernels.logsumexp)
_prod = differentiable(kernels.prod)
_std = differentiable(kernels.std)


def cumsum(x, dim):
    """Running sums along one dimension."""
    return _cumsum(x, axis=dim)


def logsumexp(x, dim=-1, keepdim=False):
    """log of the sum of exp x over one dimension, without overflow."""
    return _logsumexp(x, axis=dim, keepdims=keepdim)


def prod(x, dim=None, keepdim=False):
    """The product over one dimension, or all."""
    return _prod(x, axis=dim, keepdims=keepdim)


def std(x, dim=None, correction=1, keepdim=False):
    """The standard deviation over `dim`; its mean divides by n - correction."""
    return _std(x, axis=dim, correction=correction, keepdims=keepdim)
