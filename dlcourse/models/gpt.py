"""GPT (Radford et al. 2019, "Language models are unsupervised multitask learners"): a Transformer that only reads what came before, trained
to name the next token, and so able to write.
B batch, T time, C channels, H heads, D = C / H features of a head, V vocabulary."""

import math

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_device, to_host
from dlcourse.nn import GELU, Dropout, Embedding, KeyValueCache, LayerNorm, Linear, Module, ModuleList, Parameter, Sequential, init
from dlcourse.tensor import no_grad


class GPT(Module):
    """GPT(V, T): tokens (B, up to T) -> logits (B, T, V), at each place for the token that follows it.

    Raises ValueError for more than T tokens, or channels that are not a multiple of the heads.
    """

    def __init__(self, vocabulary, length, *, layers=4, heads=4, channels=128, dropout=0.0, rng=None):
        rng = init.default_rng(rng)
        self.length = length
        self.tokens = Embedding(vocabulary, channels, rng=rng)
        self.places = Parameter(init.normal((length, channels), 0.02, rng=rng))
        self.dropout = Dropout(dropout, rng=rng)
        self.blocks = ModuleList(*(Block(channels, heads, dropout, rng=rng) for _ in range(layers)))
        self.norm = LayerNorm(channels)
        self._begin_small(layers, rng)

    def forward(self, ids, caches=None):
        """With `caches` the tokens follow those that were read before with the same caches."""
        x = self.read(ids, caches)  # (B, T, C)
        return F.linear(x, self.tokens.weight)  # (B, T, V): one table reads tokens and names them

    def read(self, ids, caches=None):
        """What the last block knows at each place: (B, T) -> (B, T, C)."""
        B, T = ids.shape
        caches = caches or self.caches()
        past = len(caches[0])
        if past + T > self.length:
            raise ValueError(f"GPT expected at most {self.length} tokens, got {T} after {past}. Pass the last ones, or build a longer GPT.")
        x = self.dropout(self.tokens(ids) + self.places[past : past + T])
        for block, cache in zip(self.blocks, caches, strict=True):
            x = block(x, cache)
        return self.norm(x)

    def caches(self):
        """An empty memory of keys and values for each block."""
        return [KeyValueCache() for _ in self.blocks]

    @staticmethod
    def loss(logits, ids):
        """The mean of -log p(token) in nats, for logits (B, T, V) and the tokens (B, T) that do follow."""
        B, T, V = logits.shape
        return F.cross_entropy(logits.reshape(B * T, V), ids.reshape(B * T))

    def generate(self, ids, n, *, temperature=1.0, top_k=None, rng=None):
        """Write on: tokens (B, T) -> (B, T + n), each new one drawn by `draw` from what the model expects after all before it."""
        rng, was_training = init.default_rng(rng), self.training
        self.eval()
        caches, unread = self.caches(), ids[:, -self.length :]
        with no_grad():
            for _ in range(n):
                if len(caches[0]) + unread.shape[1] > self.length:  # all places are taken: start again from the second half
                    caches, unread = self.caches(), ids[:, -(self.length // 2) :]
                logits = to_host(self(unread, caches).data[:, -1])
                unread = draw(logits, temperature, top_k, rng=rng)[:, None]
                ids = np.concatenate([ids, unread], 1)
        self.train(was_training)
        return ids

    def _begin_small(self, layers, rng):
        """Weights of size 0.02, smaller where a branch ends, since 2 * layers branches add up; biases 0 (section 2.3)."""
        for name, p in self.named_parameters():
            ends_a_branch = name.endswith(("out.weight", "mlp.2.weight"))
            if p.ndim == 2:
                p.data = to_device(init.normal(p.shape, 0.02 / math.sqrt(2 * layers) if ends_a_branch else 0.02, rng=rng))
            elif name.endswith("bias"):
                p.data[...] = 0


class Block(Module):
    """First every place looks back at the others, then it thinks for itself; both only add to what is known, x (B, T, C)."""

    def __init__(self, channels, heads, dropout, *, rng):
        self.norm1 = LayerNorm(channels)
        self.attention = CausalAttention(channels, heads, dropout, rng=rng)
        self.norm2 = LayerNorm(channels)
        widen, narrow = Linear(channels, 4 * channels, rng=rng), Linear(4 * channels, channels, rng=rng)
        self.mlp = Sequential(widen, GELU("tanh"), narrow, Dropout(dropout, rng=rng))

    def forward(self, x, cache):
        x = x + self.attention(self.norm1(x), cache)
        return x + self.mlp(self.norm2(x))


class CausalAttention(Module):
    """Each place asks with its query; the places up to it answer with their values, the more the better their keys fit."""

    def __init__(self, channels, heads, dropout, *, rng):
        if channels % heads:
            raise ValueError(f"GPT expected channels that are a multiple of the heads, got {channels} and {heads}.")
        self.heads = heads
        self.qkv = Linear(channels, 3 * channels, rng=rng)
        self.out = Linear(channels, channels, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, x, cache):
        B, T, C = x.shape
        q, k, v = (part.reshape(B, T, self.heads, -1).transpose(1, 2) for part in self.qkv(x).split(C, 2))  # 3 times (B, H, T, D)
        past = len(cache)
        k, v = cache.append(k, v)  # (B, H, past + T, D)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, past=past)
        y = y.transpose(1, 2).reshape(B, T, C)  # the heads side by side
        return self.dropout(self.out(y))


def draw(logits, temperature=1.0, top_k=None, *, rng):
    """One token from each row of the host array logits (B, V), with probability softmax(logits / temperature): (B,).

    Only the `top_k` likeliest are drawn from; at temperature 0 it is the likeliest.
    """
    if top_k is not None:
        least = np.sort(logits)[:, -top_k:][:, :1]
        logits = np.where(logits < least, -math.inf, logits)
    noise = temperature * rng.gumbel(size=logits.shape)  # the largest of logits + Gumbel noise is a draw from their softmax
    return (logits + noise).argmax(1)
