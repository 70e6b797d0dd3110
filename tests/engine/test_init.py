"""First weights have the spread of PyTorch's, for linear layers and for convolutions."""

import math

import numpy as np
import pytest
import torch

from dlcourse.nn import init

SHAPES = [(300, 200), (60, 40, 5), (64, 32, 3, 5), (32, 64, 5, 3)]
PAIRS = {
    "xavier_uniform": (init.xavier_uniform, torch.nn.init.xavier_uniform_),
    "xavier_uniform, tanh": (lambda s, rng: init.xavier_uniform(s, 5 / 3, rng=rng), lambda t: torch.nn.init.xavier_uniform_(t, 5 / 3)),
    "xavier_normal": (init.xavier_normal, torch.nn.init.xavier_normal_),
    "he_uniform": (init.he_uniform, lambda t: torch.nn.init.kaiming_uniform_(t, nonlinearity="relu")),
    "he_normal": (init.he_normal, lambda t: torch.nn.init.kaiming_normal_(t, nonlinearity="relu")),
    "he_normal, no ReLU": (
        lambda s, rng: init.he_normal(s, 1.0, rng=rng),
        lambda t: torch.nn.init.kaiming_normal_(t, nonlinearity="linear"),
    ),
    "orthogonal": (init.orthogonal, torch.nn.init.orthogonal_),
    "orthogonal, gain": (lambda s, rng: init.orthogonal(s, 0.3, rng=rng), lambda t: torch.nn.init.orthogonal_(t, 0.3)),
    "trunc_normal": (lambda s, rng: init.trunc_normal(s, 0.02, rng=rng), lambda t: torch.nn.init.trunc_normal_(t, 0, 0.02, -0.04, 0.04)),
    "normal": (lambda s, rng: init.normal(s, 0.02, rng=rng), lambda t: torch.nn.init.normal_(t, 0, 0.02)),
}


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", PAIRS)
def test_weights_have_the_spread_of_pytorchs(name, shape):
    ours, theirs = PAIRS[name]
    torch.manual_seed(0)
    w, twin = ours(shape, rng=np.random.default_rng(0)), theirs(torch.empty(shape)).numpy()
    assert w.shape == shape and w.dtype == np.float32
    assert w.std() == pytest.approx(twin.std(), rel=0.02) and abs(w.mean()) < 0.05 * w.std()
    shares = [0.1, 0.25, 0.75, 0.9]
    assert np.allclose(np.quantile(w, shares), np.quantile(twin, shares), atol=0.06 * w.std())  # the same distribution, too


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (3, 2, 3, 3), (20, 2, 3, 3)], ids=str)
def test_an_orthogonal_weight_changes_no_lengths(shape):
    w = 0.5 * init.orthogonal(shape, 2.0, rng=np.random.default_rng(0)).reshape(shape[0], -1).astype(np.float64)
    product = w @ w.T if len(w) <= w.shape[1] else w.T @ w
    assert np.allclose(product, np.eye(len(product)), atol=1e-6)


def test_an_orthogonal_weight_may_point_anywhere():
    rng = np.random.default_rng(0)
    corners = np.array([init.orthogonal((3, 3), rng=rng)[0, 0] for _ in range(200)])
    assert 0.4 < (corners > 0).mean() < 0.6


def test_a_truncated_normal_stays_within_two_deviations():
    w = init.trunc_normal((500, 200), 0.02, rng=np.random.default_rng(0))
    assert 0.0399 < abs(w).max() <= np.float32(0.04)


def test_linear_default():
    w = init.linear_uniform((300, 200), 200, rng=np.random.default_rng(0))
    assert w.std() == pytest.approx(math.sqrt(1 / 200 / 3), rel=0.02)


def test_a_bias_gets_a_sentence():
    with pytest.raises(ValueError, match=r"\(out, in\) or \(out, in, \*window\) was expected, got \(3,\)"):
        init.he_normal((3,), rng=np.random.default_rng(0))
