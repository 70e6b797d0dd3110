"""ONNX operators that are layers: convolution, pooling, normalisation, recurrence. ONNX counts axes, pads and gates in its own order."""

import math

import numpy as np
from onnx_cases import NotOurs

from dlcourse import kernels as k
from dlcourse import optim
from dlcourse.nn import Parameter


def conv(x, w, b=None, *, auto_pad="NOTSET", dilations=None, group=1, kernel_shape=None, pads=None, strides=None):
    axes = _planar(x)
    strides, dilations = strides or [1] * axes, dilations or [1] * axes
    padding = _padding(auto_pad, pads, x.shape[2:], w.shape[2:], strides, dilations)
    if axes == 1:
        return k.conv1d(x, w, b, stride=strides[0], padding=padding[0], dilation=dilations[0], groups=group)[0]
    return k.conv2d(x, w, b, stride=tuple(strides), padding=padding, dilation=tuple(dilations), groups=group)[0]


def conv_transpose(x, w, b=None, *, auto_pad="NOTSET", dilations=(1, 1), group=1, kernel_shape=None, pads=None, strides=(1, 1), **shape):
    if _planar(x) == 1:
        raise NotOurs("transposed convolution of one dimension")
    more, output_shape = shape.get("output_padding", (0, 0)), shape.get("output_shape")
    full = [(n - 1) * s + (t - 1) * d + 1 + o for n, s, t, d, o in zip(x.shape[2:], strides, w.shape[2:], dilations, more, strict=True)]
    if auto_pad != "NOTSET":
        output_shape = [n * s for n, s in zip(x.shape[2:], strides, strict=True)]
    if output_shape:
        cut = [n - m for n, m in zip(full, output_shape, strict=True)]
        pads = [c // 2 for c in cut] + [c - c // 2 for c in cut]
    if min(pads or [0]) < 0:
        raise NotOurs("an output larger than what the input reaches")
    options = {"stride": tuple(strides), "dilation": tuple(dilations), "output_padding": tuple(more), "groups": group}
    return k.conv_transpose2d(x, w, b, padding=_padding("NOTSET", pads, (0, 0), (), (), ()), **options)[0]


def max_pool(x, *, auto_pad="NOTSET", ceil_mode=0, dilations=None, kernel_shape, pads=None, storage_order=0, strides=None):
    if x.dtype.kind != "f":
        raise NotOurs("pooling of integers")
    axes = len(kernel_shape)
    strides, dilations = strides or [1] * axes, dilations or [1] * axes
    padding = _padding(auto_pad, pads, x.shape[2:], kernel_shape, strides, dilations)
    _refuse_wide(padding, kernel_shape)
    options = {"kernel_size": tuple(kernel_shape), "stride": tuple(strides), "dilation": tuple(dilations)}
    return k.max_pool(x, **options, padding=tuple(padding), ceil_mode=bool(ceil_mode))[0]


def average_pool(x, *, auto_pad="NOTSET", ceil_mode=0, count_include_pad=0, dilations=None, kernel_shape, pads=None, strides=None):
    axes = len(kernel_shape)
    if dilations and set(dilations) != {1}:
        raise NotOurs("average pooling with dilation")
    strides = strides or [1] * axes
    padding = _padding(auto_pad, pads, x.shape[2:], kernel_shape, strides, [1] * axes)
    _refuse_wide(padding, kernel_shape)
    options = {"kernel_size": tuple(kernel_shape), "stride": tuple(strides), "padding": tuple(padding)}
    return k.avg_pool(x, **options, ceil_mode=bool(ceil_mode), count_include_pad=bool(count_include_pad))[0]


def global_average_pool(x):
    return k.adaptive_avg_pool(x, output_size=(1,) * (x.ndim - 2))[0]


def global_max_pool(x):
    return k.max(x, axis=tuple(range(2, x.ndim)), keepdims=True)[0]


def layer_normalization(x, w, b=None, *, axis=-1, epsilon=1e-5, stash_type=1):
    return _over_features(lambda rows, w, b: k.layer_norm(rows, w, b, eps=epsilon)[0], x, axis, w, b)


def rms_normalization(x, w, *, axis=-1, epsilon=1e-5, stash_type=1):
    return _over_features(lambda rows, w: k.rms_norm(rows, w, eps=epsilon)[0], x, axis, w)


def group_normalization(x, w, b, *, num_groups, epsilon=1e-5, stash_type=1):
    return k.group_norm(x, w, b, groups=num_groups, eps=epsilon)[0]


def instance_normalization(x, w, b, *, epsilon=1e-5):
    return k.group_norm(x, w, b, groups=x.shape[1], eps=epsilon)[0]


def batch_normalization(x, w, b, mean, var, *, epsilon=1e-5, momentum=0.9, training_mode=0):
    if not training_mode:
        return k.batch_norm(x, w, b, mean=mean, var=var, training=False, eps=epsilon)[0]
    now = k.batch_norm(x, w, b, eps=epsilon)[0]
    batch_mean, batch_var = x.mean((0, *range(2, x.ndim))), x.var((0, *range(2, x.ndim)))
    return now, momentum * mean + (1 - momentum) * batch_mean, momentum * var + (1 - momentum) * batch_var


def dropout(x, ratio=None, training=None, *, seed=0):
    if training is not None and training and not (ratio is not None and ratio == 0):
        raise NotOurs("a random mask drawn by another generator")
    return k.dropout(x, kept=np.ones(x.shape, bool), p=0.0)[0], np.ones(x.shape, bool)


def attention(q, k_, v, mask=None, past_k=None, past_v=None, n=None, *, is_causal=0, scale=None, q_num_heads=0, kv_num_heads=0, **rest):
    """Y and the keys and values so far; the scores themselves, which ONNX offers as a fourth output, are not kept."""
    if rest.pop("softcap", 0):
        raise NotOurs("scores held down by a tanh")
    if rest.keys() - {"qk_matmul_output_mode", "softmax_precision"}:
        raise NotOurs("windows as an option, for which we take a mask")
    if n is not None:
        raise NotOurs("lengths of the keys, for which we take a mask")
    flat = q.ndim == 3
    if flat:
        q, k_, v = _in_heads(q, q_num_heads), _in_heads(k_, kv_num_heads), _in_heads(v, kv_num_heads)
    past = 0 if past_k is None else past_k.shape[2]
    if past:
        k_, v = np.concatenate([past_k, k_], 2), np.concatenate([past_v, v], 2)
    keys, values = (np.repeat(x, q.shape[1] // x.shape[1], axis=1) for x in (k_, v))  # heads that share keys and values
    y = k.attention(q, keys, values, mask=mask, causal=bool(is_causal), past=past, scale=scale)[0]
    return (_as_flat(y) if flat else y), k_, v


def _in_heads(x, heads):
    """(B, T, heads D) -> (B, heads, T, D)."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def _as_flat(y):
    return y.swapaxes(1, 2).reshape(len(y), y.shape[2], -1)


def cross_entropy_loss(scores, labels, weight=None, *, ignore_index=-100, reduction="mean"):
    log_p = k.log_softmax(scores, axis=1)[0]
    rows, flat = _classes_last(scores), labels.reshape(-1)
    loss = k.cross_entropy(rows, target=flat, weight=weight, ignore_index=ignore_index, reduction=reduction)[0]
    return loss.reshape(labels.shape) if reduction == "none" else loss, log_p


def nll_loss(log_p, labels, weight=None, *, ignore_index=-100, reduction="mean"):
    rows, flat = _classes_last(log_p), labels.reshape(-1)
    loss = k.nll(rows, target=flat, weight=weight, ignore_index=ignore_index, reduction=reduction)[0]
    return loss.reshape(labels.shape) if reduction == "none" else loss


def _classes_last(scores):
    """(N, K, ...) -> (N ..., K)."""
    return np.moveaxis(scores, 1, -1).reshape(-1, scores.shape[1])


def momentum(lr, t, *arrays, alpha, beta, mode, norm_coefficient):
    """ONNX's step 0: SGD with momentum alpha and weight decay norm_coefficient; its beta is the damping from the next step on."""
    if t > 0 and beta != 1:
        raise NotOurs("momentum with damping")
    options = {"momentum": alpha, "nesterov": mode == "nesterov", "weight_decay": norm_coefficient}
    return _after_a_step(optim.SGD, lr, "velocity", *arrays, **options)


def adagrad(lr, t, *arrays, decay_factor, epsilon, norm_coefficient):
    return _after_a_step(optim.Adagrad, lr, "s", *arrays, eps=epsilon, weight_decay=norm_coefficient)


def _after_a_step(kind, lr, remembered, *arrays, **options):
    """All parameters, then what is remembered of each, after one more step; `arrays` are the parameters, gradients, memories."""
    values, gradients, memories = (arrays[i : i + len(arrays) // 3] for i in range(0, len(arrays), len(arrays) // 3))
    parameters = [Parameter(x.copy()) for x in values]
    optimizer = kind(parameters, lr.item(), **options)
    state = {f"{i}.{remembered}": memory for i, memory in enumerate(memories)} | {f"{i}.steps": np.array(1) for i in range(len(values))}
    optimizer.load_state_dict({"lr": lr} | state)
    for p, g in zip(parameters, gradients, strict=True):
        p.grad = g.copy()
    optimizer.step()
    return *(p.data for p in parameters), *(optimizer.state_dict()[f"{i}.{remembered}"] for i in range(len(values)))


def rnn(x, w, r, b=None, lengths=None, h=None, *, hidden_size, direction="forward", layout=0, activations=None):
    if activations and set(activations) != {"Tanh"}:
        raise NotOurs(f"the activations {activations}")
    return _recurrent(k.rnn, [0], x, w, r, b, lengths, [h], hidden_size, direction, layout)


def lstm(x, w, r, b=None, lengths=None, h=None, c=None, peepholes=None, *, hidden_size, direction="forward", layout=0):
    if peepholes is not None:
        raise NotOurs("peepholes")
    return _recurrent(k.lstm, [0, 2, 3, 1], x, w, r, b, lengths, [h, c], hidden_size, direction, layout)  # i o f c -> i f g o


def gru(x, w, r, b=None, lengths=None, h=None, *, hidden_size, direction="forward", layout=0, linear_before_reset=0):
    steps = x.shape[1] if layout else x.shape[0]
    starts = h is not None or steps > 1
    recurrent_bias = 0 if b is None else b[:, 5 * hidden_size :]  # of the new state
    if not linear_before_reset and (starts or np.any(recurrent_bias)):
        raise NotOurs("the reset gate before the product, where PyTorch and cuDNN have it behind")
    return _recurrent(k.gru, [1, 0, 2], x, w, r, b, lengths, [h], hidden_size, direction, layout)  # z r h -> r z n


def _recurrent(kernel, gates, x, w, r, b, lengths, first, hidden_size, direction, layout):
    """ONNX: w (directions, gates H, D), b (directions, 2 gates H), y (T, directions, B, H); with layout 1 the batch comes first."""
    if layout:
        x, first = x.swapaxes(0, 1), [s if s is None else s.swapaxes(0, 1) for s in first]
    outputs = []
    for i, reverse in enumerate({"forward": [False], "reverse": [True], "bidirectional": [False, True]}[direction]):
        w_x, w_h = (_in_our_order(weight[i], gates, hidden_size).T for weight in (w, r))
        b_x, b_h = (None, None) if b is None else (_in_our_order(half, gates, hidden_size) for half in np.split(b[i], 2))
        states = [s if s is None else s[i] for s in first]
        lengths = None if lengths is None else lengths.astype(np.int64)
        outputs.append(kernel(x, *states, w_x, w_h, b_x, b_h, lengths=lengths, reverse=reverse)[0])
    y, *last = (np.stack(parts) for parts in zip(*outputs, strict=True))
    y = y.swapaxes(0, 1)  # (T, directions, B, H)
    return (y.transpose(2, 0, 1, 3), *(s.swapaxes(0, 1) for s in last)) if layout else (y, *last)


def _in_our_order(weight, gates, hidden_size):
    return np.concatenate([weight[g * hidden_size : (g + 1) * hidden_size] for g in gates])


def _over_features(norm, x, axis, *scales):
    features = math.prod(x.shape[axis:])
    return norm(x.reshape(-1, features), *(s if s is None else s.reshape(-1) for s in scales)).reshape(x.shape)


def _refuse_wide(padding, kernel):
    if any(2 * max(edges) > n for edges, n in zip(padding, kernel, strict=True)):
        raise NotOurs("padding by more than half a window, which PyTorch refuses as well")


def _planar(x):
    if x.ndim == 5:
        raise NotOurs("convolution of volumes")
    return x.ndim - 2


def _padding(auto_pad, pads, sizes, kernel, strides, dilations):
    """((before, after), ...) for each axis, from ONNX's list of all that come before and then all after, or from its word for it."""
    axes = len(sizes)
    if auto_pad in ("NOTSET", "VALID"):
        pads = pads or [0] * 2 * axes
        return tuple(zip(pads[:axes], pads[axes:], strict=True))
    padding = []
    for n, taps, stride, dilation in zip(sizes, kernel, strides, dilations, strict=True):
        total = max(0, (math.ceil(n / stride) - 1) * stride + (taps - 1) * dilation + 1 - n)
        less, more = total // 2, total - total // 2
        padding.append((less, more) if auto_pad == "SAME_UPPER" else (more, less))
    return tuple(padding)


NETWORK = {
    "Adagrad": adagrad,
    "Attention": attention,
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Dropout": dropout,
    "GRU": gru,
    "GlobalAveragePool": global_average_pool,
    "GlobalMaxPool": global_max_pool,
    "GroupNormalization": group_normalization,
    "InstanceNormalization": instance_normalization,
    "LSTM": lstm,
    "LayerNormalization": layer_normalization,
    "MaxPool": max_pool,
    "RMSNormalization": rms_normalization,
    "Momentum": momentum,
    "NegativeLogLikelihoodLoss": nll_loss,
    "RNN": rnn,
    "SoftmaxCrossEntropyLoss": cross_entropy_loss,
}
