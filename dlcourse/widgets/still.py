"""The picture of a widget, for wherever no live view can be: drawn by matplotlib from the same arrays."""

import math

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.widgets.panels import Plane
from dlcourse.widgets.reading import number

WIDTH, HEIGHT, DPI = 8.8, 3.3, 100
STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": LIGHT["muted"],
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "text.color": LIGHT["ink"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.unicode_minus": True,
}


def picture(panels, scope, title, reading, alt):
    """The panels of one state side by side, as a Picture with its alternative text."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from dlcourse.viz.picture import Picture

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        widths = [0.6 if isinstance(panel, Plane) else panel.width for panel in panels]
        for panel, axes in zip(panels, np.ravel(figure.subplots(1, len(panels), width_ratios=widths)), strict=True):
            axes.set_title(panel.label, wrap=True)
            DRAW[type(panel).__name__](axes, panel, scope)
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
        figure.supxlabel(reading, x=0.01, ha="left", fontsize=9.5)
        return Picture.of(figure, alt)


def signed():
    """The colour map of signed values: blue, white, vermillion, as strong as on the page."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb

    ends = [0.28 + 0.72 * np.array(to_rgb(LIGHT[name])) for name in ("negative", "positive")]
    return LinearSegmentedColormap.from_list("signed", [ends[0], (1, 1, 1), ends[1]])


def draw_plane(axes, panel, scope):
    axes.set(xlim=panel.x_range, ylim=panel.y_range, xlabel=panel.x_label, aspect="equal")
    axes.set_ylabel(panel.y_label, rotation=0)
    for x, y, label in [*scope.get(panel.points, ()), *scope.get(panel.draws, ())]:
        axes.plot(x, y, "os"[int(label)], ms=5, color=LIGHT["positive" if label else "negative"], mec="white")
    if panel.arrow:
        draw_arrow(axes, *(scope[name] for name in panel.arrow))
    if panel.drag:
        axes.plot(*(scope[name] for name in panel.drag), "o", color=LIGHT["ink"])


def draw_arrow(axes, w1, w2, b):
    """w, starting at the point of the line w x + b = 0 that is nearest to the origin."""
    length = w1 * w1 + w2 * w2
    if length:
        x, y = -b * w1 / length, -b * w2 / length
        axes.annotate("", (x + w1, y + w2), (x, y), arrowprops={"arrowstyle": "->", "color": LIGHT["ink"], "lw": 2})


def draw_field(axes, panel, scope):
    values = scope[panel.values]
    extent = (*panel.x_range, *panel.y_range)
    axes.imshow(values, cmap=signed(), vmin=-panel.limit, vmax=panel.limit, extent=extent, origin="lower", interpolation="bilinear")
    if panel.boundary and np.ptp(np.sign(scope[panel.boundary])):
        axes.contour(scope[panel.boundary], levels=[0], extent=extent, colors=LIGHT["ink"], linewidths=2)
    draw_plane(axes, panel, scope)


def draw_contours(axes, panel, scope):
    values = scope[panel.values]
    sides = [np.linspace(*ends, n) for ends, n in zip((panel.x_range, panel.y_range), values.shape[::-1], strict=True)]
    axes.contour(*sides, values, levels=np.unique(scope[panel.levels]), colors=LIGHT["muted"], linewidths=0.6)
    for path in sorted(panel.paths, key=lambda path: is_main(path, scope)):
        points = scope[path.points][: scope[panel.until] + 1 if panel.until else None]
        look = {"color": LIGHT["positive"], "marker": "o", "ms": 3} if is_main(path, scope) else {"color": LIGHT["negative"], "ls": ":"}
        axes.plot(*points.T, **look)
    draw_plane(axes, panel, scope)


def is_main(part, scope):
    """Whether a curve or a path is the one that the state chooses."""
    return not part.only or scope[part.only[0]] == part.only[1]


def draw_line(axes, panel, scope):
    xs = scope[panel.x] if panel.x else np.arange(len(scope[panel.curves[0].y]))
    for curve in panel.curves:
        main = is_main(curve, scope)
        ys = scope[curve.y]  # may be empty: no test points, no curve
        style = ("--" if curve.dash else "-") + "o" * (len(ys) == 1)  # one point is no line
        axes.plot(xs[: len(ys)], ys, style, color=LIGHT[curve.colour if main else "muted"], lw=2, label=curve.label)
    for name, fill in zip(panel.dots, (LIGHT["ink"], "white"), strict=False):
        axes.plot(*scope[name].T, "o", ms=5, mec=LIGHT["ink"], mfc=fill, zorder=3)
    if panel.mark:
        x, y = (scope[name] for name in panel.mark)
        text = f"{y:.0e}" if panel.log_y else f"{y:.{panel.digits}f}"
        axes.plot(x, y, "o", ms=8, color=LIGHT["ink"], mec="white")
        axes.annotate(text.replace("-", "−"), (x, y), (6, 6), textcoords="offset points", fontweight="bold")
    axes.set(xlabel=panel.x_label, xscale="log" if panel.log_x else "linear", yscale="log" if panel.log_y else "linear")
    axes.set_ylabel(panel.y_label, rotation=0, ha="right" if len(panel.y_label) > 2 else "center")  # a word would lie on the ticks
    axes.set(**{name: limits for name, limits in (("xlim", panel.x_range), ("ylim", panel.y_range)) if limits})
    axes.grid(color=LIGHT["grid"], lw=0.5)
    if any(curve.label and len(scope[curve.y]) for curve in panel.curves):
        axes.legend(frameon=False)


