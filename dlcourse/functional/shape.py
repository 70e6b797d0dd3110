"""The same numbers in another shape."""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import differentiable

_broadcast_to = differentiable(kernels.broadcast_to)
_concatenate = differentiable(kernels.concatenate)
_flip = differentiable(kernels.flip)
_gather = differentiable(kernels.gather)
_pad = differentiable(kernels.pad)
_repeat = differentiable(kernels.repeat)
_stack = differentiable(kernels.stack)
_tile = differentiable(kernels.tile)


def flatten(x, start_dim=1):
    """All dimensions from `start_dim` on become one."""
    return x.reshape(*x.shape[:start_dim], -1)


def concatenate(tensors, dim=0):
    """Tensors one after another along a dimension that exists."""
    return _concatenate(*tensors, axis=dim)


def stack(tensors, dim=0):
    """Tensors of one shape along a new dimension."""
    return _stack(*tensors, axis=dim)


def chunk(x, chunks, dim=0):
    """`chunks` pieces of one size along a dimension, the last one shorter, or missing, where it doesn't divide."""
    return x.split(-(-x.shape[dim] // chunks), dim)


def broadcast_to(x, shape):
    """x repeated along dimensions of size 1 up to `shape`."""
    return _broadcast_to(x, shape=shape)


def tile(x, dims):
    """The whole of x laid down `dims[i]` times along dimension i."""
    return _tile(x, repeats=dims)


def repeat_interleave(x, repeats, dim):
    """Each number `repeats` times in a row along a dimension."""
    return _repeat(x, repeats=repeats, axis=dim)


def flip(x, dims):
    """The numbers in reverse order along one dimension or several."""
    return _flip(x, axis=dims)


def pad(x, pad, mode="constant", value=0.0):
    """x with a margin: `pad` is (before, after) of the last dimension, then of the one before it, and so on, as in PyTorch.

    Modes are "constant", "reflect", "replicate" and "circular". Raises ValueError for an odd number of widths, or too many.
    """
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ValueError(f"pad expected two widths for each of the last dimensions of a Tensor with {x.ndim}, got {tuple(pad)}.")
    last_first = list(zip(pad[::2], pad[1::2], strict=True)) + [(0, 0)] * (x.ndim - len(pad) // 2)
    return _pad(x, widths=tuple(last_first[::-1]), mode=mode, value=value)


def gather(x, dim, index):
    """Along one dimension the entries that integer `index` names; the result has the shape of `index`."""
    return _gather(x, index=constant(index), axis=dim)
