"""Schedules: how the learning rate changes from step to step. Names and numbers are PyTorch's.

A schedule is a formula for the rate after t steps; `step()`, called after the optimizer's, counts and hands it on.
"""

import math
from bisect import bisect_right
from itertools import pairwise

from dlcourse.backend import to_host


class Schedule:
    """Sets the optimizer's `lr` to `at(t, lr)`, t the number of `step()`s so far and lr the rate with which the optimizer was made."""

    def __init__(self, optimizer):
        self.optimizers, self.t = optimizer.groups, 0
        for each in self.optimizers:
            each.initial_lr = each.initial_lr or each.lr  # another schedule of the same optimizer may have begun
        self._set()

    def at(self, t, lr):
        """The learning rate after t steps, begun with lr."""
        raise NotImplementedError(f"{type(self).__name__} expected a method at(self, t, lr).")

    def step(self):
        """One step further."""
        self.t += 1
        self._set()

    def _set(self):
        for each in self.optimizers:
            each.lr = self.at(self.t, each.initial_lr)

    def state_dict(self):
        """The number of steps, so that a training can go on exactly."""
        return {"t": to_host(self.t)}

    def load_state_dict(self, state):
        """Go on where another schedule of the same kind stopped."""
        self.t = int(state["t"])
        self._set()


class StepLR(Schedule):
    """Times gamma after every step_size steps."""

    def __init__(self, optimizer, step_size, gamma=0.1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def at(self, t, lr):
        return lr * self.gamma ** (t // self.step_size)


class LinearLR(Schedule):
    """A straight line from start_factor * lr to end_factor * lr in total_iters steps, then constant: a warm-up, or a way down."""

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer)

    def at(self, t, lr):
        way = min(t / self.total_iters, 1.0)
        return lr * (self.start_factor + way * (self.end_factor - self.start_factor))


class CosineAnnealingLR(Schedule):
    """Half a cosine from lr down to eta_min in T_max steps, and up again after them (Loshchilov and Hutter 2017, eq. 5)."""

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def at(self, t, lr):
        return half_cosine(lr, self.eta_min, t / self.T_max)


class OneCycleLR(Schedule):
    """Up from max_lr / div_factor to max_lr in the share pct_start of total_steps, then down to nearly nothing (Smith and Topin 2019).

    The momentum stays as it is: PyTorch's cycle_momentum=False.
    """

    def __init__(self, optimizer, max_lr, total_steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        self.peak, self.last = pct_start * total_steps - 1, total_steps - 1
        self.rates = max_lr / div_factor, max_lr, max_lr / div_factor / final_div_factor
        super().__init__(optimizer)

    def at(self, t, lr):
        low, high, end = self.rates
        if t <= self.peak:
            return half_cosine(low, high, t / self.peak)
        return half_cosine(high, end, min((t - self.peak) / (self.last - self.peak), 1.0))


class SequentialLR(Schedule):
    """One schedule after another, each begun at its milestone: SequentialLR(sgd, [LinearLR(sgd), CosineAnnealingLR(sgd, 95)], [5]).

    Raises ValueError unless there is one milestone between each schedule and the next, in rising order.
    """

    def __init__(self, optimizer, schedulers, milestones):
        if len(milestones) != len(schedulers) - 1 or any(a >= b for a, b in pairwise(milestones)):
            raise ValueError(
                f"SequentialLR expected {len(schedulers) - 1} rising milestones for {len(schedulers)} schedules, got {milestones}."
            )
        self.schedulers, self.milestones = schedulers, [0, *milestones]
        super().__init__(optimizer)

    def at(self, t, lr):
        i = bisect_right(self.milestones, t) - 1
        return self.schedulers[i].at(t - self.milestones[i], lr)


def half_cosine(start, end, way):
    """From start (way 0) to end (way 1), slowly at both ends."""
    return end + (start - end) * (1 + math.cos(math.pi * way)) / 2
