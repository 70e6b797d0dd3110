"""Labelled points in the plane, and what a model says about the plane around them."""

import numpy as np
from matplotlib.patheffects import withStroke

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import show
from dlcourse.viz.style import HUES, MARKERS, PALE, POINT, figure

HALO = [withStroke(linewidth=3, foreground=LIGHT["surface"])]


def scatter2d(x, y, *, alt, title="", xlabel="", ylabel="", names=None):
    """Points x (N, 2) in the colour and the shape of their class y (N,), at most three; `names` are written beside the classes."""
    fig, axes = figure(title=title, xlabel=xlabel, ylabel=ylabel)
    _points(axes, np.asarray(x), np.asarray(y), names)
    show(fig, alt)


def boundary(predict, x, y, *, alt, title="", xlabel="", ylabel="", names=None, level=0.5):
    """The field `predict`: (M, 2) -> (M,), blue below `level` and vermillion above it, its boundary as a line, and the points on top."""
    x, y = np.asarray(x), np.asarray(y)
    fig, axes = figure(title=title, xlabel=xlabel, ylabel=ylabel)
    horizontal, vertical, field = _field(predict, x)
    reach = max(np.abs(field - level).max(), 1e-12)
    axes.contourf(horizontal, vertical, field, levels=np.linspace(level - reach, level + reach, 16), cmap=PALE)
    if field.min() < level < field.max():  # a model that says the same everywhere has no boundary to draw
        axes.contour(horizontal, vertical, field, levels=[level], colors=[LIGHT["ink"]], linewidths=2 * POINT)
    _points(axes, x, y, names)
    show(fig, alt)


def _field(predict, x, steps=120):
    """`predict` on a grid a little larger than the points: coordinates (steps,), (steps,) and values (steps, steps)."""
    low, high = x.min(0), x.max(0)
    margin = 0.15 * (high - low)
    horizontal, vertical = np.linspace(low - margin, high + margin, steps).T
    grid = np.stack(np.meshgrid(horizontal, vertical), axis=-1).reshape(-1, 2)
    field = np.asarray(predict(grid))
    if field.size != len(grid):
        raise ValueError(
            f"predict was given points {grid.shape} and must return one number for each, ({len(grid)},); it gave {field.shape}."
        )
    return horizontal, vertical, field.reshape(steps, steps).astype(float)


def _points(axes, x, y, names):
    classes = np.unique(y)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) != len(y):
        raise ValueError(f"Points are (N, 2) with one class each, (N,); got {x.shape} and {y.shape}.")
    if len(classes) > 3:
        raise ValueError(f"At most three classes can be told apart here; y has {len(classes)}.")
    for index, label in enumerate(classes):
        members = x[y == label]
        axes.scatter(*members.T, s=28, c=HUES[index], marker=MARKERS[index], edgecolors=LIGHT["surface"], linewidths=POINT)
        if names is not None:
            _name(axes, names[index], members, HUES[index])


def _name(axes, name, members, color):
    middle, top = np.median(members[:, 0]), members[:, 1].max()
    axes.annotate(
        name, (middle, top), xytext=(0, 7), textcoords="offset points", ha="center", color=color, weight="bold", path_effects=HALO
    )
