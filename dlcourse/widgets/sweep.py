"""A sweep computes every state of a few controls once, in Python; the front end then only picks."""

from itertools import product
from math import prod

import numpy as np

from dlcourse.widgets.frame import Frame


def sweep(widget, values):
    """(items, notes): the frame of every combination of the swept controls, stacked.

    items: what is equal in all combinations stays as it is; the rest is an array (combinations, ...) or a list.
    notes: the swept names, the number of values of each, and the items that were stacked.
    """
    controls = {control.name: control for control in widget.controls}
    choices = [controls[name].values for name in widget.swept]
    frames = [widget.compute(**values | dict(zip(widget.swept, choice, strict=True))) for choice in product(*choices)]
    items, stacked = Frame(), []
    for name, first in frames[0].items():
        column = [frame[name] for frame in frames]
        items[name] = first if all(_same(first, other) for other in column) else _stack(name, column)
        if items[name] is not first:
            stacked.append(name)
    sizes = [len(choice) for choice in choices]
    assert prod(sizes) == len(frames)
    return items, {"names": list(widget.swept), "sizes": sizes, "items": stacked}


def _same(a, b):
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b


def _stack(name, column):
    if not isinstance(column[0], np.ndarray):
        return column
    shapes = {array.shape for array in column}
    if len(shapes) > 1:
        raise ValueError(f'A sweep expected "{name}" to have one shape in every state, got {sorted(shapes)}. Pad it, or give a list.')
    return np.stack(column)
