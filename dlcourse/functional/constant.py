"""Targets, ids and masks: inputs that want no gradient."""

from dlcourse.backend import to_device
from dlcourse.tensor import Tensor


def constant(x):
    """The array of a Tensor, or an array or list moved to the device at work."""
    return x.data if isinstance(x, Tensor) else to_device(x)
