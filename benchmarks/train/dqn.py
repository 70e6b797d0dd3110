"""A deep Q-network balances a pole: 8 copies of gymnasium's CartPole-v1, 48,000 steps in all, and then 100 episodes without exploring.

It learns from -1 for a fall and 0 otherwise. The course of the game is the same as with 1 for every step, and so is the best policy: the
values are only moved and scaled. But from 1 for every step all values would first have to climb to 1 / (1 - GAMMA), slowly.
"""

from benchmarks.train.cartpole import CartPoles, mean_return
from benchmarks.train.task import Task
from dlcourse.models.dqn import DQN, ReplayBuffer, Steps, epsilon_greedy, td_loss, td_targets, values_of
from dlcourse.optim import EMA, Adam, clip_grad_norm_
from dlcourse.schedule import LinearLR

COPIES, ROUNDS, UPDATES = 8, 6000, 4  # each round takes a step in every copy, then learns from UPDATES batches
CAPACITY, BATCH, GAMMA, LR = 50_000, 128, 0.98, 5e-4
FOLLOW = 0.03  # the share of the way that the target network goes after each update
EXPLORE = 2000  # rounds in which the share of random actions falls from 1 to 0.05


def run(rng):
    model, poles, memory = DQN(rng=rng), CartPoles(COPIES, rng=rng), ReplayBuffer(CAPACITY)
    adam, target = Adam(model.parameters(), LR), EMA(model, 1 - FOLLOW)
    schedule = LinearLR(adam, 1.0, 0.0, ROUNDS)
    for t in range(ROUNDS):
        memory.add(play(model, poles, epsilon=max(0.05, 1 - t / EXPLORE), rng=rng))
        for _ in range(UPDATES):
            learn(model, target.model, adam, memory.sample(BATCH, rng=rng))
            target.update(model)
        schedule.step()
    return mean_return(lambda states: values_of(model, states).argmax(1), rng=rng)


def play(model, poles, epsilon, rng):
    """One step in each copy."""
    states = poles.states
    actions = epsilon_greedy(values_of(model, states), epsilon, rng=rng)
    next_states, _, terminated, _ = poles.step(actions)
    return Steps(states, actions, -terminated, next_states, terminated)


def learn(model, target, adam, steps):
    """One step of the optimizer on a batch."""
    adam.zero_grad()
    td_loss(model, steps, td_targets(steps, target, online=model, gamma=GAMMA)).backward()
    clip_grad_norm_(adam.parameters, 10.0)
    adam.step()


TASK = Task("dqn", figure="mean return of 100 episodes of CartPole-v1, at most 500", unit="steps", goal=475.0, least=475.0, run=run)
