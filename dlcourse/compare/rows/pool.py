"""Rows for pooling."""

import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, channels_last


def max_pool(x, *, kernel_size, **options):
    return {1: T.max_pool1d, 2: T.max_pool2d, 3: T.max_pool3d}[len(kernel_size)](x, kernel_size, **options)


def avg_pool(x, *, kernel_size, **options):
    return {1: T.avg_pool1d, 2: T.avg_pool2d, 3: T.avg_pool3d}[len(kernel_size)](x, kernel_size, **options)


def adaptive_avg_pool(x, *, output_size):
    return {1: T.adaptive_avg_pool1d, 2: T.adaptive_avg_pool2d}[len(output_size)](x, output_size)


ROWS = [
    Row(k.max_pool, ((2, 3, 6, 8),), max_pool, {"kernel_size": (2, 2)}),
    Row(k.max_pool, ((2, 3, 7, 5),), max_pool, {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    Row(k.max_pool, ((2, 3, 7, 5),), max_pool, {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}, draw=channels_last),
    Row(k.max_pool, ((2, 3, 7, 8),), max_pool, {"kernel_size": (2, 2), "ceil_mode": True}),
    Row(k.max_pool, ((2, 9),), max_pool, {"kernel_size": (3,), "stride": 1, "dilation": 2}),
    Row(k.max_pool, ((0, 3, 6, 8),), max_pool, {"kernel_size": (2, 2)}),
    Row(k.avg_pool, ((2, 3, 6, 8),), avg_pool, {"kernel_size": (2, 2)}),
    Row(k.avg_pool, ((2, 3, 7, 5),), avg_pool, {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    Row(k.avg_pool, ((2, 3, 6, 8),), avg_pool, {"kernel_size": (2, 2)}, draw=channels_last),
    Row(k.avg_pool, ((2, 3, 7, 8),), avg_pool, {"kernel_size": (3, 3), "padding": 1, "ceil_mode": True}),
    Row(k.avg_pool, ((2, 3, 7, 8),), avg_pool, {"kernel_size": (3, 3), "padding": 1, "ceil_mode": True, "count_include_pad": False}),
    Row(k.avg_pool, ((2, 3, 9),), avg_pool, {"kernel_size": (3,), "stride": 2}),
    Row(k.adaptive_avg_pool, ((2, 3, 6, 7),), adaptive_avg_pool, {"output_size": (3, 4)}),
    Row(k.adaptive_avg_pool, ((2, 3, 6, 7),), adaptive_avg_pool, {"output_size": (1, 1)}),
    Row(k.adaptive_avg_pool, ((2, 3, 7),), adaptive_avg_pool, {"output_size": (5,)}),
]
