"""Rows for reductions."""

import torch

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row


def reduced(torch_kernel):
    """PyTorch's function with NumPy's `axis` and `keepdims`; without an axis it reduces all."""

    def call(x, axis=None, keepdims=False, **options):
        return torch_kernel(x, **options) if axis is None else torch_kernel(x, axis, keepdim=keepdims, **options)

    return call


TORCH = {
    k.sum: reduced(torch.sum),
    k.mean: reduced(torch.mean),
    k.max: reduced(torch.amax),
    k.min: reduced(torch.amin),
    k.var: reduced(torch.var),
    k.std: reduced(torch.std),
}
PROD, LOGSUMEXP = reduced(torch.prod), reduced(torch.logsumexp)

ROWS = [
    *(Row(kernel, ((3, 5),), torch_kernel) for kernel, torch_kernel in TORCH.items()),
    *(Row(kernel, ((2, 3, 4),), torch_kernel, {"axis": (0, 2)}) for kernel, torch_kernel in TORCH.items()),
    *(Row(kernel, ((2, 3, 4),), torch_kernel, {"axis": -1, "keepdims": True}) for kernel, torch_kernel in TORCH.items()),
    *(Row(kernel, ((2, 1, 4),), TORCH[kernel], {"axis": 1}) for kernel in (k.sum, k.mean, k.max, k.min)),
    *(Row(kernel, ((2, 3, 4),), TORCH[kernel], {"axis": 1, "correction": 0}) for kernel in (k.var, k.std)),
    Row(k.prod, ((3, 5),), PROD),
    Row(k.prod, ((2, 3, 4),), PROD, {"axis": 1, "keepdims": True}),
    Row(k.logsumexp, ((4, 7),), lambda x: x.logsumexp(-1)),
    Row(k.logsumexp, ((4, 7, 2),), LOGSUMEXP, {"axis": 1, "keepdims": True}),
    Row(k.cumsum, ((2, 3, 4),), lambda x, axis: x.cumsum(axis), {"axis": 1}),
]
