"""Losses: one number that says how wrong a batch was. Targets want no gradient."""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import differentiable

_bce_with_logits = differentiable(kernels.bce_with_logits)
_cross_entropy = differentiable(kernels.cross_entropy)
_mse = differentiable(kernels.mse)


def mse_loss(x, target):
    """The mean squared error of x against a constant target of the same shape."""
    return _mse(x, target=constant(target))


def cross_entropy(logits, target):
    """The mean of -log softmax(logits)[target] for logits (N, K) and integer labels (N,)."""
    return _cross_entropy(logits, target=constant(target))


def bce_with_logits(logits, target):
    """The mean of -t log s - (1 - t) log(1 - s), s = sigmoid(logits), for targets in [0, 1] of the same shape."""
    return _bce_with_logits(logits, target=constant(target))
