"""word2vec: who is whose neighbour, what is drawn at random, and what is learned from both."""

import numpy as np
import pytest
import torch

from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import Word2Vec
from dlcourse.models.word2vec import draw, neighbours, noise_distribution, subsampled
from dlcourse.optim import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def batch(rng, pairs=16, k=4):
    return rng.integers(0, 9, pairs), rng.integers(0, 9, (pairs, 1 + k))


def test_it_overfits_one_batch(rng):
    """The random words are other ones than the true neighbours."""
    words, true, noise = np.arange(9), (np.arange(9) + 1) % 9, (np.arange(9)[:, None] + [2, 3, 4]) % 9
    model = Word2Vec(9, 8, rng=rng)
    adam, losses = Adam(model.parameters(), 0.1), []
    for _ in range(100):
        adam.zero_grad()
        loss = model.loss(model(words, np.concatenate([true[:, None], noise], 1)))
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(4 * np.log(2), rel=1e-5) and losses[-1] < 0.01


def test_shapes(rng):
    model = Word2Vec(9, 5, rng=rng)
    assert model(*batch(rng)).shape == (16, 5) and model.nearest(3, n=4).shape == (4,)
    assert model.state_dict()["middle.weight"].shape == (9, 5)


def test_the_loss_is_equation_4(rng):
    model = Word2Vec(9, 5, rng=rng).astype(np.float64)
    model.neighbour.weight.data = rng.normal(size=(9, 5))
    words, others = batch(rng)
    u, v, total = model.middle.weight.data, model.neighbour.weight.data, 0.0
    for w, (true, *random) in zip(words, others, strict=True):
        total += np.log(1 + np.exp(-u[w] @ v[true])) + sum(np.log(1 + np.exp(u[w] @ v[r])) for r in random)
    assert model.loss(model(words, others)).item() == pytest.approx(total / len(words), rel=1e-12)


def test_fifty_steps_equal_pytorchs_in_float64(rng):
    model = Word2Vec(9, 5, rng=rng).astype(np.float64)
    twin = to_torch(model)
    a, b = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    for _ in range(50):
        words, others = batch(rng)
        a.zero_grad()
        model.loss(model(words, others)).backward()
        a.step()
        b.zero_grad()
        scores = twin(torch.from_numpy(words), torch.from_numpy(others))
        (-torch.nn.functional.logsigmoid(scores[:, 0]) - torch.nn.functional.logsigmoid(-scores[:, 1:]).sum(1)).mean().backward()
        b.step()
    for name, q in twin.named_parameters():
        assert relative_difference(dict(model.named_parameters())[name], q) < 1e-10, name


def test_neighbours_are_those_within_the_window():
    text = np.array([5, 6, 7, 8])
    found = sorted(zip(*(a.tolist() for a in neighbours(text, 2)), strict=True))
    assert found == sorted((text[i], text[j]) for i in range(4) for j in range(4) if i != j and abs(i - j) <= 2)


def test_near_neighbours_are_met_more_often(rng):
    """Of a window of 4, a word at distance d is met with probability (5 - d) / 4."""
    words, others = neighbours(np.arange(20_000), 4, rng=rng)
    distances = np.bincount(abs(words - others))[1:] / 40_000
    assert distances == pytest.approx([1.0, 0.75, 0.5, 0.25], abs=0.01)


def test_frequent_words_are_left_out(rng):
    text = np.repeat([0, 1, 2], [90_000, 9_900, 100])
    kept = np.bincount(subsampled(text, 0.01, rng=rng)) / [90_000, 9_900, 100]
    assert kept[2] == 1 and kept[:2] == pytest.approx(np.sqrt(0.01 / np.array([0.9, 0.099])), abs=0.01)


def test_random_words_are_drawn_from_the_noise(rng):
    noise = noise_distribution([16, 0, 1, 81])
    assert noise == pytest.approx(np.array([8, 0, 1, 27]) / 36)
    assert np.bincount(draw(noise, (500, 400), rng=rng).ravel()) / 200_000 == pytest.approx(noise, abs=0.005)
    rounded = np.array([0.5, 0.49])  # the sum of many shares is not quite 1
    assert set(np.unique(draw(rounded, 1000, rng=rng))) == {0, 1}


def test_scores_and_noise_make_the_distribution_of_neighbours(rng):
    """A text of four words, each followed by some more than by others: the model's p(neighbour | word) becomes theirs."""
    follows = np.array([[0.1, 0.6, 0.2, 0.1], [0.2, 0.1, 0.6, 0.1], [0.1, 0.1, 0.1, 0.7], [0.6, 0.2, 0.1, 0.1]])
    text = [0]
    for _ in range(4000):
        text.append(int(draw(follows[text[-1]], (), rng=rng)))
    words, others = neighbours(np.array(text), 1)
    met = np.zeros((4, 4))
    np.add.at(met, (words, others), 1)
    noise, model = noise_distribution(np.bincount(text)), Word2Vec(4, 4, rng=rng)
    adam = Adam(model.parameters(), 0.02)
    for step in range(400):
        i = rng.integers(0, len(words), 1024)
        adam.zero_grad()
        model.loss(model(words[i], np.concatenate([others[i, None], draw(noise, (1024, 5), rng=rng)], 1))).backward()
        adam.lr = 0.02 * (1 - step / 400)
        adam.step()
    assert np.exp(model.log_p(noise)) == pytest.approx(met / met.sum(1, keepdims=True), abs=0.03)
    assert np.exp(model.log_p(noise)).sum(1) == pytest.approx(np.ones(4), rel=1e-5)


def test_words_that_keep_the_same_company_are_nearest(rng):
    """Words 0 and 1 stand among 4 and 5, words 2 and 3 among 6 and 7."""
    text = np.concatenate([[rng.integers(0, 2) + 2 * kind, rng.integers(4, 6) + 2 * kind] for kind in rng.integers(0, 2, 1000)])
    words, others = neighbours(text, 1, rng=rng)
    noise, model = np.full(8, 1 / 8), Word2Vec(8, 4, rng=rng)
    adam = Adam(model.parameters(), 0.05)
    for _ in range(60):
        adam.zero_grad()
        model.loss(model(words, np.concatenate([others[:, None], draw(noise, (len(words), 3), rng=rng)], 1))).backward()
        adam.step()
    assert [model.nearest(word, n=1)[0] for word in (0, 1, 2, 3)] == [1, 0, 3, 2]
