"""The variational autoencoder: its two terms against PyTorch's distributions, one batch, samples, and PyTorch's steps in float64."""

import numpy as np
import pytest
import torch

from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import VAE, vae
from dlcourse.optim import Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def torch_loss(twin, x, noise):
    logits, mean, log_var = twin(x, noise)
    posterior = torch.distributions.Normal(mean, (log_var / 2).exp())
    kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(1)
    log_p = -torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    return (kl - log_p).mean()


def test_the_divergence_is_pytorchs(rng):
    mean, log_var = rng.normal(size=(2, 5, 3))
    posterior = torch.distributions.Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(log_var / 2)))
    expected = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(1)
    assert relative_difference(vae.kl_divergence(mean, log_var), expected) < 1e-12
    assert vae.kl_divergence(np.zeros((1, 3)), np.zeros((1, 3))).item() == 0


def test_the_divergence_is_what_samples_say(rng):
    """The mean of log q(z | x) - log p(z) over codes z drawn from q."""
    mean, log_var = np.array([0.7, -0.2]), np.array([-1.0, 0.3])
    z = mean + np.exp(log_var / 2) * rng.normal(size=(200_000, 2))
    log_q = -0.5 * ((z - mean) ** 2 / np.exp(log_var) + log_var)
    sampled = (log_q + 0.5 * z * z).sum(1).mean()
    assert vae.kl_divergence(mean[None], log_var[None]).item() == pytest.approx(sampled, rel=0.02)


def test_a_batch_is_learned_and_samples_resemble_it(rng):
    x = np.repeat(np.eye(2, dtype="f4"), 6, 1)[np.arange(16) % 2]  # left half or right half
    model = VAE(12, 16, 2, rng=rng)
    adam = Adam(model.parameters(), 0.02)
    for _ in range(300):
        adam.zero_grad()
        loss = vae.loss(model, x, rng=rng)
        loss.backward()
        adam.step()
    assert loss.item() < 1.6  # log 2 = 0.69 nats is what it takes to say which half
    samples = model.sample(200, rng=rng)
    halves = (samples[:, :6].min(1) > 0.9) != (samples[:, 6:].min(1) > 0.9)
    assert halves.mean() > 0.8 and 0.2 < (samples[:, 0] > 0.5).mean() < 0.8


def test_shapes(rng):
    model = VAE(7, 5, 3, rng=rng)
    logits, mean, log_var = model(np.ones((4, 7), "f4"), np.ones((4, 3), "f4"))
    assert logits.shape == (4, 7) and mean.shape == log_var.shape == (4, 3)
    assert vae.loss(model, np.ones((4, 7), "f4"), rng=rng).shape == () and model.sample(2, rng=rng).shape == (2, 7)
    assert vae.loss(model.astype("f8"), np.ones((4, 7)), rng=rng).dtype == np.float64


def test_forty_steps_equal_pytorchs_in_float64(rng):
    model = VAE(9, 8, 3, rng=rng).astype(np.float64)
    twin = to_torch(model)
    ours, theirs = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    for step in range(40):
        x, seed = rng.random((8, 9)), 100 + step
        ours.zero_grad()
        loss = vae.loss(model, x, rng=np.random.default_rng(seed))
        loss.backward()
        ours.step()
        theirs.zero_grad()
        noise = vae.normal(np.random.default_rng(seed), (8, 3)).astype("f8")
        expected = torch_loss(twin, torch.from_numpy(x), torch.from_numpy(noise))
        expected.backward()
        theirs.step()
        assert loss.item() == pytest.approx(expected.item(), rel=1e-10)
    weights = twin.state_dict()
    for name, array in model.state_dict().items():
        assert relative_difference(array, weights[name]) < 1e-10, name
