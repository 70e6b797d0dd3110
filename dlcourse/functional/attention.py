"""Attention: each query collects the values whose keys fit it."""

import math

from dlcourse import kernels
from dlcourse.backend import to_device, xp
from dlcourse.functional.activations import softmax
from dlcourse.functional.constant import constant
from dlcourse.kernels.attention import as_numbers
from dlcourse.tensor import differentiable

_attention = differentiable(kernels.attention)
_rotary = differentiable(kernels.rotary)


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, *, past=0, rng=None):
    """softmax(query keyᵀ scale) value: (..., T, D), (..., S, D), (..., S, E) -> (..., T, E).

    `attn_mask` (..., T, S) is true where a query may look, or numbers added to the scores. `is_causal` lets query t see the keys up to
    past + t, where `past` of them were read before the first query. Raises ValueError for dropout without `rng`, which draws on the host.
    """
    kept = _kept((*query.shape[:-1], key.shape[-2]), dropout_p, rng) if dropout_p else None
    mask = None if attn_mask is None else constant(attn_mask)
    return _attention(query, key, value, mask=mask, causal=is_causal, past=past, kept=kept, p=dropout_p, scale=scale)


def attention_weights(query, key, attn_mask=None, is_causal=False, scale=None, *, past=0):
    """softmax(query keyᵀ scale), (..., T, S): how much each query looks at each key. For pictures: attention never writes it down."""
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = query @ key.transpose(-1, -2) * scale
    if is_causal:
        scores = scores + as_numbers(xp.tri(*scores.shape[-2:], past, dtype=bool), scores.dtype)
    if attn_mask is not None:
        scores = scores + as_numbers(constant(attn_mask), scores.dtype)
    return softmax(scores)


def rotary(x, positions, base=10000.0):
    """Pairs of features of x (..., T, D) turned by their whole-numbered places (T,), so that products of them know only distances."""
    return _rotary(x, positions=constant(positions), base=base)


def _kept(shape, p, rng):
    if rng is None:
        raise ValueError(f"Attention expected an rng to draw what dropout {p} keeps, got None. Pass rng=np.random.default_rng(seed).")
    if not 0 <= p < 1:
        raise ValueError(f"Attention expected a probability of dropout 0 <= p < 1, got {p}. p is the share that is dropped, not kept.")
    return to_device(rng.random(shape, dtype="f4") >= p)
