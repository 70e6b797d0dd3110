"""Attention beyond the kernel table: masks, the layer beside PyTorch's, generation with a cache."""

import numpy as np
import pytest
import torch

from dlcourse import Tensor, kernels, nn, no_grad
from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def heads(rng, *shape):
    return Tensor(rng.normal(size=shape))


def test_a_hidden_key_is_as_good_as_none(rng):
    q, k, v = heads(rng, 2, 3, 4, 6), heads(rng, 2, 3, 5, 6), heads(rng, 2, 3, 5, 6)
    seen = np.array([True, True, True, False, False])
    hidden = F.scaled_dot_product_attention(q, k, v, seen)
    assert relative_difference(hidden, F.scaled_dot_product_attention(q, k[:, :, :3], v[:, :, :3])) < 1e-14


def test_a_query_that_may_look_nowhere_gives_zeros_and_no_gradient(rng):
    q, k, v = (Tensor(rng.normal(size=(3, 4)), requires_grad=True) for _ in range(3))
    y = F.scaled_dot_product_attention(q, k, v, np.array([[False] * 3, [True] * 3, [False] * 3]))
    y.sum().backward()
    assert (y.numpy()[[0, 2]] == 0).all() and (q.grad[[0, 2]] == 0).all() and (q.grad[1] != 0).all()


def test_huge_scores_stay_finite(rng):
    y, backward = kernels.attention(*(1e4 * rng.normal(size=(3, 4)) for _ in range(3)))
    assert all(np.isfinite(a).all() for a in (y, *backward(np.ones_like(y))))


def test_weights_are_what_attention_does_not_write_down(rng):
    q, k, v = heads(rng, 2, 3, 6), heads(rng, 2, 5, 6), heads(rng, 2, 5, 6)
    mask = rng.random((3, 5)) > 0.3
    for options in ({}, {"attn_mask": mask}, {"is_causal": True, "past": 2}, {"attn_mask": rng.normal(size=(3, 5)), "scale": 0.1}):
        weights = F.attention_weights(q, k, **options)
        assert weights.numpy().sum(-1) == pytest.approx(1)
        assert relative_difference(weights @ v, F.scaled_dot_product_attention(q, k, v, **options)) < 1e-14


def test_dropout_spares_weights_and_keeps_the_mean(rng):
    q, k = heads(rng, 1, 2), heads(rng, 50, 2)
    v = Tensor(np.eye(50))
    y = np.mean([F.scaled_dot_product_attention(q, k, v, dropout_p=0.3, rng=rng).numpy() for _ in range(4000)], axis=0)
    once = F.scaled_dot_product_attention(q, k, v, dropout_p=0.3, rng=rng).numpy()
    assert 5 < (once == 0).sum() < 25
    assert relative_difference(y, F.attention_weights(q, k)) < 0.05


def test_heads_come_out_as_a_view_that_needs_no_copy(rng):
    qkv = rng.normal(size=(2, 4, 3, 5, 6))  # B, T, q k v, heads, D
    q, k, v = qkv.transpose(2, 0, 3, 1, 4)
    y, _ = kernels.attention(q, k, v, causal=True)
    assert y.transpose(0, 2, 1, 3).flags.c_contiguous


def test_rotated_products_know_only_how_far_apart_they_are(rng):
    q, k = heads(rng, 1, 8), heads(rng, 1, 8)

    def product(here, there):
        return (F.rotary(q, np.array([here])) * F.rotary(k, np.array([there]))).sum().item()

    assert product(3, 10) == pytest.approx(product(1003, 1010)) and product(3, 10) != pytest.approx(product(3, 11))


CAUSAL = np.triu(np.ones((4, 4), bool), 1)  # true hides
BY_HEAD = np.triu(np.random.default_rng(1).random((6, 4, 4)) > 0.5, 1)
NUMBERS = np.random.default_rng(2).normal(size=(4, 4))
PADDING = np.array([[False, False, True, True], [False] * 4])
FAR = np.where(PADDING, -1e3, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"attn_mask": CAUSAL},
        {"attn_mask": CAUSAL, "is_causal": True},
        {"attn_mask": BY_HEAD},
        {"attn_mask": NUMBERS, "average_attn_weights": False},
        {"key_padding_mask": PADDING},
        {"key_padding_mask": PADDING, "attn_mask": CAUSAL},
        {"key_padding_mask": FAR, "attn_mask": NUMBERS, "need_weights": False},
    ],
    ids=lambda options: "-".join(options),
)
@pytest.mark.parametrize("bias", [True, False])
def test_the_layer_takes_pytorchs_masks(rng, options, bias):
    layer, x = nn.MultiheadAttention(9, 3, bias=bias, rng=rng).astype(np.float64), rng.normal(size=(2, 4, 9))
    y, weights = layer(*[Tensor(x)] * 3, **options)
    options = {name: torch.from_numpy(value) if isinstance(value, np.ndarray) else value for name, value in options.items()}
    expected, expected_weights = to_torch(layer)(*[torch.from_numpy(x)] * 3, **options)
    assert relative_difference(y, expected) < 1e-14
    assert weights is expected_weights is None or relative_difference(weights, expected_weights) < 1e-14


