"""Recurrent networks as plain loops over sequences, steps and equations."""

import numpy as np


def rnn(x, h, w_x, w_h, b_x, b_h, *, nonlinearity="tanh", lengths=None, reverse=False):
    f = np.tanh if nonlinearity == "tanh" else lambda z: np.maximum(z, 0)

    def step(x, h):
        return (f(into(x, w_x, b_x) + into(h, w_h, b_h)),)

    return read(step, x, (h,), len(w_h), lengths, reverse)


def lstm(x, h, c, w_x, w_h, b_x, b_h, *, lengths=None, reverse=False):
    def step(x, h, c):
        i, f, g, o = np.split(into(x, w_x, b_x) + into(h, w_h, b_h), 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    return read(step, x, (h, c), len(w_h), lengths, reverse)


def gru(x, h, w_x, w_h, b_x, b_h, *, lengths=None, reverse=False):
    def step(x, h):
        (r, u, n), (r_h, u_h, n_h) = np.split(into(x, w_x, b_x), 3), np.split(into(h, w_h, b_h), 3)
        r, u = sigmoid(r + r_h), sigmoid(u + u_h)
        return (u * h + (1 - u) * np.tanh(n + r * n_h),)

    return read(step, x, (h,), len(w_h), lengths, reverse)


def read(step, x, first, H, lengths, reverse):
    T, B, _ = x.shape
    y, last = np.zeros((T, B, H)), [np.zeros((B, H)) for _ in first]
    for b in range(B):
        states = [np.zeros(H) if s is None else s[b] for s in first]
        steps = range(T if lengths is None else lengths[b])
        for t in reversed(steps) if reverse else steps:
            states = step(x[t, b], *states)
            y[t, b] = states[0]
        for s, state in zip(last, states, strict=True):
            s[b] = state
    return y, *last


def into(x, w, b):
    return x @ w + (0 if b is None else b)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))
