"""Rows for arithmetic number by number."""

import numpy as np
import torch

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, positive, t

MASK = np.array([[True, False, True, True, False], [False, False, True, False, True], [True, True, False, True, False]])


def within_one(rng, shape):
    """Numbers from -0.9 to 0.9, for inverse sines."""
    return rng.uniform(-0.9, 0.9, size=shape)


def above_one(rng, shape):
    """Numbers from 1.1 to 2, for the inverse of cosh."""
    return rng.uniform(1.1, 2.0, size=shape)


ROWS = [
    *(Row(k.add, shapes, torch.add) for shapes in [((3, 5), (3, 5)), ((3, 1, 4), (2, 1)), ((4,), (2, 3, 4)), ((), (2, 3))]),
    *(Row(k.sub, shapes, torch.sub) for shapes in [((3, 5), (5,)), ((1, 4), (3, 1))]),
    *(Row(k.mul, shapes, torch.mul) for shapes in [((3, 5), (5,)), ((2, 1, 4), (3, 1)), ((0, 3), (3,))]),
    *(Row(k.div, shapes, torch.div, draw=positive) for shapes in [((3, 5), (5,)), ((1, 4), (3, 1))]),
    Row(k.neg, ((3, 5),), torch.neg),
    Row(k.pow, ((3, 5),), lambda x, exponent: x**exponent, {"exponent": 3}),
    Row(k.pow, ((3, 5),), lambda x, exponent: x**exponent, {"exponent": -0.5}, draw=positive),
    Row(k.square, ((3, 5),), torch.square),
    Row(k.sqrt, ((3, 5),), torch.sqrt, draw=positive),
    Row(k.rsqrt, ((3, 5),), torch.rsqrt, draw=positive),
    Row(k.reciprocal, ((3, 5),), torch.reciprocal, draw=positive),
    Row(k.exp, ((3, 5),), torch.exp),
    Row(k.expm1, ((3, 5),), torch.expm1),
    Row(k.log, ((3, 5),), torch.log, draw=positive),
    Row(k.log1p, ((3, 5),), torch.log1p, draw=positive),
    *(Row(k.logaddexp, shapes, torch.logaddexp) for shapes in [((3, 5), (3, 5)), ((2, 1, 4), (3, 1))]),
    Row(k.erf, ((3, 5),), torch.erf),
    Row(k.sin, ((3, 5),), torch.sin),
    Row(k.cos, ((3, 5),), torch.cos),
    Row(k.tan, ((3, 5),), torch.tan, draw=within_one),
    *(Row(kernel, ((3, 5),), torch_kernel, draw=within_one) for kernel, torch_kernel in [(k.asin, torch.asin), (k.acos, torch.acos)]),
    Row(k.atan, ((3, 5),), torch.atan),
    Row(k.sinh, ((3, 5),), torch.sinh),
    Row(k.cosh, ((3, 5),), torch.cosh),
    Row(k.asinh, ((3, 5),), torch.asinh),
    Row(k.acosh, ((3, 5),), torch.acosh, draw=above_one),
    Row(k.atanh, ((3, 5),), torch.atanh, draw=within_one),
    Row(k.abs, ((3, 5),), torch.abs),
    Row(k.maximum, ((3, 5), (5,)), torch.maximum),
    Row(k.minimum, ((3, 5), (3, 1)), torch.minimum),
    Row(k.clip, ((3, 5),), lambda x, low, high: torch.clamp(x, low, high), {"low": -0.5, "high": 0.8}),
    Row(k.where, ((3, 5), (5,)), lambda a, b, condition: torch.where(t(condition), a, b), {"condition": MASK}),
    Row(k.masked_fill, ((3, 5),), lambda x, mask, value: x.masked_fill(t(mask), value), {"mask": MASK, "value": 2.5}),
]
