"""A function of two numbers by its level lines, and walks on it."""

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import show
from dlcourse.viz.points import HALO
from dlcourse.viz.style import MARKERS, POINT, figure, stroke


def contours(f, paths=None, *, xlim, ylim, alt, title="", xlabel="w₁", ylabel="w₂", count=12):
    """Level lines of `f`: (M, 2) -> (M,), denser where it is steep, and `paths` {name: (T, 2)}, each named where it ends."""
    fig, axes = figure(title=title, xlabel=xlabel, ylabel=ylabel)
    horizontal, vertical = np.linspace(*xlim, 161), np.linspace(*ylim, 121)
    values = f(np.stack(np.meshgrid(horizontal, vertical), axis=-1).reshape(-1, 2)).reshape(121, 161)
    heights = np.linspace(0, 1, count + 1)[1:] ** 2  # squares: a bowl has its lines at equal distances
    levels = values.min() + np.ptp(values) * heights
    axes.contour(horizontal, vertical, values, levels=levels, colors=[LIGHT["grid"]], linewidths=POINT, linestyles="solid")
    for index, (name, path) in enumerate((paths or {}).items()):
        _walk(axes, name, np.asarray(path), stroke(index + 1), MARKERS[index % 3])
    axes.set(xlim=xlim, ylim=ylim)
    show(fig, alt)


def _walk(axes, name, path, look, marker):
    axes.plot(*path.T, marker=marker, markersize=4, **look)
    place = {"textcoords": "offset points", "annotation_clip": False, "va": "bottom"}
    axes.annotate(name, path[-1], xytext=(6, 6), color=look["color"], path_effects=HALO, **place)
