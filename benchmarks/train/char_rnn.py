"""An LSTM, 0.1 million weights, reads a million characters of Shakespeare three times, in windows of 64."""

from benchmarks.train.characters import nats, shakespeare
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import CharRNN
from dlcourse.optim import Adam
from dlcourse.schedule import OneCycleLR
from dlcourse.train import fit

LENGTH, BATCH, STEPS = 64, 32, 1500


def run(rng, steps=STEPS, lr=0.015):
    train, validation, tokenizer = shakespeare()
    model = CharRNN(len(tokenizer), cell="lstm", units=128, rng=rng)
    adam = Adam(model.parameters(), lr)
    schedule = OneCycleLR(adam, lr, steps, pct_start=0.1)
    for _ in fit(model, data.windows(train, LENGTH, BATCH, steps, rng), CharRNN.loss, adam, clip=1.0):
        schedule.step()
    return nats(model, validation, LENGTH)


TASK = Task(
    "char_rnn",
    figure="loss on 110,967 characters of Shakespeare, in windows of 64",
    unit="nats per character",
    goal=1.7,
    least=1.75,
    higher_is_better=False,
    run=run,
)
