"""Many numbers become one. On the way back the one gradient is handed to each of the many."""

import math

from dlcourse.backend import xp


def sum(x, *, axis=None, keepdims=False):
    """The sum over `axis` (None: all axes). Every summand gets the whole gradient."""
    y = x.sum(axis, keepdims=keepdims)
    return y, lambda dy: (_spread(dy, x, axis, keepdims).copy(),)  # a copy, since a broadcast view can't be written into


def mean(x, *, axis=None, keepdims=False):
    """The mean over `axis` (None: all axes). Each of the n summands gets 1/n of the gradient."""
    n = _count(x, axis)
    return x.mean(axis, keepdims=keepdims), lambda dy: (_spread(dy / n, x, axis, keepdims).copy(),)


def max(x, *, axis=None, keepdims=False):
    """The maximum over `axis` (None: all axes). Equal maxima share the gradient, as in PyTorch's amax."""
    return _extreme(x, x.max(axis, keepdims=keepdims), axis, keepdims)


def min(x, *, axis=None, keepdims=False):
    """The minimum over `axis` (None: all axes). Equal minima share the gradient, as in PyTorch's amin."""
    return _extreme(x, x.min(axis, keepdims=keepdims), axis, keepdims)


def var(x, *, axis=None, correction=1, keepdims=False):
    """The mean of (x - mean x)² over `axis` (None: all axes), where the mean divides by n - correction.

    Raises ValueError when n is not above `correction`.
    """
    n = _count(x, axis) - correction
    if n <= 0:
        raise ValueError(f"var expected more than {correction} numbers along axis {axis}, got shape {x.shape}. Pass correction=0.")
    difference = x - x.mean(axis, keepdims=True)
    y = (difference * difference).sum(axis, keepdims=keepdims) / n
    return y, lambda dy: (_spread(dy, x, axis, keepdims) * difference * (2 / n),)


def std(x, *, axis=None, correction=1, keepdims=False):
    """The square root of `var`. Numbers that are all equal get the gradient 0, as in PyTorch."""
    variance, backward_to_x = var(x, axis=axis, correction=correction, keepdims=keepdims)
    y = xp.sqrt(variance)
    return y, lambda dy: backward_to_x(dy * 0.5 / xp.where(y > 0, y, math.inf))


def prod(x, *, axis=None, keepdims=False):
    """The product over one axis (None: all). A factor's gradient is the product of the others, also where it is 0 itself."""
    rows = x.reshape(-1) if axis is None else xp.moveaxis(x, axis, -1)

    def backward(dy):
        others = _before(rows) * _before(rows[..., ::-1])[..., ::-1]
        others = others.reshape(x.shape) if axis is None else xp.moveaxis(others, -1, axis)
        return (_spread(dy, x, axis, keepdims) * others,)

    return x.prod(axis, keepdims=keepdims), backward


def cumsum(x, *, axis):
    """Running sums along one axis. A number is part of its own sum and of all later ones, so gradients are summed from the end."""
    return xp.cumsum(x, axis), lambda dy: (xp.flip(xp.cumsum(xp.flip(dy, axis), axis), axis),)


def logsumexp(x, *, axis=-1, keepdims=False):
    """log of the sum of exp x over `axis`, without overflow. The gradient is the softmax of x."""
    top = x.max(axis, keepdims=True)
    y = top + xp.log(xp.exp(x - top).sum(axis, keepdims=True))
    return y if keepdims else y.squeeze(axis), lambda dy: (_spread(dy, x, axis, keepdims) * xp.exp(x - y),)


def _count(x, axis):
    """How many numbers each result is made from."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return math.prod(x.shape[i] for i in axes)


def _extreme(x, y, axis, keepdims):
    def backward(dy):
        winner = x == _spread(y, x, axis, keepdims)
        return (_spread(dy, x, axis, keepdims) * winner / winner.sum(axis, keepdims=True, dtype=x.dtype),)

    return y, backward


def _before(rows):
    """The product of all numbers before each one of a row."""
    products = xp.ones_like(rows)
    products[..., 1:] = xp.cumprod(rows[..., :-1], -1)
    return products


def _spread(dy, x, axis, keepdims):
    """dy, one number per group, broadcast to the shape of x."""
    if axis is not None and not keepdims:
        dy = xp.expand_dims(dy, axis)
    return xp.broadcast_to(dy, x.shape)
