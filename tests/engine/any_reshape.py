"""Rows of any shape for the kernels of shape.py."""

import numpy as np
import torch
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows import shape as rows
from dlcourse.compare.rows.row import Row, t

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)


@st.composite
def reshapes(draw):
    shape = draw(SHAPES)
    new = (*draw(st.permutations(shape)), 1)
    cut = draw(st.integers(0, len(new) - 1))
    return Row(k.reshape, (shape,), lambda x, shape: x.reshape(shape), {"shape": (*new[:cut], -1)})


@st.composite
def transposes(draw):
    shape = draw(SHAPES)
    axes = tuple(i - draw(st.sampled_from([0, len(shape)])) for i in draw(st.permutations(range(len(shape)))))
    return Row(k.transpose, (shape,), lambda x, axes: x.permute(axes), {"axes": axes})


@st.composite
def swaps(draw):
    shape = draw(SHAPES)
    axis1, axis2 = (axis(draw, shape) for _ in range(2))
    return Row(k.swapaxes, (shape,), lambda x, axis1, axis2: x.swapaxes(axis1, axis2), {"axis1": axis1, "axis2": axis2})


@st.composite
def flips(draw):
    shape = draw(SHAPES)
    axes = tuple(draw(st.sets(st.integers(0, len(shape) - 1))))
    return Row(k.flip, (shape,), lambda x, axis: x.flip(axis), {"axis": axes})


@st.composite
def broadcasts(draw):
    shape = draw(SHAPES)
    narrow = tuple(draw(st.sampled_from([1, n])) for n in shape)[draw(st.integers(0, len(shape))) :]
    return Row(k.broadcast_to, (narrow,), lambda x, shape: x.broadcast_to(shape), {"shape": shape})


@st.composite
def concatenations(draw):
    """Up to four arrays that differ along one axis, empty ones among them."""
    shape = draw(SHAPES)
    i = draw(st.integers(0, len(shape) - 1))
    shapes = tuple((*shape[:i], n, *shape[i + 1 :]) for n in draw(st.lists(st.integers(0, 4), min_size=1, max_size=4)))
    return Row(k.concatenate, shapes, lambda *xs, axis: torch.cat(xs, axis), {"axis": i - draw(st.sampled_from([0, len(shape)]))})


@st.composite
def stacks(draw):
    shape = draw(SHAPES)
    options = {"axis": draw(st.integers(-len(shape) - 1, len(shape)))}
    return Row(k.stack, (shape,) * draw(st.integers(1, 3)), lambda *xs, axis: torch.stack(xs, axis), options)


@st.composite
def splits(draw):
    shape = draw(SHAPES)
    i = axis(draw, shape)
    cuts = sorted(draw(st.lists(st.integers(0, shape[i]), max_size=3)))
    sizes = np.diff([0, *cuts, shape[i]]).tolist()
    options = {"sizes": draw(st.sampled_from([sizes, draw(st.integers(1, 6))])), "axis": i}
    return Row(k.split, (shape,), lambda x, sizes, axis: x.split(sizes, axis), options)


@st.composite
def tiles(draw):
    repeats = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)))
    return Row(k.tile, (draw(SHAPES),), lambda x, repeats: x.tile(repeats), {"repeats": repeats})


@st.composite
def repeats(draw):
    shape = draw(SHAPES)
    options = {"repeats": draw(st.integers(1, 3)), "axis": axis(draw, shape)}
    return Row(k.repeat, (shape,), lambda x, repeats, axis: x.repeat_interleave(repeats, axis), options)


@st.composite
def pads(draw):
    """Margins on the last axes (PyTorch wants no margin on the first of two or more when it mirrors)."""
    shape = draw(st.lists(st.integers(2, 5), min_size=2, max_size=4).map(tuple))
    most = [0, *(n - 1 for n in shape[1:])]
    widths = tuple((draw(st.integers(0, n)), draw(st.integers(0, n))) for n in most)
    options = {"widths": widths, "mode": draw(st.sampled_from(["constant", "reflect", "replicate", "circular"]))}
    return Row(k.pad, (shape,), rows.pad, options)


@st.composite
def selections(draw):
    """Slices with any step, integers, new axes, an ellipsis; or a mask; or integer arrays with repetitions."""
    shape = draw(SHAPES)
    generator = np.random.default_rng(draw(st.integers(0, 99)))
    basic = tuple(draw(st.sampled_from([i_slice(draw, n), draw(st.integers(-n, n - 1)), slice(None)])) for n in shape)
    ids = generator.integers(-shape[0], shape[0], draw(st.lists(st.integers(0, 4), min_size=1, max_size=2)))
    mask = generator.random(shape[: draw(st.integers(1, len(shape)))]) < 0.5
    index = draw(st.sampled_from([basic, (..., None, i_slice(draw, shape[-1])), basic[0], ids, mask]))
    return Row(k.getitem, (shape,), lambda x, index: x[t(index) if isinstance(index, np.ndarray) else index], {"index": index})


def i_slice(draw, n):
    """PyTorch has no negative steps."""
    return slice(draw(st.integers(-n, n)), draw(st.sampled_from([None, draw(st.integers(-n, n))])), draw(st.integers(1, 3)))


@st.composite
def gathers(draw):
    shape = draw(SHAPES)
    i = axis(draw, shape)
    places = [draw(st.integers(1, n)) for n in shape]
    places[i] = draw(st.integers(0, 6))
    index = np.random.default_rng(draw(st.integers(0, 99))).integers(0, shape[i], places)
    return Row(k.gather, (shape,), rows.gather, {"index": index, "axis": i})


def axis(draw, shape):
    """One axis, counted from the front or from the back."""
    return draw(st.integers(-len(shape), len(shape) - 1))


ANY_SHAPE = {
    k.reshape: reshapes(),
    k.transpose: transposes(),
    k.swapaxes: swaps(),
    k.flip: flips(),
    k.broadcast_to: broadcasts(),
    k.concatenate: concatenations(),
    k.stack: stacks(),
    k.split: splits(),
    k.tile: tiles(),
    k.repeat: repeats(),
    k.pad: pads(),
    k.getitem: selections(),
    k.gather: gathers(),
}
