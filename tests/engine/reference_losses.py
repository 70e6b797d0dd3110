"""The losses, written again as plain loops: the specification."""

import math
from itertools import groupby, product

import numpy as np


def mse(x, *, target, reduction="mean"):
    return number_by_number(lambda v, t: (v - t) ** 2, x, target, reduction)


def l1(x, *, target, reduction="mean"):
    return number_by_number(lambda v, t: math.fabs(v - t), x, target, reduction)


def huber(x, *, target, delta=1.0, reduction="mean"):
    def loss(v, t):
        distance = math.fabs(v - t)
        return distance**2 / 2 if distance < delta else delta * (distance - delta / 2)

    return number_by_number(loss, x, target, reduction)


def kl_div(log_q, *, target, log_target=False, reduction="mean"):
    def loss(log_q, t):
        p = math.exp(t) if log_target else t
        return p * (math.log(p) - log_q) if p > 0 else 0.0

    return number_by_number(loss, log_q, target, reduction)


def bce_with_logits(logits, *, target, pos_weight=None, reduction="mean"):
    w = np.ones_like(logits) if pos_weight is None else np.broadcast_to(pos_weight, logits.shape)
    s = 1 / (1 + np.exp(-logits))
    return reduced(-w * target * np.log(s) - (1 - target) * np.log(1 - s), reduction, logits.size)


def nll(log_p, *, target, weight=None, ignore_index=-100, reduction="mean"):
    losses, counted = np.zeros(len(target)), 0.0
    for n, label in enumerate(target):
        if label != ignore_index:
            w = 1.0 if weight is None else weight[label]
            losses[n] = -w * log_p[n, label]
            counted += w
    return reduced(losses, reduction, counted)


def cross_entropy(logits, *, target, weight=None, ignore_index=-100, label_smoothing=0.0, reduction="mean"):
    n, k = logits.shape
    weight = np.ones(k) if weight is None else weight
    losses, counted = np.zeros(n), 0.0
    for i, row in enumerate(logits):
        log_p = [math.log(math.exp(v) / sum(map(math.exp, row))) for v in row]
        if target.ndim == 1 and target[i] == ignore_index:
            continue
        q = target[i] if target.ndim == 2 else np.eye(k)[target[i]]
        losses[i] = -sum(w * ((1 - label_smoothing) * t + label_smoothing / k) * v for w, t, v in zip(weight, q, log_p, strict=True))
        counted += 1.0 if target.ndim == 2 else weight[target[i]]
    return reduced(losses, reduction, counted)


def ctc(logits, *, target, input_lengths, target_lengths, blank=0, reduction="mean"):
    """By trying each way to give every step a character: merge equal neighbours, drop the blanks, and see whether the word is left."""
    p = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    losses = np.zeros(len(target))
    for n, (steps, length) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        total = 0.0
        for way in product(range(logits.shape[2]), repeat=int(steps)):
            if [c for c, _ in groupby(way) if c != blank] == target[n, :length].tolist():
                total += math.prod(p[t, n, c] for t, c in enumerate(way))
        losses[n] = -math.log(total) / (max(length, 1) if reduction == "mean" else 1)
    return reduced(losses, reduction, len(losses))


def number_by_number(loss, x, target, reduction):
    return reduced(np.array([loss(v, t) for v, t in zip(x.ravel(), target.ravel(), strict=True)]).reshape(x.shape), reduction, x.size)


def reduced(losses, reduction, counted):
    return losses if reduction == "none" else losses.sum() / (counted if reduction == "mean" else 1)
