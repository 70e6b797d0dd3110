"""Autoencoders: shapes, one batch through the narrow code, and PyTorch's steps in float64."""

import numpy as np
import pytest
import torch

from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import Autoencoder, ConvAutoencoder
from dlcourse.models.autoencoder import denoising_loss, destroyed, reconstruction_loss
from dlcourse.optim import Adam

MODELS = {
    "dense": (lambda rng: Autoencoder(36, 24, 6, rng=rng), (36,)),
    "convolutional": (lambda rng: ConvAutoencoder(2, 8, width=12, code=8, rng=rng), (2, 8, 8)),
}
every_model = pytest.mark.parametrize(("make", "shape"), MODELS.values(), ids=MODELS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def some_pictures(rng, n, shape):
    return (rng.random((n, *shape)) < 0.5).astype("f4")


@every_model
def test_a_batch_is_said_again_through_the_code(rng, make, shape):
    model, x = make(rng), some_pictures(rng, 10, shape)
    adam = Adam(model.parameters(), 0.01)
    for _ in range(300):
        adam.zero_grad()
        loss = reconstruction_loss(model(x), x)
        loss.backward()
        adam.step()
    assert loss.item() < 0.1 and ((model(x).numpy() > 0) == x).mean() > 0.99


def test_what_was_destroyed_is_restored(rng):
    """Two pictures, of which half the pixels are erased: what is left says which one it was."""
    model, x = Autoencoder(36, 24, 2, rng=rng), np.repeat(some_pictures(rng, 2, (36,)), 8, 0)
    adam = Adam(model.parameters(), 0.01)
    for _ in range(200):
        adam.zero_grad()
        denoising_loss(model, x, share=0.5, rng=rng).backward()
        adam.step()
    assert ((model(destroyed(x, 0.5, rng)).numpy() > 0) == x).mean() > 0.95


def test_destroyed_erases_that_share_of_the_numbers(rng):
    x = np.ones((100, 100), "f4")
    y = destroyed(x, 0.3, rng)
    assert y.dtype == np.float32 and set(np.unique(y)) == {0, 1} and y.mean() == pytest.approx(0.7, abs=0.02)
    assert (x == 1).all()


def test_shapes(rng):
    dense, conv = Autoencoder(7, 5, 3, rng=rng), ConvAutoencoder(3, 12, width=4, code=5, rng=rng)
    assert dense.encoder(np.ones((2, 7), "f4")).shape == (2, 3) and dense(np.ones((2, 7), "f4")).shape == (2, 7)
    assert conv.encode(np.ones((2, 3, 12, 12), "f4")).shape == (2, 5)
    assert conv(np.ones((2, 3, 12, 12), "f4")).shape == (2, 3, 12, 12)


@every_model
def test_forty_steps_equal_pytorchs_in_float64(rng, make, shape):
    model = make(rng).astype(np.float64)
    twin = to_torch(model)
    ours, theirs = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    for _ in range(40):
        x = rng.random((8, *shape))
        ours.zero_grad()
        reconstruction_loss(model(x), x).backward()
        ours.step()
        theirs.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(twin(torch.from_numpy(x)), torch.from_numpy(x)).backward()
        theirs.step()
    expected = twin.state_dict()
    for name, array in model.state_dict().items():
        assert relative_difference(array, expected[name]) < 1e-10, name


def test_bad_sizes_get_a_sentence():
    with pytest.raises(ValueError, match=r"at least two widths, .* got \(7,\)"):
        Autoencoder(7)
    with pytest.raises(ValueError, match="halved twice, got 14"):
        ConvAutoencoder(size=14)


def test_the_loss_is_that_of_coin_tosses():
    logits, x = np.array([[0.5, -2.0]]), np.array([[1.0, 0.25]])
    p = F.sigmoid(logits).numpy()
    expected = -(x * np.log(p) + (1 - x) * np.log(1 - p)).mean()
    assert reconstruction_loss(logits, x).item() == pytest.approx(expected)
