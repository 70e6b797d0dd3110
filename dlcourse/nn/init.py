"""First weights, drawn on the host from an explicit generator, so that every device starts equal.

A weight is (out, in) or (out, in, *window): each output sees fan_in = in * window numbers, each input reaches fan_out = out * window.
"""

import math

import numpy as np

RELU_GAIN = math.sqrt(2)  # ReLU drops half of the signal


def default_rng(rng=None):
    """The generator that was passed, or a new one with a random seed."""
    return np.random.default_rng() if rng is None else rng


def fans(shape):
    """(fan_in, fan_out) of a weight. Raises ValueError for fewer than two axes."""
    if len(shape) < 2:
        raise ValueError(f"A weight of shape (out, in) or (out, in, *window) was expected, got {tuple(shape)}. Start a bias with zeros.")
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def uniform(shape, bound, *, rng):
    """float32 numbers between -bound and bound."""
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def normal(shape, std, *, rng):
    """float32 numbers around 0 with standard deviation std."""
    return (rng.normal(size=shape) * std).astype(np.float32)


def trunc_normal(shape, std, *, rng):
    """Normal numbers, those further than 2 std from 0 drawn anew: first weights of BERT."""
    z = rng.normal(size=shape)
    while (far := np.abs(z) > 2).any():
        z[far] = rng.normal(size=far.sum())
    return (z * std).astype(np.float32)


def linear_uniform(shape, fan_in, *, rng):
    """PyTorch's default for linear layers, weight and bias: uniform within 1 / sqrt(fan_in)."""
    return uniform(shape, 1 / math.sqrt(fan_in), rng=rng)


def xavier_uniform(shape, gain=1.0, *, rng):
    """Variance gain² 2 / (fan_in + fan_out): keeps tanh layers alive (Glorot and Bengio 2010, eq. 16)."""
    return uniform(shape, gain * math.sqrt(6 / sum(fans(shape))), rng=rng)


def xavier_normal(shape, gain=1.0, *, rng):
    """As xavier_uniform, with normal numbers."""
    return normal(shape, gain * math.sqrt(2 / sum(fans(shape))), rng=rng)


def he_uniform(shape, gain=RELU_GAIN, *, rng):
    """Variance gain² / fan_in: keeps ReLU layers alive (He et al. 2015, eq. 10)."""
    return uniform(shape, gain * math.sqrt(3 / fans(shape)[0]), rng=rng)


def he_normal(shape, gain=RELU_GAIN, *, rng):
    """As he_uniform, with normal numbers."""
    return normal(shape, gain / math.sqrt(fans(shape)[0]), rng=rng)


def orthogonal(shape, gain=1.0, *, rng):
    """gain times a random matrix (out, fan_in) that changes no lengths: rows, or columns if fewer, are orthonormal (Saxe et al. 2014)."""
    rows, columns = shape[0], fans(shape)[0]
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))  # without the signs not every such matrix would be equally likely
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(np.float32)
