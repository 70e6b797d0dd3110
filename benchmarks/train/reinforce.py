"""REINFORCE with a baseline balances a pole: gymnasium's CartPole-v1, one step of the optimizer for each set of whole episodes."""

import numpy as np

from benchmarks.train.cartpole import CartPoles, likeliest, mean_return, play
from benchmarks.train.task import Task
from dlcourse import functional as F
from dlcourse.models.actor_critic import ActorCritic, advantages, normalised, reinforce_loss
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR
from dlcourse.tensor import Tensor

COPIES, STEPS, ROUNDS = 8, 500, 100  # no episode is longer than 500 steps
GAMMA, LR = 0.99, 1e-2


def run(rng):
    model, poles = ActorCritic(rng=rng), CartPoles(COPIES, rng=rng)
    adam = Adam(model.parameters(), LR)
    schedule = LinearLR(adam, 1.0, 0.0, ROUNDS)
    for _ in range(ROUNDS):
        learn(model, adam, play(model, poles, STEPS, rng=rng))
        schedule.step()
    return mean_return(likeliest(model), rng=rng)


def learn(model, adam, rollout):
    """One step from the episodes that have ended."""
    scores = rollout.scores(model)
    better = advantages(*scores, GAMMA, lam=1.0)  # all rewards to come, minus what the critic had expected
    whole = np.maximum.accumulate(scores[-1][::-1])[::-1] > 0  # an end is still to come
    logits, values = model(Tensor(rollout.states[whole]))
    loss = reinforce_loss(logits, rollout.actions[whole], normalised(better[whole]))
    adam.zero_grad()
    (loss + F.mse_loss(values, (better + rollout.values)[whole])).backward()
    adam.step()


TASK = Task("reinforce", figure="mean return of 100 episodes of CartPole-v1, at most 500", unit="steps", goal=475.0, least=400.0, run=run)
