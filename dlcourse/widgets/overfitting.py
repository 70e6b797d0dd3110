"""A polynomial through noisy points, and three brakes on it, for lesson 10."""

from dataclasses import replace

import numpy as np

from dlcourse.widgets.controls import Slider, Stops
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Curve, Line
from dlcourse.widgets.polynomials import NEVER, checked, fitted, value, wave
from dlcourse.widgets.predict import Predict

HIGHEST = 12


class Overfitting(Explorable):
    """Does it fit fresh points too?

    points: your own, an array (N, 2) of x and y, at least 6; every third, in a random order, is kept for the test.
    seed: of the points, or of that order. Dropout drops powers of x; what is shown is its mean over all masks.
    degree, n, noise, l2, p, stop: where the controls start.
    """

    question = Predict(
        "10 noisy points, and a polynomial of degree 9, which has 10 coefficients. Its error on these 10 points?",
        choices=("0", "about that of the noise", "larger than that of degree 3"),
        answer="0",
        why="10 coefficients can meet 10 points exactly. Fresh points are another matter.",
    )
    controls = (
        Slider("degree", 0, HIGHEST, 1, value=9),
        Stops("n", (6, 10, 15, 30, 100), value=10, label="training points"),
        Slider("noise", 0, 0.5, 0.05, value=0.2),
        Stops("l2", (0, 0.000001, 0.0001, 0.001, 0.01, 0.1, 1), label="L2 λ"),
        Stops("p", (0, 0.01, 0.1, 0.3, 0.5), label="dropout p"),
        Stops("stop", (10, 100, 1000, 10000, NEVER), value=NEVER, label="stop at step"),
    )
    panels = (
        Line(
            label="The fit",
            alt="a polynomial of degree {degree}, fitted to {count} points.",
            x="axis",
            curves=(Curve("fit", "fit", "positive"), Curve("truth", "truth", dash=True)),
            x_range=(-1, 1),
            y_range=(-2, 2),
            x_label="x",
            y_label="y",
            dots=("train", "test"),
        ),
        Line(
            label="The error by degree",
            alt="training and test error over the degree; at degree {degree} {train_error:.3f} and {test_error:.3f}.",
            x="degrees",
            curves=(Curve("train_errors", "train", "negative"), Curve("test_errors", "test", "positive", dash=True)),
            y_range=(0, 0.8),
            x_label="degree",
            mark=("degree", "test_error"),
        ),
    )
    sentence = (
        "Degree {degree}: error {train_error:.3f} on its own {count} points, {test_error:.3f} on fresh ones. Best degree here: {best}."
    )

    def __init__(self, points=None, *, seed=0, **start):
        self.seed, self.points = seed, None if points is None else checked(points)
        if points is not None:
            self._adapt()
        super().__init__(**start)

    def prepare(self):
        axis = np.linspace(*self.panels[0].x_range, 161)
        truth = np.sin(np.pi * axis) if self.points is None else axis[:0]
        return Frame(axis=axis, truth=truth, degrees=np.arange(HIGHEST + 1.0))

    @property
    def code(self):
        return (fitted, type(self).compute)

    def compute(self, degree, l2, p, stop, n=0, noise=0):
        train, test = self.examples(n, noise)
        low, high = self.panels[0].x_range
        scaled = [2 * (x - low) / (high - low) - 1 for x in (train[:, 0], test[:, 0], self.constants["axis"])]
        curves = [fitted(scaled[0], train[:, 1], d, l2, p, stop) for d in range(HIGHEST + 1)]
        train_errors, test_errors = (
            np.array([np.mean((value(w, x) - y) ** 2) for w in curves]) for x, y in zip(scaled, (train[:, 1], test[:, 1]), strict=False)
        )
        return Frame(
            train=train,
            test=test if self.points is not None else test[:0],
            fit=value(curves[degree], scaled[2]),
            count=len(train),
            train_errors=train_errors,
            test_errors=test_errors,
            train_error=train_errors[degree],
            test_error=test_errors[degree],
            best=int(test_errors.argmin()),
        )

    def examples(self, n, noise):
        """(train, test): points of the wave, 500 of them to test on, or your own."""
        if self.points is None:
            return wave(n, noise, np.random.default_rng(self.seed)), wave(500, noise, np.random.default_rng(self.seed + 1))
        order = np.random.default_rng(self.seed).permutation(len(self.points))
        held = np.arange(len(order)) % 3 == 0
        return self.points[order[~held]], self.points[order[held]]

    def _adapt(self):
        """Axes that fit the learner's points, and no controls that make others."""
        self.question = None
        self.controls = tuple(control for control in self.controls if control.name not in ("n", "noise"))
        (x0, y0), (x1, y1) = self.points.min(0), self.points.max(0)
        edge, room = 0.03 * (x1 - x0), 0.3 * (y1 - y0) or 1.0
        fit, errors = self.panels
        spread = float(self.points[:, 1].var()) or 1.0
        fit = replace(fit, x_range=(float(x0 - edge), float(x1 + edge)), y_range=(float(y0 - room), float(y1 + room)))
        self.panels = (fit, replace(errors, y_range=(0, 2 * spread)))
