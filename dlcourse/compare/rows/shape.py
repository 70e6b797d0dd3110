"""Rows for reductions and shapes."""

import numpy as np
import torch

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

REPEATED = np.array([2, 0, 2])

ROWS = [
    Row(k.sum, ((3, 5),), torch.sum),
    Row(k.sum, ((2, 3, 4),), lambda x, axis: x.sum(axis), {"axis": (0, 2)}),
    Row(k.sum, ((2, 3, 1),), lambda x, axis, keepdims: x.sum(axis, keepdim=keepdims), {"axis": -1, "keepdims": True}),
    Row(k.mean, ((3, 5),), torch.mean),
    Row(k.mean, ((2, 3, 4),), lambda x, axis: x.mean(axis), {"axis": (0, 2)}),
    Row(k.mean, ((2, 1, 4),), lambda x, axis, keepdims: x.mean(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.max, ((3, 5),), torch.amax),
    Row(k.max, ((2, 3, 4),), lambda x, axis: x.amax(axis), {"axis": (0, 2)}),
    Row(k.max, ((2, 3, 4),), lambda x, axis, keepdims: x.amax(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.logsumexp, ((4, 7),), lambda x: x.logsumexp(-1)),
    Row(k.logsumexp, ((4, 7, 2),), lambda x, axis, keepdims: x.logsumexp(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.reshape, ((3, 4),), lambda x, shape: x.reshape(shape), {"shape": (2, -1)}),
    Row(k.transpose, ((3, 4),), torch.t),
    Row(k.transpose, ((2, 3, 4),), lambda x, axes: x.permute(axes), {"axes": (1, 2, 0)}),
    Row(k.broadcast_to, ((3, 1),), lambda x, shape: x.broadcast_to(shape), {"shape": (2, 3, 4)}),
    Row(k.concatenate, ((2, 3), (2, 1), (2, 4)), lambda *xs, axis: torch.cat(xs, axis), {"axis": 1}),
    Row(k.stack, ((2, 3), (2, 3)), lambda *xs, axis: torch.stack(xs, axis), {"axis": 1}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[index], {"index": (slice(1, 3), slice(None, None, 2))}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[t(index)], {"index": REPEATED}),
]
