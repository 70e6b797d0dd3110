"""Moved and mirrored pictures: the same picture elsewhere, with the same label."""

import numpy as np
import pytest

from benchmarks.train.shifted import Shifted, mirrored, shifted
from dlcourse.data import DataLoader


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_each_picture_moves_on_its_own_and_up_to_so_many_pixels(rng):
    x = np.zeros((200, 2, 9, 7), "f4")
    x[:, :, 4, 3] = 1
    moved = shifted(x, 2, rng=rng)
    assert moved.shape == x.shape and moved.dtype == x.dtype and (moved.sum((2, 3)) == 1).all()
    places = {(i - 4, j - 3) for _, _, i, j in np.argwhere(moved)}
    assert places == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}


def test_what_leaves_the_picture_is_gone_and_zeros_come_in(rng):
    moved = shifted(np.ones((50, 1, 5, 5)), 1, rng=rng)
    assert set(moved.sum((1, 2, 3))) == {25.0, 20.0, 16.0}


def test_about_half_are_mirrored(rng):
    x = rng.normal(size=(400, 1, 3, 4))
    turned = mirrored(x, rng=rng)
    same = (turned == x).all((1, 2, 3))
    assert 160 < same.sum() < 240 and (turned[~same] == x[~same][..., ::-1]).all()


def test_labels_stay_and_the_same_seed_gives_the_same_pictures(rng):
    x, y = rng.normal(size=(10, 1, 4, 4)), np.arange(10)

    def batches():
        return Shifted(DataLoader(x, y, batch_size=4, epochs=2, rng=7), 1, mirror=True, rng=np.random.default_rng(3))

    assert len(batches()) == 6
    for (a, labels), (b, again), (_, plain) in zip(batches(), batches(), DataLoader(x, y, batch_size=4, epochs=2, rng=7), strict=True):
        assert (a == b).all() and (labels == again).all() and (labels == plain).all()