def draw_bars(axes, panel, scope):
    values = scope[panel.values][: scope.get(panel.count)]
    axes.bar(range(len(values)), values, color=[LIGHT["positive" if value >= 0 else "negative"] for value in values])
    if panel.powers:
        axes.axhline(0, color=LIGHT["muted"], lw=1)
        axes.set(xlabel=panel.x_label, ylim=(min(-2, np.floor(min(values))), max(2, np.ceil(max(values)))))
        axes.yaxis.set_major_formatter("$10^{{{x:.0f}}}$")
        axes.yaxis.get_major_locator().set_params(integer=True)
    else:
        axes.set_xticks(range(len(values)), scope.get(panel.names, range(len(values))))


def draw_tiles(axes, panel, scope):
    """All tiles as one picture, about as wide as high, with room for a caption below each."""
    values, names = scope[panel.values], scope.get(panel.names) or ()
    count, rows, columns = values.shape
    across = math.ceil(math.sqrt(count))
    down = -(-count // across)
    is_grid = type(panel).__name__ == "Grid"
    high, wide = rows + (rows // 3 if names else 1), columns + 1
    sheet = np.full((down, across, high, wide), np.nan)
    sheet.reshape(-1, high, wide)[:count, :rows, :columns] = values[:, ::-1] if is_grid else values
    colours = {"cmap": signed(), "vmin": -panel.limit, "vmax": panel.limit} if is_grid else {"cmap": "gray"}
    axes.imshow(sheet.transpose(0, 2, 1, 3).reshape(down * high, across * wide), **colours)
    for i, name in enumerate(names):
        axes.text(i % across * wide + columns / 2, i // across * high + rows, name, ha="center", va="top", fontsize=8)
    axes.set_axis_off()


def draw_matrix(axes, panel, scope):
    """Boxes as on the page: dashed where pale, vermillion where loud."""
    from matplotlib.patches import Rectangle

    cells, names = scope[panel.cells], scope.get(panel.rows, ())
    for r, c, cell in [(r, c, cell) for r, row in enumerate(cells) for c, cell in enumerate(row) if cell]:
        text, mark = cell if isinstance(cell, list) else (cell, "")
        color = LIGHT[{"pale": "muted", "loud": "positive"}.get(mark, "ink")]
        axes.add_patch(Rectangle((c + 0.06, r + 0.1), 0.88, 0.8, fill=False, ec=color, ls="--" if mark == "pale" else "-"))
        axes.text(c + 0.5, r + 0.5, text, ha="center", va="center", color=color)
    axes.set(xlim=(0, max(4, *map(len, cells))), ylim=(max(4, len(cells)), 0))
    axes.set_xticks(np.arange(len(scope.get(panel.columns, ()))) + 0.5, scope.get(panel.columns, ()))
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)


def draw_table(axes, panel, scope):
    axes.set_axis_off()
    rows = [[str(cell) for cell in row] for row in scope[panel.rows]]
    axes.table(rows, colLabels=list(panel.head), colLoc="right", loc="center", edges="horizontal").scale(1, 1.4)


def draw_graph(axes, panel, scope):
    """Boxes and straight pieces of edges; the values of the walk as on the page."""
    graph, (done, grads, step) = scope[panel.graph], scope[panel.walk][-3:]
    axes.set(xlim=(-0.1, 1.1), ylim=(1.05, -0.12))
    axes.set_axis_off()
    places, plain = graph["places"], graph["plain"]
    for child, parents in enumerate(row[1] for row in graph["steps"]):
        for parent in set(parents) & set(plain):
            axes.plot(*zip(places[parent], places[child], strict=True), ":", color=LIGHT["muted"], lw=1)
    for i, (child, parent, which, points) in enumerate(graph["edges"]):
        path, colour = [places[parent], *points, places[child]], LIGHT["extra" if i < step else "muted"]
        axes.plot(*zip(*path, strict=True), color=colour, lw=3 if i == step - 1 else 1.5)
        x, y = path[len(path) // 2] if points else np.average([path[0], path[1]], axis=0, weights=(0.4, 0.6))
        boxed = {"fc": "white", "ec": "none", "pad": 1}
        axes.text(x, y, number(done[child][1][which]), ha="center", va="center", color=colour, bbox=boxed)
    for i, (x, y) in enumerate(places):
        numbers = number(done[i][0]) + ("" if i in plain else f"\n{number(grads[i])}")
        axes.text(x, y, numbers, ha="center", va="center", bbox={"fc": "white", "ec": LIGHT["ink"], "pad": 5}, zorder=5)
        axes.text(x, y - 0.15, graph["labels"][i], ha="center", va="bottom", fontweight="bold")
    axes.text(0, 0, scope.get(panel.note, ""), transform=axes.transAxes, color=LIGHT["muted"])


DRAW = {
    "Graph": draw_graph,
    "Field": draw_field,
    "Contours": draw_contours,
    "Scatter": draw_plane,
    "Line": draw_line,
    "Bars": draw_bars,
    "Grid": draw_tiles,
    "Image": draw_tiles,
    "Matrix": draw_matrix,
    "Table": draw_table,
}
