"""A ResNet of eight layers tells clothes apart: the 1,600 images of Fashion-MNIST that come with the course, moved and mirrored."""

from benchmarks.train.shifted import Shifted
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import ResNet
from dlcourse.optim import AdamW
from dlcourse.schedule import OneCycleLR
from dlcourse.train import evaluate, fit


def run(rng, epochs=15):
    x, y, x_test, y_test = data.fashion_mnist()
    x, x_test = x.reshape(-1, 1, 28, 28), x_test.reshape(-1, 1, 28, 28)
    batches = Shifted(data.DataLoader(x, y, batch_size=32, epochs=epochs, rng=rng), pixels=1, mirror=True, rng=rng)
    model = ResNet((1, 1, 1), channels=1, rng=rng)
    adam = AdamW(model.parameters(), weight_decay=0.05)
    schedule = OneCycleLR(adam, max_lr=5e-3, total_steps=len(batches))
    for _ in fit(model, batches, optimizer=adam):
        schedule.step()
    return 100 * evaluate(model, x_test, y_test)


TASK = Task("resnet", figure="accuracy on 400 test images of Fashion-MNIST", unit="%", goal=84.0, least=82.0, run=run)
