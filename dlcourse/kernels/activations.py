"""Activation functions: the bends between linear layers."""

import math

from dlcourse.backend import blocks, erf, xp


def sigmoid(x):
    """1 / (1 + exp(-x)), written so that exp never overflows: for x < 0 it is exp x / (1 + exp x)."""
    y = _sigmoid(x)
    return y, lambda dy: (dy * y * (1 - y),)


def tanh(x):
    """tanh x. Its derivative is 1 - tanh² x, so backward needs only the output."""
    y = xp.tanh(x)
    return y, lambda dy: (dy * (1 - y * y),)


def relu(x):
    """max(x, 0). Where x > 0 the gradient passes, elsewhere it stops."""
    y = xp.maximum(x, 0)
    return y, lambda dy: (dy * (y > 0),)


def relu6(x):
    """min(max(x, 0), 6): what stays below 6 needs few bits, on a phone eight (Howard et al. 2017)."""
    y = xp.clip(x, 0, 6)
    return y, lambda dy: (dy * ((y > 0) & (y < 6)),)


def leaky_relu(x, *, negative_slope=0.01):
    """x where x > 0, negative_slope * x elsewhere, so that the gradient never stops (Maas et al. 2013)."""
    slope = xp.where(x > 0, 1.0, negative_slope).astype(x.dtype)
    return x * slope, lambda dy: (dy * slope,)


def elu(x, *, alpha=1.0):
    """x where x > 0, alpha (exp x - 1) elsewhere: smooth, with negative outputs (Clevert et al. 2016, eq. 14)."""
    below = alpha * xp.expm1(xp.minimum(x, 0))
    return xp.where(x > 0, x, below), lambda dy: (dy * xp.where(x > 0, 1, below + alpha),)


def softplus(x, *, beta=1.0):
    """log(1 + exp(beta x)) / beta, without overflow: a smooth ReLU. Its derivative is the sigmoid of beta x."""
    z = beta * x
    y = xp.logaddexp(0, z)
    return y / beta, lambda dy: (dy * xp.exp(z - y),)


def silu(x):
    """x sigmoid(x), also called swish (Ramachandran et al. 2017)."""
    s = _sigmoid(x)
    return x * s, lambda dy: (dy * s * (1 + x * (1 - s)),)


def gelu(x, *, approximate="none"):
    """x times the probability that a standard normal variable is below x (Hendrycks and Gimpel 2016).

    `approximate="tanh"` is the form used by GPT-2. Raises ValueError for another word.
    """
    if approximate not in GELUS:
        raise ValueError(f'gelu expected approximate "none" or "tanh", got {approximate!r}.')
    y, slope = xp.empty_like(x), xp.empty_like(x)
    for block in blocks(x, y, slope):  # a dozen passes over the same numbers: eight times faster while they lie in the cache
        GELUS[approximate](*block)
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


def _sigmoid(x):
    e = xp.exp(-xp.abs(x))
    return xp.where(x < 0, e, 1) / (1 + e)


def _gelu_erf(x, y, slope):
    below = 0.5 * (1 + erf(x * math.sqrt(0.5)))
    y[...] = x * below
    slope[...] = below + x * xp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))


def _gelu_tanh(x, y, slope):
    """y = x (1 + t) / 2 with t = tanh u, u = c x + a x³, and its slope (1 + t) / 2 (1 + (1 - t) x u'), worked out in place."""
    c, a = math.sqrt(2 / math.pi), 0.044715 * math.sqrt(2 / math.pi)
    xp.multiply(x, x, slope)
    xp.multiply(slope, a, y)
    y += c
    y *= x  # u
    xp.tanh(y, y)  # t
    slope *= 3 * a
    slope += c
    slope *= x  # x u'
    slope *= 1 - y
    slope += 1
    y += 1
    y *= 0.5
    slope *= y
    y *= x


GELUS = {"none": _gelu_erf, "tanh": _gelu_tanh}
