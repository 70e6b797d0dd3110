"""The recommender: it learns a table by heart, shrinks what few ratings support, and knows what to recommend."""

import numpy as np
import pytest
import torch

from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import MatrixFactorization
from dlcourse.optim import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def ratings(rng, n=40):
    return rng.integers(0, 8, n), rng.integers(0, 9, n), rng.uniform(1, 5, n).astype("f4")


def train(model, batch, steps, lr=0.05, **options):
    adam = Adam(model.parameters(), lr)
    for _ in range(steps):
        adam.zero_grad()
        loss = model.loss(*batch, **options)
        loss.backward()
        adam.step()
    return loss.item()


def test_it_overfits_one_batch(rng):
    persons, items = (axis.ravel() for axis in np.indices((6, 5)))
    stars = rng.uniform(1, 5, 30).astype("f4")
    model = MatrixFactorization(6, 5, factors=5, mean=stars.mean(), rng=rng)
    assert train(model, (persons, items, stars), 300, penalty=0.0) < 1e-3
    assert abs(model(persons, items).numpy() - stars).max() < 0.1


def test_at_first_every_rating_is_nearly_the_mean(rng):
    persons, items, _ = ratings(rng)
    y = MatrixFactorization(8, 9, mean=3.5, rng=rng)(persons, items)
    assert y.shape == (40,) and y.dtype == np.float32 and abs(y.numpy() - 3.5).max() < 0.3


def test_the_penalty_is_that_of_equation_5(rng):
    model, (persons, items, stars) = MatrixFactorization(8, 9, factors=3, mean=3.0, rng=rng).astype(np.float64), ratings(rng)
    for table in (model.person_bias, model.item_bias):
        table.weight.data = rng.normal(size=table.weight.shape)
    b, c, p, q = (table.weight.data for table in (model.person_bias, model.item_bias, model.person_factors, model.item_factors))
    expected = 0.0
    for u, i, r in zip(persons, items, stars, strict=True):
        error = r - 3.0 - b[u, 0] - c[i, 0] - sum(p[u] * q[i])
        expected += error**2 + 0.2 * (b[u, 0] ** 2 + c[i, 0] ** 2 + sum(p[u] ** 2) + sum(q[i] ** 2))
    assert model.loss(persons, items, stars.astype("f8"), penalty=0.2).item() == pytest.approx(expected / 40, rel=1e-12)


def test_fifty_steps_equal_pytorchs_in_float64(rng):
    model = MatrixFactorization(8, 9, factors=3, mean=3.0, rng=rng).astype(np.float64)
    twin = to_torch(model)
    a, b = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    for _ in range(50):
        persons, items, stars = ratings(rng)
        a.zero_grad()
        model.loss(persons, items, stars.astype("f8"), penalty=0.1).backward()
        a.step()
        u, i, r = map(torch.from_numpy, (persons, items, stars.astype("f8")))
        parts = (twin.person_bias(u), twin.item_bias(i), twin.person_factors(u), twin.item_factors(i))
        b.zero_grad()
        (((twin(u, i) - r) ** 2).mean() + 0.1 * sum((part**2).sum(1).mean() for part in parts)).backward()
        b.step()
    for name, q in twin.named_parameters():
        assert relative_difference(dict(model.named_parameters())[name], q) < 1e-10, name


def test_it_recommends_what_the_like_minded_liked(rng):
    """Two kinds of persons and of items: each likes its own kind. Person 0 has not seen items 4 and 5."""
    persons, items = (axis.ravel() for axis in np.indices((12, 12)))
    known = (persons > 0) | ((items != 4) & (items != 5))
    persons, items = persons[known], items[known]
    stars = np.where(persons % 2 == items % 2, 5.0, 1.0).astype("f4")
    model = MatrixFactorization(12, 12, factors=2, mean=stars.mean(), rng=rng)
    train(model, (persons, items, stars), 200, penalty=0.02)
    seen = items[persons == 0]
    assert model.recommend(0, seen, n=1).tolist() == [4] and set(model.recommend(0, n=6)) == {0, 2, 4, 6, 8, 10}
    assert set(model.similar(3, n=5)) == {1, 5, 7, 9, 11}


def test_without_tastes_it_recommends_what_all_like(rng):
    model = MatrixFactorization(3, 4, rng=rng)
    model.person_factors.weight.data *= 0
    model.item_bias.weight.data[:, 0] = [0.1, 0.9, -0.5, 0.4]
    assert model.recommend(2).tolist() == [1, 3, 0, 2]
