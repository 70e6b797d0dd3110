"""The error of a gradient check against its step h, with and without a planted bug, for lesson 06."""

import numpy as np

from dlcourse.widgets.controls import Choice, Slider
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Curve, Line, Table
from dlcourse.widgets.planted import BUGS, network
from dlcourse.widgets.predict import Predict
from dlcourse.widgets.reading import number

STEPS = 10.0 ** np.linspace(-13, -1, 49)
DIRECTIONS = 16
TWO, ONE = "two-sided", "one-sided"
LOWEST = 1e-12  # the axis ends here


class GradientCheckV(Explorable):
    """How small should the step h be?

    f, grad, x: your own function of an array that gives a number, its gradient as you claim it (an array like x), and the point.
    seed: of the 16 directions in which x is moved, each entry up or down. Without f it is a network of two layers, and bugs to plant.
    """

    question = Predict(
        "The slope is measured with a step h. For which h is it closest to the true slope?",
        choices=("the smallest, 10⁻¹³", "about 10⁻⁶", "the largest, 10⁻¹"),
        answer="about 10⁻⁶",
        why="a large step misses the bend, and a tiny one leaves hardly a digit.",
    )
    controls = (
        Slider("exponent", -13, -1, 1, value=-3, label="exponent of h"),
        Choice("difference", (TWO, ONE)),
        Choice("bug", tuple(BUGS), label="planted bug"),
    )
    panels = (
        Line(
            label="Right: a V. Wrong: flat",
            alt="relative error over the step h, both axes in powers of ten; {difference} at h = {h_text} it is {error_text}.",
            x="steps",
            curves=(Curve("two", TWO, only=("difference", TWO)), Curve("one", ONE, dash=True, only=("difference", ONE))),
            x_range=(1e-13, 0.1),
            y_range=(LOWEST, 10.0),
            x_label="step h",
            y_label="relative error",
            mark=("h", "error"),
            log_x=True,
            log_y=True,
        ),
        Table(
            label="Few digits survive a difference",
            alt="for one of 16 directions, the two values of f that are compared and their difference, to 15 decimals.",
            rows="rows",
            head=("f at +h",),
            width=0.7,
        ),
    )
    sentence = "h = {h_text}, {difference}: relative error {error_text}, {verdict}."
    swept = ("exponent", "difference", "bug")

    def __init__(self, f=None, grad=None, x=None, *, seed=0, **start):
        self.f, self.own = f or (lambda p: network(p)[0]), (f, grad) if f else ()
        self.x = np.array(np.random.default_rng(1).normal(size=31) if x is None else x, dtype=float)
        self.directions = np.random.default_rng(seed).choice([-1.0, 1.0], size=(DIRECTIONS, *self.x.shape))
        self.measured = {}
        self.grad = grad or (lambda p, bug: network(p, bug)[1])
        if f:
            self.question, self.swept, self.controls = None, (), self.controls[:2]
        super().__init__(**start)

    @property
    def code(self):
        return (*(self.own or (network,)), type(self).ends, type(self).slopes, type(self).errors)

    def compute(self, exponent, difference, bug=None):
        gradient = self.grad(self.x, *([bug] if bug else []))
        claimed = np.array([(gradient * v).sum() for v in self.directions])
        curves = {name: self.errors(name, claimed) for name in (TWO, ONE)}
        i = int(4 * (exponent + 13))
        up, down, _ = self.ends(STEPS[i], self.directions[0], difference)
        lower = "f at −h" if difference == TWO else "f at 0"
        rows = [number(up, 15), lower, number(down, 15), "difference", number(up - down, 15)]
        error = curves[difference][i]
        return Frame(
            steps=STEPS, two=curves[TWO], one=curves[ONE], h=STEPS[i], error=error,
            rows=[[cell] for cell in rows],
            h_text=f"1e{exponent:.0f}", error_text=f"{error:.0e}".replace("e-0", "e-"), verdict=verdict(curves[difference], i),
        )  # fmt: skip

    def ends(self, h, v, difference):
        """The two values of f that are compared, and how far apart their places are."""
        up, down = self.x + h * v, self.x - h * v
        return (self.f(up), self.f(down), 2 * h) if difference == TWO else (self.f(up), self.f(self.x), h)

    def slopes(self, difference):
        """The slope measured with every step along every direction, (steps, directions)."""
        ends = np.array([[self.ends(h, v, difference) for v in self.directions] for h in STEPS])
        return (ends[..., 0] - ends[..., 1]) / ends[..., 2]

    def errors(self, difference, claimed):
        """The length of measured - claimed over the longer of the two, for every step."""
        if difference not in self.measured:
            self.measured[difference] = self.slopes(difference)
        measured = self.measured[difference]
        longer = np.maximum(np.linalg.norm(measured, axis=1), np.linalg.norm(claimed))
        return np.maximum(np.linalg.norm(measured - claimed, axis=1) / np.maximum(longer, 1e-300), LOWEST)


def verdict(errors, i):
    """What the error at place i is made of, judged by the errors at steps ten times smaller and larger."""
    smaller, here, larger = errors[max(i - 4, 0)], errors[i], errors[min(i + 4, len(errors) - 1)]
    if here > 2 * LOWEST and max(smaller, here, larger) < 1.5 * min(smaller, here, larger):
        return "whatever h is: the gradient is wrong"
    if here > 2 * smaller:
        return "truncation: a smaller h is better"
    return "round-off: a larger h is better" if here > 2 * larger else "near the bottom"
