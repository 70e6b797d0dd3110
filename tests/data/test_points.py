"""Points in the plane: shapes, balance, and the figure that each set is named after."""

import math

import numpy as np
import pytest

from dlcourse import data

SETS = [data.xor, data.moons, data.circles, data.spirals, data.blobs]


@pytest.mark.parametrize("draw", SETS)
@pytest.mark.parametrize("n", [1, 7, 100])
def test_shapes_types_and_balance(draw, n):
    x, y = draw(n, noise=0.1, rng=np.random.default_rng(0))
    assert x.shape == (n, 2)
    assert x.dtype == np.float32
    assert y.shape == (n,)
    assert y.dtype == np.int64
    assert np.ptp(np.bincount(y)) <= 1 or n < 4


@pytest.mark.parametrize("draw", SETS)
def test_the_rng_decides(draw):
    first, same, other = (draw(20, 0.1, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("draw", SETS)
def test_noise_is_a_standard_deviation(draw):
    still, shaken = (draw(4000, noise, np.random.default_rng(3))[0] for noise in (0, 0.2))
    assert abs((shaken - still).std() - 0.2) < 0.01
    assert abs((shaken - still).mean()) < 0.01


def test_xor_is_the_truth_table():
    x, y = data.xor()
    assert [(*map(int, corner), int(label)) for corner, label in zip(x, y, strict=True)] == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]


def test_moons_are_half_circles_that_reach_into_each_other():
    x, y = data.moons(200, noise=0, rng=np.random.default_rng(0))
    upper, lower = x[y == 0], x[y == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-6)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1, rtol=1e-6)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5
    assert lower[:, 0].min() < upper[:, 0].max()


def test_circles_have_radius_one_and_one_half():
    x, y = data.circles(50, noise=0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.5), rtol=1e-6)


def test_one_arm_of_the_spiral_is_the_other_turned_by_half_a_turn():
    x, y = data.spirals(200, noise=0, rng=np.random.default_rng(0))
    radius = np.hypot(*x.T)
    angle = np.arctan2(x[:, 1], x[:, 0]) - 3 * math.pi * radius - math.pi * y
    np.testing.assert_allclose(np.cos(angle), 1, atol=1e-5)
    assert radius.min() >= 0.1 - 1e-6
    assert radius.max() <= 1 + 1e-6


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_blobs_lie_around_their_centres(classes):
    x, y = data.blobs(5000, noise=0.1, rng=np.random.default_rng(0), classes=classes)
    for k in range(classes):
        centre = math.cos(2 * math.pi * k / classes), math.sin(2 * math.pi * k / classes)
        np.testing.assert_allclose(x[y == k].mean(0), centre, atol=0.02)


@pytest.mark.parametrize("draw", SETS)
@pytest.mark.parametrize("n, noise, sentence", [(0, 0, "at least 1; got 0"), (2.0, 0, "whole number"), (4, -1, "standard deviation")])
def test_impossible_wishes_get_a_sentence(draw, n, noise, sentence):
    with pytest.raises(ValueError, match=sentence):
        draw(n, noise)
