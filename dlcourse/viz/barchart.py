"""Bars for a few named numbers, each with its value at its end."""

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import show
from dlcourse.viz.style import figure


def bars(values, *, alt, title="", xlabel="", form=".2f", highlight=None):
    """Horizontal bars from zero for `values` {name: number}, top to bottom; `highlight` names the one that the title speaks of."""
    fig, axes = figure(title=title, xlabel=xlabel, height=0.8 + 0.42 * len(values))
    colors = [LIGHT["positive"] if name == highlight else LIGHT["negative"] for name in values]
    drawn = axes.barh(list(values), list(values.values()), color=colors, height=0.6)
    axes.bar_label(drawn, [format(value, form) for value in values.values()], padding=4, color=LIGHT["ink"])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.axvline(0, color=LIGHT["muted"], linewidth=0.7)
    axes.spines[:].set_visible(False)
    axes.set_xticks([])  # each bar says its number
    axes.tick_params(axis="y", length=0, labelcolor=LIGHT["ink"])
    show(fig, alt)
