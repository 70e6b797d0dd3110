"""A denoising autoencoder restores digits of which half the pixels were erased."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data
from dlcourse import functional as F
from dlcourse.models import Autoencoder
from dlcourse.models.autoencoder import denoising_loss, destroyed
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR
from dlcourse.train import predict


def run(rng, epochs=60):
    """The squared error on test images, the same holes for each seed, in percent of what the holes alone cause."""
    x, _, test, _ = data.mnist()
    model = Autoencoder(784, 512, 64, rng=rng)
    batches = data.DataLoader(x, x, batch_size=50, epochs=epochs, rng=rng)
    adam = Adam(model.parameters(), 2e-3)
    schedule = LinearLR(adam, 1.0, 0.0, len(batches))
    for whole, _ in batches:
        adam.zero_grad()
        denoising_loss(model, whole, share=0.5, rng=rng).backward()
        adam.step()
        schedule.step()
    with_holes = destroyed(test, 0.5, np.random.default_rng(0))
    restored = F.sigmoid(predict(model, with_holes)).numpy()
    return 100 * float(((restored - test) ** 2).sum() / ((with_holes - test) ** 2).sum())


TASK = Task(
    "denoising_autoencoder",
    figure="squared error left in 500 test images of MNIST after half the pixels were erased and restored, the holes being 100",
    unit="%",
    goal=27.0,
    least=28.0,
    run=run,
    higher_is_better=False,
)
