"""Kernels take arrays and return `(output, backward)`. `backward(dy)` returns a tuple, one gradient per differentiable input."""

from dlcourse.kernels.activations import elu, gelu, leaky_relu, log_softmax, relu, relu6, sigmoid, silu, softmax, softplus, tanh
from dlcourse.kernels.attention import attention, rotary
from dlcourse.kernels.conv import conv1d, conv2d, conv_transpose2d
from dlcourse.kernels.ctc import ctc
from dlcourse.kernels.dropout import dropout
from dlcourse.kernels.elementwise import (
    abs,
    acos,
    acosh,
    add,
    asin,
    asinh,
    atan,
    atanh,
    clip,
    cos,
    cosh,
    div,
    erf,
    exp,
    expm1,
    log,
    log1p,
    logaddexp,
    masked_fill,
    maximum,
    minimum,
    mul,
    neg,
    pow,
    reciprocal,
    rsqrt,
    sin,
    sinh,
    sqrt,
    square,
    sub,
    tan,
    unbroadcast,
    where,
)
from dlcourse.kernels.embedding import embedding
from dlcourse.kernels.losses import bce_with_logits, cross_entropy, huber, kl_div, l1, mse, nll
from dlcourse.kernels.matmul import linear, matmul
from dlcourse.kernels.norm import batch_norm, group_norm, layer_norm, rms_norm
from dlcourse.kernels.pool import adaptive_avg_pool, avg_pool, max_pool
from dlcourse.kernels.recurrent import gru, lstm, rnn
from dlcourse.kernels.reduction import cumsum, logsumexp, max, mean, min, prod, std, sum, var
from dlcourse.kernels.shape import (
    broadcast_to,
    concatenate,
    flip,
    gather,
    getitem,
    pad,
    repeat,
    reshape,
    split,
    stack,
    swapaxes,
    tile,
    transpose,
)
