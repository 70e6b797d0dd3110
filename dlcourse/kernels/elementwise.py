"""Arithmetic number by number, with broadcasting. The derivative of each rule stands right under it."""

import math

from dlcourse.backend import erf as _erf
from dlcourse.backend import xp


def unbroadcast(dy, shape):
    """The gradient of what was broadcast from `shape` to the shape of dy: a number that was used many times collects many gradients."""
    if dy.shape == shape:
        return dy
    dy = dy.sum(tuple(range(dy.ndim - len(shape))))  # the axes that were put in front
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and dy.shape[i] != 1)
    return dy.sum(stretched, keepdims=True) if stretched else dy


def add(a, b):
    """a + b."""
    a_shape, b_shape = _shape(a), _shape(b)  # all that backward needs: the numbers may be freed
    return a + b, lambda dy: (unbroadcast(dy, a_shape), unbroadcast(dy, b_shape))


def sub(a, b):
    """a - b."""
    a_shape, b_shape = _shape(a), _shape(b)
    return a - b, lambda dy: (unbroadcast(dy, a_shape), unbroadcast(-dy, b_shape))


def mul(a, b):
    """a b. Each factor's gradient is the other factor."""
    return a * b, lambda dy: (unbroadcast(dy * b, _shape(a)), unbroadcast(dy * a, _shape(b)))


def div(a, b):
    """a / b."""
    y = a / b
    return y, lambda dy: (unbroadcast(dy / b, _shape(a)), unbroadcast(-dy * y / b, _shape(b)))


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


def rsqrt(x):
    """1 / sqrt x."""
    y = 1 / xp.sqrt(x)
    return y, lambda dy: (dy * -0.5 * y / x,)


def reciprocal(x):
    """1 / x."""
    y = 1 / x
    return y, lambda dy: (-dy * y * y,)


def exp(x):
    """e to the x: its own derivative."""
    y = xp.exp(x)
    return y, lambda dy: (dy * y,)


def expm1(x):
    """exp x - 1, exact also for tiny x."""
    y = xp.expm1(x)
    return y, lambda dy: (dy * (y + 1),)


def log(x):
    """The natural logarithm."""
    return xp.log(x), lambda dy: (dy / x,)


def log1p(x):
    """log(1 + x), exact also for tiny x."""
    return xp.log1p(x), lambda dy: (dy / (1 + x),)


def logaddexp(a, b):
    """log(exp a + exp b) without overflow. The two gradients are the softmax of a and b."""
    y = xp.logaddexp(a, b)
    return y, lambda dy: (unbroadcast(dy * xp.exp(a - y), _shape(a)), unbroadcast(dy * xp.exp(b - y), _shape(b)))


def erf(x):
    """2 / sqrt(pi) times the integral of exp(-t²) from 0 to x."""
    return _erf(x), lambda dy: (dy * xp.exp(-x * x) * (2 / math.sqrt(math.pi)),)


def sin(x):
    """Sine, x in radians."""
    return xp.sin(x), lambda dy: (dy * xp.cos(x),)


def cos(x):
    """Cosine, x in radians."""
    return xp.cos(x), lambda dy: (-dy * xp.sin(x),)


def tan(x):
    """Tangent, x in radians."""
    y = xp.tan(x)
    return y, lambda dy: (dy * (1 + y * y),)


def asin(x):
    """The angle in radians whose sine is x, -1 <= x <= 1."""
    return xp.arcsin(x), lambda dy: (dy / xp.sqrt(1 - x * x),)


def acos(x):
    """The angle in radians whose cosine is x, -1 <= x <= 1."""
    return xp.arccos(x), lambda dy: (-dy / xp.sqrt(1 - x * x),)


def atan(x):
    """The angle in radians whose tangent is x."""
    return xp.arctan(x), lambda dy: (dy / (1 + x * x),)


def sinh(x):
    """(exp x - exp -x) / 2."""
    return xp.sinh(x), lambda dy: (dy * xp.cosh(x),)


def cosh(x):
    """(exp x + exp -x) / 2."""
    return xp.cosh(x), lambda dy: (dy * xp.sinh(x),)


def asinh(x):
    """The number whose sinh is x."""
    return xp.arcsinh(x), lambda dy: (dy / xp.sqrt(x * x + 1),)


def acosh(x):
    """The number >= 0 whose cosh is x >= 1."""
    return xp.arccosh(x), lambda dy: (dy / xp.sqrt(x * x - 1),)


def atanh(x):
    """The number whose tanh is x, -1 < x < 1."""
    return xp.arctanh(x), lambda dy: (dy / (1 - x * x),)


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


def where(a, b, *, condition):
    """a where the condition holds, b elsewhere; the one that was taken gets the gradient."""
    a_shape, b_shape = _shape(a), _shape(b)
    return xp.where(condition, a, b), lambda dy: (unbroadcast(dy * condition, a_shape), unbroadcast(dy * ~condition, b_shape))


def masked_fill(x, *, mask, value):
    """x, with a constant wherever the mask is true; nothing flows back from there."""
    shape = x.shape
    return xp.where(mask, value, x), lambda dy: (unbroadcast(dy * ~mask, shape),)


def _to_winner(a, b, a_wins):
    tie = a == b

    def backward(dy):
        da = dy * a_wins + 0.5 * dy * tie
        return unbroadcast(da, _shape(a)), unbroadcast(dy - da, _shape(b))

    return backward


def _shape(x):
    return getattr(x, "shape", ())  # a Python number has none and wants no gradient
