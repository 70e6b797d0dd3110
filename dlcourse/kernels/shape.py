"""The same numbers in another shape. The gradient walks the same way back."""

from itertools import accumulate

from dlcourse.backend import scatter_add, xp
from dlcourse.kernels.elementwise import unbroadcast


def reshape(x, *, shape):
    """The numbers in reading order under a new shape; one entry may be -1."""
    return x.reshape(shape), lambda dy: (dy.reshape(x.shape),)


def transpose(x, *, axes=None):
    """Axes in a new order (None: reversed)."""
    order = axes or tuple(reversed(range(x.ndim)))
    back = tuple(order.index(i) for i in range(x.ndim))
    return x.transpose(order), lambda dy: (dy.transpose(back),)


def broadcast_to(x, *, shape):
    """x repeated along axes of size 1 up to `shape`."""
    return xp.broadcast_to(x, shape), lambda dy: (unbroadcast(dy, x),)


def concatenate(*xs, axis=0):
    """Arrays one after another along an axis that exists."""
    ends = list(accumulate(x.shape[axis] for x in xs))
    return xp.concatenate(xs, axis), lambda dy: tuple(xp.split(dy, ends[:-1], axis))


def stack(*xs, axis=0):
    """Arrays of one shape along a new axis."""
    return xp.stack(xs, axis), lambda dy: tuple(xp.moveaxis(dy, axis, 0))


def getitem(x, *, index):
    """x[index] for slices, integers, masks and integer arrays. An entry picked twice collects two gradients."""

    def backward(dy):
        dx = xp.zeros_like(x)
        scatter_add(dx, index, dy)
        return (dx,)

    return x[index], backward
