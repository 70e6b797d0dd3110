"""The linear layer, with PyTorch's weight (out, in)."""

from dlcourse import kernels
from dlcourse.tensor import Tensor, differentiable


def linear(x, weight, bias=None):
    """x weightᵀ + bias for x (..., D), weight (K, D), bias (K,) or None -> (..., K). The gradient of a constant x is not computed."""
    return _linear(x, weight, bias, needs_dx=isinstance(x, Tensor) and x.requires_grad)


@differentiable
def _linear(x, weight, bias, *, needs_dx):
    y, backward = kernels.linear(x, weight.T, bias, needs_dx=needs_dx)

    def backward_to_weight(dy):
        dx, dw, db = backward(dy)
        return dx, dw.T, db

    return y, backward_to_weight
