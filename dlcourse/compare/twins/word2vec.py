"""word2vec in PyTorch."""

from torch import nn


class Word2Vec(nn.Module):
    """The products of two words' vectors."""

    def __init__(self, model):
        super().__init__()
        self.middle, self.neighbour = (nn.Embedding(*table.weight.shape) for table in (model.middle, model.neighbour))

    def forward(self, middle, others):
        return (self.middle(middle)[:, None] * self.neighbour(others)).sum(2)
