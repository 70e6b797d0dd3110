"""Pooling: a window slides over the last axes, and what it sees becomes one number.

A tap is a place in the window. The numbers that all windows see at one tap are a slice with steps, so pooling is arithmetic between slices.
"""

import math
from dataclasses import dataclass
from functools import reduce
from itertools import product

from dlcourse.backend import xp


def max_pool(x, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest number in each window of `kernel_size`, a tuple with one size for each of the last axes of x.

    The other options are one number for all axes or a tuple; `stride` is the window's size unless told, an axis's `padding` may be
    (before, after) and never wins. Of equal maxima the first in reading order gets the gradient, as in PyTorch.
    Raises ValueError when a window doesn't fit.
    """
    y, ways_back = x, []
    for axis, line in reversed(list(enumerate(_lines(x, kernel_size, stride, padding, dilation, ceil_mode), x.ndim - len(kernel_size)))):
        y, way_back = _max_along(y, line, axis)  # the last axis first: so the first maximum in reading order wins
        ways_back.append(way_back)

    def backward(dy):
        return (reduce(lambda d, way_back: way_back(d), reversed(ways_back), _laid_out_like(y, dy)),)

    return y, backward


def _max_along(x, line, axis):
    """The largest number in each window along one axis, and the gradient's way back from there."""
    windows = _Windows([line])
    padded = windows.pad(x.swapaxes(axis, -1), -math.inf)
    *taps, last = windows.taps()
    y = reduce(xp.maximum, (padded[tap] for tap in taps), padded[last])

    def way_back(dy):
        dy = dy.swapaxes(axis, -1)
        dx, free = windows.blank(padded), xp.ones_like(y, dtype=bool)
        for tap in taps:
            won = free & (padded[tap] == y)
            windows.deliver(dx, tap, dy, won)
            free &= ~won
        windows.deliver(dx, last, dy, free)
        return dx[windows.inside].swapaxes(axis, -1)

    return y.swapaxes(axis, -1), way_back


def avg_pool(x, *, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window, options as in max_pool. `count_include_pad=False` leaves the padding's zeros out of the mean."""
    windows = _Windows(_lines(x, kernel_size, stride, padding, 1, ceil_mode))
    padded = windows.pad(x, 0)
    share = windows.share(count_include_pad, x.dtype)
    y = reduce(xp.add, (padded[tap] for tap in windows.taps())) * share

    def backward(dy):
        dx, dtap = windows.blank(padded), dy * share
        for tap in windows.taps():
            windows.deliver(dx, tap, dtap, 1)
        return (dx[windows.inside],)

    return y, backward


def adaptive_avg_pool(x, *, output_size):
    """The means of x cut into nearly equal parts; `output_size` is a tuple with the number of parts along each of the last axes.

    Where a length doesn't divide, neighbours share a number. Raises ValueError for less than one part.
    """
    if min(output_size) < 1:
        raise ValueError(f"adaptive_avg_pool expected at least one part along each axis, got {output_size}.")
    axes = tuple(range(-len(output_size), 0))
    parts = {}
    for place in product(*map(range, output_size)):
        bounds = zip(place, output_size, x.shape[-len(axes) :], strict=True)
        parts[..., *place] = (..., *(slice(i * n // m, -(-(i + 1) * n // m)) for i, m, n in bounds))
    y = xp.empty_like(x, shape=(*x.shape[: -len(axes)], *output_size))
    for place, part in parts.items():
        y[place] = x[part].mean(axes)

    def backward(dy):
        dx = xp.zeros_like(x)
        for place, part in parts.items():
            count = math.prod(dx[part].shape[-len(axes) :])
            dx[part] += xp.expand_dims(dy[place] / count, axes)
        return (dx,)

    return y, backward


@dataclass(frozen=True)
class _Line:
    """The windows along one axis of `length` numbers, with `before` and `after` numbers of padding at its ends."""

    length: int
    size: int
    stride: int
    before: int
    after: int
    dilation: int
    ceil_mode: bool

    @property
    def reach(self):
        """From a window's first tap to its last."""
        return self.dilation * (self.size - 1) + 1

    @property
    def windows(self):
        """How many there are. With ceil_mode a last one may hang over the end, if it starts before it."""
        room = self.before + self.length + self.after - self.reach
        if not self.ceil_mode:
            return room // self.stride + 1
        return min(-(-room // self.stride), (self.before + self.length - 1) // self.stride) + 1

    @property
    def seen(self):
        """The length with all the padding that a window sees."""
        return max((self.windows - 1) * self.stride + self.reach, self.before + self.length)

    def taps(self):
        """For each place in the window the slice of all numbers that stand there."""
        span = (self.windows - 1) * self.stride + 1
        return [slice(start, start + span, self.stride) for start in range(0, self.reach, self.dilation)]

    def counts(self, count_include_pad):
        """How many numbers count in each window's mean; those behind the padding never do."""
        low, high = (0, self.before + self.length + self.after) if count_include_pad else (self.before, self.before + self.length)
        starts = range(0, self.windows * self.stride, self.stride)
        return [min(start + self.size, high) - max(start, low) for start in starts]


class _Windows:
    """The windows over several axes: every pair of a row's window and a column's."""

    def __init__(self, lines):
        self.lines = lines
        self.inside = (..., *(slice(line.before, line.before + line.length) for line in lines))
        self.overlap = any(line.stride < line.reach for line in lines)
        self.cover = all(line.stride == line.size and line.seen == line.size * line.windows for line in lines)

    def taps(self):
        """The index of all numbers at one place of their window, for each place in reading order."""
        return [(..., *tap) for tap in product(*(line.taps() for line in self.lines))]

    def pad(self, x, value):
        """x with as much `value` around it as the windows see, in the same memory layout; x itself where they see none."""
        shape = (*x.shape[: -len(self.lines)], *(line.seen for line in self.lines))
        if shape == x.shape:
            return x
        padded = xp.full_like(x, value, shape=shape)
        padded[self.inside] = x
        return padded

    def blank(self, padded):
        """Zeros for the gradient, or memory as it is where each number will be delivered to exactly once."""
        return xp.empty_like(padded) if self.cover else xp.zeros_like(padded)

    def deliver(self, dx, tap, dy, share):
        """dy times share is the gradient of one tap; a number seen by several windows collects several."""
        if self.overlap:
            dx[tap] += dy * share
        else:
            xp.multiply(dy, share, out=dx[tap])

    def share(self, count_include_pad, dtype):
        """1 / how many numbers count in each window: one number if all count alike, else an array."""
        counts = [line.counts(count_include_pad) for line in self.lines]
        if all(len(set(along)) == 1 for along in counts):
            return 1 / math.prod(along[0] for along in counts)
        return 1 / math.prod(xp.ix_(*(xp.asarray(along, dtype=dtype) for along in counts)))


def _laid_out_like(y, dy):
    """dy in the memory layout of y: behind a flattening it lies otherwise, and arithmetic between two layouts is several times slower."""
    if dy.strides == y.strides:
        return dy
    copy = xp.empty_like(y)
    copy[...] = dy
    return copy


def _lines(x, kernel_size, stride, padding, dilation, ceil_mode):
    """A checked _Line for each of the last axes of x."""
    n = len(kernel_size)
    if x.ndim < n:
        raise ValueError(f"Pooling with a window of {kernel_size} expected x with at least {n} axes, got {x.shape}.")
    per_axis = (_each(option, n) for option in (stride or kernel_size, padding, dilation))
    lines = []
    for length, size, s, p, d in zip(x.shape[-n:], kernel_size, *per_axis, strict=True):
        lines.append(_Line(length, size, s, *_each(p, 2), d, ceil_mode))
        _check(lines[-1])
    return lines


def _check(line):
    if min(line.size, line.stride, line.dilation) < 1 or min(line.before, line.after) < 0:
        raise ValueError(f"Pooling expected size, stride and dilation of at least 1 and padding of at least 0, got {line}.")
    if 2 * max(line.before, line.after) > line.reach:
        raise ValueError(f"Pooling expected padding of at most half a window, or a window could see nothing else, got {line}.")
    if line.windows < 1:
        raise ValueError(
            f"Pooling expected at least {line.reach} numbers, padding included, for one window, got {line}. "
            "Use a smaller window or a larger image."
        )


def _each(option, n):
    """An option for each of n axes or ends."""
    if isinstance(option, tuple) and len(option) != n:
        raise ValueError(f"Pooling expected for each option a number or {n} of them, got {option}.")
    return option if isinstance(option, tuple) else (option,) * n
