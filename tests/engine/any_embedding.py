"""Rows of any shape for embedding."""

import numpy as np
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.embedding import embedding
from dlcourse.compare.rows.row import Row


@st.composite
def embeddings(draw):
    """Ids of any shape, few of them or many of the same."""
    n, width = draw(st.integers(1, 9)), draw(st.integers(1, 5))
    shape = draw(st.lists(st.integers(0, 5), min_size=1, max_size=3))
    ids = np.random.default_rng(draw(st.integers(0, 99))).integers(0, n, shape)
    return Row(k.embedding, ((n, width),), embedding, {"ids": ids, "padding_idx": draw(st.sampled_from([None, 0, n - 1]))})


ANY_SHAPE = {k.embedding: embeddings()}
