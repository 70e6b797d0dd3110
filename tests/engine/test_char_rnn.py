import numpy as np
import pytest
import torch

from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import CharRNN
from dlcourse.models.char_rnn import CELLS, draw
from dlcourse.optim import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, **options):
    return CharRNN(7, **{"features": 5, "units": 6} | options, rng=rng)


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_one_text_by_heart(rng, cell):
    ids = rng.integers(0, 7, (2, 21))
    model = small(rng, cell=cell, units=32)
    adam = Adam(model.parameters(), 0.02)
    for _ in range(150):
        adam.zero_grad()
        loss = model.loss(model(ids[:, :-1]), ids[:, 1:])
        loss.backward()
        adam.step()
    assert loss.item() < 0.1
    assert (model.generate(ids[:, :3], 18, temperature=0) == ids).all()


@pytest.mark.parametrize("cell", CELLS)
def test_shapes_and_the_state_that_carries_on(rng, cell):
    model, ids = small(rng, cell=cell, layers=2), rng.integers(0, 7, (3, 9))
    logits, _ = model(ids)
    assert logits.shape == (3, 9, 7)
    first, state = model(ids[:, :4])
    second, _ = model(ids[:, 4:], state)
    assert relative_difference(F.concatenate([first, second], 1), logits) < 1e-6


@pytest.mark.parametrize("cell", CELLS)
def test_its_trajectory_is_pytorchs(rng, cell):
    """50 steps of Adam in float64, the state handed on from batch to batch."""
    model = small(rng, cell=cell, layers=2).astype("float64")
    twin = to_torch(model)
    ours, theirs = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    state = twin_state = None
    for _ in range(50):
        ids = rng.integers(0, 7, (3, 6))
        there = torch.tensor(ids)
        ours.zero_grad()
        theirs.zero_grad()
        output = model(ids[:, :-1], state)
        logits, twin_state = twin(there[:, :-1], twin_state)
        model.loss(output, ids[:, 1:]).backward()
        torch.nn.functional.cross_entropy(logits.transpose(1, 2), there[:, 1:]).backward()
        ours.step()
        theirs.step()
        state, twin_state = each(output[1], lambda s: s.detach()), each(twin_state, lambda s: s.detach())
    for (name, p), q in zip(model.named_parameters(), twin.parameters(), strict=True):
        assert relative_difference(p, q) < 1e-10, name


def each(state, change):
    return tuple(map(change, state)) if isinstance(state, tuple) else change(state)


def test_draws_follow_the_softmax_of_logits_by_temperature(rng):
    logits = np.tile(np.log([0.5, 0.3, 0.2]), (20000, 1))
    for temperature in (1.0, 0.5):
        share = np.bincount(draw(logits, temperature, rng=rng)) / len(logits)
        expected = np.array([0.5, 0.3, 0.2]) ** (1 / temperature)
        assert share == pytest.approx(expected / expected.sum(), abs=0.02)
    assert (draw(logits, 0, rng=rng) == 0).all()


def test_writing_leaves_the_mode_as_it_was_and_the_same_rng_writes_the_same(rng):
    model, ids = small(rng, dropout=0.5, layers=2), np.array([[1, 2]])
    texts = [model.generate(ids, 20, rng=np.random.default_rng(3)) for _ in range(2)]
    assert model.training and texts[0].shape == (1, 22) and (texts[0] == texts[1]).all() and (texts[0][:, :2] == ids).all()


def test_bad_input_gets_a_sentence(rng):
    with pytest.raises(ValueError, match="expected cell 'rnn', 'lstm', 'gru', got 'transformer'"):
        CharRNN(7, cell="transformer")
    with pytest.raises(ValueError, match=r"at least one character to begin with, got \(1, 0\)"):
        small(rng).generate(np.zeros((1, 0), int), 3)
