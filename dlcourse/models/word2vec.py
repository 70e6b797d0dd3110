"""word2vec: a vector for each word, learned from the company it keeps.

Mikolov et al. 2013, "Distributed representations of words and phrases and their compositionality": the skip-gram
model with negative sampling. A word and one of its neighbours shall score high, the word and K words drawn at random low.
V words, D numbers in a vector, B pairs of neighbours, K words drawn at random for each pair.
"""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import Embedding, Module


class Word2Vec(Module):
    """Two vectors for each word: one for when it stands in the middle, one for when it is a neighbour.

    The latter start at 0, so that at first every score is 0: chance.
    """

    def __init__(self, words, dim=32, *, rng=None):
        self.middle = Embedding(words, dim, rng=rng)
        self.neighbour = Embedding(words, dim, rng=rng)
        self.middle.weight.data *= 0.5 / dim**0.5
        self.neighbour.weight.data *= 0

    def forward(self, middle, others):
        """Scores (B, 1 + K) of words (B,) with others (B, 1 + K): the products of their vectors."""
        u = self.middle(middle).unsqueeze(1)  # (B, 1, D)
        return (u * self.neighbour(others)).sum(2)

    @staticmethod
    def loss(scores):
        """-log sigmoid(true) - sum log sigmoid(-random), the mean over pairs (eq. 4); the first column holds the true neighbours."""
        true = np.zeros(scores.shape, scores.dtype)
        true[:, 0] = 1
        return F.bce_with_logits(scores, true, reduction="sum") / len(scores)

    def log_p(self, noise):
        """log p(neighbour | word) as a host array (V, V), a row for each word, when `noise` (V,) is what random words were drawn from.

        The best score is that of log p(c | w) / noise(c), but for a constant (Levy and Goldberg 2014): so p is noise times exp(score).
        """
        z = self.middle.weight.numpy() @ self.neighbour.weight.numpy().T + np.log(noise)
        z -= z.max(1, keepdims=True)
        return z - np.log(np.exp(z).sum(1, keepdims=True))

    def nearest(self, word, n=10):
        """The n words whose vectors point most nearly where this word's does, as a host array of ids."""
        vectors = self.middle.weight.numpy()
        directions = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-12)
        order = np.argsort(-directions @ directions[word])
        return order[order != word][:n]


def neighbours(ids, window=5, *, rng=None):
    """All pairs (word, neighbour) of a text (N,), as two arrays; with `rng` each word looks 1 to `window` words far, else all look far.

    So near neighbours are met more often than far ones.
    """
    n = len(ids)
    reach = np.full(n, window) if rng is None else rng.integers(1, window + 1, n)
    pairs = []
    for distance in range(1, window + 1):
        i = np.flatnonzero(reach >= distance)
        pairs += [(i[i + distance < n], distance), (i[i >= distance], -distance)]
    return np.concatenate([ids[i] for i, _ in pairs]), np.concatenate([ids[i + step] for i, step in pairs])


def subsampled(ids, share=1e-3, *, rng):
    """The text without most of its frequent words: each is kept with probability sqrt(share / frequency), at most 1 (eq. 5)."""
    frequency = np.bincount(ids) / len(ids)
    return ids[rng.random(len(ids)) < np.sqrt(share / frequency[ids])]


def noise_distribution(counts):
    """What random words are drawn from: counts to the power of 3/4, so that rare words come up more often than they occur."""
    weights = np.asarray(counts, float) ** 0.75
    return weights / weights.sum()


def draw(noise, shape, *, rng):
    """Ids drawn from a distribution (V,)."""
    edges = np.cumsum(noise)[:-1]  # without the last, so that rounding can't lead beyond it
    return np.searchsorted(edges, rng.random(shape), side="right")
