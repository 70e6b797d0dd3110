"""Every kernel lifted to Tensors under PyTorch's name: `dim` and `keepdim` where kernels say `axis` and `keepdims`."""

from dlcourse.functional.activations import (
    elu,
    gelu,
    hardswish,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from dlcourse.functional.attention import attention_weights, rotary, scaled_dot_product_attention
from dlcourse.functional.conv import conv1d, conv2d, conv_transpose2d
from dlcourse.functional.dropout import dropout
from dlcourse.functional.elementwise import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    clip,
    cos,
    cosh,
    erf,
    expm1,
    log1p,
    logaddexp,
    masked_fill,
    maximum,
    minimum,
    reciprocal,
    rsqrt,
    sin,
    sinh,
    square,
    tan,
    where,
)
from dlcourse.functional.embedding import embedding
from dlcourse.functional.losses import (
    bce_with_logits,
    cross_entropy,
    ctc_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)
from dlcourse.functional.matmul import linear
from dlcourse.functional.norm import batch_norm, group_norm, layer_norm, rms_norm
from dlcourse.functional.pool import adaptive_avg_pool1d, adaptive_avg_pool2d, avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
from dlcourse.functional.recurrent import gru, lstm, rnn
from dlcourse.functional.reduction import cumsum, logsumexp, prod, std
from dlcourse.functional.shape import broadcast_to, chunk, concatenate, flatten, flip, gather, pad, repeat_interleave, stack, tile
from dlcourse.tensor import add, div, exp, log, matmul, max, mean, min, mul, neg, pow, sqrt, sub, sum, var
