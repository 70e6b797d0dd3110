"""Attention: each query collects the values whose keys fit it. Rotary positions turn queries and keys according to where they stand."""

import math

from dlcourse.backend import xp


def attention(q, k, v, *, mask=None, causal=False, past=0, kept=None, p=0.0, scale=None):
    """softmax(q kᵀ scale) v for q (..., T, D), k (..., S, D), v (..., S, E) -> (..., T, E) (Vaswani et al. 2017, eq. 1).

    `mask` broadcasts to (..., T, S): booleans, true where a query may look, or numbers that are added to the scores. `causal` lets
    query t see the keys 0 .. past + t. Dropout spares the weights where `kept` (..., T, S) is true, and p is its probability. The
    scale is 1 / sqrt(D) unless told. A query that may look nowhere gets zeros. Raises ValueError when the shapes don't fit.
    """
    _check_shapes(q, k, v, mask)
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    e = (q * scale) @ xp.swapaxes(k, -1, -2)  # (..., T, S)
    for seen in (mask, xp.tri(*e.shape[-2:], past, dtype=bool) if causal else None):
        if seen is not None:
            e += as_numbers(seen, e.dtype)
    e -= xp.maximum(e.max(-1, keepdims=True), float(xp.finfo(e.dtype).min))  # changes nothing but prevents overflow
    xp.exp(e, e)
    share = 1 / xp.maximum(_row_sums(e), 1)  # the largest of a row gives exp 0 = 1, so less is a row of zeros
    y = xp.matmul(_spared(e, kept, p), v, out=xp.empty_like(q, shape=(*q.shape[:-1], v.shape[-1])))  # laid out in memory like q
    y *= share  # not e, which is larger: the softmax, e * share, is never written down

    def backward(dy):
        dy = dy * share
        dv = xp.matmul(xp.swapaxes(_spared(e, kept, p), -1, -2), dy, out=xp.empty_like(v))
        dy *= scale
        ds = _spared(dy @ xp.swapaxes(v, -1, -2), kept, p)
        ds -= _row_sums(dy * y)  # softmax takes away the mean of its weights' gradients, and that is the mean of y's
        ds *= e
        dq = xp.matmul(ds, k, out=xp.empty_like(q))
        dk = xp.matmul(xp.swapaxes(ds, -1, -2), q, out=xp.empty_like(k))
        return dq, dk, dv

    return y, backward


def as_numbers(mask, dtype):
    """A mask as what is added to the scores: 0 where a query may look, minus infinity elsewhere; numbers stay as they are."""
    return (mask if mask.dtype.kind == "f" else xp.where(mask, 0.0, -math.inf)).astype(dtype)


def rotary(x, *, positions, base=10000.0):
    """Each pair of neighbouring features of x (..., T, D), seen as a point in the plane, turned by its place (Su et al. 2021, eq. 34).

    `positions` (T,), or another shape that broadcasts to (..., T), are whole numbers; pair i turns by base^(-2i/D) for each step, so that
    the product of a query and a key depends on how far they are apart. Raises ValueError when D is odd.
    """
    if x.shape[-1] % 2:
        raise ValueError(f"rotary expected an even number of features, since it turns pairs, got x of shape {x.shape}.")
    speed = base ** (xp.arange(0, x.shape[-1], 2) / -x.shape[-1])
    angle = positions[..., None] * speed  # float64: a float32 would lose the angle of a late position
    cos, sin = xp.cos(angle).astype(x.dtype), xp.sin(angle).astype(x.dtype)
    return _turned(x, cos, sin), lambda dy: (_turned(dy, cos, -sin),)


def _spared(weights, kept, p):
    """After dropout."""
    return weights if kept is None else weights * kept * (1 / (1 - p))


def _row_sums(x):
    """(..., K) -> (..., 1), as a product: several times faster than sum(-1) for short rows."""
    return x @ xp.ones((x.shape[-1], 1), x.dtype)


def _turned(x, cos, sin):
    y = xp.empty_like(x)
    a, b = x[..., 0::2], x[..., 1::2]
    y[..., 0::2] = a * cos - b * sin
    y[..., 1::2] = a * sin + b * cos
    return y


def _check_shapes(q, k, v, mask):
    fit = q.ndim == k.ndim == v.ndim >= 2 and q.shape[:-2] == k.shape[:-2] == v.shape[:-2]
    if not fit or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2] or k.shape[-2] == 0:
        raise ValueError(
            "attention expected q (..., T, D), k (..., S, D) and v (..., S, E) with the same leading axes and at least one key, "
            f"got {q.shape}, {k.shape} and {v.shape}."
        )
    scores = (*q.shape[:-1], k.shape[-2])
    if mask is not None and not _broadcasts(mask.shape, scores):
        raise ValueError(f"attention expected a mask that broadcasts to (..., T, S) = {scores}, got {mask.shape}.")


def _broadcasts(shape, to):
    return len(shape) <= len(to) and all(a in (1, b) for a, b in zip(reversed(shape), reversed(to), strict=False))
