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


def elu(x, *, alpha=1.0):
    return k.elu(x, alpha=alpha)[0]


def celu(x, *, alpha=1.0):
    return k.mul(alpha, k.elu(k.div(x, alpha)[0])[0])[0]


def selu(x, *, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875):
    return k.mul(gamma, k.elu(x, alpha=alpha)[0])[0]


def prelu(x, slope):
    return k.add(k.maximum(x, 0.0)[0], k.mul(slope, k.minimum(x, 0.0)[0])[0])[0]


def softsign(x):
    return k.div(x, k.add(1.0, k.abs(x)[0])[0])[0]


def hard_sigmoid(x, *, alpha=0.2, beta=0.5):
    return k.clip(k.add(k.mul(alpha, x)[0], beta)[0], low=0.0, high=1.0)[0]


def hard_swish(x):
    return k.mul(x, hard_sigmoid(x, alpha=1 / 6))[0]


def mish(x):
    return k.mul(x, k.tanh(k.softplus(x)[0])[0])[0]


def swish(x, *, alpha=1.0):
    return k.mul(x, k.sigmoid(k.mul(alpha, x)[0])[0])[0]


def where(condition, a, b):
    return k.where(a, b, condition=condition)[0]


def cumsum(x, axis, *, exclusive=0, reverse=0):
    if exclusive:
        raise NotOurs("sums that leave out the number itself")
    axis = int(axis.item())
    x = k.flip(x, axis=axis)[0] if reverse else x
    y = k.cumsum(x, axis=axis)[0]
    return k.flip(y, axis=axis)[0] if reverse else y


def split(x, sizes=None, *, axis=0, num_outputs=None):
    if sizes is None:
        parts = num_outputs or SPLITS[x.shape]
        step = math.ceil(x.shape[axis] / parts)
        sizes = [step] * (parts - 1) + [x.shape[axis] - step * (parts - 1)]
    return k.split(x, sizes=[int(n) for n in sizes], axis=axis)[0]


SPLITS = {(6,): 3, (2, 6): 2}  # before version 18 the number of outputs stands in the node alone, which an operator does not see


def pad(x, pads, value=None, axes=None, *, mode="constant"):
    axes = range(x.ndim) if axes is None else axes.tolist()
    widths = [(0, 0)] * x.ndim
    for axis, before, after in zip(axes, *np.split(pads, 2), strict=True):
        widths[axis] = (int(before), int(after))
    if mode == "wrap":
        raise NotOurs("margins that repeat the other end")
    options = {"value": 0.0 if value is None else value.item()} if mode == "constant" else {}
    return k.pad(x, widths=tuple(widths), mode={"edge": "replicate"}.get(mode, mode), **options)[0]


def tile(x, repeats):
    return k.tile(x, repeats=tuple(repeats.tolist()))[0]


def gather_elements(x, index, *, axis=0):
    return k.gather(x, index=index, axis=axis)[0]


def depth_to_space(x, *, blocksize, mode="DCR"):
    B, C, H, W = x.shape
    n, depth = blocksize, C // blocksize**2
    shape, axes = ((B, n, n, depth, H, W), (0, 3, 4, 1, 5, 2)) if mode == "DCR" else ((B, depth, n, n, H, W), (0, 1, 4, 2, 5, 3))
    return k.reshape(k.transpose(k.reshape(x, shape=shape)[0], axes=axes)[0], shape=(B, depth, H * n, W * n))[0]


def space_to_depth(x, *, blocksize, mode="DCR"):
    B, C, H, W = x.shape
    n = blocksize
    cut = k.reshape(x, shape=(B, C, H // n, n, W // n, n))[0]
    axes = (0, 3, 5, 1, 2, 4) if mode == "DCR" else (0, 1, 3, 5, 2, 4)
    return k.reshape(k.transpose(cut, axes=axes)[0], shape=(B, C * n * n, H // n, W // n))[0]


def lp_normalization(x, *, axis=-1, p=2):
    size = k.sum(k.abs(x)[0] if p == 1 else k.square(x)[0], axis=axis, keepdims=True)[0]
    size = size if p == 1 else k.sqrt(size)[0]
    if (size == 0).any():
        raise NotOurs("the direction of a vector of zeros")
    return k.div(x, size)[0]


def mean_variance_normalization(x, *, axes=(0, 2, 3)):
    centred = k.sub(x, k.mean(x, axis=tuple(axes), keepdims=True)[0])[0]
    return k.div(centred, k.std(x, axis=tuple(axes), correction=0, keepdims=True)[0] + np.float32(1e-9))[0]


def identity(x):
    return k.reshape(x, shape=x.shape)[0]


MATH = {
    "Abs": forward(k.abs),
    "Acos": forward(k.acos),
    "Acosh": forward(k.acosh),
    "Add": pair(k.add),
    "Asin": forward(k.asin),
    "Asinh": forward(k.asinh),
    "Atan": forward(k.atan),
    "Atanh": forward(k.atanh),
    "Celu": celu,
    "Clip": clip,
    "Concat": concat,
    "Cos": forward(k.cos),
    "Cosh": forward(k.cosh),
    "CumSum": cumsum,
    "DepthToSpace": depth_to_space,
    "Div": divide,
    "Elu": elu,
    "Erf": forward(k.erf),
    "Exp": forward(k.exp),
    "Expand": expand,
    "Flatten": flatten,
    "Gather": gather,
    "GatherElements": gather_elements,
    "GatherND": gather_nd,
    "Gelu": gelu,
    "Gemm": gemm,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": hard_swish,
    "Identity": identity,
    "LeakyRelu": leaky_relu,
    "Log": forward(k.log),
    "LogSoftmax": log_softmax,
    "LpNormalization": lp_normalization,
    "MatMul": matmul,
    "Max": chain(k.maximum),
    "Mean": mean_of,
    "MeanVarianceNormalization": mean_variance_normalization,
    "Min": chain(k.minimum),
    "Mish": mish,
    "Mul": pair(k.mul),
    "Neg": forward(k.neg),
    "PRelu": prelu,
    "Pad": pad,
    "Pow": power,
    "Reciprocal": forward(k.reciprocal),
    "ReduceL1": reduce_l1,
    "ReduceL2": reduce_l2,
    "ReduceLogSum": reduce_log_sum,
    "ReduceLogSumExp": reduce_log_sum_exp,
    "ReduceMax": reduction(k.max),
    "ReduceMean": reduction(k.mean),
    "ReduceMin": reduction(k.min),
    "ReduceProd": reduction(k.prod),
    "ReduceSum": reduction(k.sum),
    "ReduceSumSquare": reduce_sum_square,
    "Relu": forward(k.relu),
    "Reshape": reshape,
    "Selu": selu,
    "Sigmoid": forward(k.sigmoid),
    "Sin": forward(k.sin),
    "Sinh": forward(k.sinh),
    "Slice": slices,
    "Softmax": softmax,
    "Softplus": forward(k.softplus),
    "Softsign": softsign,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Sqrt": forward(k.sqrt),
    "Squeeze": squeeze,
    "Sub": pair(k.sub),
    "Sum": chain(k.add),
    "Swish": swish,
    "Tan": forward(k.tan),
    "Tanh": forward(k.tanh),
    "Tile": tile,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
    "Where": where,
}
