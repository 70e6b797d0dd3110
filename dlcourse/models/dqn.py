"""Deep Q-network: how much reward each action will have brought in the end, learned from steps that were taken before.
Mnih et al. 2015, "Human-level control through deep reinforcement learning" (algorithm 1); van Hasselt, Guez and Silver 2016, "Deep
reinforcement learning with double Q-learning".
B batch, S numbers of a state, A actions. Everything but the network's own values is arrays: experience is made on the host."""

from typing import NamedTuple

import numpy as np

from dlcourse import functional as F
from dlcourse.nn import Linear, Module
from dlcourse.nn.init import default_rng
from dlcourse.tensor import Tensor, no_grad


class DQN(Module):
    """states (B, S) -> values (B, A), one for each action, through two hidden layers."""

    def __init__(self, states=4, actions=2, hidden=128, *, rng=None):
        rng = default_rng(rng)
        self.layer1, self.layer2 = Linear(states, hidden, rng=rng), Linear(hidden, hidden, rng=rng)
        self.layer3 = Linear(hidden, actions, rng=rng)

    def forward(self, x):  # (B, S)
        return self.layer3(F.relu(self.layer2(F.relu(self.layer1(x)))))  # (B, A)


class Steps(NamedTuple):
    """Steps in an environment, one in each row. `terminated` is 1 where nothing follows, not where only the time was up."""

    state: np.ndarray  # (B, S)
    action: np.ndarray  # (B,)
    reward: np.ndarray  # (B,)
    next_state: np.ndarray  # (B, S)
    terminated: np.ndarray  # (B,)


class ReplayBuffer:
    """The last `capacity` steps. Random ones make a batch of unlike examples, where steps as they come are all alike."""

    def __init__(self, capacity, states=4):
        reward, next_state, terminated = (np.zeros((capacity, *more), "f4") for more in ((), (states,), ()))
        self.steps = Steps(np.zeros((capacity, states), "f4"), np.zeros(capacity, int), reward, next_state, terminated)
        self.capacity, self.seen = capacity, 0

    def __len__(self):
        return min(self.seen, self.capacity)

    def add(self, steps):
        """Remember Steps; the oldest ones give way."""
        places = (self.seen + np.arange(len(steps.action))) % self.capacity
        for array, new in zip(self.steps, steps, strict=True):
            array[places] = new
        self.seen += len(places)

    def sample(self, n, *, rng):
        """n random Steps of those remembered; one may come twice. Raises ValueError when there are none."""
        if not self.seen:
            raise ValueError("ReplayBuffer expected steps before a sample was drawn, got none. Call add first.")
        chosen = rng.integers(0, len(self), n)
        return Steps(*(array[chosen] for array in self.steps))


def epsilon_greedy(values, epsilon, *, rng):
    """For values (B, A) the best action of each row, or with probability epsilon any action: (B,)."""
    B, A = values.shape
    return np.where(rng.random(B) < epsilon, rng.integers(0, A, B), values.argmax(1))


def values_of(model, states):
    """The network's values as an array (B, A), without recording."""
    with no_grad():
        return model(Tensor(states)).numpy()


def td_targets(steps, target, online=None, gamma=0.99):
    """reward + gamma * the value of the best next action, by the slowly changing `target` network: (B,).

    A maximum over noisy values is too large. With `online` that network chooses the action and `target` says its worth (double Q-learning).
    """
    values = values_of(target, steps.next_state)  # (B, A)
    best = (values if online is None else values_of(online, steps.next_state)).argmax(1)
    return steps.reward + gamma * (1 - steps.terminated) * values[np.arange(len(best)), best]


def td_loss(model, steps, targets):
    """Huber's distance of the values of the actions that were taken from their targets: errors beyond 1 pull no harder."""
    values = F.gather(model(Tensor(steps.state)), -1, steps.action[:, None])[:, 0]  # (B,)
    return F.huber_loss(values, targets)
