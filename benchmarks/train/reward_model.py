"""Preferences turn a small GPT: trained on Shakespeare, then led by noisy comparisons to write what a judge likes, here many letters e.

The judge's rule is hidden: it only says which of two texts it prefers. A reward model learns from that, and PPO with a KL penalty follows
the reward model. `dpo` does without it.
"""

from copy import deepcopy

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data, no_grad
from dlcourse.models.gpt import GPT
from dlcourse.models.reward_model import (
    RewardModel,
    advantages,
    bradley_terry_loss,
    kl_divergence,
    penalised_rewards,
    ppo_loss,
    token_log_probs,
)
from dlcourse.nn import Module
from dlcourse.optim import AdamW, clip_grad_norm_

PROMPT, LENGTH, BATCH, CHANNELS = 8, 32, 64, 64  # characters given, characters in all
MASK = np.tile(np.arange(LENGTH - 1) >= PROMPT - 1, (BATCH, 1)).astype(np.float32)  # only what the model wrote counts
PAIRS = 24  # batches of comparisons


class World:
    """The text, a language model trained on it (the reference), and the judge."""

    def __init__(self, rng, steps=500):
        text, _ = data.shakespeare()
        letters = sorted(set(text))
        self.rng, self.e = rng, letters.index("e")
        self.text = np.array([letters.index(c) for c in text[:200_000]])
        self.reference = GPT(len(letters), LENGTH, layers=2, heads=2, channels=CHANNELS, rng=rng)
        adam = AdamW(self.reference.parameters(), lr=3e-3)
        for step in range(steps):
            adam.lr = 3e-3 * (1 - step / steps)
            ids = self.windows(LENGTH + 1)
            improve(adam, GPT.loss(self.reference(ids[:, :-1]), ids[:, 1:]))
        self.reference.requires_grad_(False)

    def windows(self, length):
        starts = self.rng.integers(0, len(self.text) - length, BATCH)
        return self.text[starts[:, None] + np.arange(length)]

    def write(self, policy, prompts):
        """The prompts (B, PROMPT), continued by the policy: (B, LENGTH)."""
        return policy.generate(prompts, LENGTH - PROMPT, rng=self.rng)

    def worth(self, ids):
        """The judge's rule: how many e the model wrote."""
        return (ids[:, PROMPT:] == self.e).sum(1)

    def comparison(self):
        """Two continuations of the same prompts by the reference, (chosen, rejected), as a noisy judge prefers them (Bradley and Terry)."""
        prompts = self.windows(PROMPT)
        a, b = self.write(self.reference, prompts), self.write(self.reference, prompts)
        a_wins = self.rng.random(BATCH) < 1 / (1 + np.exp(self.worth(b) - self.worth(a)))
        return np.where(a_wins[:, None], a, b), np.where(a_wins[:, None], b, a)

    def win_rate(self, policy, batches=8):
        """In percent, how often the policy's text has more e than the reference's for the same prompt; a draw is half a win."""
        wins = []
        for _ in range(batches):
            prompts = self.windows(PROMPT)
            ours, theirs = self.worth(self.write(policy, prompts)), self.worth(self.write(self.reference, prompts))
            wins.append((ours > theirs) + 0.5 * (ours == theirs))
        return 100 * float(np.mean(wins))

    def log_probs(self, model, ids):
        """log p of each token, an array (B, LENGTH - 1)."""
        with no_grad():
            return token_log_probs(model(ids), ids).numpy()

    def divergence(self, policy):
        """KL(policy, reference) in nats per text."""
        ids = self.write(policy, self.windows(PROMPT))
        return kl_divergence(self.log_probs(policy, ids), self.log_probs(self.reference, ids), MASK)


class Body(Module):
    """What a GPT knows at each place, without the layer that names tokens."""

    def __init__(self, gpt):
        self.gpt = gpt

    def forward(self, ids):
        return self.gpt.read(ids)


def improve(optimizer, loss, clip=1.0):
    optimizer.zero_grad()
    loss.backward()
    clip_grad_norm_(optimizer.parameters, clip)
    optimizer.step()


def learned_reward(world):
    """A reward model, begun from the reference and trained on comparisons."""
    model = RewardModel(Body(deepcopy(world.reference).requires_grad_()), CHANNELS, rng=world.rng)
    adam = AdamW(model.parameters(), lr=1e-3)
    pairs = [world.comparison() for _ in range(PAIRS)]
    for _ in range(4):
        for chosen, rejected in pairs:
            improve(adam, bradley_terry_loss(model(chosen), model(rejected)))
    return model


def run(rng, rounds=40, beta=0.3):
    world = World(rng)
    reward = learned_reward(world)
    policy = deepcopy(world.reference).requires_grad_()
    adam = AdamW(policy.parameters(), lr=1e-3, weight_decay=0.0)
    for _ in range(rounds):
        ids = world.write(policy, world.windows(PROMPT))
        old, reference = world.log_probs(policy, ids), world.log_probs(world.reference, ids)
        with no_grad():
            earned = penalised_rewards(reward(ids).numpy(), old, reference, MASK, beta)
        gain = advantages(earned, MASK)
        for _ in range(3):
            improve(adam, ppo_loss(token_log_probs(policy(ids), ids), old, gain, MASK))
    return world.win_rate(policy)


TASK = Task("reward_model", "texts preferred to the reference's, after PPO with KL", "%", goal=90.0, least=85.0, run=run)
