"""A DCGAN draws digits of 28 x 28 pixels after seeing the 2,500 images of MNIST."""

from benchmarks.train.gan import adversarial_step
from benchmarks.train.judge import Judge
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import DCDiscriminator, DCGenerator
from dlcourse.models.gan import sample
from dlcourse.optim import EMA, Adam

SAMPLES = 500


def run(rng, epochs=30):
    """The Fréchet distance of 500 samples from the test images; for scale, 500 training images have 3 and noise 1,400."""
    x, labels, test, _ = data.mnist()
    G, D = DCGenerator(width=16, rng=rng), DCDiscriminator(width=16, rng=rng)
    g, d = (Adam(network.parameters(), 2e-3, betas=(0.5, 0.999)) for network in (G, D))
    average = EMA(G, decay=0.99)
    pictures = 2 * x.reshape(-1, 1, 28, 28) - 1
    for real, _ in data.DataLoader(pictures, labels, batch_size=64, epochs=epochs, drop_last=True, rng=rng):
        adversarial_step(G, D, g, d, real, rng)
        average.update(G)
    drawn = (sample(average.model.eval(), SAMPLES, rng=rng).reshape(SAMPLES, -1) + 1) / 2
    return Judge(x, labels).distance(drawn, test)


TASK = Task("dcgan", "Fréchet distance of samples from test digits", "", goal=20.0, least=30.0, run=run, higher_is_better=False)
