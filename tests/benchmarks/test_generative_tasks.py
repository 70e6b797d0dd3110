"""What the generative tasks measure, on samples whose figure is known."""

import numpy as np
import pytest

from benchmarks.train import autoencoder, gan
from dlcourse.models import Discriminator, Generator
from dlcourse.optim import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_real_points_fill_all_modes_evenly(rng):
    assert gan.near_modes(gan.real_points(20_000, rng)) == pytest.approx(np.full(8, 0.989 / 8), abs=0.01)


def test_a_forgotten_mode_and_points_between_modes_do_not_count(rng):
    x = gan.real_points(8000, rng)
    x[x[:, 0] > 1.9] = 0  # the first mode, at (2, 0)
    shares = gan.near_modes(x)
    assert shares[0] < 0.03 and (shares[1:] > 0.11).all()


def test_both_networks_move_in_an_adversarial_step(rng):
    pair = Generator(rng=rng), Discriminator(rng=rng)
    before = [network.state_dict() for network in pair]
    gan.adversarial_step(*pair, *(Adam(network.parameters()) for network in pair), gan.real_points(8, rng), rng)
    for network, state in zip(pair, before, strict=True):
        assert all((network.state_dict()[name] != array).any() for name, array in state.items())


def test_pca_says_again_what_has_no_more_than_its_components(rng):
    mean, directions = rng.normal(size=40), rng.normal(size=(autoencoder.CODE, 40))
    x, test = (mean + rng.normal(size=(n, autoencoder.CODE)) @ directions for n in (100, 20))
    assert autoencoder.squared_error(autoencoder.linear(x, test), test) < 1e-20
    more = test + rng.normal(size=test.shape)
    assert autoencoder.squared_error(autoencoder.linear(x, more), more) > 0.1
