"""Each kernel that is more than one NumPy call, written again under its name as plain loops: the specification."""

import math

import numpy as np
from reference_attention import attention, rotary  # noqa: F401
from reference_conv import conv1d, conv2d, conv_transpose2d  # noqa: F401
from reference_losses import bce_with_logits, cross_entropy, ctc, huber, kl_div, l1, mse, nll  # noqa: F401
from reference_norm import batch_norm, group_norm, layer_norm, rms_norm  # noqa: F401
from reference_pool import adaptive_avg_pool, avg_pool, max_pool  # noqa: F401
from reference_recurrent import gru, lstm, rnn  # noqa: F401


def softmax(x, *, axis=-1):
    x = np.moveaxis(x, axis, -1)
    y = np.empty_like(x)
    for row in np.ndindex(x.shape[:-1]):
        total = sum(math.exp(v) for v in x[row])
        for k, v in enumerate(x[row]):
            y[(*row, k)] = math.exp(v) / total
    return np.moveaxis(y, -1, axis)


def log_softmax(x, *, axis=-1):
    return np.log(softmax(x, axis=axis))


def logsumexp(x, *, axis=-1, keepdims=False):
    rows = np.moveaxis(x, axis, -1)
    y = np.empty(rows.shape[:-1])
    for row in np.ndindex(y.shape):
        y[row] = math.log(sum(math.exp(v) for v in rows[row]))
    return np.expand_dims(y, axis) if keepdims else y


def var(x, *, axis=None, correction=1, keepdims=False):
    return np.var(x, axis, ddof=correction, keepdims=keepdims)


def std(x, *, axis=None, correction=1, keepdims=False):
    return np.std(x, axis, ddof=correction, keepdims=keepdims)


def gather(x, *, index, axis):
    y = np.empty(index.shape)
    for place in np.ndindex(index.shape):
        source = list(place)
        source[axis] = index[place]
        y[place] = x[tuple(source)]
    return y


def pad(x, *, widths, mode="constant", value=0.0):
    """Walk from each place of the margin back into x."""
    y = np.full([before + n + after for (before, after), n in zip(widths, x.shape, strict=True)], value)
    back = {"constant": lambda i, n: i, "reflect": mirrored, "replicate": lambda i, n: np.clip(i, 0, n - 1), "circular": lambda i, n: i % n}
    for place in np.ndindex(y.shape):
        source = [back[mode](i - before, n) for i, (before, _), n in zip(place, widths, x.shape, strict=True)]
        if all(0 <= i < n for i, n in zip(source, x.shape, strict=True)):
            y[place] = x[tuple(source)]
    return y


def mirrored(i, n):
    return -i if i < 0 else 2 * (n - 1) - i if i >= n else i


def linear(x, w, b):
    y = np.zeros((*x.shape[:-1], w.shape[1]))
    for row in np.ndindex(x.shape[:-1]):
        for k in range(w.shape[1]):
            y[(*row, k)] = (0 if b is None else b[k]) + sum(x[(*row, d)] * w[d, k] for d in range(w.shape[0]))
    return y


def matmul(a, b):
    if b.ndim == 1:
        return matmul(a, b[:, None])[..., 0]
    if a.ndim == 1:
        return matmul(a[None], b)[..., 0, :]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, batch + a.shape[-2:]), np.broadcast_to(b, batch + b.shape[-2:])
    y = np.zeros((*batch, a.shape[-2], b.shape[-1]))
    for i in np.ndindex(y.shape):
        y[i] = sum(a[(*i[:-1], d)] * b[(*i[:-2], d, i[-1])] for d in range(a.shape[-1]))
    return y


def elu(x, *, alpha=1.0):
    return np.vectorize(lambda v: v if v > 0 else alpha * (math.exp(v) - 1))(x)


def silu(x):
    return np.vectorize(lambda v: v / (1 + math.exp(-v)))(x)


def softplus(x, *, beta=1.0):
    return np.vectorize(lambda v: math.log(1 + math.exp(beta * v)) / beta)(x)


def gelu(x, *, approximate="none"):
    def below(v):
        if approximate == "tanh":
            return 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3)))
        return 0.5 * (1 + math.erf(v / math.sqrt(2)))

    return np.vectorize(lambda v: v * below(v))(x)


def dropout(x, *, kept, p):
    return np.array([v / (1 - p) if k else 0.0 for v, k in zip(x.ravel(), kept.ravel(), strict=True)]).reshape(x.shape)


def embedding(w, *, ids, padding_idx=None):
    one_hot = np.zeros((*ids.shape, len(w)))
    for at in np.ndindex(ids.shape):
        one_hot[(*at, ids[at])] = 1
    return one_hot @ w
