"""Curves against a common x, each with its name at its end."""

import numpy as np

from dlcourse.viz.picture import show
from dlcourse.viz.style import MARKERS, POINT, figure, stroke


def lines(curves, x=None, *, xlabel, ylabel, title, alt, xscale="linear", yscale="linear", ylim=None, points=False):
    """One line for each name in `curves`: values (T,), or (runs, T) for the mean of several runs and a band from smallest to largest.

    x (T,) is 0, 1, 2 ... unless given. `points=True` marks the values, for curves of a few measurements.
    """
    fig, axes = figure(title=title, xlabel=xlabel, ylabel=ylabel)
    axes.set(xscale=xscale, yscale=yscale)
    for index, (name, values) in enumerate(curves.items()):
        _curve(axes, _checked_x(name, x, values), np.atleast_2d(values), stroke(index) | _mark(index, points))
    if points and x is not None and xscale == "log":
        axes.set_xticks(x, [f"{value:g}" for value in x])
        axes.minorticks_off()
    axes.set_ylim(ylim)
    axes.margins(x=0.02)
    _name_at_the_end(fig, axes, curves)
    show(fig, alt)


def _checked_x(name, x, values):
    count = np.shape(values)[-1]
    if x is None:
        return np.arange(count)
    if len(x) != count:
        raise ValueError(f"The curve {name!r} has {count} values but x has {len(x)}. Each value needs its x.")
    return np.asarray(x)


def _mark(index, points):
    return {"marker": MARKERS[index % 3], "markersize": 5} if points else {}


def _curve(axes, x, runs, look):
    axes.plot(x, runs.mean(0), **look)
    if len(runs) > 1:
        axes.fill_between(x, runs.min(0), runs.max(0), color=look["color"], alpha=0.15, linewidth=0)


def _name_at_the_end(fig, axes, curves):
    """Write each name beside the last point of its line, pushed apart where lines end close together."""
    fig.draw_without_rendering()  # settles the limits, which the positions below depend on
    ends = [line.get_xydata()[-1] for line in axes.lines]
    heights = axes.transData.transform(np.array(ends))[:, 1]
    for name, end, line, shift in zip(curves, ends, axes.lines, _spread(heights, 14) - heights, strict=True):
        axes.annotate(
            name,
            end,
            xytext=(6, shift * POINT),
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            annotation_clip=False,
        )


def _spread(heights, gap):
    """Heights in pixels, moved up as little as needed for neighbours to be `gap` apart."""
    spread = np.array(heights, dtype=float)
    order = np.argsort(spread)
    for below, above in zip(order, order[1:], strict=False):
        spread[above] = max(spread[above], spread[below] + gap)
    return spread
