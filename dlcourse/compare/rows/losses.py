"""Rows for losses."""

import numpy as np
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

rng = np.random.default_rng(1)
LABELS = np.array([3, 0, 6, 3])
SCORES = rng.normal(size=(5, 3))
CHANCES = rng.uniform(size=(5, 3))

ROWS = [
    Row(k.mse, ((5, 3),), lambda x, target: T.mse_loss(x, t(target)), {"target": SCORES}),
    Row(
        k.cross_entropy,
        ((4, 7),),
        lambda x, target: T.cross_entropy(x, t(target)),
        {"target": LABELS},
    ),
    Row(
        k.bce_with_logits,
        ((5, 3),),
        lambda x, target: T.binary_cross_entropy_with_logits(x, t(target)),
        {"target": CHANCES},
    ),
]
