"""Panels are what the learner sees. Each names the items of the frame (or the state) that it draws; JavaScript holds one file per kind."""

from dataclasses import asdict, dataclass

SQUARE = (-1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """`label` is the title; `alt` says what is seen, with {name:.2f} filled in; `width` is the share of the row."""

    label: str
    alt: str
    width: float = 1.0

    def describe(self):
        """What JavaScript needs to draw the panel."""
        return asdict(self) | {"kind": type(self).__name__.lower()}


@dataclass(frozen=True, kw_only=True)
class Plane(Panel):
    """Two numeric axes, points of two classes on them, and what the learner may do there.

    points: name of an array (N, 3) of x, y, class (0 or 1). drag: two sliders that follow the pointer.
    draws: name of a Drawing. arrow: names of two numbers w and a bias b, drawn as the normal of w x + b = 0.
    """

    x_range: tuple = SQUARE
    y_range: tuple = SQUARE
    x_label: str = ""
    y_label: str = ""
    points: str = ""
    drag: tuple = ()
    draws: str = ""
    arrow: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Field(Plane):
    """A function over the plane as colour: blue below 0, vermillion above, saturated at `limit`.

    values: name of an array (H, W), first row at the lowest y. boundary: name of an array (H, W) whose zero line is drawn.
    key: what the colour stands for, one or two letters beside its scale.
    """

    values: str
    boundary: str = ""
    limit: float = 1.0
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Scatter(Plane):
    """Points of two classes, drawn by the learner if `draws` names a Drawing."""


@dataclass(frozen=True)
class Path:
    """One walk on a Contours panel: `points` names its array (T, 2), `only` the state in which it is the main one."""

    points: str
    only: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Contours(Plane):
    """A function over the plane by its level lines, and walks on it.

    values: name of an array (H, W), first row at the lowest y. levels: name of an array of values whose lines are drawn.
    until: name of a number, the steps of each walk that are drawn. drag: two sliders that follow the pointer, the start.
    """

    values: str
    levels: str
    paths: tuple = ()
    until: str = ""


@dataclass(frozen=True)
class Curve:
    """One line of a Line panel: `y` names its array, `only` the state in which it is the main one, as ("loss", "cross entropy").

    colour: "ink", "extra", "negative" or "positive"; dash where a third hue would be needed. short: the label in a narrow panel, while
    another curve is the main one; without it a narrow panel has a legend.
    """

    y: str
    label: str = ""
    colour: str = "ink"
    dash: bool = False
    only: tuple = ()
    short: str = ""


@dataclass(frozen=True, kw_only=True)
class Line(Panel):
    """Curves over one axis.

    x: name of the array of abscissae, or "" for 0, 1, 2 ... A range of () follows the data. mark: names of a point's two numbers;
    tangent: name of the slope there. log_x, log_y: an axis of powers of ten; log_y needs a y_range.
    dots: names of arrays (N, 2) of points, the second one hollow.
    """

    x: str = ""
    curves: tuple
    x_range: tuple = ()
    y_range: tuple = ()
    x_label: str = ""
    y_label: str = ""
    mark: tuple = ()
    tangent: str = ""
    log_x: bool = False
    log_y: bool = False
    digits: int = 2
    dots: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """One bar per value, blue below 0 and vermillion above. values: name of an array (N,); names: of a list of N words.

    powers: the values are powers of ten, and the bars begin at 1; an axis in place of names. count: name of the number of bars, the rest
    being there so that all states have one shape.
    """

    values: str
    names: str = ""
    range: tuple = ()
    digits: int = 2
    highlight: str = ""
    powers: bool = False
    count: str = ""
    x_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Grid(Panel):
    """Small pictures side by side. values: name of an array (N, H, W), first row at the bottom; signed colours, saturated at `limit`."""

    values: str
    names: str = ""
    limit: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Image(Panel):
    """Grey pictures side by side. values: name of an array (N, H, W) in [0, 1] or uint8, first row at the top.

    names: name of a list of N captions; wrong: name of N flags, whose captions are marked as mistakes.
    """

    values: str
    names: str = ""
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class Graph(Panel):
    """A graph of values, inputs on the left, with gradients that go back edge by edge.

    graph: name of a graph (see graphs.py); walk: of a list [..., done, grads, step] (see chain.py); note: of a line of text below.
    """

    graph: str
    walk: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """Rows of words and numbers. rows: name of a list of lists; head: the column titles."""

    rows: str
    head: tuple


@dataclass(frozen=True, kw_only=True)
class Matrix(Panel):
    """Short texts in boxes, such as sizes or entries. cells: name of a list of rows; a cell is a text or [text, mark].

    mark: "pale" for what is not really there, "loud" for what to look at. rows, columns: names of lists of words beside and above.
    """

    cells: str
    rows: str = ""
    columns: str = ""
