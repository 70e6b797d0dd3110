"""The kernel table: a Row for each kernel and way of using it, beside PyTorch's function for the same thing. It needs torch."""

from dlcourse.compare.rows import activations, conv, elementwise, losses, matmul, shape

KERNELS = [row for module in (elementwise, shape, matmul, conv, activations, losses) for row in module.ROWS]
