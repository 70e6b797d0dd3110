"""Diffusion: the schedule against its equations, the sampler on a case that can be worked out, the network on one batch."""

import math

import numpy as np
import pytest

from dlcourse.models.diffusion import Diffusion, UNet, embedded_time, twice_as_large
from dlcourse.optim import Adam
from dlcourse.tensor import Tensor


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("schedule", ["cosine", "linear"])
def test_the_schedule_ends_in_noise_and_keeps_the_variance(schedule, rng):
    process = Diffusion(50, schedule)
    assert process.signal[0] > 0.97 and process.signal[-1] < 0.01 and (np.diff(process.signal) < 0).all()
    x = rng.normal(size=(20_000, 1, 1, 1))
    noisy = process.add_noise(x, np.full(20_000, 25), rng.normal(size=x.shape))
    assert noisy.var() == pytest.approx(1, rel=0.03)
    assert np.corrcoef(noisy.ravel(), x.ravel())[0, 1] == pytest.approx(math.sqrt(process.signal[25]), abs=0.02)


def test_one_step_at_a_time_is_the_same_as_all_at_once(rng):
    process, x = Diffusion(10), rng.normal(size=(50_000, 1, 1, 1))
    for t in range(5):
        x = math.sqrt(1 - process.beta[t]) * x + math.sqrt(process.beta[t]) * rng.normal(size=x.shape)  # eq. 2
    assert process.signal[4] == pytest.approx(np.prod(1 - process.beta[:5]))
    assert x.var() == pytest.approx(1, rel=0.03)


def test_the_sampler_with_the_perfect_model_draws_from_the_data(rng):
    """For pixels that are -0.5 or 0.5 with equal chance the noise that is to be expected can be worked out."""
    process = Diffusion(100)

    def perfect(x, t):
        signal = process.signal[t[0]]
        clean = 0.5 * np.tanh(0.5 * math.sqrt(signal) * x / (1 - signal))  # E[x_0 | x_t]
        return Tensor((x - math.sqrt(signal) * clean) / math.sqrt(1 - signal))

    x = process.sample(perfect, (4000, 1, 1, 1), rng=rng)
    assert x.dtype == np.float32 and np.abs(np.abs(x) - 0.5).max() < 0.05
    assert (x > 0).mean() == pytest.approx(0.5, abs=0.04)


def test_the_network_overfits_a_batch(rng):
    process, model = Diffusion(20), UNet(width=8, rng=rng)
    x = np.where(rng.random((4, 1, 8, 8)) < 0.5, -1, 1).astype("f4")
    adam, losses = Adam(model.parameters(), 0.01), []
    for _ in range(150):
        adam.zero_grad()
        loss = process.loss(model, np.repeat(x, 4, 0), rng=rng)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert np.mean(losses[-20:]) < 0.35 * np.mean(losses[:3])


def test_shapes(rng):
    model = UNet(3, width=8, rng=rng)
    assert model(rng.normal(size=(2, 3, 6, 10)).astype("f4"), np.array([0, 5])).shape == (2, 3, 6, 10)
    assert (twice_as_large(Tensor([[[[1.0, 2.0]]]])).numpy() == [[[[1, 1, 2, 2]] * 2]]).all()
    near, far = np.abs(np.diff(embedded_time([10, 11, 60], 32), axis=0)).sum(1)
    assert near < far


def test_bad_input_gets_a_sentence(rng):
    with pytest.raises(ValueError, match="even H and W"):
        UNet(width=8, rng=rng)(np.zeros((1, 1, 7, 7), "f4"), np.array([0]))
    with pytest.raises(ValueError, match="'cosine' or 'linear'"):
        Diffusion(schedule="quadratic")
