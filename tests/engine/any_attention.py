"""Rows of any shape and option for the kernels of attention.py."""

import numpy as np
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows import attention
from dlcourse.compare.rows.row import Row

small = st.integers(1, 5)
several = st.integers(3, 7)  # with one or two numbers the gradient may be a difference that is nothing but rounding, there and here


@st.composite
def attentions(draw):
    """Up to two leading axes; masks of either kind that may hide everything, causal or not, with dropout or not."""
    lead, t, s, d, e = draw(st.lists(st.integers(1, 3), max_size=2)), *(draw(several) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    broad = draw(st.sampled_from([(t, s), (1, s), (t, 1), (*lead, t, s), (s,)]))
    masks = [None, rng.random(broad) > 0.5, rng.normal(size=broad)]
    kept = draw(st.sampled_from([{}, {"kept": rng.random((*lead, t, s)) > 0.4, "p": 0.4}]))
    mask = draw(st.sampled_from(masks[::2] if kept else masks))  # softmax of a row that sees nothing, as PyTorch writes it, is NaN
    options = {"mask": mask, "causal": draw(st.booleans()), "past": draw(st.integers(0, 2)), "scale": draw(st.sampled_from([None, 0.5]))}
    return Row(k.attention, ((*lead, t, d), (*lead, s, d), (*lead, s, e)), attention.attention, options | kept)


@st.composite
def rotaries(draw):
    lead, t, half = draw(st.lists(st.integers(1, 3), max_size=2)), draw(st.integers(0, 5)), draw(small)
    positions = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 3000, t)
    return Row(
        k.rotary, ((*lead, t, 2 * half),), attention.rotary, {"positions": positions, "base": draw(st.sampled_from([100.0, 10000.0]))}
    )


ANY_SHAPE = {k.attention: attentions(), k.rotary: rotaries()}
