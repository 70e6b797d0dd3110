"""ONNX operators on arrays that are one of our kernels, or a line of them: arithmetic, activations, reductions and shapes."""

import math

import numpy as np
from onnx_cases import NotOurs

from dlcourse import kernels as k


def forward(kernel):
    """The kernel's output without its backward, for one input."""
    return lambda x: kernel(x)[0]


def pair(kernel):
    return lambda a, b: kernel(a, b)[0]


def chain(kernel):
    """A kernel of two inputs, applied to any number from left to right."""

    def operator(first, *rest):
        for x in rest:
            first = kernel(first, x)[0]
        return first

    return operator


def reduction(kernel):
    """ONNX gives the axes as an input or an option, and `noop_with_empty_axes` for "none means none"."""

    def operator(x, axes_input=None, *, axes=None, keepdims=1, noop_with_empty_axes=0):
        if x.size == 0 and kernel is not k.sum:
            raise NotOurs("the maximum or mean of nothing")
        axes = axes if axes_input is None else axes_input.tolist()
        if not axes and noop_with_empty_axes:
            raise NotOurs("a reduction over no axis")
        return kernel(x, axis=tuple(axes) if axes else None, keepdims=bool(keepdims))[0]

    return operator


def divide(a, b):
    if a.dtype.kind != "f":
        raise NotOurs("division of integers, rounded towards 0")
    return k.div(a, b)[0]


def mean_of(*xs):
    return chain(k.add)(*xs) / np.float32(len(xs))


def power(x, exponent):
    if exponent.size != 1:
        raise NotOurs("a power that differs from number to number")
    if x.dtype.kind != "f":
        raise NotOurs("powers of integers")
    return k.pow(x, exponent=exponent.item())[0]


def clip(x, low=None, high=None, *, min=None, max=None):
    low = -math.inf if low is None else low.item()
    high = math.inf if high is None else high.item()
    if x.dtype.kind != "f":
        raise NotOurs("integers held between infinities")
    return k.clip(x, low=low, high=high)[0]


def matmul(a, b):
    return k.matmul(a, b)[0]


def gemm(a, b, c=None, *, alpha=1.0, beta=1.0, transA=0, transB=0):
    a, b = a.T if transA else a, b.T if transB else b
    y = k.matmul(alpha * a, b)[0]
    return y if c is None else k.add(y, beta * c)[0]


def leaky_relu(x, *, alpha=0.01):
    return k.leaky_relu(x, negative_slope=alpha)[0]


def gelu(x, *, approximate="none"):
    return k.gelu(x, approximate=approximate)[0]


def softmax(x, *, axis=-1):
    return k.softmax(x, axis=axis)[0]


def log_softmax(x, *, axis=-1):
    return k.log_softmax(x, axis=axis)[0]


def reshape(x, shape, *, allowzero=0):
    shape = shape.tolist()
    if allowzero:
        raise NotOurs("the option allowzero")
    return k.reshape(x, shape=tuple(n or x.shape[i] for i, n in enumerate(shape)))[0]  # in ONNX 0 means: as it was


def transpose(x, *, perm=None):
    return k.transpose(x, axes=perm and tuple(perm))[0]


def flatten(x, *, axis=1):
    return k.reshape(x, shape=(math.prod(x.shape[:axis]), -1))[0]


def squeeze(x, axes=None):
    axes = [i for i, n in enumerate(x.shape) if n == 1] if axes is None else [i % x.ndim for i in axes.tolist()]
    return k.reshape(x, shape=tuple(n for i, n in enumerate(x.shape) if i not in axes))[0]


def unsqueeze(x, axes):
    return k.reshape(x, shape=np.expand_dims(x, tuple(axes.tolist())).shape)[0]


def concat(*xs, axis):
    return k.concatenate(*xs, axis=axis)[0]


def expand(x, shape):
    return k.broadcast_to(x, shape=np.broadcast_shapes(x.shape, tuple(shape.tolist())))[0]


