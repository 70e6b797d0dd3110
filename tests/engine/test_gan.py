"""The adversarial networks: the losses, a pair on one batch, first weights, and PyTorch's alternating steps in float64."""

import numpy as np
import pytest
import torch
import torch.nn.functional as T

from dlcourse import Tensor
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import DCDiscriminator, DCGenerator, Discriminator, Generator, gan
from dlcourse.optim import Adam

PAIRS = {
    "dense": (lambda rng: Generator(3, 16, 2, rng=rng), lambda rng: Discriminator(2, 16, rng=rng), (2,)),
    "dcgan": (lambda rng: DCGenerator(3, 4, 2, 8, rng=rng), lambda rng: DCDiscriminator(4, 2, 8, rng=rng), (2, 8, 8)),
}
every_pair = pytest.mark.parametrize(("generator", "discriminator", "shape"), PAIRS.values(), ids=PAIRS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_losses_are_cross_entropies_of_real_and_fake(rng):
    real, fake = torch.from_numpy(rng.normal(size=(2, 7)) * 5)
    yes, no = torch.ones_like(real), torch.zeros_like(real)
    expected = T.binary_cross_entropy_with_logits(real, yes) + T.binary_cross_entropy_with_logits(fake, no)
    assert relative_difference(gan.discriminator_loss(Tensor(real.numpy()), Tensor(fake.numpy())), expected) < 1e-12
    expected = T.binary_cross_entropy_with_logits(fake, yes)
    assert relative_difference(gan.generator_loss(Tensor(fake.numpy())), expected) < 1e-12


def test_a_generator_that_is_seen_through_still_learns():
    """Where the discriminator is sure, log(1 - D) is flat; -log D has slope 1."""
    logit = Tensor(np.array([-20.0]), requires_grad=True)
    gan.generator_loss(logit).backward()
    assert logit.grad.item() == pytest.approx(-1)


@every_pair
def test_each_learns_against_the_other_standing_still(rng, generator, discriminator, shape):
    """On one batch the discriminator tells real from fake; the generator, given such a discriminator, then deceives it."""
    G, D = generator(rng), discriminator(rng)
    z, x = gan.noise_for(G, 16, rng), rng.uniform(-1, 1, (16, *shape)).astype("f4")
    fake = Tensor(gan.sample(G, 16, rng=rng))
    assert minimised(D, lambda: gan.discriminator_loss(D(x), D(fake))) < 0.1
    assert minimised(G, lambda: gan.generator_loss(D(G(z)))) < 0.1


def minimised(network, loss):
    adam = Adam(network.parameters(), 0.02, (0.5, 0.999))
    for _ in range(200):
        adam.zero_grad()
        value = loss()
        value.backward()
        adam.step()
    return value.item()


def test_the_dense_generator_finds_the_only_example(rng):
    """All real examples are the same point: in the end so are the generated ones."""
    x, G, D = np.array([0.5, -0.7], "f4"), Generator(3, 16, rng=rng), Discriminator(2, 16, rng=rng)
    optimizers = [Adam(network.parameters(), 0.005, (0.5, 0.999)) for network in (G, D)]
    for _ in range(400):
        alternate((G, D), optimizers, Tensor(gan.noise_for(G, 16, rng)), Tensor(np.stack([x] * 16)))
    assert np.abs(gan.sample(G, 50, rng=rng) - x).mean() < 0.1


def test_shapes(rng):
    G, D = DCGenerator(5, 4, 3, 28, rng=rng), DCDiscriminator(4, 3, 28, rng=rng)
    images = gan.sample(G, 2, rng=rng)
    assert images.shape == (2, 3, 28, 28) and np.abs(images).max() <= 1 and images.dtype == np.float32
    assert D(images).shape == (2,) and gan.sample(Generator(rng=rng), 3, rng=rng).shape == (3, 2)


def test_convolutions_start_at_the_papers_spread(rng):
    for model in (DCGenerator(rng=rng), DCDiscriminator(rng=rng)):
        for name, p in model.named_parameters():
            if p.ndim == 4 and p.data.size > 1000:
                assert p.numpy().std() == pytest.approx(0.02, rel=0.1), name


@every_pair
def test_twenty_alternating_steps_equal_pytorchs_in_float64(rng, generator, discriminator, shape):
    G, D = generator(rng).astype("f8"), discriminator(rng).astype("f8")
    G2, D2 = to_torch(G), to_torch(D)
    ours = [Adam(m.parameters(), 1e-3, (0.5, 0.999)) for m in (G, D)]
    theirs = [torch.optim.Adam(m.parameters(), 1e-3, (0.5, 0.999)) for m in (G2, D2)]
    for _ in range(20):
        z, x = rng.normal(size=(8, 3)), rng.normal(size=(8, *shape))
        for networks, optimizers, as_input in (((G, D), ours, Tensor), ((G2, D2), theirs, torch.from_numpy)):
            alternate(networks, optimizers, as_input(z), as_input(x))
    for ours, theirs in ((G, G2), (D, D2)):
        expected = theirs.state_dict()
        for name, array in ours.state_dict().items():
            assert relative_difference(array, expected[name]) < 1e-9, name


def alternate(networks, optimizers, z, x):
    """One step of the discriminator, one of the generator, with the losses written for both libraries."""
    (G, D), (g, d) = networks, optimizers
    softplus = T.softplus if isinstance(x, torch.Tensor) else gan.F.softplus
    fake = G(z)
    d.zero_grad()
    (softplus(-D(x)).mean() + softplus(D(fake.detach())).mean()).backward()
    d.step()
    g.zero_grad()
    softplus(-D(fake)).mean().backward()
    g.step()


def test_bad_sizes_get_a_sentence():
    for network in (DCGenerator, DCDiscriminator):
        with pytest.raises(ValueError, match="halved twice, got 30"):
            network(size=30)
