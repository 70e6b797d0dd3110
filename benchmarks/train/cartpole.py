"""A cart that balances a pole: gymnasium's CartPole-v1, several copies side by side, and what a policy is worth there."""

from typing import NamedTuple

import gymnasium
import numpy as np

from dlcourse.models.actor_critic import act
from dlcourse.tensor import Tensor, no_grad


class CartPoles:
    """n copies of CartPole-v1 whose episodes follow each other: `states` (n, 4) is what there is to decide on now."""

    def __init__(self, n, *, rng):
        self.games = [gymnasium.make("CartPole-v1", disable_env_checker=True) for _ in range(n)]
        self.states = np.stack([game.reset(seed=int(rng.integers(2**31)))[0] for game in self.games])

    def step(self, actions):
        """Act in each; returns next states (n, 4), rewards, terminated, truncated (n,), as they are before ended episodes begin anew."""
        taken = [game.step(action) for game, action in zip(self.games, actions.tolist(), strict=True)]
        states, rewards, terminated, truncated = (np.array(column, "f4") for column in list(zip(*taken, strict=True))[:4])
        self.states = states.copy()
        for i in np.flatnonzero(terminated + truncated):
            self.states[i] = self.games[i].reset()[0]
        return states, rewards, terminated, truncated


def mean_return(policy, *, rng, episodes=100):
    """The mean number of steps, at most 500, that `policy`, states (n, 4) -> actions (n,), keeps the pole up; over new episodes."""
    poles, running, total = CartPoles(episodes, rng=rng), np.ones(episodes, bool), 0
    while running.any():
        total += running.sum()
        _, _, terminated, truncated = poles.step(policy(poles.states))
        running &= terminated + truncated == 0
    return total / episodes


def likeliest(model):
    """The policy that takes the likeliest action of an ActorCritic."""

    def policy(states):
        with no_grad():
            return model(Tensor(states))[0].numpy().argmax(1)

    return policy


class Rollout(NamedTuple):
    """T steps in N copies, arrays (T, N, ...), under a policy that explores."""

    states: np.ndarray
    actions: np.ndarray
    log_p: np.ndarray
    values: np.ndarray
    next_states: np.ndarray
    rewards: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray

    def scores(self, model):
        """(rewards, values, next values, terminated, ended), as `advantages` takes them."""
        with no_grad():
            next_values = model(Tensor(self.next_states.reshape(-1, 4)))[1].numpy().reshape(self.values.shape)
        return self.rewards, self.values, next_values, self.terminated, self.terminated + self.truncated


def play(model, poles, steps, *, rng):
    """The Rollout of the next `steps` steps."""
    rows = []
    for _ in range(steps):
        states = poles.states
        actions, log_p, values = act(model, states, rng=rng)
        rows.append((states, actions, log_p, values, *poles.step(actions)))
    return Rollout(*map(np.stack, zip(*rows, strict=True)))
