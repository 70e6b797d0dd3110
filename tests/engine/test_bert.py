"""BERT: it fills in hidden tokens, sees both sides and no padding, and makes one vector of a sentence."""

import numpy as np
import pytest
import torch

from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import BERT, MaskedLanguageModel
from dlcourse.models.bert import NOT_HIDDEN, hide
from dlcourse.optim import SGD, Adam
from dlcourse.train import fit

MASK = 11


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, **options):
    options = {"layers": 2, "heads": 2, "channels": 16, "hidden": 32, "length": 10, "dropout": 0.0} | options
    return BERT(12, **options, rng=rng)


def texts(rng):
    """Tokens 1 to 10, one text shorter than the others."""
    ids = rng.integers(1, 11, (5, 8))
    ids[2, 5:] = 0
    return ids


def test_it_overfits_one_batch(rng):
    model = MaskedLanguageModel(small(rng), rng=rng)
    read, targets = hide(texts(rng), mask=MASK, vocabulary=11, rng=rng, share=0.3, special=(0,))
    losses = [loss for _, loss in fit(model, [(read, targets)] * 150, model.loss, Adam(model.parameters(), 3e-3))]
    assert losses[0] == pytest.approx(np.log(12), abs=0.2) and losses[-1] < 0.1


def test_shapes(rng):
    model, ids = small(rng), texts(rng)
    x = model(ids, segments=np.array([[0] * 3 + [1] * 5] * 5))
    assert x.shape == (5, 8, 16) and model.pooled(x).shape == (5, 16) and model.sentence_vectors(ids).shape == (5, 16)
    assert MaskedLanguageModel(model, rng=rng)(ids).shape == (5, 8, 12)


def test_every_place_sees_both_sides_but_no_padding(rng):
    model, ids = small(rng), texts(rng)
    changed = ids.copy()
    changed[:, 4] = 11 - changed[:, 4]
    assert (model(ids).numpy() != model(changed).numpy()).any(-1).all()
    longer = model(np.pad(ids, ((0, 0), (0, 2)))).numpy()
    assert relative_difference(longer[:, :8][ids > 0], model(ids).numpy()[ids > 0]) < 1e-6


def test_a_sentence_vector_is_the_mean_over_its_tokens(rng):
    model, ids = small(rng).astype(np.float64), texts(rng)
    mean = model(ids).numpy()[2, :5].mean(0)
    assert relative_difference(model.sentence_vectors(ids).numpy()[2], mean / np.linalg.norm(mean)) < 1e-14


def test_the_first_token_stands_for_the_text(rng):
    model, ids = small(rng).astype(np.float64), texts(rng)
    x = model(ids)
    expected = np.tanh(x.numpy()[:, 0] @ model.pooler.weight.numpy().T + model.pooler.bias.numpy())
    assert relative_difference(model.pooled(x), expected) < 1e-14


def test_forty_steps_equal_pytorchs_in_float64(rng):
    model = MaskedLanguageModel(small(rng), rng=rng).astype(np.float64)
    twin = to_torch(model)
    a, b = SGD(model.parameters(), 0.1, momentum=0.9), torch.optim.SGD(twin.parameters(), 0.1, momentum=0.9)
    for _ in range(40):
        read, targets = hide(texts(rng), mask=MASK, vocabulary=11, rng=rng, share=0.3, special=(0,))
        a.zero_grad()
        model.loss(model(read), targets).backward()
        a.step()
        b.zero_grad()
        logits = twin(torch.from_numpy(read)).flatten(0, 1)
        torch.nn.functional.cross_entropy(logits, torch.from_numpy(targets).flatten(), ignore_index=NOT_HIDDEN).backward()
        b.step()
    for name, q in twin.named_parameters():
        assert relative_difference(dict(model.named_parameters())[name], q) < 1e-10, name


def test_of_ten_hidden_tokens_eight_are_masked_one_is_another_and_one_stays(rng):
    ids = rng.integers(1, 1000, (400, 500))
    read, targets = hide(ids, mask=1000, vocabulary=1000, rng=rng, special=(7,))
    hidden = targets != NOT_HIDDEN
    assert hidden[ids != 7].mean() == pytest.approx(0.15, abs=0.005) and not hidden[ids == 7].any()
    assert (targets[hidden] == ids[hidden]).all() and (read[~hidden] == ids[~hidden]).all()
    shares = [(read == 1000)[hidden].mean(), ((read != 1000) & (read != ids))[hidden].mean(), (read == ids)[hidden].mean()]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.01)


def test_a_text_that_is_too_long_gets_a_sentence(rng):
    with pytest.raises(ValueError, match="at most 10 tokens, got 11"):
        small(rng)(np.ones((1, 11), int))
