"""BERT (Devlin et al. 2018, "BERT: pre-training of deep bidirectional transformers for language understanding"): an encoder that sees both
sides of every token, trained to fill in hidden ones.
B batch, T time, C channels, V vocabulary."""

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_device, xp
from dlcourse.functional.constant import constant
from dlcourse.nn import Dropout, Embedding, LayerNorm, Linear, Module, ModuleList, MultiheadAttention, Parameter, init

EPS = 1e-12  # in every normalisation, as in the published weights
NOT_HIDDEN = -100  # as a target: this place does not count


class BERT(Module):
    """BERT(V): tokens (B, T) -> what is known at each place (B, T, C).

    `padding` fills shorter texts up at their end; nobody looks there. Raises ValueError for more than `length` tokens.
    """

    def __init__(
        self, vocabulary, *, layers=4, heads=4, channels=128, hidden=512, length=512, segments=2, dropout=0.1, padding=0, rng=None
    ):
        rng = init.default_rng(rng)
        self.padding = padding
        self.tokens = Embedding(vocabulary, channels, rng=rng)
        self.places = Embedding(length, channels, rng=rng)
        self.segments = Embedding(segments, channels, rng=rng)
        self.norm = LayerNorm(channels, eps=EPS)
        self.dropout = Dropout(dropout, rng=rng)
        self.layers = ModuleList(*(EncoderLayer(channels, heads, hidden, dropout, rng=rng) for _ in range(layers)))
        self.pooler = Linear(channels, channels, rng=rng)
        begin_small(self, rng)

    def forward(self, ids, segments=None):
        """`segments` (B, T) says which sentence of a pair a token belongs to: 0, the default, or 1."""
        (B, T), length = ids.shape, self.places.num_embeddings
        if length < T:
            raise ValueError(f"BERT expected at most {length} tokens, got {T}. Pass the first ones, or cut the text.")
        segments = np.zeros((B, T), int) if segments is None else segments
        x = self.tokens(ids) + self.places(np.arange(T)) + self.segments(segments)
        x = self.dropout(self.norm(x))  # (B, T, C)
        empty = constant(ids) == self.padding
        for layer in self.layers:
            x = layer(x, empty)
        return x

    def pooled(self, x):
        """What the first token knows, made ready for classifying the whole text: (B, T, C) -> (B, C)."""
        return F.tanh(self.pooler(x[:, 0]))

    def sentence_vectors(self, ids):
        """The mean of what is known over a text's tokens, scaled to length 1: (B, T) -> (B, C) (Reimers and Gurevych 2019).

        The product of two such vectors says how much two sentences have in common.
        """
        x = self(ids)
        there = (constant(ids) != self.padding)[:, :, None].astype(x.dtype)
        mean = (x * there).sum(1) / xp.maximum(there.sum(1), 1.0)
        return mean / F.sqrt(F.square(mean).sum(1, keepdim=True))


class EncoderLayer(Module):
    """Every place looks at all others, then thinks for itself; each result is added to x (B, T, C), and the sum is normalised."""

    def __init__(self, channels, heads, hidden, dropout, *, rng):
        self.self_attn = MultiheadAttention(channels, heads, dropout, rng=rng)
        self.linear1, self.linear2 = Linear(channels, hidden, rng=rng), Linear(hidden, channels, rng=rng)
        self.norm1, self.norm2 = LayerNorm(channels, eps=EPS), LayerNorm(channels, eps=EPS)
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, x, empty):
        seen, _ = self.self_attn(x, x, x, key_padding_mask=empty, need_weights=False)
        x = self.norm1(x + self.dropout(seen))
        thought = self.linear2(F.gelu(self.linear1(x)))
        return self.norm2(x + self.dropout(thought))


class MaskedLanguageModel(Module):
    """BERT with the head that names hidden tokens: (B, T) -> logits (B, T, V)."""

    def __init__(self, bert, *, rng=None):
        rng = init.default_rng(rng)
        vocabulary, channels = bert.tokens.weight.shape
        self.bert = bert
        self.dense = Linear(channels, channels, rng=rng)
        self.norm = LayerNorm(channels, eps=EPS)
        self.bias = Parameter(xp.zeros(vocabulary, "f4"))
        begin_small(self.dense, rng)

    def forward(self, ids, segments=None):
        x = self.bert(ids, segments)
        x = self.norm(F.gelu(self.dense(x)))  # (B, T, C)
        return F.linear(x, self.bert.tokens.weight, self.bias)  # (B, T, V): one table reads tokens and names them

    @staticmethod
    def loss(logits, targets):
        """The mean of -log p(token) in nats over the hidden places; elsewhere targets (B, T) are NOT_HIDDEN."""
        B, T, V = logits.shape
        return F.cross_entropy(logits.reshape(B * T, V), targets.reshape(B * T), ignore_index=NOT_HIDDEN)


def hide(ids, *, mask, vocabulary, rng, share=0.15, special=()):
    """Hide a share of the host array ids (B, T): -> what the model reads, and the targets, both (B, T) (section 3.1).

    Of ten hidden tokens eight become `mask`, one any other, and one stays, so that the model can trust none of those it sees. The
    `special` ones, such as padding, are never hidden.
    """
    chosen = (rng.random(ids.shape) < share) & ~np.isin(ids, special)
    lot = rng.random(ids.shape)
    read = np.where(chosen & (lot < 0.8), mask, ids)
    read = np.where(chosen & (lot >= 0.9), rng.integers(0, vocabulary, ids.shape), read)
    return read, np.where(chosen, ids, NOT_HIDDEN)


def begin_small(module, rng):
    """Weights around 0 of size 0.02, none beyond 0.04, and biases 0."""
    for name, p in module.named_parameters():
        if p.ndim == 2:
            p.data = to_device(init.trunc_normal(p.shape, 0.02, rng=rng))
        elif name.endswith("bias"):
            p.data[...] = 0
