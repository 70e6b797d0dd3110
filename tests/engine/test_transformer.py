"""The Transformer: it learns to turn sentences round, sees neither future nor padding, and writes with caches as without."""

import numpy as np
import pytest
import torch

from dlcourse import no_grad
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import Transformer
from dlcourse.models.transformer import sinusoids
from dlcourse.optim import Adam

PADDING, BEGIN, END = 0, 1, 2


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, **options):
    return Transformer(9, 9, layers=2, heads=2, channels=16, hidden=32, dropout=0.0, length=12, rng=rng, **options)


def sentences(rng, batch=6):
    """Sentences of 3 to 7 letters, and the same ones from right to left between BEGIN and END."""
    source, target = np.zeros((batch, 7), int), np.zeros((batch, 9), int)
    for i, n in enumerate(rng.integers(3, 8, batch)):
        source[i, :n] = rng.integers(3, 9, n)
        target[i, : n + 2] = [BEGIN, *source[i, :n][::-1], END]
    return source, target


def loss_of(model, source, target, **options):
    return model.loss(model(source, target[:, :-1]), target[:, 1:], **options)


def train(model, batches, lr=3e-3):
    adam = Adam(model.parameters(), lr)
    for source, target in batches:
        adam.zero_grad()
        loss = loss_of(model, source, target)
        loss.backward()
        adam.step()
    return loss.item()


def test_it_overfits_one_batch_and_then_writes_it(rng):
    model, (source, target) = small(rng), sentences(rng)
    assert train(model, [(source, target)] * 150) < 0.02
    assert (model.translate(source, begin=BEGIN, end=END, length=8) == target[:, 1:]).all()


def test_shapes(rng):
    model, (source, target) = small(rng), sentences(rng)
    assert model(source, target).shape == (6, 9, 9)
    assert model.translate(source, begin=BEGIN, end=-1, length=5).shape == (6, 5)


def test_nobody_looks_at_padding_or_at_the_future(rng):
    model, (source, target) = small(rng), sentences(rng)
    longer = np.pad(source, ((0, 0), (0, 3)))
    changed = target.copy()
    changed[:, 4:] = 5
    before = model(source, target).numpy()
    assert relative_difference(model(longer, target), before) < 1e-6
    after = model(source, changed).numpy()
    assert (before[:, :4] == after[:, :4]).all() and (before[:, 4:] != after[:, 4:]).any()


def test_the_loss_counts_no_padding(rng):
    model, (source, target) = small(rng), sentences(rng, batch=1)
    n = int((target != PADDING).sum())
    assert loss_of(model, source, target).item() == pytest.approx(loss_of(model, source, target[:, :n]).item(), rel=1e-6)


def test_decoding_on_with_caches_equals_decoding_at_once(rng):
    model, (source, target) = small(rng).astype(np.float64), sentences(rng)
    with no_grad():
        (read, empty), caches = model.encode(source), model.caches()
        parts = [model.decode(target[:, part], read, empty, caches).numpy() for part in (slice(0, 4), slice(4, 5), slice(5, 9))]
        assert relative_difference(np.concatenate(parts, 1), model(source, target)) < 1e-12


def test_forty_steps_equal_pytorchs_in_float64(rng):
    model = small(rng).astype(np.float64)
    twin = to_torch(model)
    a, b = Adam(model.parameters(), 3e-3), torch.optim.Adam(twin.parameters(), 3e-3)
    for _ in range(40):
        source, target = sentences(rng)
        a.zero_grad()
        loss_of(model, source, target, label_smoothing=0.1).backward()
        a.step()
        b.zero_grad()
        logits, labels = twin(*map(torch.from_numpy, (source, target[:, :-1]))), torch.from_numpy(target[:, 1:]).flatten()
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels, ignore_index=PADDING, label_smoothing=0.1).backward()
        b.step()
    for name, q in twin.named_parameters():
        assert relative_difference(dict(model.named_parameters())[name], q) < 1e-9, name  # a bias of keys has no gradient but rounding


def test_places_are_the_papers():
    places = sinusoids(50, 6)
    assert places.shape == (50, 6) and places[7, 2] == pytest.approx(np.sin(7 / 10000 ** (2 / 6)))
    assert places[7, 3] == pytest.approx(np.cos(7 / 10000 ** (2 / 6)))


def test_a_sentence_that_is_too_long_gets_a_sentence(rng):
    with pytest.raises(ValueError, match="at most 12 tokens, got 13"):
        small(rng)(np.ones((1, 13), int), np.ones((1, 2), int))
