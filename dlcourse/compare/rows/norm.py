"""Rows for normalisation."""

import numpy as np
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, channels_last, t

rng = np.random.default_rng(2)
RUNNING = {"mean": rng.normal(size=3), "var": rng.uniform(0.5, 2, size=3), "training": False}


def layer_norm(x, w, b, eps=1e-5):
    return T.layer_norm(x, x.shape[-1:], w, b, eps)


def rms_norm(x, w, eps):
    return T.rms_norm(x, x.shape[-1:], w, eps)


def batch_norm(x, w, b, mean=None, var=None, training=True, eps=1e-5):
    return T.batch_norm(x, mean if mean is None else t(mean), var if var is None else t(var), w, b, training, 0.0, eps)


def group_norm(x, w, b, groups, eps=1e-5):
    return T.group_norm(x, groups, w, b, eps)


ROWS = [
    Row(k.layer_norm, ((4, 7), (7,), (7,)), layer_norm),
    Row(k.layer_norm, ((2, 3, 8), (8,), None), layer_norm, {"eps": 1e-3}),
    Row(k.layer_norm, ((2, 3, 8), None, None), layer_norm),
    Row(k.layer_norm, ((0, 8), (8,), (8,)), layer_norm),
    Row(k.rms_norm, ((4, 7), (7,)), rms_norm, {"eps": 1e-5}),
    Row(k.rms_norm, ((2, 3, 8), None), rms_norm, {"eps": 1e-3}),
    Row(k.batch_norm, ((5, 3), (3,), (3,)), batch_norm),
    Row(k.batch_norm, ((2, 3, 4, 5), (3,), (3,)), batch_norm),
    Row(k.batch_norm, ((2, 3, 4, 5), (3,), (3,)), batch_norm, draw=channels_last),
    Row(k.batch_norm, ((2, 3, 4), None, None), batch_norm, {"eps": 1e-3}),
    Row(k.batch_norm, ((2, 3, 4, 1), (3,), None), batch_norm),
    Row(k.batch_norm, ((2, 3, 4, 5), (3,), (3,)), batch_norm, RUNNING),
    Row(k.batch_norm, ((1, 3), None, None), batch_norm, RUNNING),
    Row(k.group_norm, ((2, 6, 4, 5), (6,), (6,)), group_norm, {"groups": 3}),
    Row(k.group_norm, ((2, 6, 4, 5), (6,), (6,)), group_norm, {"groups": 2}, draw=channels_last),
    Row(k.group_norm, ((2, 6, 4), None, None), group_norm, {"groups": 6}),
    Row(k.group_norm, ((3, 6), (6,), None), group_norm, {"groups": 1, "eps": 1e-3}),
]
