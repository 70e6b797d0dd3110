"""Rows for products of matrices."""

import torch
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row

ROWS = [
    Row(k.matmul, ((3, 4), (4, 2)), torch.matmul),
    Row(k.matmul, ((5, 1, 3, 4), (2, 4, 2)), torch.matmul),
    *(
        Row(k.matmul, shapes, torch.matmul)
        for shapes in [((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((5, 3, 4), (4,)), ((4,), (5, 4, 2))]
    ),
    Row(k.linear, ((3, 4), (4, 2), (2,)), lambda x, w, b: T.linear(x, w.T, b)),
    Row(k.linear, ((2, 3, 4), (4, 1), (1,)), lambda x, w, b: T.linear(x, w.T, b)),
    Row(k.linear, ((3, 4), (4, 2), None), lambda x, w, b: T.linear(x, w.T)),
    Row(k.linear, ((0, 4), (4, 2), (2,)), lambda x, w, b: T.linear(x, w.T, b)),
]
