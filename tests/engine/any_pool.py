"""Rows of any shape for the kernels of pool.py."""

from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows import pool
from dlcourse.compare.rows.row import Row, channels_last, normal


def few_values(rng, shape):
    """0, 1 or 2: most windows hold their maximum more than once."""
    return rng.integers(0, 3, size=shape)


@st.composite
def pools(draw, kernel, torch_kernel, extra, draws=(normal, channels_last)):
    """One to three pooled axes; sizes, strides and paddings of each axis for itself."""
    axes = draw(st.integers(1, 3))
    sizes, strides = (tuple(draw(st.integers(1, 4)) for _ in range(axes)) for _ in range(2))
    options = {"kernel_size": sizes, "stride": strides, "padding": tuple(draw(st.integers(0, n // 2)) for n in sizes), **draw(extra)}
    reaches = [options.get("dilation", 1) * (n - 1) + 1 for n in sizes]
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 3)), *(reach + draw(st.integers(0, 6)) for reach in reaches))
    return Row(kernel, (shape,), torch_kernel, options, draw=draw(st.sampled_from(draws)))


@st.composite
def adaptive_pools(draw):
    axes = draw(st.integers(1, 2))
    image = tuple(draw(st.integers(1, 9)) for _ in range(axes))
    parts = tuple(draw(st.integers(1, 9)) for _ in range(axes))
    return Row(k.adaptive_avg_pool, ((2, 3, *image),), pool.adaptive_avg_pool, {"output_size": parts}, draw=channels_last)


MAX = st.fixed_dictionaries({"dilation": st.integers(1, 2), "ceil_mode": st.booleans()})
MEAN = st.fixed_dictionaries({"ceil_mode": st.booleans(), "count_include_pad": st.booleans()})

ANY_SHAPE = {
    k.max_pool: pools(k.max_pool, pool.max_pool, MAX, (normal, channels_last, few_values)),
    k.avg_pool: pools(k.avg_pool, pool.avg_pool, MEAN),
    k.adaptive_avg_pool: adaptive_pools(),
}
