"""Convolutions as loops over every number: the specification."""

import numpy as np


def pair(option):
    return option if isinstance(option, tuple) else (option, option)


def conv1d(x, w, b, *, stride=1, padding=0, dilation=1, groups=1):
    x = np.pad(x, ((0, 0), (0, 0), pair(padding)))
    return conv2d(x[:, :, None], w[:, :, None], b, stride=(1, stride), dilation=(1, dilation), groups=groups)[:, :, 0]


def conv2d(x, w, b, *, stride=1, padding=0, dilation=1, groups=1):
    rows, columns = map(pair, pair(padding))
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    x = np.pad(x, ((0, 0), (0, 0), rows, columns))
    n_in, n_out = w.shape[1], len(w) // groups
    height = (x.shape[2] - dh * (w.shape[2] - 1) - 1) // sh + 1
    width = (x.shape[3] - dw * (w.shape[3] - 1) - 1) // sw + 1
    y = np.zeros((len(x), len(w), height, width))
    for n, k, i, j in np.ndindex(y.shape):
        for c, di, dj in np.ndindex(w.shape[1:]):
            y[n, k, i, j] += w[k, c, di, dj] * x[n, k // n_out * n_in + c, i * sh + di * dh, j * sw + dj * dw]
    return y if b is None else y + b[:, None, None]


def conv_transpose2d(x, w, b, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    (top, bottom), (left, right) = map(pair, pair(padding))
    (sh, sw), (dh, dw), (more_h, more_w) = pair(stride), pair(dilation), pair(output_padding)
    n_in, n_out = len(w) // groups, w.shape[1]
    height = (x.shape[2] - 1) * sh + dh * (w.shape[2] - 1) + 1 + more_h
    width = (x.shape[3] - 1) * sw + dw * (w.shape[3] - 1) + 1 + more_w
    y = np.zeros((len(x), n_out * groups, height, width))
    for n, c, i, j in np.ndindex(x.shape):
        for k, di, dj in np.ndindex(w.shape[1:]):
            y[n, c // n_in * n_out + k, i * sh + di * dh, j * sw + dj * dw] += x[n, c, i, j] * w[c, k, di, dj]
    y = y[:, :, top : height - bottom, left : width - right]
    return y if b is None else y + b[:, None, None]
