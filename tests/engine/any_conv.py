"""Rows of any shape and option for the kernels of conv.py."""

import torch.nn.functional as T
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.conv import padded_conv1d, padded_conv2d
from dlcourse.compare.rows.row import Row

small = st.integers(1, 3)
several = st.integers(1, 5)  # input channels beyond 3 take another way through memory


def pairs(numbers):
    return st.tuples(numbers, numbers)


def windows_fit(kernel, dilation, edges, extra):
    """The smallest images on which the window fits, and a little more."""
    return [max(1, (n - 1) * d + 1 - sum(edge)) + more for n, d, edge, more in zip(kernel, dilation, edges, extra, strict=True)]


@st.composite
def conv2ds(draw):
    groups, stride, dilation, kernel = draw(small), draw(pairs(small)), draw(pairs(small)), draw(pairs(st.integers(1, 4)))
    edges, extra = draw(pairs(pairs(st.integers(0, 3)))), draw(pairs(st.integers(0, 5)))
    if draw(st.booleans()):  # the image keeps its size, and its gradient takes another way
        stride, reach = (1, 1), [(n - 1) * d for n, d in zip(kernel, dilation, strict=True)]
        edges = tuple((before, n - before) for n in reach for before in [draw(st.integers(0, n))])
    c, outputs = draw(several), groups * draw(small)
    x = (draw(st.integers(0, 3)), groups * c, *windows_fit(kernel, dilation, edges, extra))
    options = {"stride": stride, "padding": edges, "dilation": dilation, "groups": groups}
    return Row(k.conv2d, (x, (outputs, c, *kernel), draw(st.sampled_from([None, (outputs,)]))), padded_conv2d, options)


@st.composite
def conv1ds(draw):
    groups, stride, dilation, kernel = draw(small), draw(small), draw(small), draw(st.integers(1, 4))
    edges, c, outputs = draw(pairs(st.integers(0, 3))), draw(several), groups * draw(small)
    x = (draw(small), groups * c, *windows_fit([kernel], [dilation], [edges], [draw(st.integers(0, 5))]))
    options = {"stride": stride, "padding": edges, "dilation": dilation, "groups": groups}
    return Row(k.conv1d, (x, (outputs, c, kernel), draw(st.sampled_from([None, (outputs,)]))), padded_conv1d, options)


@st.composite
def conv_transpose2ds(draw):
    """The padding takes away less than there is."""
    groups, stride, dilation, kernel = draw(small), draw(pairs(small)), draw(pairs(small)), draw(pairs(st.integers(1, 4)))
    size = draw(pairs(st.integers(1, 5)))
    more = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
    full = [(n - 1) * s + (m - 1) * d + 1 for n, s, m, d in zip(size, stride, kernel, dilation, strict=True)]
    padding = tuple(draw(st.integers(0, min(3, (n - 1) // 2))) for n in full)
    c, outputs = groups * draw(small), draw(several)
    options = {"stride": stride, "padding": padding, "output_padding": more, "dilation": dilation, "groups": groups}
    shapes = ((draw(small), c, *size), (c, outputs, *kernel), draw(st.sampled_from([None, (outputs * groups,)])))
    return Row(k.conv_transpose2d, shapes, T.conv_transpose2d, options)


ANY_SHAPE = {k.conv2d: conv2ds(), k.conv1d: conv1ds(), k.conv_transpose2d: conv_transpose2ds()}
