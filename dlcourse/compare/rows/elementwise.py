"""Rows for arithmetic number by number."""

import torch

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, positive

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
    Row(k.exp, ((3, 5),), torch.exp),
    Row(k.log, ((3, 5),), torch.log, draw=positive),
    Row(k.sin, ((3, 5),), torch.sin),
    Row(k.cos, ((3, 5),), torch.cos),
    Row(k.abs, ((3, 5),), torch.abs),
    Row(k.maximum, ((3, 5), (5,)), torch.maximum),
    Row(k.minimum, ((3, 5), (3, 1)), torch.minimum),
    Row(k.clip, ((3, 5),), lambda x, low, high: torch.clamp(x, low, high), {"low": -0.5, "high": 0.8}),
]
