"""Where did a number stop being finite? The same forward pass once more, listening at every layer."""

from contextlib import contextmanager
from functools import partial

import numpy as np

from dlcourse.backend import to_host
from dlcourse.tensor import Tensor, no_grad


def first_bad_layer(model, x):
    """The dotted name of the first layer that makes NaN or infinity of the batch x; None when no layer does.

    A layer is heard after those within it, so the name is the innermost; the model itself is "".
    """
    bad = []
    with listening(model, lambda name, y: None if finite(y) else bad.append(name)), no_grad(), np.errstate(all="ignore"):
        model(Tensor(x))
    return bad[0] if bad else None


@contextmanager
def listening(model, heard):
    """Within the block `heard(name, output)` is called after the forward of every layer, in the order in which they finish."""
    modules = model.named_modules()
    for name, module in modules:
        module.forward = partial(_heard, module.forward, partial(heard, name))
    try:
        yield
    finally:
        for _, module in modules:
            del module.forward  # the class's own shows again


def _heard(forward, heard, *inputs, **options):
    y = forward(*inputs, **options)
    heard(y)
    return y


def finite(y):
    """Whether all numbers of an array, a Tensor or nested tuples of them are finite."""
    if isinstance(y, tuple | list):
        return all(map(finite, y))
    return y is None or bool(np.isfinite(to_host(y.data if isinstance(y, Tensor) else y)).all())


class Rewind:
    """What a forward pass changes besides its output: buffers and random generators. `mark` notes them, `back` restores them."""

    def __init__(self, model):
        attributes = [value for _, module in model.named_modules() for value in vars(module).values()]
        self.generators = [value.bit_generator for value in attributes if isinstance(value, np.random.Generator)]
        self.buffers = [buffer for _, buffer in model.named_buffers()]

    def mark(self):
        """Note how things stand."""
        self.arrays = [buffer.data.copy() for buffer in self.buffers]
        self.states = [generator.state for generator in self.generators]

    def back(self):
        """As at the last mark, so that the same pass gives the same numbers."""
        for buffer, array in zip(self.buffers, self.arrays, strict=True):
            buffer.data = array.copy()
        for generator, state in zip(self.generators, self.states, strict=True):
            generator.state = state
