"""Actor and critic: advantages against the sum that defines them, losses against PyTorch, and a bandit that must be solved."""

import numpy as np
import pytest
import torch
from beside_torch import agree, both

from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import actor_critic as ac
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR

T, N, A = 7, 3, 4


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_advantages_equal_the_sum_of_later_errors(rng):
    rewards, values, next_values = rng.normal(size=(3, T, N))
    terminated = (rng.random((T, N)) < 0.2).astype(float)
    ended = np.maximum(terminated, rng.random((T, N)) < 0.2)
    result = ac.advantages(rewards, values, next_values, terminated, ended, gamma=0.9, lam=0.8)
    for n in range(N):
        for t in range(T):
            expected, weight = 0.0, 1.0
            for k in range(t, T):
                expected += weight * (rewards[k, n] + 0.9 * (1 - terminated[k, n]) * next_values[k, n] - values[k, n])
                weight *= 0.9 * 0.8 * (1 - ended[k, n])
            assert result[t, n] == pytest.approx(expected)


def test_with_lambda_one_they_are_returns_minus_values(rng):
    rewards, values = rng.normal(size=(2, T, N))
    next_values, zero = np.concatenate([values[1:], np.zeros((1, N))]), np.zeros((T, N))
    returns = np.array([sum(0.9 ** (k - t) * rewards[k] for k in range(t, T)) for t in range(T)])
    assert ac.advantages(rewards, values, next_values, zero, zero, 0.9, 1.0) == pytest.approx(returns - values)


def test_losses_are_their_formulas(rng):
    actions, advantage, old = rng.integers(0, A, N), rng.normal(size=N), rng.normal(size=N) - 1.5
    logits = rng.normal(size=(N, A))
    ours, theirs = both(logits)
    log_p = torch.distributions.Categorical(logits=theirs).log_prob(torch.tensor(actions))
    agree(ac.reinforce_loss(ours, actions, advantage), -(log_p * torch.tensor(advantage)).mean(), (ours, theirs))
    ours, theirs = both(logits)
    ratio = (torch.distributions.Categorical(logits=theirs).log_prob(torch.tensor(actions)) - torch.tensor(old)).exp()
    clipped = torch.min(ratio * torch.tensor(advantage), ratio.clamp(0.8, 1.2) * torch.tensor(advantage))
    agree(ac.ppo_loss(ours, actions, advantage, old), -clipped.mean(), (ours, theirs))
    ours, theirs = both(logits)
    agree(ac.entropy(ours), torch.distributions.Categorical(logits=theirs).entropy().mean(), (ours, theirs))


def test_actions_are_drawn_from_the_policy(rng):
    model = ac.ActorCritic(2, A, 8, rng=rng)
    states = np.tile(rng.normal(size=2).astype("f4"), (20_000, 1))
    actions, log_p, values = ac.act(model, states, rng=rng)
    expected = np.exp(model(states[:1])[0].numpy()[0])
    assert np.bincount(actions, minlength=A) / len(actions) == pytest.approx(expected / expected.sum(), abs=0.02)
    assert np.exp(log_p[0]) == pytest.approx(expected[actions[0]] / expected.sum(), rel=1e-5) and values.shape == (20_000,)


@pytest.mark.parametrize("loss", ["reinforce", "ppo"])
def test_it_learns_which_action_pays(rng, loss):
    model = ac.ActorCritic(2, 2, 16, rng=rng)
    adam = Adam(model.parameters(), 0.01)
    for _ in range(60):
        states = rng.normal(size=(64, 2)).astype("f4")
        actions, old, _ = ac.act(model, states, rng=rng)
        gain = ac.normalised((actions == (states[:, 0] > 0)).astype("f4"))
        for _ in range(1 if loss == "reinforce" else 3):
            logits, _ = model(states)
            adam.zero_grad()
            (ac.reinforce_loss(logits, actions, gain) if loss == "reinforce" else ac.ppo_loss(logits, actions, gain, old)).backward()
            adam.step()
    states = rng.normal(size=(500, 2)).astype("f4")
    assert (model(states)[0].numpy().argmax(1) == (states[:, 0] > 0)).mean() > 0.95


def test_fifty_steps_of_ppo_equal_pytorchs_in_float64(rng):
    model = ac.ActorCritic(3, A, 8, rng=rng).astype(np.float64)
    twin = to_torch(model)
    a, b = Adam(model.parameters(), 1e-2), torch.optim.Adam(twin.parameters(), 1e-2)
    for _ in range(50):
        states, actions = rng.normal(size=(16, 3)), rng.integers(0, A, 16)
        advantage, returns, old = rng.normal(size=(3, 16)) - [[0.0], [0.0], [1.4]]
        logits, values = model(states)
        a.zero_grad()
        (ac.ppo_loss(logits, actions, advantage, old) + F.mse_loss(values, returns) - 0.01 * ac.entropy(logits)).backward()
        a.step()
        states, actions, advantage, returns, old = map(torch.from_numpy, (states, actions, advantage, returns, old))
        logits, values = twin(states)
        policy = torch.distributions.Categorical(logits=logits)
        ratio = (policy.log_prob(actions) - old).exp()
        gain = torch.min(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean()
        b.zero_grad()
        (-gain + ((values - returns) ** 2).mean() - 0.01 * policy.entropy().mean()).backward()
        b.step()
    expected = twin.state_dict()
    assert all(relative_difference(array, expected[name]) < 1e-10 for name, array in model.state_dict().items())


def test_the_critic_learns_the_values_of_a_chain(rng):
    """Five places in a row, one step on with probability 0.8, else one back; the end brings 1: linear equations know the values."""
    n, gamma, places = 5, 0.9, np.eye(5)
    move = 0.8 * np.eye(n, k=1) + 0.2 * np.eye(n, k=-1)
    move[0, 0] += 0.2
    reward = np.array([0, 0, 0, 0, 0.8])
    truth = np.linalg.solve(np.eye(n) - gamma * move, reward)
    model = ac.ActorCritic(n, 2, 16, rng=rng).astype(np.float64)
    adam = Adam(model.parameters(), 3e-3)
    schedule = LinearLR(adam, 1.0, 0.0, 2500)
    for _ in range(2500):
        values = model(places)[1]
        adam.zero_grad()
        F.mse_loss(values, reward + gamma * move @ values.numpy()).backward()
        adam.step()
        schedule.step()
    values = model(places)[1].numpy()
    assert np.abs(values - truth).max() < 1e-4
