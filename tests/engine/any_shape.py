"""For each kernel a hypothesis strategy that draws Rows of any shape and option."""

import any_activations
import any_attention
import any_conv
import any_elementwise
import any_embedding
import any_losses
import any_matmul
import any_norm
import any_pool
import any_recurrent
import any_reduction
import any_reshape

ANY_SHAPE = (
    any_elementwise.ANY_SHAPE
    | any_reduction.ANY_SHAPE
    | any_reshape.ANY_SHAPE
    | any_matmul.ANY_SHAPE
    | any_conv.ANY_SHAPE
    | any_pool.ANY_SHAPE
    | any_recurrent.ANY_SHAPE
    | any_norm.ANY_SHAPE
    | any_activations.ANY_SHAPE
    | any_attention.ANY_SHAPE
    | any_embedding.ANY_SHAPE
    | any_losses.ANY_SHAPE
)
