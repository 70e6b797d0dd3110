"""Rows of any shape for the kernels of elementwise.py."""

import torch
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, normal, positive


@st.composite
def broadcasts(draw, kernel, torch_kernel, draw_numbers=normal):
    """Two shapes that broadcast against each other, axes of size 1 and missing axes on either side."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    other = [draw(st.sampled_from([1, n])) for n in shape][draw(st.integers(0, len(shape) - 1)) :]
    shapes = draw(st.permutations([tuple(shape), tuple(other)]))
    return Row(kernel, tuple(shapes), torch_kernel, draw=draw_numbers)


ANY_SHAPE = {
    k.add: broadcasts(k.add, torch.add),
    k.sub: broadcasts(k.sub, torch.sub),
    k.mul: broadcasts(k.mul, torch.mul),
    k.div: broadcasts(k.div, torch.div, positive),
    k.maximum: broadcasts(k.maximum, torch.maximum),
    k.minimum: broadcasts(k.minimum, torch.minimum),
}
