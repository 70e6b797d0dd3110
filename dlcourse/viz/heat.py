"""A table of numbers as colours: weights, confusion counts, attention."""

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import show
from dlcourse.viz.style import MAGNITUDE, SIGNED, WIDTH, figure


def matrix(values, *, alt, title="", xlabel="", ylabel="", rows=None, columns=None, form=None):
    """values (R, C): blue below zero, vermillion above, paper at zero; without negatives one hue.

    `rows` and `columns` name the lines; `form` such as ".2f" or "d" writes the number into each cell.
    """
    values = np.atleast_2d(values)
    fig, axes = figure(title=title, xlabel=xlabel, ylabel=ylabel, height=_height(values.shape))
    signed, reach = values.min() < 0, max(np.abs(values).max(), 1e-12)
    axes.imshow(values, cmap=SIGNED if signed else MAGNITUDE, vmin=-reach if signed else 0, vmax=reach, interpolation="nearest")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    _ticks(axes.set_xticks, columns)
    _ticks(axes.set_yticks, rows)
    if form is not None:
        _write(axes, values, reach, form)
    show(fig, alt)


def _height(shape):
    return float(np.clip(WIDTH * shape[0] / shape[1] * 0.8, 1.2, 5.0))


def _ticks(set_ticks, names):
    if names is not None:
        set_ticks(range(len(names)), names)


def _write(axes, values, reach, form):
    for (row, column), value in np.ndenumerate(values):
        color = LIGHT["surface"] if abs(value) > 0.6 * reach else LIGHT["ink"]
        axes.text(column, row, format(value, form), ha="center", va="center", color=color, fontsize=9)
