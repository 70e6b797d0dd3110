"""Rows for convolutions. PyTorch pads both edges of an axis alike, so uneven edges are padded first."""

import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row


def padded_conv2d(x, w, b, padding, **options):
    (top, bottom), (left, right) = padding
    return T.conv2d(T.pad(x, (left, right, top, bottom)), w, b, **options)


def padded_conv1d(x, w, b, padding, **options):
    return T.conv1d(T.pad(x, padding), w, b, **options)


X = (2, 4, 6, 7)
UNEVEN = {"padding": ((0, 1), (2, 1)), "stride": 2}

ROWS = [
    Row(k.conv2d, (X, (6, 4, 3, 3), (6,)), T.conv2d),
    Row(k.conv2d, (X, (6, 4, 3, 2), None), T.conv2d, {"padding": (1, 0), "stride": (2, 3)}),
    Row(k.conv2d, (X, (6, 4, 3, 2), (6,)), padded_conv2d, UNEVEN),
    Row(k.conv2d, (X, (6, 4, 3, 3), (6,)), padded_conv2d, {"padding": ((1, 3), (2, 0)), "dilation": (2, 1)}),
    Row(k.conv2d, (X, (6, 4, 2, 3), (6,)), T.conv2d, {"padding": 2, "stride": 2, "dilation": (3, 2)}),
    Row(k.conv2d, (X, (6, 2, 3, 3), (6,)), T.conv2d, {"padding": 1, "groups": 2}),
    Row(k.conv2d, (X, (8, 1, 3, 3), (8,)), T.conv2d, {"padding": 1, "groups": 4, "stride": 2}),
    Row(k.conv2d, (X, (5, 4, 1, 1), None), T.conv2d, {"stride": 2}),
    Row(k.conv2d, ((2, 1, 5, 5), (3, 1, 5, 5), (3,)), T.conv2d),
    Row(k.conv2d, ((0, 4, 6, 7), (6, 4, 3, 3), (6,)), T.conv2d),
    Row(k.conv1d, ((2, 4, 9), (6, 4, 3), (6,)), T.conv1d, {"padding": 1, "stride": 2}),
    Row(k.conv1d, ((2, 4, 9), (6, 2, 3), None), padded_conv1d, {"padding": (4, 0), "dilation": 2, "groups": 2}),
    Row(k.conv_transpose2d, (X, (4, 3, 3, 3), (3,)), T.conv_transpose2d),
    Row(k.conv_transpose2d, (X, (4, 3, 3, 3), (3,)), T.conv_transpose2d, {"padding": 1}),
    Row(k.conv_transpose2d, (X, (4, 3, 4, 4), None), T.conv_transpose2d, {"stride": 2, "padding": 1}),
    Row(k.conv_transpose2d, (X, (4, 3, 3, 2), (3,)), T.conv_transpose2d, {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2)}),
    Row(k.conv_transpose2d, (X, (4, 2, 3, 3), (4,)), T.conv_transpose2d, {"groups": 2, "dilation": 2, "output_padding": 1, "stride": 2}),
    Row(k.conv_transpose2d, (X, (4, 3, 2, 2), None), T.conv_transpose2d, {"padding": 2, "dilation": 3, "output_padding": 1}),
    Row(k.conv_transpose2d, (X, (4, 1, 1, 1), (4,)), T.conv_transpose2d, {"groups": 4, "stride": 2, "output_padding": 1}),
]
