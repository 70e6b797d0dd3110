"""Dropout: some numbers are set to 0, the others grow, so that the mean stays."""

from dlcourse import kernels
from dlcourse.backend import to_device
from dlcourse.tensor import differentiable

_dropout = differentiable(kernels.dropout)


def dropout(x, p=0.5, training=True, *, rng):
    """In training 0 with probability p, else x / (1 - p); in evaluation x itself. `rng` draws on the host, the same for every device."""
    if not training or p == 0:
        return x
    return _dropout(x, kept=to_device(rng.random(x.shape, dtype="f4") >= p), p=p)
