"""The kernel table: a Row for each kernel and way of using it, beside PyTorch's function for the same thing. It needs torch."""

from dlcourse.compare.rows import (
    activations,
    attention,
    conv,
    ctc,
    dropout,
    elementwise,
    embedding,
    losses,
    matmul,
    norm,
    pool,
    recurrent,
    reduction,
    shape,
)

ELEMENTARY = (elementwise, reduction, shape, matmul)
LAYERS = (conv, pool, recurrent, norm, activations, attention, dropout, embedding)
KERNELS = [row for module in (*ELEMENTARY, *LAYERS, losses, ctc) for row in module.ROWS]
