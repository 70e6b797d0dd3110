"""Deep Q-learning: targets and loss against loops, the buffer, and a chain of states whose values can be worked out."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from dlcourse.compare import relative_difference, to_torch
from dlcourse.models.dqn import DQN, ReplayBuffer, Steps, epsilon_greedy, td_loss, td_targets, values_of
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR

B, STATES, ACTIONS = 6, 3, 2


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def some_steps(rng, n=B):
    terminated = (np.arange(n) % 3 == 0).astype("f4")
    states, next_states = rng.normal(size=(2, n, STATES)).astype("f4")
    return Steps(states, rng.integers(0, ACTIONS, n), rng.normal(size=n).astype("f4"), next_states, terminated)


@pytest.mark.parametrize("double", [False, True])
def test_targets_equal_the_loop(rng, double):
    online, target, steps = DQN(STATES, ACTIONS, 8, rng=rng), DQN(STATES, ACTIONS, 8, rng=rng), some_steps(rng)
    here, there = values_of(online, steps.next_state), values_of(target, steps.next_state)
    expected = []
    for b in range(B):
        action = here[b].argmax() if double else there[b].argmax()
        expected.append(steps.reward[b] + (0 if steps.terminated[b] else 0.9 * there[b, action]))
    assert td_targets(steps, target, online if double else None, gamma=0.9) == pytest.approx(expected, rel=1e-6)


def test_the_loss_looks_at_the_action_that_was_taken(rng):
    model, steps = DQN(STATES, ACTIONS, 8, rng=rng), some_steps(rng)
    targets = rng.normal(size=B).astype("f4") * 3
    errors = values_of(model, steps.state)[np.arange(B), steps.action] - targets
    expected = np.mean([e * e / 2 if abs(e) < 1 else abs(e) - 0.5 for e in errors])
    loss = td_loss(model, steps, targets)
    assert loss.item() == pytest.approx(expected, rel=1e-6)
    loss.backward()
    assert model.layer3.weight.grad.any()


def test_the_buffer_keeps_the_last_steps(rng):
    buffer = ReplayBuffer(5, STATES)
    with pytest.raises(ValueError, match="Call add first"):
        buffer.sample(1, rng=rng)
    for value in range(4):
        steps = some_steps(rng, 2)
        buffer.add(steps._replace(reward=np.array([2.0 * value, 2 * value + 1])))
    assert len(buffer) == 5 and set(buffer.steps.reward) == {3, 4, 5, 6, 7}
    drawn = buffer.sample(200, rng=rng)
    assert drawn.state.shape == (200, STATES) and set(drawn.reward) == {3, 4, 5, 6, 7}


def test_epsilon_is_the_share_of_random_actions(rng):
    values = np.tile([0.0, 1.0], (10_000, 1))
    assert epsilon_greedy(values, 0.4, rng=rng).mean() == pytest.approx(0.8, abs=0.02)
    assert (epsilon_greedy(values, 0.0, rng=rng) == 1).all()


def test_it_learns_the_values_of_a_chain(rng):
    """Five places in a row; right leads on, left leads back to the first, the end brings 1: dynamic programming knows the values."""
    n, gamma = 5, 0.9
    rows = [(i, a, i + 1 if a else 0) for i in range(n) for a in (0, 1)]
    place, action, following = np.array(rows).T
    ends = (following == n).astype("f4")
    one_hot = np.eye(n + 1, dtype="f4")
    steps = Steps(one_hot[place], action, ends, one_hot[following], ends)
    truth = np.zeros((n + 1, 2))
    for _ in range(200):
        truth[place, action] = ends + gamma * (1 - ends) * truth[following].max(1)
    model = DQN(n + 1, 2, 32, rng=rng).astype(np.float64)
    steps = Steps(*(x.astype(np.float64) if x.dtype.kind == "f" else x for x in steps))
    target, adam = deepcopy(model), Adam(model.parameters(), 3e-3)
    schedule = LinearLR(adam, 1.0, 0.0, 2500)
    for step in range(2500):
        if step % 25 == 0:
            target.load_state_dict(model.state_dict())
        adam.zero_grad()
        td_loss(model, steps, td_targets(steps, target, online=model, gamma=gamma)).backward()
        adam.step()
        schedule.step()
    assert np.abs(values_of(model, one_hot[:n].astype(np.float64)) - truth[:n]).max() < 1e-4


def test_fifty_steps_equal_pytorchs_in_float64(rng):
    model = DQN(STATES, ACTIONS, 8, rng=rng).astype(np.float64)
    target, twin = deepcopy(model), to_torch(model)
    frozen = to_torch(target)
    a, b = Adam(model.parameters(), 1e-2), torch.optim.Adam(twin.parameters(), 1e-2)
    for _ in range(50):
        steps = Steps(*(x.astype(np.float64) if x.dtype.kind == "f" else x for x in some_steps(rng, 16)))
        a.zero_grad()
        td_loss(model, steps, td_targets(steps, target, online=model)).backward()
        a.step()
        state, action, reward, next_state, terminated = map(torch.from_numpy, steps)
        with torch.no_grad():
            best = twin(next_state).argmax(1, keepdim=True)
            targets = reward + 0.99 * (1 - terminated) * frozen(next_state).gather(1, best)[:, 0]
        b.zero_grad()
        torch.nn.functional.huber_loss(twin(state).gather(1, action[:, None])[:, 0], targets).backward()
        b.step()
    expected = twin.state_dict()
    assert all(relative_difference(array, expected[name]) < 1e-10 for name, array in model.state_dict().items())
