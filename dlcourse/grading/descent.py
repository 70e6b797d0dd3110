"""Harnesses for lesson 05: a gradient to walk against, epochs to cut, a training to experiment with.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

from types import GeneratorType

import numpy as np


def walk(gradient_descent, a, c, x0, lr, steps):
    """A harness: the gradient is a @ x + c * x**3."""
    return gradient_descent(lambda x: a @ x + c * x**3, x0, lr, steps)


def three_epochs(minibatches, n, size, seed):
    """A harness: two epochs, one after the other, and then the first once more, from a fresh rng of the same seed."""
    rng = np.random.default_rng(seed)
    epochs = [minibatches(n, size, rng), minibatches(n, size, rng), minibatches(n, size, np.random.default_rng(seed))]
    return [list(epoch) if isinstance(epoch, (GeneratorType, tuple)) else epoch for epoch in epochs]


class Spent(Exception):
    """Raised when a training is asked for that is no longer paid for."""


def experiment(find_rates, curvatures, start, steps, calls):
    """A harness: (what was returned, the rates that were tried); the word "spent" where more trainings were asked for than `calls`."""
    rates = []

    def train(lr):
        if len(rates) == calls:
            raise Spent(f"All {calls} trainings are used up.")
        rates.append(float(lr))
        return losses(curvatures, start, steps, lr)

    try:
        return find_rates(train, calls), rates
    except Spent:
        return "spent", rates


def losses(curvatures, start, steps, lr):
    """Gradient descent on the sum of curvature / 2 * w²: the losses (steps + 1,), all steps at once, since each multiplies w alike."""
    factors = np.vstack([np.ones(len(start)), np.tile(1 - lr * curvatures, (steps, 1))])
    with np.errstate(all="ignore"):
        w = start * factors.cumprod(0)
        w = w + 0 * w  # where w is infinite, the step w - lr * curvature * w is inf - inf, NaN
        return (curvatures * w * w).sum(1) / 2
