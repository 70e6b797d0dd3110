"""A variational autoencoder learns the digits, each pixel black or white."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import VAE, vae
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR
from dlcourse.tensor import no_grad


def run(rng, epochs=60):
    """-ELBO of the test images, the mean over ten codes for each."""
    x, test = (images > 0.5 for images in data.mnist()[::2])
    model = VAE(784, hidden=400, code=20, rng=rng)
    batches = data.DataLoader(x.astype(np.float32), x, batch_size=50, epochs=epochs, rng=rng)
    adam = Adam(model.parameters(), 1e-3)
    schedule = LinearLR(adam, 1.0, 0.0, len(batches))
    for images, _ in batches:
        adam.zero_grad()
        vae.loss(model, images, rng=rng).backward()
        adam.step()
        schedule.step()
    with no_grad():
        return float(np.mean([vae.loss(model, test.astype(np.float32), rng=rng).item() for _ in range(10)]))


TASK = Task(
    "vae",
    figure="-ELBO of 500 test images of MNIST, black and white at 0.5, in nats per image",
    unit="nats",
    goal=106.0,
    least=108.0,
    run=run,
    higher_is_better=False,
)
