"""The Transformer (Vaswani et al. 2017, "Attention is all you need", fig. 1): an encoder reads a sentence, a decoder writes another one and
looks at what was read. No recurrence: every place is worked out at the same time.
B batch, S length of the source, T length of the target, C channels, V vocabulary of the target."""

import math

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_host
from dlcourse.functional.constant import constant
from dlcourse.nn import Buffer, Dropout, Embedding, KeyValueCache, LayerNorm, Linear, Module, ModuleList, MultiheadAttention, init
from dlcourse.tensor import no_grad


class Transformer(Module):
    """Transformer(source vocabulary, V): source (B, S) and target (B, T), as tokens -> logits (B, T, V) for the token after each of T.

    `padding` fills shorter sentences up at their end; nobody looks there. Raises ValueError for a sentence longer than `length`.
    """

    def __init__(self, sources, targets, *, layers=2, heads=4, channels=128, hidden=512, dropout=0.1, length=256, padding=0, rng=None):
        rng = init.default_rng(rng)
        self.padding = padding
        self.source_tokens = self._table(sources, channels, rng)
        self.target_tokens = self._table(targets, channels, rng)
        self.places = Buffer(sinusoids(length, channels))
        self.dropout = Dropout(dropout, rng=rng)
        self.encoder = ModuleList(*(EncoderLayer(channels, heads, hidden, dropout, rng=rng) for _ in range(layers)))
        self.decoder = ModuleList(*(DecoderLayer(channels, heads, hidden, dropout, rng=rng) for _ in range(layers)))

    def forward(self, source, target):
        return self.decode(target, *self.encode(source))

    def encode(self, source):
        """Tokens (B, S) -> what was read (B, S, C), and where there is nothing but padding (B, S)."""
        empty = constant(source) == self.padding
        x = self._embedded(source, self.source_tokens)
        for layer in self.encoder:
            x = layer(x, empty)
        return x, empty

    def decode(self, target, read, empty, caches=None):
        """Tokens (B, T) -> logits (B, T, V). With `caches` the tokens follow those that were decoded before with the same caches."""
        caches = caches or self.caches()
        x = self._embedded(target, self.target_tokens, past=len(caches[0][0]))
        for layer, cache in zip(self.decoder, caches, strict=True):
            x = layer(x, read, empty, *cache)
        return F.linear(x, self.target_tokens.weight)  # (B, T, V): one table reads tokens and names them

    def caches(self):
        """For each decoder layer an empty memory of its own past, and one of what it needs of the source."""
        return [(KeyValueCache(), KeyValueCache()) for _ in self.decoder]

    def loss(self, logits, target, label_smoothing=0.0):
        """The mean of -log p(token) in nats over the tokens (B, T) that are not padding, for logits (B, T, V)."""
        B, T, V = logits.shape
        options = {"ignore_index": self.padding, "label_smoothing": label_smoothing}
        return F.cross_entropy(logits.reshape(B * T, V), target.reshape(B * T), **options)

    def translate(self, source, *, begin, end, length):
        """Write the likeliest token again and again: (B, S) -> (B, at most `length`); after `end` comes nothing but padding."""
        was_training, ended = self.training, np.zeros(len(source), bool)
        target = np.full((len(source), 1), begin)
        self.eval()
        with no_grad():
            (read, empty), caches = self.encode(source), self.caches()
            while target.shape[1] <= length and not ended.all():
                logits = self.decode(target[:, -1:], read, empty, caches)
                likeliest = to_host(logits.data)[:, -1].argmax(1)
                target = np.concatenate([target, np.where(ended, self.padding, likeliest)[:, None]], 1)
                ended |= likeliest == end
        self.train(was_training)
        return target[:, 1:]

    def _embedded(self, ids, tokens, past=0):
        """Tokens (B, T) as vectors (B, T, C), each with its place; `past` tokens came before."""
        length, (_, T), (_, C) = len(self.places), ids.shape, tokens.weight.shape
        if past + T > length:
            raise ValueError(f"Transformer expected sentences of at most {length} tokens, got {past + T}. Build it with a larger length.")
        return self.dropout(tokens(ids) * math.sqrt(C) + self.places[past : past + T])

    @staticmethod
    def _table(n, channels, rng):
        tokens = Embedding(n, channels, rng=rng)
        tokens.weight.data /= math.sqrt(channels)  # small enough to name tokens; what is read is scaled up again (section 3.4)
        return tokens


class EncoderLayer(Module):
    """Every place looks at all others, then thinks for itself; each result is added to x (B, S, C), and the sum is normalised."""

    def __init__(self, channels, heads, hidden, dropout, *, rng):
        self.self_attn = MultiheadAttention(channels, heads, dropout, rng=rng)
        self.linear1, self.linear2 = Linear(channels, hidden, rng=rng), Linear(hidden, channels, rng=rng)
        self.norm1, self.norm2 = LayerNorm(channels), LayerNorm(channels)
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, x, empty):
        seen, _ = self.self_attn(x, x, x, key_padding_mask=empty, need_weights=False)
        x = self.norm1(x + self.dropout(seen))
        return self.norm2(x + self.dropout(self.think(x)))

    def think(self, x):
        """Two linear layers, for each place alone (eq. 2)."""
        return self.linear2(self.dropout(F.relu(self.linear1(x))))


class DecoderLayer(EncoderLayer):
    """Every place looks back at those before it, then at what was read (B, S, C), then thinks for itself: x (B, T, C)."""

    def __init__(self, channels, heads, hidden, dropout, *, rng):
        super().__init__(channels, heads, hidden, dropout, rng=rng)
        self.multihead_attn = MultiheadAttention(channels, heads, dropout, rng=rng)
        self.norm3 = LayerNorm(channels)

    def forward(self, x, read, empty, past, known):
        seen, _ = self.self_attn(x, x, x, is_causal=True, need_weights=False, cache=past)
        x = self.norm1(x + self.dropout(seen))
        seen, _ = self.multihead_attn(x, read, read, key_padding_mask=empty, need_weights=False, cache=known)
        x = self.norm2(x + self.dropout(seen))
        return self.norm3(x + self.dropout(self.think(x)))


def sinusoids(length, channels):
    """Each place as the hands of clocks that run at different speeds: (length, C), sines and cosines in turn (section 3.5)."""
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, channels, 2) / channels)
    return np.stack([np.sin(angle), np.cos(angle)], -1).reshape(length, -1)[:, :channels].astype(np.float32)
