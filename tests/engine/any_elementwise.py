"""Rows of any shape for the kernels of elementwise.py."""

import numpy as np
import torch
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.elementwise import above_one, within_one
from dlcourse.compare.rows.row import Row, normal, positive, t

SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
SINGLE = {
    normal: (k.neg, k.square, k.exp, k.expm1, k.erf, k.sin, k.cos, k.atan, k.sinh, k.cosh, k.asinh, k.abs),
    positive: (k.sqrt, k.rsqrt, k.reciprocal, k.log, k.log1p),
    within_one: (k.tan, k.asin, k.acos, k.atanh),
    above_one: (k.acosh,),
}


@st.composite
def singles(draw, kernel, draw_numbers):
    """Any shape, numbers without axes and arrays without numbers among them."""
    return Row(kernel, (draw(SHAPES),), getattr(torch, kernel.__name__), draw=draw_numbers)


@st.composite
def broadcasts(draw, kernel, torch_kernel, draw_numbers=normal):
    """Two shapes that broadcast against each other, axes of size 1 and missing axes on either side."""
    return Row(kernel, draw(shape_pairs()), torch_kernel, draw=draw_numbers)


@st.composite
def shape_pairs(draw):
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    other = [draw(st.sampled_from([1, n])) for n in shape][draw(st.integers(0, len(shape) - 1)) :]
    return draw(st.permutations([tuple(shape), tuple(other)]))


@st.composite
def powers(draw):
    exponent = draw(st.sampled_from([-2, -1, -0.5, 0.5, 1, 2, 2.5, 3]))
    return Row(k.pow, (draw(SHAPES),), lambda x, exponent: x**exponent, {"exponent": exponent}, positive)


@st.composite
def clips(draw):
    low, high = sorted(draw(st.tuples(st.floats(-2, 2), st.floats(-2, 2))))
    return Row(k.clip, (draw(SHAPES),), lambda x, low, high: x.clip(low, high), {"low": low, "high": high})


@st.composite
def wheres(draw):
    shapes = draw(shape_pairs())
    condition = mask(draw, np.broadcast_shapes(*shapes))
    return Row(k.where, shapes, lambda a, b, condition: torch.where(t(condition), a, b), {"condition": condition})


@st.composite
def masked_fills(draw):
    """A mask of the shape of x, or one that broadcasts to it."""
    shape, other = sorted(draw(shape_pairs()), key=lambda shape: (-len(shape), -np.prod(shape)))
    options = {"mask": mask(draw, other), "value": draw(st.floats(-9, 9))}
    return Row(k.masked_fill, (shape,), lambda x, mask, value: x.masked_fill(t(mask), value), options)


def mask(draw, shape):
    return np.random.default_rng(draw(st.integers(0, 99))).random(shape) < draw(st.sampled_from([0.0, 0.5, 1.0]))


ANY_SHAPE = {
    **{kernel: singles(kernel, numbers) for numbers, kernels in SINGLE.items() for kernel in kernels},
    **{kernel: broadcasts(kernel, getattr(torch, kernel.__name__)) for kernel in (k.add, k.sub, k.mul, k.maximum, k.minimum, k.logaddexp)},
    k.div: broadcasts(k.div, torch.div, positive),
    k.pow: powers(),
    k.clip: clips(),
    k.where: wheres(),
    k.masked_fill: masked_fills(),
}