def test_dropout_of_the_layer_is_the_same_for_the_same_rng_and_off_in_evaluation(rng):
    x = Tensor(rng.normal(size=(2, 4, 6)).astype("f4"))
    layer = nn.MultiheadAttention(6, 2, dropout=0.5, rng=rng)

    def output(seed):
        layer.rng = np.random.default_rng(seed)
        return layer(x, x, x, need_weights=False)[0].numpy()

    assert (output(1) == output(1)).all() and (output(1) != output(2)).any()
    layer.eval()
    assert (output(1) == output(2)).all()


@pytest.mark.parametrize("need_weights", [True, False])
def test_reading_on_with_a_cache_equals_reading_all_at_once(rng, need_weights):
    layer, x = nn.MultiheadAttention(6, 2, rng=rng).eval(), Tensor(rng.normal(size=(2, 7, 6)).astype("f4"))
    options = {"is_causal": True, "need_weights": need_weights}
    with no_grad():
        whole, cache = layer(x, x, x, **options)[0].numpy(), nn.KeyValueCache()
        parts = []
        for part in (slice(0, 3), slice(3, 4), slice(4, 7)):
            new = x[:, part]
            parts.append(layer(new, new, new, **options, cache=cache)[0].numpy())
    assert len(cache) == 7 and relative_difference(np.concatenate(parts, 1), whole) < 1e-6


def test_attention_to_another_sequence_computes_its_keys_once(rng):
    layer, x, heard = nn.MultiheadAttention(6, 2, rng=rng).eval(), heads(rng, 2, 3, 6), heads(rng, 2, 5, 6)
    layer.astype(np.float64)
    cache = nn.KeyValueCache()
    first, _ = layer(x, heard, heard, cache=cache)
    again, _ = layer(x, heard * 0.0, heard * 0.0, cache=cache)
    assert len(cache) == 5 and relative_difference(first, again) == 0


def test_float32_stays_float32_beside_a_mask_of_float64(rng):
    q = Tensor(rng.normal(size=(3, 4)).astype("f4"))
    mask = rng.normal(size=(3, 3))
    assert F.scaled_dot_product_attention(q, q, q, mask).dtype == F.attention_weights(q, q, mask).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: kernels.attention(x, x, x[:3]), ValueError, r"at least one key, got \(4, 6\), \(4, 6\) and \(3, 6\)"),
        (lambda x: kernels.attention(x, x[:, :5], x), ValueError, "same leading axes"),
        (lambda x: kernels.attention(x, x[:0], x[:0]), ValueError, "at least one key"),
        (lambda x: kernels.attention(x, x[None], x[None]), ValueError, "same leading axes"),
        (lambda x: kernels.rotary(x[:, :5], positions=np.arange(4)), ValueError, r"even number of features.* got x of shape \(4, 5\)"),
        (lambda x: F.scaled_dot_product_attention(*[Tensor(x)] * 3, dropout_p=0.1), ValueError, "expected an rng"),
        (lambda x: F.scaled_dot_product_attention(*[Tensor(x)] * 3, dropout_p=1.0, rng=np.random), ValueError, "0 <= p < 1, got 1.0"),
        (lambda x: kernels.attention(x, x, x, mask=np.ones((4, 3), bool)), ValueError, r"broadcasts to .* = \(4, 4\), got \(4, 3\)"),
        (lambda x: kernels.attention(x, x, x, mask=np.ones((1, 4, 4), bool)), ValueError, r"broadcasts to .* got \(1, 4, 4\)"),
        (lambda x: nn.MultiheadAttention(6, 4), ValueError, "multiple of the heads, got 6 and 4"),
        (lambda x: nn.MultiheadAttention(6, 2)(*[Tensor(x)] * 3), ValueError, r"query \(B, T, 6\), .* got \[\(4, 6\)"),
        (lambda x: nn.MultiheadAttention(3, 1)(*[Tensor(x[None])] * 3), ValueError, r"query \(B, T, 3\)"),
    ],
)
def test_bad_input_gets_a_sentence(rng, call, error, words):
    with pytest.raises(error, match=words):
        call(rng.normal(size=(4, 6)))
