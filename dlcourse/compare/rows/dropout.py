"""Rows for dropout."""

import numpy as np

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

KEPT = np.random.default_rng(3).random((3, 5)) > 0.4

ROWS = [Row(k.dropout, ((3, 5),), lambda x, kept, p: x * t(kept) / (1 - p), {"kept": KEPT, "p": 0.4})]
