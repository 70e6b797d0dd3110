"""Attention with several heads, and the memory that makes generation fast: the keys and values of what was read before."""

from dlcourse import functional as F
from dlcourse.backend import xp
from dlcourse.functional.constant import constant
from dlcourse.kernels.attention import as_numbers
from dlcourse.nn.init import default_rng, xavier_uniform
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter


class KeyValueCache:
    """The keys and values (B, heads, S, D) of one attention so far: whoever reads on computes only those of the new tokens.

    Attention of a sequence to itself adds to its cache; attention to another sequence fills it the first time.
    """

    def __init__(self):
        self.key = self.value = None

    def __len__(self):
        return 0 if self.key is None else self.key.shape[-2]

    def append(self, key, value):
        """Put keys and values (B, heads, T, D) behind those that are there; returns all of them."""
        if len(self):
            key, value = F.concatenate([self.key, key], -2), F.concatenate([self.value, value], -2)
        self.key, self.value = key, value
        return key, value


class MultiheadAttention(Module):
    """Attention with several heads, each on its own share of the features (Vaswani et al. 2017, section 3.2.2).

    query (B, T, C), key and value (B, S, C) -> the output (B, T, C) and the weights (B, T, S), the mean over the heads, or None. Masks
    are PyTorch's for this layer: `key_padding_mask` (B, S) and `attn_mask` (T, S) or (B * heads, T, S) are true where nobody may look, or
    numbers to be added. The batch always comes first. Raises ValueError when the features can't be shared out or the inputs don't fit.
    """

    batch_first = True

    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, *, rng=None):
        if embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention expected features that are a multiple of the heads, got {embed_dim} and {num_heads}.")
        self.embed_dim, self.num_heads, self.dropout, self.bias = embed_dim, num_heads, dropout, bias
        self.rng = rng = default_rng(rng)
        self.in_proj_weight = Parameter(xavier_uniform((3 * embed_dim, embed_dim), rng=rng))
        self.in_proj_bias = Parameter(xp.zeros(3 * embed_dim, "f4")) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, rng=rng)
        if bias:
            self.out_proj.bias.data[...] = 0

    def forward(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
        *,
        cache=None,
    ):
        self._check(query, key, value)
        past = 0 if cache is None or query is not key else len(cache)
        q, k, v = self._projected(query, key, value, cache)
        mask = self._mask(attn_mask, key_padding_mask, q.dtype)
        p = self.dropout if self.training else 0.0
        if need_weights:
            weights = F.dropout(F.attention_weights(q, k, mask, is_causal, past=past), p, rng=self.rng)
            y = weights @ v
        else:
            weights, y = None, F.scaled_dot_product_attention(q, k, v, mask, p, is_causal, past=past, rng=self.rng)
        y = self.out_proj(y.transpose(1, 2).reshape(*query.shape))
        return y, weights.mean(1) if need_weights and average_attn_weights else weights

    def _projected(self, query, key, value, cache):
        """Queries, keys and values (B, heads, T or S, D), together with what the cache holds."""
        if query is key is value:
            q, k, v = F.linear(query, self.in_proj_weight, self.in_proj_bias).split(self.embed_dim, -1)
        else:
            w = self.in_proj_weight.split(self.embed_dim)
            b = self.in_proj_bias.split(self.embed_dim) if self.bias else (None,) * 3
            q = F.linear(query, w[0], b[0])
            if cache is not None and len(cache):
                return self._heads(q), cache.key, cache.value
            k, v = F.linear(key, w[1], b[1]), F.linear(value, w[2], b[2])
        q, k, v = map(self._heads, (q, k, v))
        return q, *((k, v) if cache is None else cache.append(k, v))

    def _heads(self, x):
        """(B, T, C) -> (B, heads, T, D)."""
        return x.reshape(*x.shape[:2], self.num_heads, -1).transpose(1, 2)

    def _mask(self, attn_mask, key_padding_mask, dtype):
        """Both masks in one, as numbers to add to the scores (B, heads, T, S)."""
        mask = None
        if attn_mask is not None:
            mask = _hiding(attn_mask, dtype)
            mask = mask.reshape(-1, self.num_heads, *mask.shape[1:]) if mask.ndim == 3 else mask
        if key_padding_mask is not None:
            padding = _hiding(key_padding_mask, dtype)[:, None, None]
            mask = padding if mask is None else mask + padding
        return mask

    def _check(self, query, key, value):
        shapes = [x.shape for x in (query, key, value)]
        fit = all(len(shape) == 3 and shape[2] == self.embed_dim and shape[0] == shapes[0][0] for shape in shapes)
        if not fit or shapes[1] != shapes[2]:
            raise ValueError(f"{self!r} expected query (B, T, {self.embed_dim}), key and value (B, S, {self.embed_dim}), got {shapes}.")

    def __repr__(self):
        return f"MultiheadAttention({self.embed_dim}, {self.num_heads})"


def _hiding(mask, dtype):
    mask = constant(mask)
    return as_numbers(mask if mask.dtype.kind == "f" else mask == 0, dtype)
