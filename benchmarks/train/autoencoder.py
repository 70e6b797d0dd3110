"""An autoencoder puts digits into 16 numbers, beside principal component analysis, the best that a linear code of 16 numbers can do."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data
from dlcourse import functional as F
from dlcourse.models import Autoencoder
from dlcourse.models.autoencoder import reconstruction_loss
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR
from dlcourse.train import fit, predict

CODE = 16


def run(rng, epochs=60):
    """The squared error on the test images in percent of PCA's."""
    x, _, test, _ = data.mnist()
    model = Autoencoder(784, 256, CODE, rng=rng)
    batches = data.DataLoader(x, x, batch_size=50, epochs=epochs, rng=rng)
    adam = Adam(model.parameters(), 2e-3)
    schedule = LinearLR(adam, 1.0, 0.0, len(batches))
    for _ in fit(model, batches, reconstruction_loss, adam):
        schedule.step()
    said_again = F.sigmoid(predict(model, test)).numpy()
    return 100 * squared_error(said_again, test) / squared_error(linear(x, test), test)


def linear(x, test):
    """The test images after PCA with the components of x: centred, projected to the largest ones, and back."""
    mean = x.mean(0)
    components = np.linalg.svd(x - mean, full_matrices=False)[2][:CODE]
    return mean + (test - mean) @ components.T @ components


def squared_error(a, b):
    return float(((a - b) ** 2).mean())


TASK = Task(
    "autoencoder",
    figure="squared error of 500 test images of MNIST after a code of 16 numbers, PCA's being 100",
    unit="%",
    goal=60.0,
    least=62.0,
    run=run,
    higher_is_better=False,
)
