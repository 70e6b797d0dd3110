"""A Task is one training on real data that ends in one figure, with the goal that the figure must reach."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """`run(rng)` trains from scratch and returns the figure, a float in `unit`, the same for the same state of `rng`.

    The median over the seeds must reach `goal`, the worst of them `least`. `name` is the module's, `figure` says what is measured.
    """

    name: str
    figure: str
    unit: str
    goal: float
    least: float
    run: Callable
    higher_is_better: bool = True
