"""GPT: it learns, sees no future, writes with a cache what it would write without, and takes no more memory than it needs."""

import tracemalloc

import numpy as np
import pytest
import torch

from dlcourse import no_grad
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import GPT
from dlcourse.models.gpt import draw
from dlcourse.optim import Adam, AdamW
from dlcourse.tensor import differentiable
from dlcourse.train import fit


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, length=8, **options):
    return GPT(11, length, layers=2, heads=2, channels=16, rng=rng, **options)


def windows(rng, batch=4, length=8):
    ids = rng.integers(0, 11, (batch, length + 1))
    return ids[:, :-1], ids[:, 1:]


def test_it_overfits_one_batch(rng):
    model, batch = small(rng), windows(rng)
    losses = [loss for _, loss in fit(model, [batch] * 150, GPT.loss, Adam(model.parameters(), 0.01))]
    assert losses[0] == pytest.approx(np.log(11), abs=0.1) and losses[-1] < 0.1


def test_shapes_and_shared_weights(rng):
    model = small(rng)
    assert model(windows(rng)[0]).shape == (4, 8, 11) and model.read(np.zeros((3, 1), int)).shape == (3, 1, 16)
    blocks = 2 * (12 * 16 * 16 + 13 * 16)
    assert sum(p.data.size for p in model.parameters()) == 11 * 16 + 8 * 16 + blocks + 2 * 16


def test_no_place_sees_the_future(rng):
    model, (ids, _) = small(rng), windows(rng)
    changed = ids.copy()
    changed[:, 5:] = (changed[:, 5:] + 1) % 11
    before, after = model(ids).numpy(), model(changed).numpy()
    assert (before[:, :5] == after[:, :5]).all() and (before[:, 5:] != after[:, 5:]).all()


def test_fifty_steps_equal_pytorchs_in_float64(rng):
    model = small(rng).astype(np.float64)
    twin = to_torch(model)
    a, b = AdamW(model.parameters(), 1e-2, weight_decay=0.1), torch.optim.AdamW(twin.parameters(), 1e-2, weight_decay=0.1)
    for _ in range(50):
        x, y = windows(rng)
        a.zero_grad()
        GPT.loss(model(x), y).backward()
        a.step()
        b.zero_grad()
        torch.nn.functional.cross_entropy(twin(torch.from_numpy(x)).flatten(0, 1), torch.from_numpy(y).flatten()).backward()
        b.step()
    for name, q in twin.named_parameters():
        assert relative_difference(dict(model.named_parameters())[name], q) < 1e-10, name


def test_reading_on_with_caches_equals_reading_at_once(rng):
    model, (ids, _) = small(rng).astype(np.float64), windows(rng)
    caches = model.caches()
    with no_grad():
        parts = [model(ids[:, part], caches).numpy() for part in (slice(0, 3), slice(3, 4), slice(4, 8))]
        assert relative_difference(np.concatenate(parts, 1), model(ids).numpy()) < 1e-12


@pytest.mark.parametrize("given", [3, 12])
def test_it_writes_what_it_would_write_without_a_cache(rng, given):
    """Also beyond its length, where it forgets the first half of what it has read."""
    model, ids = small(rng).astype(np.float64), rng.integers(0, 11, (4, given))
    for p in model.blocks.parameters():
        p.data = rng.normal(size=p.shape)  # large, so that what it writes depends on all that it has read
    written, first = model.generate(ids, 20, temperature=0), max(given - 8, 0)
    for _ in range(20):
        first = ids.shape[1] - 4 if ids.shape[1] - first > 8 else first
        ids = np.concatenate([ids, model(ids[:, first:]).numpy()[:, -1].argmax(1)[:, None]], 1)
    assert (written == ids).all()


def test_it_draws_what_it_writes_in_evaluation_mode(rng):
    model = small(rng, dropout=0.5)
    one, other, again = (model.generate(np.zeros((2, 1), int), 30, top_k=3, rng=np.random.default_rng(seed)) for seed in (1, 2, 1))
    assert (one == again).all() and (one != other).any() and model.training


def test_dropout_only_in_training(rng):
    model, (ids, _) = small(rng, dropout=0.5), windows(rng)
    assert (model(ids).numpy() != model(ids).numpy()).any()
    model.eval()
    assert (model(ids).numpy() == model(ids).numpy()).all()


def test_tokens_are_drawn_with_their_probability(rng):
    logits = np.log([[0.5, 0.2, 0.1, 0.2]])
    drawn = np.bincount(draw(np.repeat(logits, 20_000, 0), rng=rng), minlength=4) / 20_000
    assert drawn == pytest.approx([0.5, 0.2, 0.1, 0.2], abs=0.015)
    cold = np.bincount(draw(np.repeat(logits, 20_000, 0), temperature=0.5, rng=rng), minlength=4) / 20_000
    assert cold == pytest.approx(np.array([25, 4, 1, 4]) / 34, abs=0.015)
    assert set(draw(np.repeat(logits[:, :3], 500, 0), top_k=2, rng=rng)) == {0, 1}
    assert draw(logits, top_k=99, temperature=0, rng=rng) == [0]


def test_memory_is_freed_while_backward_runs(rng):
    """When the gradient has come back to the embedding nearly all that the forward kept is free again."""
    model = GPT(65, 32, layers=4, heads=4, channels=64, rng=rng)
    ids = rng.integers(0, 65, (16, 32))
    at_the_end = []

    @differentiable
    def spy(x):
        def backward(dy):
            at_the_end.append(tracemalloc.get_traced_memory()[0])
            return (dy,)

        return x.copy(), backward

    embed = model.tokens.forward
    model.tokens.forward = lambda ids: spy(embed(ids))
    tracemalloc.start()
    try:
        loss = GPT.loss(model(ids), ids)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        loss.backward()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    gradients = sum(p.data.nbytes for p in model.parameters())
    assert peak < 1.2 * held
    assert at_the_end[0] - gradients < 0.1 * held


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m(np.zeros((1, 9), int)), "at most 8 tokens, got 9 after 0"),
        (lambda m: GPT(11, 8, heads=3, channels=16), "multiple of the heads, got 16 and 3"),
        (lambda m: m(np.full((1, 2), 11)), "ids from 0 to 10"),
    ],
)
def test_bad_input_gets_a_sentence(rng, call, words):
    with pytest.raises(ValueError, match=words):
        call(small(rng))
