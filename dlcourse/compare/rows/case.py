"""A layer or model of the parity table: how to make it, and what to feed it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Case:
    """`make(rng)` gives the module, `inputs(rng)` its arrays; floats among them get gradients, integers are ids."""

    name: str
    make: Callable
    inputs: Callable

    def __str__(self):
        return self.name


def normal(*shapes):
    """Inputs of these shapes around 0."""
    return lambda rng: [rng.normal(size=shape) for shape in shapes]
