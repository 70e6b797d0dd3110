"""Normalisation, with PyTorch's arguments."""

import math

from dlcourse import kernels
from dlcourse.backend import xp
from dlcourse.functional.constant import constant
from dlcourse.kernels.norm import batch_statistics
from dlcourse.tensor import differentiable

_batch_norm = differentiable(kernels.batch_norm)
_group_norm = differentiable(kernels.group_norm)
_layer_norm = differentiable(kernels.layer_norm)
_rms_norm = differentiable(kernels.rms_norm)


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    """x normalised over its last dimensions, which are `normalized_shape`, times weight, plus bias, both of that shape or None."""
    return _over_last(_layer_norm, x, normalized_shape, weight, bias, eps=eps)


def rms_norm(x, normalized_shape, weight=None, eps=None):
    """x divided by the root of its mean square over its last dimensions, times weight; `eps` is the dtype's smallest step unless told."""
    return _over_last(_rms_norm, x, normalized_shape, weight, eps=float(xp.finfo(x.dtype).eps) if eps is None else eps)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Each channel of x (B, C, ...) normalised by the batch in training, by the running statistics in evaluation.

    In training the Tensors `running_mean` and `running_var` (C,), or None, move towards the batch's by the share `momentum`.
    """
    if not training:
        return _batch_norm(x, weight, bias, mean=running_mean.data, var=running_var.data, training=False, eps=eps)
    mean, var = batch_statistics(constant(x))
    if running_mean is not None:
        n = math.prod(x.shape) / x.shape[1]
        running_mean.data = (1 - momentum) * running_mean.data + momentum * mean
        running_var.data = (1 - momentum) * running_var.data + momentum * n / max(n - 1, 1) * var  # the unbiased variance
    return _batch_norm(x, weight, bias, mean=mean, var=var, eps=eps)


def group_norm(x, num_groups, weight=None, bias=None, eps=1e-5):
    """The channels of x (B, C, ...) in `num_groups` groups of neighbours, each normalised within its example."""
    return _group_norm(x, weight, bias, groups=num_groups, eps=eps)


def _over_last(norm, x, shape, *parameters, eps):
    """A norm over several last dimensions is one over a single one that holds their numbers."""
    if len(shape) == 1:
        return norm(x, *parameters, eps=eps)
    n = math.prod(shape)
    flat = [p if p is None else p.reshape(n) for p in parameters]
    return norm(x.reshape(*x.shape[: -len(shape)], n), *flat, eps=eps).reshape(*x.shape)
