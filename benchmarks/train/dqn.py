"""A deep Q-network balances a pole: 8 copies of gymnasium's CartPole-v1, 48,000 steps in all, and then 100 episodes without exploring.

Its policy never quite settles: what it does well it soon sees nothing else of, and forgets the rest. So it is tried on other episodes now
and then, and the weights that did best are kept. It learns from -1 for a fall and 0 otherwise, which makes the same policy the best as 1
for every step, but lets the values begin near where they belong, not far below 1 / (1 - GAMMA).
"""

import numpy as np

from benchmarks.train.cartpole import CartPoles, mean_return
from benchmarks.train.task import Task
from dlcourse.models.dqn import DQN, ReplayBuffer, Steps, epsilon_greedy, td_loss, td_targets, values_of
from dlcourse.optim import EMA, Adam, clip_grad_norm_
from dlcourse.schedule import LinearLR

COPIES, ROUNDS, UPDATES = 8, 6000, 4  # each round takes a step in every copy, then learns from UPDATES batches
CAPACITY, BATCH, GAMMA, LR = 50_000, 128, 0.98, 5e-4
FOLLOW = 0.03  # the share of the way that the target network goes after each update
EXPLORE = 2000  # rounds in which the share of random actions falls from 1 to 0.05
TRY, EPISODES = 250, 20  # rounds after which the policy is tried, and on how many episodes
SCALE = np.array([2.4, 2.0, 0.21, 2.0], "f4")  # brings the numbers of a state near 1: where place and angle end an episode, usual speeds


def run(rng):
    model, poles, memory = DQN(rng=rng), CartPoles(COPIES, rng=rng), ReplayBuffer(CAPACITY)
    adam, target = Adam(model.parameters(), LR), EMA(model, 1 - FOLLOW)
    schedule, most, best = LinearLR(adam, 1.0, 0.0, ROUNDS), 0.0, model.state_dict()
    for t in range(1, ROUNDS + 1):
        memory.add(play(model, poles, epsilon=max(0.05, 1 - t / EXPLORE), rng=rng))
        for _ in range(UPDATES):
            learn(model, target.model, adam, memory.sample(BATCH, rng=rng))
            target.update(model)
        schedule.step()
        if t % TRY == 0 and (tried := mean_return(greedy(model), rng=rng, episodes=EPISODES)) >= most:
            most, best = tried, model.state_dict()
    model.load_state_dict(best)
    return mean_return(greedy(model), rng=rng)


def greedy(model):
    """The policy that takes the best action."""
    return lambda states: values_of(model, states / SCALE).argmax(1)


def play(model, poles, epsilon, rng):
    """One step in each copy."""
    states = poles.states
    actions = epsilon_greedy(values_of(model, states / SCALE), epsilon, rng=rng)
    next_states, _, terminated, _ = poles.step(actions)
    return Steps(states / SCALE, actions, -terminated, next_states / SCALE, terminated)


def learn(model, target, adam, steps):
    """One step of the optimizer on a batch."""
    adam.zero_grad()
    td_loss(model, steps, td_targets(steps, target, online=model, gamma=GAMMA)).backward()
    clip_grad_norm_(adam.parameters, 10.0)
    adam.step()


TASK = Task("dqn", figure="mean return of 100 episodes of CartPole-v1, at most 500", unit="steps", goal=475.0, least=475.0, run=run)
