"""Pooling: a window slides over the last axes, and what it sees becomes one number.

The maximum of a window is the maximum of its rows' maxima, and the mean the mean of means: so one axis is pooled after the other.
"""

import math
from dataclasses import dataclass
from functools import reduce

from dlcourse.backend import xp


def max_pool(x, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest number in each window of `kernel_size`, a tuple with one size for each of the last axes of x.

    The other options are one number for all axes or a tuple; `stride` is the window's size unless told, an axis's `padding` may be
    (before, after) and never wins. Of equal maxima the first in reading order gets the gradient, as in PyTorch.
    Raises ValueError when a window doesn't fit.
    """
    windows = _windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    return _chain(_max_along, x, reversed(windows))  # within rows first: of equal rows the upper one then wins


def avg_pool(x, *, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window, options as in max_pool. `count_include_pad=False` leaves the padding's zeros out of the mean."""
    windows = _windows(x, kernel_size, stride, padding, 1, ceil_mode)
    return _chain(lambda x, window: _mean_along(x, window, window.shares(count_include_pad, x.dtype)), x, windows)


def adaptive_avg_pool(x, *, output_size):
    """The means of x cut into nearly equal parts; `output_size` is a tuple with the number of parts for each of the last axes.

    Raises ValueError for less than one part.
    """
    if min(output_size) < 1:
        raise ValueError(f"adaptive_avg_pool expected at least one part along each axis, got {output_size}.")
    return _chain(lambda x, part: _means_of_parts(x, *part), x, zip(_axes(output_size), output_size, strict=True))


def _chain(pool, x, steps):
    """pool(x, step) for one axis after the other; backward walks them in reverse."""
    backs = []
    for step in steps:
        x, back = pool(x, step)
        backs.insert(0, back)
    return x, lambda dy: (reduce(lambda d, back: back(d), backs, dy),)


def _max_along(x, window):
    padded = window.pad(x, -math.inf)
    *taps, last = window.taps
    y = reduce(xp.maximum, (padded[tap] for tap in taps), padded[last])

    def backward(dy):
        dx, free = xp.zeros_like(padded), xp.ones_like(y, dtype=bool)
        for tap in taps:
            won = free & (padded[tap] == y)
            window.deliver(dx, tap, dy * won)
            free &= ~won
        window.deliver(dx, last, dy * free)
        return dx[window.inside]

    return y, backward


def _mean_along(x, window, shares):
    padded = window.pad(x, 0)
    y = reduce(xp.add, (padded[tap] for tap in window.taps)) * shares

    def backward(dy):
        dx, share = xp.zeros_like(padded), dy * shares
        for tap in window.taps:
            window.deliver(dx, tap, share)
        return dx[window.inside]

    return y, backward


def _means_of_parts(x, axis, parts):
    n = x.shape[axis]
    spans = [_at(axis, i * n // parts, -(-(i + 1) * n // parts)) for i in range(parts)]  # neighbours overlap where n doesn't divide
    y = xp.concatenate([x[span].mean(axis, keepdims=True) for span in spans], axis)

    def backward(dy):
        dx = xp.zeros_like(x)
        for i, span in enumerate(spans):
            dx[span] += dy[_at(axis, i, i + 1)] / dx[span].shape[axis]
        return dx

    return y, backward


@dataclass(frozen=True)
class _Window:
    """A window on one axis, which is counted from the end and holds `length` numbers, `before` and `after` of padding around them."""

    axis: int
    length: int
    size: int
    stride: int
    before: int
    after: int
    dilation: int
    ceil_mode: bool

    @property
    def reach(self):
        """The numbers from the window's first place to its last."""
        return self.dilation * (self.size - 1) + 1

    @property
    def outputs(self):
        """How many windows there are. With ceil_mode a last one may hang over the end, if it starts before it."""
        room = self.before + self.length + self.after - self.reach
        if not self.ceil_mode:
            return room // self.stride + 1
        return min(-(-room // self.stride), (self.before + self.length - 1) // self.stride) + 1

    @property
    def taps(self):
        """For each place in the window the index of all numbers that are seen there, one for each output."""
        span = (self.outputs - 1) * self.stride + 1
        return [_at(self.axis, start, start + span, self.stride) for start in range(0, self.reach, self.dilation)]

    @property
    def inside(self):
        """The index of x in its padding."""
        return _at(self.axis, self.before, self.before + self.length)

    def pad(self, x, value):
        """x with as many numbers of `value` around it as the windows see; x itself where they see none."""
        seen = max((self.outputs - 1) * self.stride + self.reach, self.before + self.length)
        if seen == self.length:
            return x
        shape = list(x.shape)
        shape[self.axis] = seen
        padded = xp.full_like(x, value, shape=shape)  # in the memory layout of x
        padded[self.inside] = x
        return padded

    def deliver(self, dx, tap, share):
        """Give each number its share of the gradient; where windows overlap it collects several."""
        if self.stride < self.reach:
            dx[tap] += share
        else:
            dx[tap] = share

    def shares(self, count_include_pad, dtype):
        """1 / how many numbers each window counts: a number where all count alike, else an array along the axis."""
        low, high = (0, self.before + self.length + self.after) if count_include_pad else (self.before, self.before + self.length)
        starts = range(0, self.outputs * self.stride, self.stride)
        counts = [min(start + self.size, high) - max(start, low) for start in starts]
        if set(counts) <= {self.size}:
            return 1 / self.size
        return xp.asarray([1 / n for n in counts], dtype=dtype).reshape(-1, *(1,) * (-self.axis - 1))


def _windows(x, kernel_size, stride, padding, dilation, ceil_mode):
    """One _Window for each of the last axes of x, checked."""
    n = len(kernel_size)
    if x.ndim < n:
        raise ValueError(f"Pooling with a window of {kernel_size} expected x with at least {n} axes, got {x.shape}.")
    per_axis = (_each(option, n) for option in (stride or kernel_size, padding, dilation))
    windows = []
    for axis, length, size, s, p, d in zip(_axes(kernel_size), x.shape[-n:], kernel_size, *per_axis, strict=True):
        windows.append(_Window(axis, length, size, s, *_each(p, 2), d, ceil_mode))
        _check(windows[-1])
    return windows


def _check(window):
    if min(window.size, window.stride, window.dilation) < 1 or min(window.before, window.after) < 0:
        raise ValueError(f"Pooling expected size, stride and dilation of at least 1 and padding of at least 0, got {window}.")
    if 2 * max(window.before, window.after) > window.reach:
        raise ValueError(f"Pooling expected padding of at most half a window, or a window could see nothing else, got {window}.")
    if window.outputs < 1:
        raise ValueError(
            f"Pooling expected at least {window.reach} numbers, padding included, for one window, got {window}. "
            "Use a smaller window or a larger image."
        )


def _each(option, n):
    """An option for each of n axes or ends."""
    if isinstance(option, tuple) and len(option) != n:
        raise ValueError(f"Pooling expected for each option a number or {n} of them, got {option}.")
    return option if isinstance(option, tuple) else (option,) * n


def _axes(sizes):
    """The last axes, counted from the end."""
    return range(-len(sizes), 0)


def _at(axis, start, stop, step=1):
    """The index of a slice of one axis, counted from the end."""
    return (..., slice(start, stop, step), *(slice(None),) * (-axis - 1))
