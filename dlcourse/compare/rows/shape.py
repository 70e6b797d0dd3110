"""Rows for shapes."""

import numpy as np
import torch
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

REPEATED = np.array([2, 0, 2])
SQUARE = np.array([[2, 0, 2], [1, 1, 3]])
MASK = np.array([True, False, True, True])
MARGINS = ((0, 0), (1, 2), (3, 0))


def pad(x, widths, mode="constant", value=0.0):
    """PyTorch gives the widths of the last axis first, and pads all but the first axis unless it is constant."""
    if mode == "constant":
        return T.pad(x, [n for width in widths[::-1] for n in width], value=value)
    x = x.reshape(1, *x.shape)  # room for the batch that PyTorch wants
    return T.pad(x, [n for width in widths[:0:-1] for n in width], mode)[0]


def gather(x, index, axis):
    return x.gather(axis, t(index))


ROWS = [
    Row(k.reshape, ((3, 4),), lambda x, shape: x.reshape(shape), {"shape": (2, -1)}),
    Row(k.transpose, ((3, 4),), torch.t),
    Row(k.transpose, ((2, 3, 4),), lambda x, axes: x.permute(axes), {"axes": (1, 2, 0)}),
    Row(k.swapaxes, ((2, 3, 4),), lambda x, axis1, axis2: x.swapaxes(axis1, axis2), {"axis1": 0, "axis2": -1}),
    Row(k.flip, ((2, 3, 4),), lambda x, axis: x.flip(axis), {"axis": (0, 2)}),
    Row(k.broadcast_to, ((3, 1),), lambda x, shape: x.broadcast_to(shape), {"shape": (2, 3, 4)}),
    Row(k.concatenate, ((2, 3), (2, 1), (2, 4)), lambda *xs, axis: torch.cat(xs, axis), {"axis": 1}),
    Row(k.stack, ((2, 3), (2, 3)), lambda *xs, axis: torch.stack(xs, axis), {"axis": 1}),
    Row(k.split, ((5, 3),), lambda x, sizes, axis: x.split(sizes, axis), {"sizes": (2, 0, 3), "axis": 0}),
    Row(k.split, ((3, 5),), lambda x, sizes, axis: x.split(sizes, axis), {"sizes": 2, "axis": -1}),
    Row(k.tile, ((2, 3),), lambda x, repeats: x.tile(repeats), {"repeats": (4, 1, 2)}),
    Row(k.repeat, ((2, 3),), lambda x, repeats, axis: x.repeat_interleave(repeats, axis), {"repeats": 3, "axis": -1}),
    Row(k.pad, ((2, 3, 4),), pad, {"widths": MARGINS, "value": 1.5}),
    *(Row(k.pad, ((2, 3, 4),), pad, {"widths": MARGINS, "mode": mode}) for mode in ("reflect", "replicate", "circular")),
    Row(k.getitem, ((4, 5),), lambda x, index: x[index], {"index": (slice(1, 3), slice(None, None, 2))}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[t(index)], {"index": REPEATED}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[t(index)], {"index": MASK}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[index[0], t(index[1])], {"index": (slice(1, None), REPEATED)}),
    Row(k.gather, ((4, 3),), gather, {"index": SQUARE, "axis": 0}),
    Row(k.gather, ((2, 4),), gather, {"index": SQUARE, "axis": -1}),
]
