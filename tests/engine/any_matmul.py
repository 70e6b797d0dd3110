"""Rows of any shape for the kernels of matmul.py."""

import torch
import torch.nn.functional as T
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row


@st.composite
def matmuls(draw):
    """Leading axes that broadcast, one side's missing now and then."""
    batch = draw(st.lists(st.integers(1, 3), max_size=2))
    other = [draw(st.sampled_from([1, n])) for n in batch][draw(st.integers(0, len(batch))) :]
    n, d, k_ = (draw(st.integers(1, 5)) for _ in range(3))
    return Row(k.matmul, ((*batch, n, d), (*other, d, k_)), torch.matmul)


@st.composite
def linears(draw):
    *rows, d, k_ = draw(st.lists(st.integers(1, 6), min_size=3, max_size=5))
    bias = draw(st.sampled_from([(k_,), None]))
    return Row(k.linear, ((*rows, d), (d, k_), bias), lambda x, w, b: T.linear(x, w.T, b))


ANY_SHAPE = {k.matmul: matmuls(), k.linear: linears()}
