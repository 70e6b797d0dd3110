"""First weights, drawn on the host from an explicit generator, so that every device starts equal."""

import math

import numpy as np


def default_rng(rng=None):
    """The generator that was passed, or a new one with a random seed."""
    return np.random.default_rng() if rng is None else rng


def uniform(shape, bound, *, rng):
    """float32 numbers between -bound and bound."""
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def linear_uniform(shape, fan_in, *, rng):
    """PyTorch's default for linear layers, weight and bias: uniform within 1 / sqrt(fan_in)."""
    return uniform(shape, 1 / math.sqrt(fan_in), rng=rng)


def xavier_uniform(shape, *, rng):
    """Variance 2 / (fan_in + fan_out) for weight (out, in): keeps tanh layers alive (Glorot and Bengio 2010, eq. 16)."""
    return uniform(shape, math.sqrt(6 / sum(shape)), rng=rng)


def he_normal(shape, *, rng):
    """Variance 2 / fan_in for weight (out, in): ReLU drops half of the signal (He et al. 2015, eq. 10)."""
    return (rng.normal(size=shape) * math.sqrt(2 / shape[1])).astype(np.float32)
