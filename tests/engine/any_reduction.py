"""Rows of any shape for the kernels of reduction.py."""

from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.reduction import LOGSUMEXP, PROD, TORCH
from dlcourse.compare.rows.row import Row

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@st.composite
def over_axes(draw, kernel):
    """Over all axes, one, or several, counted from the front or from the back."""
    shape = draw(SHAPES)
    axes = draw(st.sets(st.integers(0, len(shape) - 1), min_size=1).map(sorted))
    axes = tuple(axis - draw(st.sampled_from([0, len(shape)])) for axis in axes)
    axis = draw(st.sampled_from([None, axes, axes[0]]))
    options = {} if axis is None else {"axis": axis, "keepdims": draw(st.booleans())}
    if kernel in (k.var, k.std):
        shape, options["correction"] = tuple(n + 1 for n in shape), draw(st.sampled_from([0, 1]))
    return Row(kernel, (shape,), TORCH[kernel], options)


@st.composite
def over_one_axis(draw, kernel, torch_kernel, **options):
    shape = draw(SHAPES)
    return Row(kernel, (shape,), torch_kernel, {"axis": draw(st.integers(-len(shape), len(shape) - 1)), **options})


ANY_SHAPE = {
    **{kernel: over_axes(kernel) for kernel in TORCH},
    k.prod: over_one_axis(k.prod, PROD),
    k.logsumexp: over_one_axis(k.logsumexp, LOGSUMEXP, keepdims=True),
    k.cumsum: over_one_axis(k.cumsum, lambda x, axis: x.cumsum(axis)),
}
