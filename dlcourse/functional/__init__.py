"""Every kernel lifted to Tensors under PyTorch's name: `dim` and `keepdim` where kernels say `axis` and `keepdims`."""

from dlcourse.functional.activations import gelu, leaky_relu, log_softmax, relu, sigmoid, softmax, tanh
from dlcourse.functional.attention import attention_weights, rotary, scaled_dot_product_attention
from dlcourse.functional.conv import conv1d, conv2d, conv_transpose2d
from dlcourse.functional.dropout import dropout
from dlcourse.functional.elementwise import abs, clip, cos, exp, log, maximum, minimum, sin, sqrt, square
from dlcourse.functional.embedding import embedding
from dlcourse.functional.losses import bce_with_logits, cross_entropy, mse_loss
from dlcourse.functional.matmul import linear
from dlcourse.functional.norm import batch_norm, group_norm, layer_norm, rms_norm
from dlcourse.functional.pool import adaptive_avg_pool1d, adaptive_avg_pool2d, avg_pool1d, avg_pool2d, max_pool1d, max_pool2d
from dlcourse.functional.shape import broadcast_to, concatenate, flatten, logsumexp, stack
from dlcourse.tensor import add, div, matmul, max, mean, mul, neg, pow, sub, sum
