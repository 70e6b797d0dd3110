"""Surfaces over the plane, and the walks of the optimizers down them, for the widget `Descent`.

A surface is a sum of c[i][j] xⁱ yʲ with exact coefficients, so that Python and JavaScript (forms.js) walk the same path bit by bit.
"""

import math

import numpy as np

FAR = 1000.0  # a walk that leaves this square is held at its edge, so that every number stays finite
LOW = 1e-9  # heights are drawn as powers of ten, and 0 has none

# {surface: {(i, j): c}}, each with its lowest value 0
SURFACES = {
    "ravine": {(2, 0): 0.5, (0, 2): 5.0},
    "tilted ravine": {(2, 0): 2.75, (1, 1): -4.5, (0, 2): 2.75},
    "saddle": {(0, 0): 0.25, (2, 0): 0.5, (0, 2): -0.5, (0, 4): 0.25},
    "two valleys": {(0, 0): 0.625, (1, 0): 0.25, (2, 0): -0.875, (4, 0): 0.5, (0, 2): 1.0},
    "banana": {(0, 0): 1.125, (1, 0): -0.25, (2, 0): -1.875, (4, 0): 1.0, (0, 1): 2.0, (0, 2): 1.0, (2, 1): -2.0},
}


def coefficients(terms, size=5):
    """{(i, j): c} as an array (size, size)."""
    c = np.zeros((size, size))
    for place, number in terms.items():
        c[place] = number
    return c


def polynomial(c, x, y):
    """Value and slopes by x and y of the sum of c[i][j] xⁱ yʲ, by Horner's rule."""
    value, dx, dy = 0.0, 0.0, 0.0
    for row in c[::-1]:
        inner, slope = 0.0, 0.0
        for number in row[::-1]:
            slope = slope * y + inner
            inner = inner * y + number
        dx = dx * x + value
        value = value * x + inner
        dy = dy * x + slope
    return value, dx, dy


def sampled(f, reach, side=51):
    """f on a square of points from -reach to reach, (side, side), first row at the lowest y."""
    x = np.linspace(-reach, reach, side)
    return f(x[None, :], x[:, None])


def levels(plane, count=11):
    """Heights whose level lines stand about equally dense."""
    return np.quantile(plane, np.linspace(0.05, 0.92, count))


def measured(f, lowest=0.0, h=1e-4):
    """The same for a learner's function of two numbers, its slopes by central differences and its value above the lowest."""

    def look(x, y):
        return f(x, y) - lowest, (f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)

    return look


def plain(g, kept, rate, momentum):
    return rate * g


def heavy(g, kept, rate, momentum):
    kept[0] = momentum * kept[0] + g
    return rate * kept[0]


def nesterov(g, kept, rate, momentum):
    kept[0] = momentum * kept[0] + g
    return rate * (g + momentum * kept[0])


def rmsprop(g, kept, rate, momentum):
    kept[1] = 0.9 * kept[1] + 0.1 * g * g
    return rate * g / (math.sqrt(kept[1]) + 1e-8)


def adam(g, kept, rate, momentum):
    kept[0] = 0.9 * kept[0] + 0.1 * g
    kept[1] = 0.999 * kept[1] + 0.001 * g * g
    kept[2] *= 0.9
    kept[3] *= 0.999
    return rate * (kept[0] / (1 - kept[2])) / (math.sqrt(kept[1] / (1 - kept[3])) + 1e-8)


METHODS = {"gradient descent": plain, "with momentum": heavy, "Nesterov": nesterov, "RMSProp": rmsprop, "Adam": adam}


def descend(look, method, x, y, rate, momentum, last):
    """The path (last + 1, 2) of a method from (x, y); `look` gives (value, slope by x, slope by y) of a point."""
    step, kept, path = METHODS[method], ([0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]), [(x, y)]
    for _ in range(last):
        _, dx, dy = look(x, y)
        x, y = held(x - step(dx, kept[0], rate, momentum)), held(y - step(dy, kept[1], rate, momentum))
        path.append((x, y))
    return np.array(path)


def powers(look, path):
    """The heights along a path as powers of ten: log₁₀ of the value."""
    return np.log10([max(look(x, y)[0], LOW) for x, y in path.tolist()])


def held(v):
    return min(FAR, max(-FAR, v))
