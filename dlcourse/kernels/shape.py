"""The same numbers in another shape. The gradient walks the same way back."""

import math
from itertools import accumulate
from types import EllipsisType

from dlcourse.backend import scatter_add, xp
from dlcourse.kernels.elementwise import unbroadcast


def reshape(x, *, shape):
    """The numbers in reading order under a new shape; one entry may be -1."""
    before = x.shape
    return x.reshape(shape), lambda dy: (dy.reshape(before),)


def transpose(x, *, axes=None):
    """Axes in a new order (None: reversed)."""
    order = tuple(i % x.ndim for i in axes or reversed(range(x.ndim)))
    back = tuple(order.index(i) for i in range(x.ndim))
    return x.transpose(order), lambda dy: (dy.transpose(back),)


def swapaxes(x, *, axis1, axis2):
    """Two axes change places."""
    return xp.swapaxes(x, axis1, axis2), lambda dy: (xp.swapaxes(dy, axis1, axis2),)


def flip(x, *, axis):
    """The numbers in reverse order along one axis or several."""
    return xp.flip(x, axis), lambda dy: (xp.flip(dy, axis),)


def broadcast_to(x, *, shape):
    """x repeated along axes of size 1 up to `shape`."""
    before = x.shape
    return xp.broadcast_to(x, shape), lambda dy: (unbroadcast(dy, before),)


def concatenate(*xs, axis=0):
    """Arrays one after another along an axis that exists."""
    ends = list(accumulate(x.shape[axis] for x in xs))
    return xp.concatenate(xs, axis), lambda dy: tuple(xp.split(dy, ends[:-1], axis))


def stack(*xs, axis=0):
    """Arrays of one shape along a new axis."""
    return xp.stack(xs, axis), lambda dy: tuple(xp.moveaxis(dy, axis, 0))


def split(x, *, sizes, axis=0):
    """Pieces one after another along an axis, of the given sizes, or all of one size, the last one shorter if need be.

    Raises ValueError when the sizes don't add up.
    """
    n = x.shape[axis]
    sizes = [min(sizes, n - i) for i in range(0, n, sizes)] if isinstance(sizes, int) else sizes
    if sum(sizes) != n:
        raise ValueError(f"split expected sizes that add up to {n}, the length of axis {axis}, got {tuple(sizes)}.")
    pieces = tuple(xp.split(x, list(accumulate(sizes))[:-1], axis))

    def backward(*dys):
        return (xp.concatenate([xp.zeros_like(y) if dy is None else dy for y, dy in zip(pieces, dys, strict=True)], axis),)

    return pieces, backward


def tile(x, *, repeats):
    """The whole array laid down `repeats[i]` times along axis i; with more repeats than axes, new axes come first."""
    extra = len(repeats) - x.ndim
    repeats, shape = (1,) * -extra + tuple(repeats), (1,) * extra + x.shape
    copies = tuple(n for pair in zip(repeats, shape, strict=True) for n in pair)
    return xp.tile(x, repeats), lambda dy: (dy.reshape(copies).sum(tuple(range(0, len(copies), 2))).reshape(x.shape),)


def repeat(x, *, repeats, axis):
    """Each number `repeats` times in a row along an axis: the picture of nearest-neighbour upsampling."""
    axis %= x.ndim
    copies = (*x.shape[: axis + 1], repeats, *x.shape[axis + 1 :])
    return xp.repeat(x, repeats, axis), lambda dy: (dy.reshape(copies).sum(axis + 1),)


def pad(x, *, widths, mode="constant", value=0.0):
    """x with a margin of `widths[i] = (before, after)` along axis i, filled with `value` or as `mode` says.

    "reflect" mirrors the numbers at the edge, which itself is not repeated; "replicate" repeats the edge; "circular" goes on at the
    other end. Raises ValueError for another mode, or for a mirror image wider than x.
    """
    if mode == "constant":
        inside = tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True))
        return xp.pad(x, widths, constant_values=value), lambda dy: (dy[inside],)
    _check_margin(x, widths, mode)
    sources = [xp.pad(xp.arange(n), width, mode=MARGINS[mode]) for n, width in zip(x.shape, widths, strict=True)]
    return getitem(x, index=xp.ix_(*sources))  # a margin shows numbers of x a second time


def getitem(x, *, index):
    """x[index] for slices, integers, masks and integer arrays. An entry picked twice collects two gradients."""

    def backward(dy):
        dx = xp.zeros_like(x)
        if _picks_once(index):
            dx[index] = dy
        else:
            scatter_add(dx, index, dy)
        return (dx,)

    return x[index], backward


def gather(x, *, index, axis):
    """Along one axis the entries that integer `index` names, as NumPy's take_along_axis; the result has the shape of `index`."""
    places = list(xp.ix_(*(xp.arange(n) for n in index.shape)))
    places[axis] = index
    return getitem(x, index=tuple(places))


def _picks_once(index):
    """Whether the index is made of slices, integers and masks only."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, int | slice | EllipsisType | None) or getattr(part, "dtype", xp.dtype(int)).kind == "b" for part in parts)


def _check_margin(x, widths, mode):
    if mode not in MARGINS:
        raise ValueError(f'pad expected mode "constant", "reflect", "replicate" or "circular", got {mode!r}.')
    most = [max(n - 1, 0) if mode == "reflect" else n if mode == "circular" else math.inf for n in x.shape]
    if any(max(width) > n for width, n in zip(widths, most, strict=True)):
        raise ValueError(f"pad in mode {mode!r} expected margins of at most {tuple(most)} for shape {x.shape}, got {tuple(widths)}.")


MARGINS = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's words, NumPy's words
