"""The kernels of pool.py as plain loops."""

import math
from itertools import product

import numpy as np


def each(option, n):
    return option if isinstance(option, tuple) else (option,) * n


def windows(x, kernel_size, stride, padding, dilation, ceil_mode):
    """An empty output, and for each of its places the indices of the numbers it sees, which may lie in the padding or behind it."""
    n = len(kernel_size)
    stride, padding, dilation = each(stride or kernel_size, n), each(padding, n), each(dilation, n)
    starts = []
    for length, k, s, p, d in zip(x.shape[-n:], kernel_size, stride, padding, dilation, strict=True):
        whole = [i for i in range(-p, length + p, s) if i + d * (k - 1) < length + p]
        over = ceil_mode and whole[-1] + d * (k - 1) < length + p - 1 and whole[-1] + s < length
        starts.append([*whole, whole[-1] + s] if over else whole)
    y, seen = np.empty((*x.shape[:-n], *map(len, starts))), {}
    for at in np.ndindex(y.shape):
        corner = [starts[axis][i] for axis, i in enumerate(at[-n:])]
        taps = product(*(range(c, c + k * d, d) for c, k, d in zip(corner, kernel_size, dilation, strict=True)))
        seen[at] = [(*at[:-n], *tap) for tap in taps]
    return y, seen


def is_in(x, index, margin):
    margins = (*(0,) * (x.ndim - len(margin)), *margin)
    return all(-m <= i < size + m for i, size, m in zip(index, x.shape, margins, strict=True))


def max_pool(x, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    none = (0,) * len(kernel_size)
    y, seen = windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    for at, taps in seen.items():
        y[at] = max(x[i] for i in taps if is_in(x, i, none))
    return y


def avg_pool(x, *, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    none, margin = (0,) * len(kernel_size), each(padding, len(kernel_size))
    y, seen = windows(x, kernel_size, stride, padding, 1, ceil_mode)
    for at, taps in seen.items():
        count = sum(is_in(x, i, margin if count_include_pad else none) for i in taps)
        y[at] = sum(x[i] for i in taps if is_in(x, i, none)) / count
    return y


def adaptive_avg_pool(x, *, output_size):
    n = len(output_size)
    y = np.zeros((*x.shape[:-n], *output_size))
    for at in np.ndindex(y.shape):
        spans = []
        for i, parts, length in zip(at[-n:], output_size, x.shape[-n:], strict=True):
            spans.append(range(math.floor(i * length / parts), math.ceil((i + 1) * length / parts)))
        seen = [x[(*at[:-n], *place)] for place in product(*spans)]
        y[at] = sum(seen) / len(seen)
    return y
