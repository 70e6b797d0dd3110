"""LeNet reads handwritten digits: the 2,500 images of MNIST that come with the course, moved a little each time they are shown."""

from benchmarks.train.shifted import Shifted
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.models import LeNet
from dlcourse.optim import Adam
from dlcourse.schedule import OneCycleLR
from dlcourse.train import evaluate, fit


def run(rng, epochs=30):
    x, y, x_test, y_test = data.mnist()
    x, x_test = x.reshape(-1, 1, 28, 28), x_test.reshape(-1, 1, 28, 28)
    batches = Shifted(data.DataLoader(x, y, batch_size=64, epochs=epochs, rng=rng), pixels=2, rng=rng)
    model = LeNet(rng=rng)
    adam = Adam(model.parameters())
    schedule = OneCycleLR(adam, max_lr=3e-3, total_steps=len(batches))
    for _ in fit(model, batches, optimizer=adam):
        schedule.step()
    return 100 * evaluate(model, x_test, y_test)


TASK = Task("lenet", figure="accuracy on 500 test images of MNIST", unit="%", goal=96.0, least=95.0, run=run)
