"""PPO balances a pole: 8 copies of gymnasium's CartPole-v1, 100,000 steps in all, and then 100 new episodes without exploring."""

import numpy as np

from benchmarks.train.cartpole import CartPoles, likeliest, mean_return, play
from benchmarks.train.task import Task
from dlcourse import functional as F
from dlcourse.models.actor_critic import ActorCritic, advantages, normalised, ppo_loss
from dlcourse.optim import Adam, clip_grad_norm_
from dlcourse.schedule import LinearLR
from dlcourse.tensor import Tensor

COPIES, STEPS, ROUNDS = 8, 64, 200
EPOCHS, BATCHES = 10, 2  # each round's steps are gone through so often, in so many batches
GAMMA, LAMBDA, CLIP, LR = 0.98, 0.9, 0.2, 1e-3


def run(rng):
    model, poles = ActorCritic(rng=rng), CartPoles(COPIES, rng=rng)
    adam = Adam(model.parameters(), LR)
    schedule = LinearLR(adam, 1.0, 0.0, ROUNDS)
    for _ in range(ROUNDS):
        learn(model, adam, play(model, poles, STEPS, rng=rng), rng)
        schedule.step()
    return mean_return(likeliest(model), rng=rng)


def learn(model, adam, rollout, rng):
    """Several epochs over the steps, in batches."""
    better = advantages(*rollout.scores(model), GAMMA, LAMBDA)
    columns = rollout.states, rollout.actions, rollout.log_p, better, better + rollout.values
    columns = [x.reshape(STEPS * COPIES, *x.shape[2:]) for x in columns]
    for _ in range(EPOCHS):
        for chosen in np.split(rng.permutation(STEPS * COPIES), BATCHES):
            states, actions, log_p, advantage, returns = (x[chosen] for x in columns)
            logits, values = model(Tensor(states))
            loss = ppo_loss(logits, actions, normalised(advantage), log_p, CLIP) + 0.5 * F.mse_loss(values, returns)
            adam.zero_grad()
            loss.backward()
            clip_grad_norm_(adam.parameters, 0.5)
            adam.step()


TASK = Task("ppo", figure="mean return of 100 episodes of CartPole-v1, at most 500", unit="steps", goal=475.0, least=475.0, run=run)
