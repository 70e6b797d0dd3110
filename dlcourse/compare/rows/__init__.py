"""The kernel table: a Row for each kernel and way of using it, beside PyTorch's function for the same thing. It needs torch."""

from dlcourse.compare.rows import activations, attention, conv, dropout, elementwise, embedding, losses, matmul, norm, pool, shape

KERNELS = [
    row
    for module in (elementwise, shape, matmul, conv, pool, norm, activations, attention, dropout, embedding, losses)
    for row in module.ROWS
]
