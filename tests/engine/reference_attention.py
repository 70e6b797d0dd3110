"""The kernels of attention.py as plain loops."""

import math

import numpy as np


def attention(q, k, v, *, mask=None, causal=False, past=0, kept=None, p=0.0, scale=None):
    y = np.zeros((*q.shape[:-1], v.shape[-1]))
    scores = (*q.shape[:-1], k.shape[-2])
    mask = np.broadcast_to(True if mask is None else mask, scores)
    kept = np.ones(scores, bool) if kept is None else kept
    for t in np.ndindex(q.shape[:-1]):
        weights = [chance(q[t], k[(*t[:-1], s)], mask[(*t, s)], scale) for s in range(k.shape[-2])]
        weights = [0.0 if causal and s > past + t[-1] else w for s, w in enumerate(weights)]
        for s, w in enumerate(weights):
            if w and kept[(*t, s)]:
                y[t] += w / sum(weights) / (1 - p) * v[(*t[:-1], s)]
    return y


def chance(query, key, seen, scale):
    """A weight before all weights of a query are made to add up to 1."""
    if seen is np.False_:
        return 0.0
    score = sum(a * b for a, b in zip(query, key, strict=True)) * (1 / math.sqrt(len(query)) if scale is None else scale)
    return math.exp(score + (0 if seen is np.True_ else seen))


def rotary(x, *, positions, base=10000.0):
    y = np.empty_like(x)
    positions = np.broadcast_to(positions, x.shape[:-1])
    for t in np.ndindex(x.shape[:-1]):
        for i in range(0, x.shape[-1], 2):
            angle = positions[t] / base ** (i / x.shape[-1])
            a, b = x[(*t, i)], x[(*t, i + 1)]
            y[(*t, i)] = a * math.cos(angle) - b * math.sin(angle)
            y[(*t, i + 1)] = a * math.sin(angle) + b * math.cos(angle)
    return y
