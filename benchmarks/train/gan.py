"""A generator covers eight Gaussians on a circle. The usual failure of these networks is to cover a few and forget the others."""

import numpy as np

from benchmarks.train.task import Task
from dlcourse.models import Discriminator, Generator
from dlcourse.models.gan import discriminator_loss, generator_loss, noise_for, sample
from dlcourse.optim import Adam
from dlcourse.schedule import LinearLR

MODES, RADIUS, SPREAD = 8, 2.0, 0.1
ANGLES = 2 * np.pi * np.arange(MODES) / MODES
CENTRES = RADIUS * np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)


def run(rng, steps=6000):
    """The samples near a mode, each mode counting at most its eighth: 88 % or more can't be reached without all eight."""
    G, D = Generator(rng=rng), Discriminator(rng=rng)
    optimizers = [Adam(network.parameters(), 2e-3, betas=(0.5, 0.999)) for network in (G, D)]
    schedules = [LinearLR(adam, 1.0, 0.0, steps) for adam in optimizers]
    for _ in range(steps):
        adversarial_step(G, D, *optimizers, real_points(256, rng), rng)
        for schedule in schedules:
            schedule.step()
    return 100 * float(np.minimum(near_modes(sample(G, 2000, rng=rng)), 1 / MODES).sum())


def adversarial_step(G, D, g, d, real, rng):
    """First the discriminator D moves, with its optimizer d, then the generator G with g, on the same fakes."""
    fake = G(noise_for(G, len(real), rng))
    d.zero_grad()
    discriminator_loss(D(real), D(fake.detach())).backward()
    d.step()
    g.zero_grad()
    generator_loss(D(fake)).backward()
    g.step()


def real_points(n, rng):
    """n points (n, 2), each around one of the eight centres."""
    return (CENTRES[rng.integers(0, MODES, n)] + SPREAD * rng.normal(size=(n, 2))).astype(np.float32)


def near_modes(x):
    """The share of points x (N, 2) within 3 standard deviations of each centre, (8,): for real points 98.9 % in all."""
    distance = np.linalg.norm(x[:, None] - CENTRES, axis=2)
    near = distance.min(1) < 3 * SPREAD
    return np.bincount(distance.argmin(1)[near], minlength=MODES) / len(x)


TASK = Task(
    "gan",
    figure="samples within 3 standard deviations of one of eight Gaussians, each counting at most an eighth",
    unit="%",
    goal=90.0,
    least=88.0,
    run=run,
)
