"""The MLP reads handwritten digits: 784-256-128-10 on the 2,500 images of MNIST that come with the course, moved about a little."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import MLP
from dlcourse.optim import Adam
from dlcourse.train import evaluate, fit

LR = 2e-3  # at first, then straight down to zero


def run(rng):
    x, y, x_test, y_test = data.mnist()
    model = MLP(784, 256, 128, 10, rng=rng)
    batches = data.DataLoader(x, y, batch_size=64, epochs=60, rng=rng)
    moved = ((shifted(x, rng), y) for x, y in batches)
    adam = Adam(model.parameters(), lr=LR)
    for step, _ in fit(model, moved, optimizer=adam):
        adam.lr = LR * (1 - step / (len(batches) + 1))
    return 100 * evaluate(model, x_test, y_test)


def shifted(x, rng):
    """The whole batch (B, 784) moved by at most two pixels along each axis; the margin of the digits is paper."""
    rows, columns = rng.integers(-2, 3, size=2)
    return np.roll(x.reshape(-1, 28, 28), (rows, columns), axis=(1, 2)).reshape(len(x), -1)


TASK = Task("mlp", figure="accuracy on 500 test images of MNIST", unit="%", goal=95.0, least=94.0, run=run)
