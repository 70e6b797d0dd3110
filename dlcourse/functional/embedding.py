"""The rows of a table, by number."""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import differentiable

_embedding = differentiable(kernels.embedding)


def embedding(ids, weight, padding_idx=None):
    """The rows of weight (N, D) that integer ids name: (...) -> (..., D). The row `padding_idx` gets no gradient."""
    return _embedding(weight, ids=constant(ids), padding_idx=padding_idx)
