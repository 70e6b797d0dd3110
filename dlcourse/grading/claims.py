"""A harness for functions that judge: is this the gradient of that function? Right claims and wrong ones, named in words.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import numpy as np

CHANGED = "x came back changed"

FUNCTIONS = {  # name: the function and its gradient
    "(x**2).sum()": (lambda x: (x**2).sum(), lambda x: 2 * x),
    "sin(10 x).sum()": (lambda x: np.sin(10 * x).sum(), lambda x: 10 * np.cos(10 * x)),
    "log(exp(x).sum())": (lambda x: np.log(np.exp(x).sum()), lambda x: np.exp(x) / np.exp(x).sum()),
    "((1000 (x - 0.5))**2).sum()": (lambda x: ((1000 * (x - 0.5)) ** 2).sum(), lambda x: 2e6 * (x - 0.5)),
    "100 + sin(x).sum()": (lambda x: 100 + np.sin(x).sum(), np.cos),
    "1e8 * tanh(x).sum()": (lambda x: 1e8 * np.tanh(x).sum(), lambda x: 1e8 * (1 - np.tanh(x) ** 2)),
    "1e-6 * tanh(x).sum()": (lambda x: 1e-6 * np.tanh(x).sum(), lambda x: 1e-6 * (1 - np.tanh(x) ** 2)),
    "3, whatever x is": (lambda x: 3.0, lambda x: np.zeros(np.shape(x))),
}


def last_off(g):
    """The last entry a tenth too large."""
    factor = np.ones(np.shape(g))
    factor.flat[-1] = 1.1
    return g * factor


CLAIMS = {  # name: what is made of the right gradient
    "the gradient": lambda g: g,
    "2 * gradient": lambda g: 2 * g,
    "-gradient": lambda g: -g,
    "0 * gradient": lambda g: 0 * g,
    "gradient, last entry * 1.1": last_off,
    "gradient * 1.01": lambda g: 1.01 * g,
    "gradient reversed": lambda g: np.flip(g),
    "gradient + 0.1": lambda g: g + 0.1,
    "NaN everywhere": lambda g: np.full(np.shape(g), np.nan),
}


def ask(gradient_check, f, grad, x):
    """Hand over the function and the claim of these names at x, and see that x comes back as it was."""
    function, gradient = FUNCTIONS[f]
    mine = x.copy()
    answer = gradient_check(function, lambda x: CLAIMS[grad](gradient(x)), mine)
    return answer if np.array_equal(mine, x) else CHANGED
