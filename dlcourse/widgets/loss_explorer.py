"""Two losses of one sigmoid output against its logit, for lesson 03."""

import numpy as np

from dlcourse.kernels import sigmoid
from dlcourse.widgets.controls import Choice, Slider
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Curve, Line
from dlcourse.widgets.predict import Predict


def cross_entropy(p, z, target):
    """-log of the probability given to the target, and its derivative by the logit z."""
    return np.logaddexp(0, z) - target * z, p - target


def squared_error(p, z, target):
    """(p - target)², and its derivative by the logit z: p (1 - p) is the slope of the sigmoid."""
    return (p - target) ** 2, 2 * (p - target) * p * (1 - p)


LOSSES = {"cross entropy": cross_entropy, "squared error": squared_error}
CROSS_ENTROPY, SQUARED_ERROR = (("loss", name) for name in LOSSES)
HARDLY = (-0.005, 0.005)
PUSHES = ("pushes the logit up", "hardly pushes", "pushes the logit down")


class LossExplorer(Explorable):
    """Confidently wrong: which loss still pushes?"""

    question = Predict(
        "The target is 1, the logit −8: confidently wrong. Which loss has a gradient that still pushes?",
        choices=("cross entropy", "squared error", "both"),
        answer="cross entropy",
        why="its gradient is p − target = −1.00; that of squared error has a factor p (1 − p) and is 0.00.",
    )
    controls = (
        Slider("logit", -8, 8, 0.1, value=-8.0, label="logit z"),
        Choice("target", (0, 1), value=1),
        Choice("loss", tuple(LOSSES)),
    )
    panels = (
        Line(
            label="Wrong and sure: cross entropy keeps rising",
            alt="cross entropy and squared error over the logit; {loss} at {logit:.1f} is {value:.2f}.",
            x="axis",
            curves=(
                Curve("cross_entropy", "cross entropy", only=CROSS_ENTROPY),
                Curve("squared_error", "squared error", dash=True, only=SQUARED_ERROR),
            ),
            x_range=(-9, 9),
            y_range=(0, 9.5),
            x_label="logit z",
            mark=("logit", "value"),
            tangent="gradient",
        ),
        Line(
            label="Squared error loses its gradient there",
            alt="the gradients of both losses over the logit; that of {loss} at {logit:.1f} is {gradient:.2f}.",
            x="axis",
            curves=(
                Curve("cross_entropy_gradient", "cross entropy", only=CROSS_ENTROPY),
                Curve("squared_error_gradient", "squared error", dash=True, only=SQUARED_ERROR),
            ),
            x_range=(-9, 9),
            y_range=(-1.2, 1.2),
            x_label="logit z",
            mark=("logit", "gradient"),
        ),
    )
    sentence = "p = {p:.4f} for target {target}: {loss} is {value:.2f}, and its gradient {gradient:.2f} {push}."
    closed_form = (
        ("p", "activation", "sigmoid", "logit"),
        ("value", "loss", "loss", "logit", "target"),
        ("gradient", "loss_slope", "loss", "logit", "target"),
        ("cross_entropy", "loss", "cross entropy", "axis", "target"),
        ("squared_error", "loss", "squared error", "axis", "target"),
        ("cross_entropy_gradient", "loss_slope", "cross entropy", "axis", "target"),
        ("squared_error_gradient", "loss_slope", "squared error", "axis", "target"),
        ("push", "words", "gradient", HARDLY, PUSHES),
    )

    @property
    def code(self):
        return (*LOSSES.values(), type(self).compute)

    def prepare(self):
        return Frame(axis=np.linspace(-9, 9, 181))

    def compute(self, logit, target, loss):
        axis = self.constants["axis"]
        p, _ = sigmoid(np.array([logit]))
        (value,), (gradient,) = LOSSES[loss](p, np.array([logit]), target)
        curves = {name: f(sigmoid(axis)[0], axis, target) for name, f in LOSSES.items()}
        return Frame(
            p=p[0],
            value=value,
            gradient=gradient,
            cross_entropy=curves["cross entropy"][0],
            squared_error=curves["squared error"][0],
            cross_entropy_gradient=curves["cross entropy"][1],
            squared_error_gradient=curves["squared error"][1],
            push=PUSHES[np.searchsorted(HARDLY, gradient)],
        )
