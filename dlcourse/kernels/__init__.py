"""Kernels take arrays and return `(output, backward)`. `backward(dy)` returns a tuple, one gradient per differentiable input."""

from dlcourse.kernels.activations import gelu, leaky_relu, log_softmax, relu, sigmoid, softmax, tanh
from dlcourse.kernels.attention import attention, rotary
from dlcourse.kernels.conv import conv1d, conv2d, conv_transpose2d
from dlcourse.kernels.dropout import dropout
from dlcourse.kernels.elementwise import (
    abs,
    add,
    clip,
    cos,
    div,
    exp,
    log,
    maximum,
    minimum,
    mul,
    neg,
    pow,
    sin,
    sqrt,
    square,
    sub,
    unbroadcast,
)
from dlcourse.kernels.embedding import embedding
from dlcourse.kernels.losses import bce_with_logits, cross_entropy, mse
from dlcourse.kernels.matmul import linear, matmul
from dlcourse.kernels.norm import batch_norm, group_norm, layer_norm, rms_norm
from dlcourse.kernels.pool import adaptive_avg_pool, avg_pool, max_pool
from dlcourse.kernels.reduction import logsumexp, max, mean, sum
from dlcourse.kernels.shape import broadcast_to, concatenate, getitem, reshape, stack, transpose
