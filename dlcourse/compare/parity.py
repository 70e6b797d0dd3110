"""How far one kernel, layer or model is from PyTorch: the largest relative difference of its outputs and of its gradients.

The upstream gradient is random: a check through `.sum()` is blind where all gradients of the sum are zero.
"""

from contextlib import nullcontext

import numpy as np

from dlcourse.backend import device, to_device
from dlcourse.compare.difference import as_host, relative_difference
from dlcourse.compare.twin import import_torch, to_torch
from dlcourse.tensor import Tensor


def kernel_parity(row, dtype, *, place="cpu", inputs=None):
    """(outputs, gradients) of one row of the kernel table in "float32" or "float64" on "cpu" or "cuda".

    Raises AssertionError when an output or a gradient has another dtype.
    """
    torch = import_torch()
    inputs = row.inputs(dtype) if inputs is None else inputs
    twins = [x if x is None else torch.from_numpy(x.copy()).to(place).requires_grad_() for x in inputs]
    with torch.device(place):
        expected = in_tuple(row.torch(*twins, **row.options_as(dtype)))
    dys = upstream(expected, dtype)
    torch.autograd.backward(expected, [torch.from_numpy(dy).to(place) for dy in dys])
    with on(place):
        ys, backward = row.run(inputs, dtype)
        gradients = backward(*map(to_device, dys))
        wanted = [(g, twin.grad) for g, twin in zip(gradients, twins, strict=True) if twin is not None]
        return largest(zip(ys, expected, strict=True), dtype), largest(wanted, dtype)


def module_parity(case, dtype, *, place="cpu"):
    """(outputs, gradients) of a layer or model, the gradients those of its inputs and of all its parameters."""
    torch = import_torch()
    with on(place):
        ours = case.make(np.random.default_rng(0)).astype(dtype)
        theirs = to_torch(ours).to(place)
        inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in case.inputs(np.random.default_rng(1))]
        xs = [Tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in inputs]
        twins = [torch.from_numpy(x).to(place).requires_grad_(x.dtype.kind == "f") for x in inputs]
        ys, expected = flat(ours(*xs)), flat(theirs(*twins))
        dys = upstream(expected, dtype)
        sum((y * to_device(dy)).sum() for y, dy in zip(ys, dys, strict=True)).backward()
        torch.autograd.backward(expected, [torch.from_numpy(dy).to(place) for dy in dys])
        learned = dict(theirs.named_parameters())
        pairs = [(p.grad, learned[name].grad) for name, p in ours.named_parameters() if p.requires_grad]
        pairs += [(x.grad, twin.grad) for x, twin in zip(xs, twins, strict=True) if isinstance(x, Tensor)]
        return largest(zip(ys, expected, strict=True), dtype), largest(pairs, dtype)


def upstream(ys, dtype, seed=7):
    """A random gradient for each output."""
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.normal(size=tuple(y.shape)), dtype) for y in ys]


def largest(pairs, dtype):
    """The largest relative difference; NaN when there is one."""
    differences = [0.0]
    for ours, theirs in pairs:
        assert ours.dtype == dtype, f"expected {np.dtype(dtype)}, got {ours.dtype}"
        differences.append(relative_difference(as_host(ours), as_host(theirs)))
    return float(np.max(differences))


def flat(outputs):
    """All Tensors of nested tuples, in order."""
    return [y for part in outputs for y in flat(part)] if isinstance(outputs, tuple) else [outputs]


def in_tuple(y):
    """Several outputs as they are, one as a tuple of one."""
    return y if isinstance(y, tuple) else (y,)


def on(place):
    """The block's device: our gpu for PyTorch's cuda, else the one at work."""
    return device("gpu") if place == "cuda" else nullcontext()
