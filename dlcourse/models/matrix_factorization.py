"""A recommender: what a person thinks of a film, from what they and others thought of others.

Koren, Bell and Volinsky 2009, "Matrix factorization techniques for recommender systems", equations 3 to 5. The table of all ratings, most
of which are missing, is taken for a mean, a habit of each person, a quality of each item, and a product of two narrow tables.
N persons, M items, K factors (tastes that nobody named), B ratings.
"""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import Buffer, Embedding, Module


class MatrixFactorization(Module):
    """rating(person, item) = mean + bias of the person + bias of the item + the product of their factors (eq. 4).

    `mean` is that of the ratings to learn from. Biases start at 0, factors near it: at first every rating is the mean.
    """

    def __init__(self, persons, items, factors=20, mean=0.0, *, rng=None):
        self.mean = Buffer(np.full((), mean, np.float32))
        self.person_bias = Embedding(persons, 1, rng=rng)
        self.item_bias = Embedding(items, 1, rng=rng)
        self.person_factors = Embedding(persons, factors, rng=rng)
        self.item_factors = Embedding(items, factors, rng=rng)
        for table, scale in zip((self.person_bias, self.item_bias, self.person_factors, self.item_factors), (0, 0, 0.1, 0.1), strict=True):
            table.weight.data *= scale

    def forward(self, persons, items):
        """ids (B,) and (B,) -> ratings (B,)."""
        return self._rating(*self._look_up(persons, items))

    def loss(self, persons, items, ratings, penalty=0.13):
        """The squared error, and `penalty` times the squares of all that this rating rests on (eq. 5): few ratings, small numbers."""
        parts = self._look_up(persons, items)
        squares = sum(F.square(part).sum() for part in parts)
        return F.mse_loss(self._rating(*parts), ratings) + squares * (penalty / len(ratings))

    def recommend(self, person, seen=(), n=10):
        """The n items, best first, that the person should like most among those they haven't `seen`, as a host array of ids."""
        taste, quality = self.person_factors.weight.numpy()[person], self.item_bias.weight.numpy()[:, 0]
        ratings = self.item_factors.weight.numpy() @ taste + quality  # what is the same for all items changes no order
        ratings[list(seen)] = -np.inf
        return np.argsort(-ratings)[:n]

    def similar(self, item, n=10):
        """The n items, nearest first, whose factors point the way of this one's: liked and disliked by the same persons."""
        factors = self.item_factors.weight.numpy()
        directions = factors / (np.linalg.norm(factors, axis=1, keepdims=True) + 1e-12)
        order = np.argsort(-directions @ directions[item])
        return order[order != item][:n]

    def _look_up(self, persons, items):
        return self.person_bias(persons), self.item_bias(items), self.person_factors(persons), self.item_factors(items)

    def _rating(self, person_bias, item_bias, person_factors, item_factors):
        return self.mean + (person_bias + item_bias)[:, 0] + (person_factors * item_factors).sum(1)
