"""Many numbers become one. On the way back the one gradient is handed to each of the many."""

from math import prod

from dlcourse.backend import xp


def sum(x, *, axis=None, keepdims=False):
    """The sum over `axis` (None: all axes). Every summand gets the whole gradient."""
    y = x.sum(axis, keepdims=keepdims)
    return y, lambda dy: (_spread(dy, x, axis, keepdims).copy(),)  # a copy, since a broadcast view can't be written into


def mean(x, *, axis=None, keepdims=False):
    """The mean over `axis` (None: all axes). Each of the n summands gets 1/n of the gradient."""
    n = prod(x.shape[i] for i in _axes(x, axis))
    return x.mean(axis, keepdims=keepdims), lambda dy: (_spread(dy / n, x, axis, keepdims).copy(),)


def max(x, *, axis=None, keepdims=False):
    """The maximum over `axis` (None: all axes). Equal maxima share the gradient, as in PyTorch's amax."""
    y = x.max(axis, keepdims=keepdims)

    def backward(dy):
        winner = x == _spread(y, x, axis, keepdims)
        return (_spread(dy, x, axis, keepdims) * winner / winner.sum(axis, keepdims=True, dtype=x.dtype),)

    return y, backward


def logsumexp(x, *, axis=-1, keepdims=False):
    """log of the sum of exp x over `axis`, without overflow. The gradient is the softmax of x."""
    top = x.max(axis, keepdims=True)
    y = top + xp.log(xp.exp(x - top).sum(axis, keepdims=True))
    return y if keepdims else y.squeeze(axis), lambda dy: (_spread(dy, x, axis, keepdims) * xp.exp(x - y),)


def _axes(x, axis):
    if axis is None:
        return range(x.ndim)
    return axis if isinstance(axis, tuple) else (axis,)


def _spread(dy, x, axis, keepdims):
    """dy, one number per group, broadcast to the shape of x."""
    if axis is not None and not keepdims:
        dy = xp.expand_dims(dy, axis)
    return xp.broadcast_to(dy, x.shape)
