"""A small GPT, 0.8 million weights, reads a million characters of Shakespeare once, in windows of 64."""

from benchmarks.train.characters import nats, shakespeare
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import GPT
from dlcourse.optim import AdamW
from dlcourse.schedule import OneCycleLR
from dlcourse.train import fit

LENGTH, BATCH, STEPS = 64, 16, 1000


def run(rng, steps=STEPS, lr=5e-3):
    train, validation, tokenizer = shakespeare()
    model = GPT(len(tokenizer), LENGTH, layers=4, heads=4, channels=128, rng=rng)
    adam = AdamW(model.parameters(), lr, betas=(0.9, 0.99), weight_decay=0.1)
    schedule = OneCycleLR(adam, lr, steps, pct_start=0.1)
    for _ in fit(model, data.windows(train, LENGTH, BATCH, steps, rng), GPT.loss, adam, clip=1.0):
        schedule.step()
    return nats(model, validation, LENGTH)


TASK = Task(
    "gpt",
    figure="loss on 110,967 characters of Shakespeare, in windows of 64",
    unit="nats per character",
    goal=1.85,
    least=1.9,
    higher_is_better=False,
    run=run,
)
