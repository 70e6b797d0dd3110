"""A sequence to sequence network with attention turns strings of up to 20 digits around: every string has one right answer."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse.models import AttentionSeq2Seq
from dlcourse.models.seq2seq import BEGIN, END, PAD
from dlcourse.optim import Adam, clip_grad_norm_
from dlcourse.schedule import OneCycleLR

LONGEST = 20
TOKENS = 13  # PAD, BEGIN, END and ten digits


def run(rng, steps=400, batch=64, lr=8e-3):
    model = AttentionSeq2Seq(TOKENS, TOKENS, features=32, units=64, attention=32, rng=rng)
    adam = Adam(model.parameters(), lr)
    schedule = OneCycleLR(adam, lr, steps)
    for _ in range(steps):
        source, target = reversals(batch, rng)
        adam.zero_grad()
        model.loss(model(source, target[:, :-1]), target[:, 1:]).backward()
        clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        schedule.step()
    source, target = reversals(1000, rng)
    written = model.translate(source, longest=LONGEST + 1)
    return 100 * (padded(written) == padded(target[:, 1:])).all(1).mean()


def reversals(n, rng):
    """n sources of 1 to LONGEST digits, and their targets: BEGIN, the digits from the last to the first, END."""
    source, target = np.full((n, LONGEST), PAD), np.full((n, LONGEST + 2), PAD)
    for row, length in enumerate(rng.integers(1, LONGEST + 1, n)):
        digits = rng.integers(3, TOKENS, length)
        source[row, :length] = digits
        target[row, : length + 2] = [BEGIN, *digits[::-1], END]
    return source, target


def padded(ids):
    """The same with columns of PAD up to LONGEST + 1."""
    return np.pad(ids, ((0, 0), (0, LONGEST + 1 - ids.shape[1])), constant_values=PAD)


TASK = Task(
    "reversal", figure="strings of up to 20 digits turned around without a mistake, of 1,000", unit="%", goal=99.5, least=98.0, run=run
)
