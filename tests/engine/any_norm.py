"""Rows of any shape for the kernels of norm.py."""

import math

from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows import norm
from dlcourse.compare.rows.row import Row, channels_last, normal

EPS = 0.1  # with less, the gradient of a row of two numbers is nothing but rounding, there and here


def maybe(draw, shape):
    """The shape, or None for no such input."""
    return draw(st.sampled_from([shape, None]))


@st.composite
def row_norms(draw, kernel, torch_kernel, parameters):
    """Features in the last axis, any number of axes before it, w and b there or not."""
    rows, features = draw(st.lists(st.integers(1, 5), max_size=3)), draw(st.integers(2, 9))
    shapes = ((*rows, features), *(maybe(draw, (features,)) for _ in range(parameters)))
    return Row(kernel, shapes, torch_kernel, {"eps": EPS})


@st.composite
def channel_norms(draw, kernel, torch_kernel):
    """Channels in axis 1, up to three axes of places after it, in either memory layout."""
    places = tuple(draw(st.lists(st.integers(1, 4), max_size=3)))
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 3))
    batch = draw(st.integers(2, 4))
    options = {"groups": groups} if kernel is k.group_norm else {}
    places = places if math.prod(places) > 1 else (2,)
    b = maybe(draw, (channels,))
    w = (channels,) if b else maybe(draw, (channels,))
    return Row(
        kernel,
        ((batch, channels, *places), w, b),
        torch_kernel,
        options | {"eps": EPS},
        draw=draw(st.sampled_from([normal, channels_last])),
    )


ANY_SHAPE = {
    k.layer_norm: row_norms(k.layer_norm, norm.layer_norm, 2),
    k.rms_norm: row_norms(k.rms_norm, norm.rms_norm, 1),
    k.batch_norm: channel_norms(k.batch_norm, norm.batch_norm),
    k.group_norm: channel_norms(k.group_norm, norm.group_norm),
}
