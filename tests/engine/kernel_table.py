"""One row for each kernel and way of using it: inputs, options, PyTorch's counterpart, the loop specification where there is one."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import reference
import torch
import torch.nn.functional as T

from dlcourse import kernels as k


def normal(rng, shape):
    return rng.normal(size=shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2.0, size=shape)


@dataclass
class Row:
    kernel: Callable
    shapes: tuple
    torch: Callable
    options: dict = field(default_factory=dict)
    draw: Callable = normal
    specification: Callable | None = None

    def __str__(self):
        shown = [f"{key}={value}" for key, value in self.options.items() if not isinstance(value, np.ndarray)]
        return "-".join([self.kernel.__name__, "x".join(str(list(s)) for s in self.shapes), *shown]).replace(" ", "")

    def inputs(self, dtype=np.float64, seed=0):
        rng = np.random.default_rng(seed)
        return [np.asarray(self.draw(rng, shape), dtype) for shape in self.shapes]

    def options_as(self, dtype):
        """The options, float arrays among them in `dtype`."""
        return {key: value.astype(dtype) if getattr(value, "dtype", None) == np.float64 else value for key, value in self.options.items()}


def _t(value):
    return torch.from_numpy(value)


rng = np.random.default_rng(1)
LABELS = np.array([3, 0, 6, 3])
SCORES = rng.normal(size=(5, 3))
CHANCES = rng.uniform(size=(5, 3))
REPEATED = np.array([2, 0, 2])

KERNELS = [
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
    Row(k.sum, ((3, 5),), torch.sum),
    Row(k.sum, ((2, 3, 4),), lambda x, axis: x.sum(axis), {"axis": (0, 2)}),
    Row(k.sum, ((2, 3, 1),), lambda x, axis, keepdims: x.sum(axis, keepdim=keepdims), {"axis": -1, "keepdims": True}),
    Row(k.mean, ((3, 5),), torch.mean),
    Row(k.mean, ((2, 3, 4),), lambda x, axis: x.mean(axis), {"axis": (0, 2)}),
    Row(k.mean, ((2, 1, 4),), lambda x, axis, keepdims: x.mean(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.max, ((3, 5),), torch.amax),
    Row(k.max, ((2, 3, 4),), lambda x, axis: x.amax(axis), {"axis": (0, 2)}),
    Row(k.max, ((2, 3, 4),), lambda x, axis, keepdims: x.amax(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.logsumexp, ((4, 7),), lambda x: x.logsumexp(-1), specification=reference.logsumexp),
    Row(k.logsumexp, ((4, 7, 2),), lambda x, axis, keepdims: x.logsumexp(axis, keepdim=keepdims), {"axis": 1, "keepdims": True}),
    Row(k.reshape, ((3, 4),), lambda x, shape: x.reshape(shape), {"shape": (2, -1)}),
    Row(k.transpose, ((3, 4),), torch.t),
    Row(k.transpose, ((2, 3, 4),), lambda x, axes: x.permute(axes), {"axes": (1, 2, 0)}),
    Row(k.broadcast_to, ((3, 1),), lambda x, shape: x.broadcast_to(shape), {"shape": (2, 3, 4)}),
    Row(k.concatenate, ((2, 3), (2, 1), (2, 4)), lambda *xs, axis: torch.cat(xs, axis), {"axis": 1}),
    Row(k.stack, ((2, 3), (2, 3)), lambda *xs, axis: torch.stack(xs, axis), {"axis": 1}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[index], {"index": (slice(1, 3), slice(None, None, 2))}),
    Row(k.getitem, ((4, 5),), lambda x, index: x[_t(index)], {"index": REPEATED}),
    Row(k.matmul, ((3, 4), (4, 2)), torch.matmul, specification=reference.matmul),
    Row(k.matmul, ((5, 1, 3, 4), (2, 4, 2)), torch.matmul, specification=reference.matmul),
    *(
        Row(k.matmul, shapes, torch.matmul)
        for shapes in [((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((5, 3, 4), (4,)), ((4,), (5, 4, 2))]
    ),
    Row(k.linear, ((3, 4), (4, 2), (2,)), lambda x, w, b: T.linear(x, w.T, b), specification=reference.linear),
    Row(k.linear, ((2, 3, 4), (4, 1), (1,)), lambda x, w, b: T.linear(x, w.T, b), specification=reference.linear),
    Row(k.linear, ((0, 4), (4, 2), (2,)), lambda x, w, b: T.linear(x, w.T, b)),
    Row(k.sigmoid, ((3, 5),), torch.sigmoid),
    Row(k.tanh, ((3, 5),), torch.tanh),
    Row(k.relu, ((3, 5),), torch.relu),
    Row(k.leaky_relu, ((3, 5),), T.leaky_relu, {"negative_slope": 0.1}),
    Row(k.gelu, ((3, 5),), T.gelu, specification=reference.gelu),
    Row(k.gelu, ((3, 5),), T.gelu, {"approximate": "tanh"}),
    Row(k.softmax, ((4, 7),), lambda x: x.softmax(-1), specification=reference.softmax),
    Row(k.softmax, ((4, 1),), lambda x: x.softmax(-1), specification=reference.softmax),
    Row(k.softmax, ((2, 3, 4),), lambda x, axis: x.softmax(axis), {"axis": 1}),
    Row(k.log_softmax, ((4, 7),), lambda x: x.log_softmax(-1), specification=reference.log_softmax),
    Row(k.log_softmax, ((2, 3, 4),), lambda x, axis: x.log_softmax(axis), {"axis": 0}),
    Row(k.mse, ((5, 3),), lambda x, target: T.mse_loss(x, _t(target)), {"target": SCORES}, specification=reference.mse),
    Row(
        k.cross_entropy,
        ((4, 7),),
        lambda x, target: T.cross_entropy(x, _t(target)),
        {"target": LABELS},
        specification=reference.cross_entropy,
    ),
    Row(
        k.bce_with_logits,
        ((5, 3),),
        lambda x, target: T.binary_cross_entropy_with_logits(x, _t(target)),
        {"target": CHANCES},
        specification=reference.bce_with_logits,
    ),
]
