"""A range test for the learning rate, and the training that follows from the rate one marks on it, for lesson 08."""

import numpy as np

from dlcourse import data
from dlcourse import functional as F
from dlcourse.models import MLP
from dlcourse.optim import SGD
from dlcourse.widgets.controls import Stops, Toggle
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Curve, Line
from dlcourse.widgets.predict import Predict
from dlcourse.widgets.range_test import losses_at, smooth

PICKS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
TEST, TRAINING = 100, 60  # batches of a range test, and of a training
WILD = 1.8  # a loss of this many times the first one has blown up; pictures end there
VERDICTS = {
    "too small": "too small, the loss has hardly moved",
    "slow": "slow, a larger rate gets further in as many steps",
    "good": "good, no other mark gets much further",
    "too large": "too large, the loss jumps about and ends higher than it could",
    "diverges": "far too large, the training diverges",
}


class LRFinder(Explorable):
    """Which learning rate?

    model, x, y, loss: your own Module, its examples and targets, and a loss(output, target) such as F.cross_entropy. Its weights are put
        back afterward. Without them a network with 32 hidden neurons learns pictures of clothes.
    optimizer: SGD, or another class of dlcourse.optim. batch_size, seed: of the batches. All is trained when the widget is made.
    """

    question = Predict(
        "Mark your rate first: with which would you train a small network on pictures of clothes, by plain gradient descent?",
        choices=("0.001", "0.1", "10"),
        answer="0.1",
        why="in 60 steps 0.001 hardly moves the loss, and 10 throws the weights so far that they never come back.",
    )
    controls = (
        Stops("pick", PICKS, value=0.001, label="your mark: rate"),
        Toggle("train", label="train at the mark"),
        Stops("end", (1, 10, 100), value=100, label="range ends at rate"),
        Stops("smoothing", (0, 0.7, 0.9), value=0.7),
    )
    swept = ("pick", "train", "end", "smoothing")

    def __init__(self, model=None, x=None, y=None, loss=F.cross_entropy, *, optimizer=SGD, batch_size=32, seed=0, **start):
        if model is None:
            x, y, _, _ = data.fashion_mnist()
        else:
            self.question = None  # it is about our network
        model = model or MLP(784, 32, 10, rng=np.random.default_rng(seed))
        self.setting = model, x, y, loss, optimizer, batch_size, seed
        super().__init__(**start)

    @property
    def code(self):
        return (losses_at, smooth, type(self).compute)

    def prepare(self):
        """Every range test, and a training at every mark."""
        self.tests = {end: losses_at(np.geomspace(PICKS[0], end, TEST), *self.setting) for end in self.controls[2].values}
        self.trainings = {pick: losses_at(np.full(TRAINING, pick), *self.setting) for pick in PICKS}
        self.first = self.trainings[PICKS[0]][0]
        self.finals = np.array([losses[-10:].mean() for losses in self.trainings.values()])
        self.panels = (self._test_panel(), self._training_panel())
        return Frame()

    def compute(self, pick, train, end, smoothing):
        rates = np.geomspace(PICKS[0], end, TEST)
        test = smooth(np.minimum(self.tests[end], WILD * self.first), smoothing)
        word = self.verdict(pick)
        told = f"{VERDICTS[word]}." if train else "not trained yet."
        lowest = f"{rates[test.argmin()]:.2g}"
        return Frame(
            rates=rates,
            test=test,
            height=np.interp(np.log(pick), np.log(rates), test),
            training=np.minimum(smooth(self.trainings[pick], 0.7), WILD * self.first) if train else np.full(TRAINING, self.first),
            verdict=word if train else "not trained yet",
            lowest=lowest,
            sentence=f"Smoothed by {smoothing} up to rate {end}, the loss is lowest at {lowest}. Your mark, {pick}: {told}",
        )

    def verdict(self, pick):
        """One of VERDICTS, by where the training at this mark ends, compared with the best of all marks."""
        best, i = self.finals.argmin(), PICKS.index(pick)
        share = (self.first - self.finals[i]) / (self.first - self.finals[best])  # of the way that the best mark goes
        if i <= best:
            return "good" if share > 0.85 else "slow" if share > 0.25 else "too small"
        blown = not np.isfinite(self.finals[i]) or self.trainings[pick].max() > WILD * self.first and share < 0.25
        return "diverges" if blown else "good" if share > 0.85 else "too large"

    def _test_panel(self):
        return Line(
            label="Range test: the rate grows with every batch",
            alt="the loss of each batch, smoothed, while the rate grows from 0.0001 to {end}: lowest at rate {lowest}; "
            "at the mark, rate {pick}, it is {height:.2f}.",
            x="rates",
            curves=(Curve("test"),),
            x_range=(PICKS[0], PICKS[-1]),
            y_range=(0, WILD * self.first),
            x_label="learning rate",
            y_label="loss",
            mark=("pick", "height"),
            log_x=True,
        )

    def _training_panel(self):
        return Line(
            label="Training at the mark, from the same weights",
            alt="the loss over 60 steps at the constant rate {pick}: {verdict}.",
            curves=(Curve("training", colour="positive"),),
            x_range=(0, TRAINING - 1),
            y_range=(0, WILD * self.first),
            x_label="step",
            y_label="loss",
        )
