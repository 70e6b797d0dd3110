"""Activation functions: the bends between linear layers."""

import math

from dlcourse.backend import erf, xp


def sigmoid(x):
    """1 / (1 + exp(-x)), written as (1 + tanh(x/2)) / 2, which can't overflow."""
    y = 0.5 * xp.tanh(0.5 * x) + 0.5
    return y, lambda dy: (dy * y * (1 - y),)


def tanh(x):
    """tanh x. Its derivative is 1 - tanh² x, so backward needs only the output."""
    y = xp.tanh(x)
    return y, lambda dy: (dy * (1 - y * y),)


def relu(x):
    """max(x, 0). Where x > 0 the gradient passes, elsewhere it stops."""
    y = xp.maximum(x, 0)
    return y, lambda dy: (dy * (y > 0),)


def leaky_relu(x, *, negative_slope=0.01):
    """x where x > 0, negative_slope * x elsewhere, so that the gradient never stops (Maas et al. 2013)."""
    slope = xp.where(x > 0, 1.0, negative_slope).astype(x.dtype)
    return x * slope, lambda dy: (dy * slope,)


def gelu(x, *, approximate="none"):
    """x times the probability that a standard normal variable is below x (Hendrycks and Gimpel 2016).

    `approximate="tanh"` is the form used by GPT-2. Raises ValueError for another word.
    """
    if approximate not in GELUS:
        raise ValueError(f'gelu expected approximate "none" or "tanh", got {approximate!r}.')
    y, slope = GELUS[approximate](x)
    return y, lambda dy: (dy * slope,)


def softmax(x, *, axis=-1):
    """exp x / sum exp x over one axis, the last by default: (..., K) -> (..., K), each row a distribution."""
    y = xp.exp(x - x.max(axis, keepdims=True))  # the shift changes nothing but prevents overflow
    y /= y.sum(axis, keepdims=True)
    return y, lambda dy: (y * (dy - (dy * y).sum(axis, keepdims=True)),)


def log_softmax(x, *, axis=-1):
    """log of softmax, x - log sum exp x: more exact than the log of a probability that was rounded to 0."""
    y = x - x.max(axis, keepdims=True)
    y -= xp.log(xp.exp(y).sum(axis, keepdims=True))
    return y, lambda dy: (dy - xp.exp(y) * dy.sum(axis, keepdims=True),)


def _gelu_erf(x):
    below = 0.5 * (1 + erf(x * math.sqrt(0.5)))
    return x * below, below + x * xp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


def _gelu_tanh(x):
    c = math.sqrt(2 / math.pi)
    t = xp.tanh(c * (x + 0.044715 * (x * x * x)))
    below = 0.5 * (1 + t)
    return x * below, below + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * (x * x))


GELUS = {"none": _gelu_erf, "tanh": _gelu_tanh}
