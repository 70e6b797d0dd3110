"""The look of every figure: two-pixel lines, left and bottom axis only, names beside the lines, a title that states the finding."""

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlcourse.palette import LIGHT

WIDTH, HEIGHT, DPI = 6.4, 3.4, 100  # inches, and pixels per inch: 640 px is as wide as a notebook's output
POINT = 72 / DPI  # one pixel in points, the unit of matplotlib's line widths
HUES = (LIGHT["negative"], LIGHT["positive"], LIGHT["extra"])
DASHES = ("-", (0, (4, 2)), (0, (1, 1.5)))  # three hues are enough for a panel, then the dashes change
MARKERS = ("o", "s", "^")

SIGNED = LinearSegmentedColormap.from_list("signed", [LIGHT["negative"], LIGHT["surface"], LIGHT["positive"]])
PALE = LinearSegmentedColormap.from_list("pale", SIGNED([0.2, 0.5, 0.8]))  # behind points of the full colours
MAGNITUDE = LinearSegmentedColormap.from_list("magnitude", [LIGHT["surface"], LIGHT["negative"]])


def figure(*, title="", xlabel="", ylabel="", width=WIDTH, height=HEIGHT):
    """`(figure, axes)` in the look of the course, sizes in inches; draw on the axes, then call `show(figure, alt)`."""
    fig = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor=LIGHT["surface"])
    axes = fig.add_subplot()
    axes.set_title(title, loc="left", fontsize=11, color=LIGHT["ink"])
    axes.set_xlabel(xlabel, color=LIGHT["muted"])
    axes.set_ylabel(ylabel, color=LIGHT["muted"])
    axes.tick_params(colors=LIGHT["muted"], width=POINT, length=3)
    for side, spine in axes.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=LIGHT["muted"], linewidth=POINT)
    return fig, axes


def picture_axes(axes):
    """No ticks, no frame: what is shown is a picture, not a measurement."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def stroke(index):
    """Colour and dashes of the curve number `index`: three hues, then again with dashes."""
    return {"color": HUES[index % 3], "linestyle": DASHES[index // 3 % 3], "linewidth": 2 * POINT}
