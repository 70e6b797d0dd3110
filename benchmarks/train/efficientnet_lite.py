"""A small EfficientNet-lite tells clothes apart: the 1,600 pictures of Fashion-MNIST that come with the course, moved a little."""

from benchmarks.train.shifted import Shifted
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models.efficientnet_lite import EfficientNetLite, Stage
from dlcourse.optim import Adam
from dlcourse.schedule import OneCycleLR
from dlcourse.train import evaluate, fit

STAGES = (Stage(1, 3, 1, 1, 16), Stage(1, 3, 1, 3, 24), Stage(2, 3, 2, 3, 40))
LR = 8e-3


def run(rng, epochs=25, pixels=1):
    x, y, x_test, y_test = data.fashion_mnist()
    x, x_test = x.reshape(-1, 1, 28, 28), x_test.reshape(-1, 1, 28, 28)
    model = EfficientNetLite(STAGES, channels=1, classes=10, stem=16, head=128, rng=rng)
    batches = Shifted(data.DataLoader(x, y, batch_size=64, epochs=epochs, rng=rng), pixels, rng=rng)
    adam = Adam(model.parameters(), lr=LR)
    schedule = OneCycleLR(adam, LR, total_steps=len(batches))
    for _ in fit(model, batches, optimizer=adam):
        schedule.step()
    return 100 * evaluate(model, x_test, y_test)


TASK = Task("efficientnet_lite", figure="accuracy on 400 test images of Fashion-MNIST", unit="%", goal=82.0, least=80.0, run=run)
