"""The kernels of norm.py as plain loops."""

import math

import numpy as np


def normalized(numbers, eps):
    mean = sum(numbers) / len(numbers)
    var = sum((v - mean) ** 2 for v in numbers) / len(numbers)
    return [(v - mean) / math.sqrt(var + eps) for v in numbers]


def scaled(y, axis, w, b):
    shape = [1] * y.ndim
    shape[axis] = -1
    y = y if w is None else y * w.reshape(shape)
    return y if b is None else y + b.reshape(shape)


def layer_norm(x, w=None, b=None, *, eps=1e-5):
    y = np.empty_like(x)
    for row in np.ndindex(x.shape[:-1]):
        y[row] = normalized(list(x[row]), eps)
    return scaled(y, -1, w, b)


def rms_norm(x, w=None, *, eps):
    y = np.empty_like(x)
    for row in np.ndindex(x.shape[:-1]):
        y[row] = x[row] / math.sqrt(sum(v * v for v in x[row]) / len(x[row]) + eps)
    return scaled(y, -1, w, None)


def batch_norm(x, w=None, b=None, *, mean=None, var=None, training=True, eps=1e-5):
    y = np.empty(x.shape)
    for c in range(x.shape[1]):
        channel = x[:, c]
        if training:
            y[:, c] = np.reshape(normalized(list(channel.ravel()), eps), channel.shape)
        else:
            y[:, c] = [(v - mean[c]) / math.sqrt(var[c] + eps) for v in channel]
    return scaled(y, 1, w, b)


def group_norm(x, w=None, b=None, *, groups, eps=1e-5):
    y, size = np.empty(x.shape), x.shape[1] // groups
    for i in range(len(x)):
        for start in range(0, x.shape[1], size):
            group = x[i, start : start + size]
            y[i, start : start + size] = np.reshape(normalized(list(group.ravel()), eps), group.shape)
    return scaled(y, 1, w, b)
