"""Arithmetic number by number, with broadcasting. The derivative of each rule stands right under it."""

import math

from dlcourse.backend import xp


def unbroadcast(dy, x):
    """The gradient of x, when x was broadcast to the shape of dy: a number that was used many times collects many gradients."""
    shape = getattr(x, "shape", ())  # a Python number has no shape and wants no gradient
    if dy.shape == shape:
        return dy
    dy = dy.sum(tuple(range(dy.ndim - len(shape))))  # the axes that were put in front
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and dy.shape[i] != 1)
    return dy.sum(stretched, keepdims=True) if stretched else dy


def add(a, b):
    """a + b."""
    return a + b, lambda dy: (unbroadcast(dy, a), unbroadcast(dy, b))


def sub(a, b):
    """a - b."""
    return a - b, lambda dy: (unbroadcast(dy, a), unbroadcast(-dy, b))


def mul(a, b):
    """a b. Each factor's gradient is the other factor."""
    return a * b, lambda dy: (unbroadcast(dy * b, a), unbroadcast(dy * a, b))


def div(a, b):
    """a / b."""
    y = a / b
    return y, lambda dy: (unbroadcast(dy / b, a), unbroadcast(-dy * y / b, b))


def neg(x):
    """-x."""
    return -x, lambda dy: (-dy,)


def pow(x, *, exponent):
    """x to a constant power: the gradient is p x^(p-1)."""
    return x**exponent, lambda dy: (dy * exponent * x ** (exponent - 1),)


def square(x):
    """x²."""
    return x * x, lambda dy: (dy * 2.0 * x,)


def sqrt(x):
    """The square root. Its derivative 1 / (2 sqrt x) is infinite at 0."""
    y = xp.sqrt(x)
    return y, lambda dy: (dy * 0.5 / y,)


def exp(x):
    """e to the x: its own derivative."""
    y = xp.exp(x)
    return y, lambda dy: (dy * y,)


def log(x):
    """The natural logarithm."""
    return xp.log(x), lambda dy: (dy / x,)


def sin(x):
    """Sine, x in radians."""
    return xp.sin(x), lambda dy: (dy * xp.cos(x),)


def cos(x):
    """Cosine, x in radians."""
    return xp.cos(x), lambda dy: (-dy * xp.sin(x),)


def abs(x):
    """|x|. At 0, where the slope jumps, the gradient is 0, as in PyTorch."""
    return xp.abs(x), lambda dy: (dy * xp.sign(x),)


def maximum(a, b):
    """The larger of a and b. It gets the gradient; in a tie each gets half, as in PyTorch."""
    return xp.maximum(a, b), _to_winner(a, b, a > b)


def minimum(a, b):
    """The smaller of a and b. It gets the gradient; in a tie each gets half, as in PyTorch."""
    return xp.minimum(a, b), _to_winner(a, b, a < b)


def clip(x, *, low=-math.inf, high=math.inf):
    """x held between low and high; outside, the gradient stops."""
    return xp.clip(x, low, high), lambda dy: (dy * ((x >= low) & (x <= high)),)


def _to_winner(a, b, a_wins):
    tie = a == b

    def backward(dy):
        da = dy * a_wins + 0.5 * dy * tie
        return unbroadcast(da, a), unbroadcast(dy - da, b)

    return backward
