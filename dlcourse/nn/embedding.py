"""Embedding: a table of learned vectors, one for each id."""

from dlcourse import functional as F
from dlcourse.nn.init import default_rng
from dlcourse.nn.module import Module, Parameter


class Embedding(Module):
    """ids of any shape (...) -> their vectors (..., embedding_dim); the vector `padding_idx` is 0 and stays as it is.

    Raises TypeError when ids are not integers, ValueError when one is outside 0 .. num_embeddings - 1.
    """

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        weight = default_rng(rng).standard_normal((num_embeddings, embedding_dim), dtype="f4")
        if padding_idx is not None:
            weight[padding_idx] = 0
        self.weight = Parameter(weight)

    def forward(self, ids):
        return F.embedding(ids, self.weight, self.padding_idx)

    def __repr__(self):
        return f"Embedding({self.num_embeddings}, {self.embedding_dim})"
