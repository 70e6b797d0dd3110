"""A row of the kernel table: shapes of the inputs (None: no such input), options, and PyTorch's function of the same."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from dlcourse.backend import to_device


def normal(rng, shape):
    """Numbers around 0, as inputs for most kernels."""
    return rng.normal(size=shape)


def positive(rng, shape):
    """Numbers from 0.5 to 2, for kernels that divide or take roots."""
    return rng.uniform(0.5, 2.0, size=shape)


def channels_last(rng, shape):
    """Numbers around 0 whose channels, axis 1, lie next to each other in memory, as convolutions leave them."""
    return np.moveaxis(rng.normal(size=(*shape[:1], *shape[2:], *shape[1:2])), -1, 1) if len(shape) > 2 else normal(rng, shape)


@dataclass
class Row:
    """One kernel, used in one way."""

    kernel: Callable
    shapes: tuple
    torch: Callable
    options: dict = field(default_factory=dict)
    draw: Callable = normal

    def __str__(self):
        shown = [f"{key}={value}" for key, value in self.options.items() if not isinstance(value, np.ndarray)]
        return "-".join([self.kernel.__name__, "x".join(str(s and list(s)) for s in self.shapes), *shown]).replace(" ", "")

    def inputs(self, dtype=np.float64, seed=0):
        """The same random inputs each time for the same seed."""
        rng = np.random.default_rng(seed)
        return [None if shape is None else np.asarray(self.draw(rng, shape), dtype) for shape in self.shapes]

    def run(self, inputs, dtype=np.float64):
        """Our kernel on the device at work: its outputs as a tuple, and backward."""
        options = {key: placed(value) for key, value in self.options_as(dtype).items()}
        y, backward = self.kernel(*(x if x is None else to_device(x) for x in inputs), **options)
        return y if isinstance(y, tuple) else (y,), backward

    def options_as(self, dtype):
        """The options, float arrays among them in `dtype`."""
        return {key: value.astype(dtype) if getattr(value, "dtype", None) == np.float64 else value for key, value in self.options.items()}


def placed(value):
    """An option with its arrays, also those in a tuple, on the device at work."""
    if isinstance(value, tuple):
        return tuple(map(placed, value))
    return to_device(value) if isinstance(value, np.ndarray) else value


def t(value):
    """A host array among the options, for PyTorch's side."""
    return torch.from_numpy(value).to(torch.get_default_device())
