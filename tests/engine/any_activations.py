"""Rows of any shape for the kernels of activations.py."""

import torch
import torch.nn.functional as T
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row

SHAPES = st.lists(st.integers(0, 5), max_size=4).map(tuple)
SLOPES = st.floats(0.125, 3.0)


def wide(rng, shape):
    """Numbers far out on both sides as well."""
    return 4 * rng.normal(size=shape)


def not_far_below(rng, shape):
    """Numbers above -1: far below, 1 + erf loses its digits in float32, here as in PyTorch, and not the same ones."""
    return rng.uniform(-1, 4, size=shape)


@st.composite
def activations(draw, kernel, torch_kernel, numbers=wide, **options):
    drawn = {name: draw(strategy) for name, strategy in options.items()}
    return Row(kernel, (draw(SHAPES),), torch_kernel, drawn, numbers)


@st.composite
def over_an_axis(draw, kernel, torch_kernel):
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple))
    options = {"axis": draw(st.integers(-len(shape), len(shape) - 1))}
    return Row(kernel, (shape,), lambda x, axis: torch_kernel(x, axis), options, wide)


ANY_SHAPE = {
    **{kernel: activations(kernel, getattr(T, kernel.__name__)) for kernel in (k.sigmoid, k.tanh, k.relu, k.relu6, k.silu)},
    k.leaky_relu: activations(k.leaky_relu, T.leaky_relu, negative_slope=SLOPES),
    k.elu: activations(k.elu, T.elu, alpha=SLOPES),
    k.softplus: activations(k.softplus, T.softplus, beta=SLOPES),
    k.gelu: activations(k.gelu, T.gelu, not_far_below, approximate=st.sampled_from(["none", "tanh"])),
    k.softmax: over_an_axis(k.softmax, torch.softmax),
    k.log_softmax: over_an_axis(k.log_softmax, torch.log_softmax),
}
