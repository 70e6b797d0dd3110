"""A recurrent network writes text, one character after another (Elman 1990, "Finding structure in time"; Karpathy 2015, "The unreasonable
effectiveness of recurrent neural networks").
B batch, T time, E features of a character, H units, V vocabulary."""

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_host
from dlcourse.nn import GRU, LSTM, RNN, Dropout, Embedding, Linear, Module, init
from dlcourse.tensor import no_grad

CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


class CharRNN(Module):
    """CharRNN(V): characters (B, T) -> logits (B, T, V), at each place for the character that follows it, and the state after the last.

    `cell` is "rnn", "lstm" or "gru". Raises ValueError for another.
    """

    def __init__(self, vocabulary, *, cell="lstm", features=64, units=128, layers=1, dropout=0.0, rng=None):
        if cell not in CELLS:
            raise ValueError(f"CharRNN expected cell {', '.join(map(repr, CELLS))}, got {cell!r}.")
        rng = init.default_rng(rng)
        self.characters = Embedding(vocabulary, features, rng=rng)
        self.reader = CELLS[cell](features, units, layers, dropout=dropout, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.head = Linear(units, vocabulary, rng=rng)

    def forward(self, ids, state=None):
        """`state` is what an earlier call returned: the text goes on from there."""
        x = self.characters(ids)  # (B, T, E)
        y, state = self.reader(x.transpose(0, 1), state)  # (T, B, H)
        return self.head(self.dropout(y)).transpose(0, 1), state  # (B, T, V)

    @staticmethod
    def loss(output, ids):
        """The mean of -log p(character) in nats, for what the model returned and the characters (B, T) that do follow."""
        logits, _ = output
        return F.cross_entropy(logits.transpose(1, 2), ids)

    def generate(self, ids, n, *, temperature=1.0, rng=None):
        """Write on: characters (B, T) -> (B, T + n), each new one drawn from softmax(logits / temperature), at 0 the likeliest.

        Raises ValueError when there is nothing to go on from.
        """
        if ids.shape[1] == 0:
            raise ValueError(f"generate expected at least one character to begin with, got {ids.shape}. Pass a line break, for example.")
        rng, was_training, state, unread = init.default_rng(rng), self.training, None, ids
        self.eval()
        with no_grad():
            for _ in range(n):
                logits, state = self(unread, state)
                unread = draw(to_host(logits.data[:, -1]), temperature, rng=rng)[:, None]
                ids = np.concatenate([ids, unread], 1)
        self.train(was_training)
        return ids


def draw(logits, temperature, *, rng):
    """One character from each row of the host array logits (B, V): (B,)."""
    noise = temperature * rng.gumbel(size=logits.shape)  # the largest of logits + Gumbel noise is a draw from their softmax
    return (logits + noise).argmax(1)
