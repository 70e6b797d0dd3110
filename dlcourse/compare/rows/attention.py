"""Rows for attention and rotary positions. PyTorch has no rotary positions: there complex numbers turn."""

import math

import numpy as np
import torch
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t


def attention(q, k, v, *, mask=None, causal=False, past=0, kept=None, p=0.0, scale=None):
    """PyTorch's function; written out where it can't be told which weights to drop."""
    mask = None if mask is None else t(mask)
    if causal and mask is None and past == 0 and kept is None:
        return T.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale)
    if causal:
        mask = both(mask, torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril(past))
    if kept is None:
        return T.scaled_dot_product_attention(q, k, v, mask, scale=scale)
    scores = q @ k.mT * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    return both(mask, scores).softmax(-1) * t(kept) / (1 - p) @ v


def both(a, b):
    """Two masks as one, or a mask on scores: each allows or adds."""
    if a is None or a.dtype == b.dtype == torch.bool:
        return b if a is None else a & b
    hidden, added = (a, b) if a.dtype == torch.bool else (b, a)
    return added.masked_fill(~hidden, -math.inf) if hidden.dtype == torch.bool else a + b


def rotary(x, *, positions, base=10000.0):
    d = x.shape[-1]
    angle = t(positions)[..., None] * base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    turn = torch.polar(torch.ones_like(angle), angle).to(torch.complex128 if x.dtype == torch.float64 else torch.complex64)
    return torch.view_as_real(torch.view_as_complex(x.reshape(*x.shape[:-1], d // 2, 2)) * turn).reshape(x.shape)


rng = np.random.default_rng(4)
HERE, THERE = (2, 3, 4, 6), (2, 3, 5, 6)  # B, heads, T or S, D
PADDING = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool)[:, None, None]
BLIND = np.array([[0, 0, 0, 0, 0], [1, 0, 1, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 1]], bool)
KEPT = rng.random((2, 3, 4, 5)) > 0.3

ROWS = [
    Row(k.attention, (HERE, HERE, HERE), attention),
    Row(k.attention, (HERE, HERE, HERE), attention, {"causal": True}),
    Row(k.attention, (HERE, THERE, THERE), attention, {"causal": True, "past": 1}),
    Row(k.attention, (HERE, THERE, THERE), attention, {"mask": PADDING}),
    Row(k.attention, (HERE, THERE, THERE), attention, {"mask": PADDING, "causal": True}),
    Row(k.attention, (HERE, THERE, THERE), attention, {"mask": BLIND}),
    Row(k.attention, (HERE, THERE, THERE), attention, {"mask": rng.normal(size=(3, 4, 5)), "scale": 0.3}),
    Row(k.attention, (HERE, THERE, (2, 3, 5, 2)), attention, {"kept": KEPT, "p": 0.3, "mask": PADDING}),
    Row(k.attention, ((4, 6), (1, 6), (1, 3)), attention),
    Row(k.attention, ((0, 4, 6), (0, 5, 6), (0, 5, 6)), attention),
    Row(k.rotary, (HERE,), rotary, {"positions": np.arange(4)}),
    Row(k.rotary, (HERE,), rotary, {"positions": np.array([[7, 8, 9, 10_000], [0, 1, 2, 3]])[:, None], "base": 100.0}),
]
