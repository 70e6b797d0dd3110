"""A diffusion model draws digits of 14 x 14 pixels, after 100 s with the 2,500 images of MNIST."""

from benchmarks.train.judge import Judge, small_digits
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models.diffusion import Diffusion, UNet
from dlcourse.optim import EMA, AdamW

SAMPLES = 300


def run(rng, steps=900):
    """The Fréchet distance of 300 samples from the test images.

    For scale: 300 training images have 1.8, digits without the 1, 2, 3 and 4 have 16, noise 690.
    """
    real, labels, test, _ = small_digits()
    process, model = Diffusion(steps=100), UNet(width=16, rng=rng)
    adam, average = AdamW(model.parameters(), lr=2e-3), EMA(model, decay=0.99)
    pictures = 2 * real.reshape(-1, 1, 14, 14) - 1
    for step, (x, _) in zip(range(steps), data.DataLoader(pictures, labels, batch_size=64, epochs=1 + steps // 39, rng=rng), strict=False):
        adam.lr = 2e-3 * min(1, (step + 1) / 50, 4 * (1 - step / steps))
        adam.zero_grad()
        process.loss(model, x, rng=rng).backward()
        adam.step()
        average.update(model)
    samples = process.sample(average.model, (SAMPLES, 1, 14, 14), rng=rng)
    return Judge(real, labels).distance((samples.reshape(SAMPLES, -1) + 1) / 2, test)


TASK = Task("diffusion", "Fréchet distance of samples from test digits", "", goal=12.0, least=16.0, run=run, higher_is_better=False)
