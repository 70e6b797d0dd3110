"""The same preferences as in `reward_model`, without a reward model: direct preference optimisation on the comparisons themselves."""

from copy import deepcopy

import numpy as np

from benchmarks.train.reward_model import MASK, PAIRS, World, improve
from benchmarks.train.task import Task
from dlcourse.models.reward_model import dpo_loss, sequence_log_prob
from dlcourse.optim import AdamW


def run(rng, beta=0.3):
    world = World(rng)
    pairs = [world.comparison() for _ in range(PAIRS)]
    reference = [[(world.log_probs(world.reference, ids) * MASK).sum(1) for ids in pair] for pair in pairs]
    policy = deepcopy(world.reference).requires_grad_()
    adam = AdamW(policy.parameters(), lr=5e-4, weight_decay=0.0)
    for i in np.concatenate([rng.permutation(PAIRS) for _ in range(6)]):
        ours = [sequence_log_prob(policy(ids), ids, MASK) for ids in pairs[i]]
        improve(adam, dpo_loss(*ours, *reference[i], beta=beta))
    return world.win_rate(policy)


TASK = Task("dpo", "texts preferred to the reference's, after DPO", "%", goal=95.0, least=90.0, run=run)
