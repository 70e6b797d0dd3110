"""The recommender in PyTorch."""

import torch
from torch import nn


class MatrixFactorization(nn.Module):
    """Mean, two biases and the product of two rows of factors."""

    def __init__(self, model):
        super().__init__()
        self.register_buffer("mean", torch.empty(()))
        for name in ("person_bias", "item_bias", "person_factors", "item_factors"):
            table = getattr(model, name)
            setattr(self, name, nn.Embedding(table.num_embeddings, table.embedding_dim))

    def forward(self, persons, items):
        biases = self.person_bias(persons) + self.item_bias(items)
        return self.mean + biases[:, 0] + (self.person_factors(persons) * self.item_factors(items)).sum(1)
