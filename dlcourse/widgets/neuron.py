"""One neuron on two inputs, for lessons 02 and 03."""

import numpy as np

from dlcourse.kernels import gelu, leaky_relu, relu, sigmoid, tanh
from dlcourse.widgets.controls import Choice, Slider
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Curve, Field, Line
from dlcourse.widgets.predict import Predict


def leaky(z):
    return leaky_relu(z, negative_slope=0.1)


ACTIVATIONS = {"ReLU": relu, "leaky ReLU": leaky, "sigmoid": sigmoid, "tanh": tanh, "GELU": gelu}


class Neuron(Explorable):
    """One neuron on two inputs: where does it switch on?

    activation: a name, or your own function of an array, whose slope is then measured by a small difference.
    points: your own examples, an array (N, 3) of x₁, x₂ and class 0 or 1.
    """

    question = Predict(
        "x = (1, 1), w = (2, −1), b = −2. What does ReLU give?",
        choices=("−1", "0", "1"),
        answer="0",
        why="z = 2 · 1 − 1 · 1 − 2 = −1, and ReLU gives 0 for every negative z.",
    )
    controls = (
        Slider("x1", -3, 3, 0.1, value=1.0, label="x₁"),
        Slider("x2", -3, 3, 0.1, value=1.0, label="x₂"),
        Slider("w1", -3, 3, 0.1, value=2.0, label="w₁"),
        Slider("w2", -3, 3, 0.1, value=-1.0, label="w₂"),
        Slider("b", -3, 3, 0.1, value=-2.0, label="b"),
        Choice("activation", tuple(ACTIVATIONS)),
    )
    panels = (
        Field(
            label="The line z = 0 is normal to w",
            alt="output over x₁ and x₂, the line z = 0, the weight vector; at the point ({x1:.1f}, {x2:.1f}) the output is {a:.2f}.",
            values="output",
            boundary="z_plane",
            limit=2.0,
            key="a",
            x_range=(-3, 3),
            y_range=(-3, 3),
            x_label="x₁",
            y_label="x₂",
            drag=("x1", "x2"),
            arrow=("w1", "w2", "b"),
            points="points",
        ),
        Line(
            label="The activation bends z into a",
            alt="{activation} over z; at z = {z:.2f} its value is {a:.2f} and its slope {slope:.2f}.",
            x="z_axis",
            curves=(Curve("curve"),),
            x_range=(-6, 6),
            y_range=(-1.5, 4),
            x_label="z",
            y_label="a",
            mark=("z", "a"),
            tangent="slope",
        ),
    )
    sentence = "z = w₁x₁ + w₂x₂ + b = {z:.2f}, so {activation} gives a = {a:.2f} and passes on {slope:.2f} of a gradient."
    closed_form = (
        ("z", "affine", ("x1", "x2"), ("w1", "w2"), "b"),
        ("a", "activation", "activation", "z"),
        ("slope", "activation_slope", "activation", "z"),
        ("z_plane", "affine", ("columns", "rows"), ("w1", "w2"), "b"),
        ("output", "activation", "activation", "z_plane"),
        ("curve", "activation", "activation", "z_axis"),
    )

    def __init__(self, activation="ReLU", points=None, **start):
        self.own, self.points = activation if callable(activation) else None, points
        if self.own:
            self.closed_form, activation = (), "yours"
            self.controls = (*type(self).controls[:-1], Choice("activation", ("yours", *ACTIVATIONS)))
        super().__init__(activation=activation, **start)

    @property
    def code(self):
        return (*([self.own] if self.own else ACTIVATIONS.values()), type(self).compute)

    def prepare(self):
        side = np.linspace(-3, 3, 61)
        points = {} if self.points is None else {"points": np.asarray(self.points, dtype=np.float32)}
        return Frame(columns=side[None, :], rows=side[:, None], z_axis=np.linspace(-6, 6, 241), **points)

    def compute(self, x1, x2, w1, w2, b, activation):
        f = ACTIVATIONS.get(activation, self.measured)
        z = np.array(w1 * x1 + w2 * x2 + b)
        a, backward = f(z)
        (slope,) = backward(np.ones(()))

        z_plane = w1 * self.constants["columns"] + w2 * self.constants["rows"] + b
        output, _ = f(z_plane)
        curve, _ = f(self.constants["z_axis"])
        return Frame(z=z, a=a, slope=slope, z_plane=z_plane, output=output, curve=curve)

    def measured(self, z):
        """The learner's function as a kernel: its slope is a central difference."""
        h = 1e-5
        return self.own(z), lambda dy: (dy * (self.own(z + h) - self.own(z - h)) / (2 * h),)
