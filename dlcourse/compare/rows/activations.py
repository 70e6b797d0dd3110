"""Rows for activation functions."""

import torch
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row

ROWS = [
    Row(k.sigmoid, ((3, 5),), torch.sigmoid),
    Row(k.tanh, ((3, 5),), torch.tanh),
    Row(k.relu, ((3, 5),), torch.relu),
    Row(k.relu6, ((3, 5),), T.relu6, draw=lambda rng, shape: 5 * rng.normal(size=shape)),
    Row(k.leaky_relu, ((3, 5),), T.leaky_relu, {"negative_slope": 0.1}),
    Row(k.elu, ((3, 5),), T.elu),
    Row(k.elu, ((3, 5),), T.elu, {"alpha": 0.3}),
    Row(k.silu, ((3, 5),), T.silu),
    Row(k.softplus, ((3, 5),), T.softplus),
    Row(k.softplus, ((3, 5),), T.softplus, {"beta": 2.0}),
    Row(k.gelu, ((3, 5),), T.gelu),
    Row(k.gelu, ((3, 5),), T.gelu, {"approximate": "tanh"}),
    Row(k.softmax, ((4, 7),), lambda x: x.softmax(-1)),
    Row(k.softmax, ((4, 1),), lambda x: x.softmax(-1)),
    Row(k.softmax, ((2, 3, 4),), lambda x, axis: x.softmax(axis), {"axis": 1}),
    Row(k.log_softmax, ((4, 7),), lambda x: x.log_softmax(-1)),
    Row(k.log_softmax, ((2, 3, 4),), lambda x, axis: x.log_softmax(axis), {"axis": 0}),
]