def gather(x, indices, *, axis=0):
    return k.getitem(x, index=(slice(None),) * (axis % x.ndim) + (indices,))[0]


def gather_nd(x, indices, *, batch_dims=0):
    if batch_dims:
        raise NotOurs("the option batch_dims")
    return k.getitem(x, index=tuple(np.moveaxis(indices, -1, 0)))[0]


def slices(x, starts, ends, axes=None, steps=None):
    axes = range(len(starts)) if axes is None else axes.tolist()
    steps = [1] * len(starts) if steps is None else steps.tolist()
    index = [slice(None)] * x.ndim
    for axis, start, end, step in zip(axes, starts.tolist(), ends.tolist(), steps, strict=True):
        index[axis] = slice(start, None if step < 0 and end < -x.shape[axis] else end, step)
    return k.getitem(x, index=tuple(index))[0]


def reduce_l1(x, axes=None, *, keepdims=1, noop_with_empty_axes=0):
    return reduction(k.sum)(k.abs(x)[0], axes, keepdims=keepdims, noop_with_empty_axes=noop_with_empty_axes)


def reduce_sum_square(x, axes=None, *, keepdims=1, noop_with_empty_axes=0):
    return reduction(k.sum)(k.square(x)[0], axes, keepdims=keepdims, noop_with_empty_axes=noop_with_empty_axes)


def reduce_l2(x, axes=None, *, keepdims=1, noop_with_empty_axes=0):
    return k.sqrt(reduce_sum_square(x, axes, keepdims=keepdims, noop_with_empty_axes=noop_with_empty_axes))[0]


def reduce_log_sum(x, axes=None, *, keepdims=1, noop_with_empty_axes=0):
    if x.size == 0:
        raise NotOurs("the logarithm of an empty sum")
    return k.log(reduction(k.sum)(x, axes, keepdims=keepdims, noop_with_empty_axes=noop_with_empty_axes))[0]


def reduce_log_sum_exp(x, axes=None, *, keepdims=1, noop_with_empty_axes=0):
    axes = [] if axes is None else axes.tolist()
    if noop_with_empty_axes or len(axes) != 1 or x.size == 0:
        raise NotOurs("logsumexp over several axes at once, or of nothing")
    return k.logsumexp(x, axis=axes[0], keepdims=bool(keepdims))[0]


MATH = {
    "Abs": forward(k.abs),
    "Add": pair(k.add),
    "Clip": clip,
    "Concat": concat,
    "Cos": forward(k.cos),
    "Div": divide,
    "Exp": forward(k.exp),
    "Expand": expand,
    "Flatten": flatten,
    "Gather": gather,
    "GatherND": gather_nd,
    "Gelu": gelu,
    "Gemm": gemm,
    "LeakyRelu": leaky_relu,
    "Log": forward(k.log),
    "LogSoftmax": log_softmax,
    "MatMul": matmul,
    "Max": chain(k.maximum),
    "Mean": mean_of,
    "Min": chain(k.minimum),
    "Mul": pair(k.mul),
    "Neg": forward(k.neg),
    "Pow": power,
    "ReduceL1": reduce_l1,
    "ReduceL2": reduce_l2,
    "ReduceLogSum": reduce_log_sum,
    "ReduceLogSumExp": reduce_log_sum_exp,
    "ReduceMax": reduction(k.max),
    "ReduceMean": reduction(k.mean),
    "ReduceSum": reduction(k.sum),
    "ReduceSumSquare": reduce_sum_square,
    "Relu": forward(k.relu),
    "Reshape": reshape,
    "Sigmoid": forward(k.sigmoid),
    "Sin": forward(k.sin),
    "Slice": slices,
    "Softmax": softmax,
    "Sqrt": forward(k.sqrt),
    "Squeeze": squeeze,
    "Sub": pair(k.sub),
    "Sum": chain(k.add),
    "Tanh": forward(k.tanh),
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
