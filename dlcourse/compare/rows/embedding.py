"""Rows for embedding."""

import numpy as np
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t


def embedding(w, ids, padding_idx=None):
    return T.embedding(t(ids), w, padding_idx)


ROWS = [
    Row(k.embedding, ((5, 3),), embedding, {"ids": np.array([[0, 4, 4], [2, 0, 4]])}),
    Row(k.embedding, ((5, 3),), embedding, {"ids": np.array([1, 0, 1, 3]), "padding_idx": 4}),
    Row(k.embedding, ((5, 3),), embedding, {"ids": np.zeros((2, 0), int)}),
]
