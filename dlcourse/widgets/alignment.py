"""Which sizes of two shapes meet in an operation, as the boxes that the widget Shapes draws."""

import operator
from itertools import zip_longest
from math import prod

import numpy as np

OPERATIONS = {"+": operator.add, "−": operator.sub, "*": operator.mul, "@": operator.matmul}
NAMES = {"+": "sum", "−": "difference", "*": "product"}
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST = 4  # rows and columns of a result that are drawn


def run(sign, a, b):
    """(shape, "") of the operation on arrays of these shapes, or (None, what NumPy says). One number in memory stands for all."""
    try:
        return OPERATIONS[sign](np.broadcast_to(0.0, a), np.broadcast_to(0.0, b)).shape, ""
    except ValueError as error:
        return None, str(error).strip()


def aligned(a, b):
    """Pairs of sizes that meet, from the right; None where one array has no such axis."""
    return list(zip_longest(reversed(a), reversed(b)))[::-1]


def meetings(sign, a, b):
    """(names, pairs): the axes of an operation, and the sizes of a and b that meet there.

    In `@` the last axis of a meets the last but one of b, and is summed; the axes before these are aligned as in a sum.
    """
    if sign != "@":
        pairs = aligned(a, b)
        return [f"axis −{len(pairs) - i}" for i in range(len(pairs))], pairs
    inner = (*a[-1:], None)[0], (*b[-2:], None)[0]
    named = [("batch", pair) for pair in aligned(a[:-2], b[:-2])] + [("rows", (size, None)) for size in a[-2:-1]]
    named += [("summed", inner)] + [("columns", (None, size)) for size in b[-1:] if len(b) > 1]
    return [name for name, _ in named], [pair for _, pair in named]


def clash(name, sizes):
    """Whether these sizes cannot meet: they differ; or, where nothing is summed, neither is 1 or missing."""
    return None in sizes or sizes[0] != sizes[1] if name == "summed" else len(set(sizes) - {1, None}) > 1


def is_outer(sign, a, b, shape):
    """Whether both arrays are stretched, so that each number of one meets each number of the other somewhere."""
    return shape is not None and sign != "@" and prod(shape) > max(prod(a), prod(b))


def boxes(sign, a, b, shape):
    """(axis names, three rows of cells): the sizes of a, of b and of the result, axis under axis; what does not fit is loud."""
    names, pairs = meetings(sign, a, b)
    columns = [_column(name, pair, is_outer(sign, a, b, shape)) for name, pair in zip(names, pairs, strict=True)]
    return names, [list(row) for row in zip(*columns, strict=True)] or [["no axes"]] * 3


def _column(name, pair, outer):
    """The boxes of one axis: a stretched or missing 1 is pale, a summed axis leaves no size behind."""
    if clash(name, pair):
        return [[str(size or "none"), "loud"] for size in pair] + [["?", "loud"]]
    if name == "summed":
        return [*map(str, pair), ["sum", "pale"]]
    size = max(pair, key=lambda size: (size or 1) != 1) or 1
    given = ["" if name in ("rows", "columns") and own is None else _size(own, size) for own in pair]
    return [*given, [str(size), "loud"] if outer else str(size)]


def _size(own, size):
    return str(own) if own == size else [f"1 → {size}" if size > 1 else "1", "pale"]


def parts(sign, a, b, shape):
    """What the first rows and columns of the result (of its first table) are made of, such as a₁₀ − b₂, as a table of short texts."""
    height, width = (1, 1, *shape)[-2:]
    front = (0,) * max(0, len(shape) - 2)
    places = [[(*front, r, c)[max(0, 2 - len(shape)) :] for c in range(min(width, MOST))] for r in range(min(height, MOST))]
    name = _dot if sign == "@" else _pair
    cells = [[name(sign, a, b, place) for place in row] + ["…"] * (width > MOST) for row in places]
    return cells + [["…"] * len(cells[0])] * (height > MOST or len(shape) > 2)


def _pair(sign, a, b, place):
    return f"a{_index(a, place)} {sign} b{_index(b, place)}"


def _dot(sign, a, b, place):
    """Row of a times column of b."""
    column = place[-1:] if len(b) > 1 else ()
    row = place[: len(place) - len(column)][-1:] if len(a) > 1 else ()
    return f"a{_low(row)} · b{_low(column)}"


def _index(shape, place):
    """The place of the result seen from one array: its own axes only, and always 0 along a stretched one."""
    own = place[len(place) - len(shape) :]
    return _low(i if size > 1 else 0 for i, size in zip(own, shape, strict=True))


def _low(numbers):
    return "".join(map(str, numbers)).translate(LOW)


def verdict(sign, a, b, shape, refusal):
    """One sentence: what came out, and why."""
    if shape is None:
        return f"is refused: {refusal}."
    if sign == "@":
        return f"gives {shape}: along the axis where {a[-1]} meets {a[-1]}, products are summed."
    if is_outer(sign, a, b, shape):
        return f"gives {shape}: both are stretched. That is an outer {NAMES[sign]}: each number of a meets each of b. Did you mean that?"
    stretched = [f"{name} is stretched to fit" for name, own in (("a", a), ("b", b)) if own != shape]
    return f"gives {shape}: {(*stretched, 'the shapes are equal, number meets number')[0]}."
