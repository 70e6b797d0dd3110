"""A network of two inputs, trained while one looks on, for lessons 02 and 04."""

from dataclasses import replace

import numpy as np

from dlcourse.widgets.clouds import SETS, checked, cloud, span
from dlcourse.widgets.controls import Choice, Drawing, Player, Slider, Stops
from dlcourse.widgets.live import Live
from dlcourse.widgets.panels import Curve, Field, Grid, Line
from dlcourse.widgets.portrait import SCORES, TESTED, plane, portrait
from dlcourse.widgets.predict import Predict
from dlcourse.widgets.trainee import ACTIVATIONS, Network, Own, Trainee

TRAIN, TEST = 100, 100


class Playground(Live):
    """What can a small network separate?

    data: "xor", "circles", "moons", "spirals", "blobs" (100 points to train on, 100 to test) or "drawn", by you, on the plane.
    hidden: the widths of the hidden layers, such as (4,), (8, 8), or () for none. seed: of the points and of the first weights.
    points: your own examples, an array (N, 3) of x₁, x₂ and class 0 or 1; all of them are trained on.
    forward: your own function of x (N, 2) that gives one number for each row, the logit of class 1: above 0 means class 1.
        With parameters=[w, b], Tensors with requires_grad=True, x is a Tensor, and our tape trains them in place; a Module brings
        its own parameters. Without any, x is a NumPy array, and the plane shows what your function gives.
    noise, activation, rate, l2, batch, drawn (rows of x₁, x₂, class): where the controls start.
    """

    question = Predict(
        "XOR: four clouds, opposite ones of the same class. How many points can a network without a hidden layer get right?",
        choices=("up to about 75 %", "about 90 %", "all"),
        answer="up to about 75 %",
        why="its border is one straight line, and that leaves at least one of the four clouds on the wrong side.",
    )
    controls = (
        Choice("data", (*SETS, "drawn")),
        Slider("noise", 0, 0.3, 0.01, value=0.15),
        Choice("hidden", ("none", "2", "4", "8", "4-4", "8-8"), label="hidden neurons"),
        Choice("activation", tuple(ACTIVATIONS)),
        Stops("rate", (0.01, 0.03, 0.1, 0.3, 1, 3), value=0.3, label="learning rate"),
        Stops("l2", (0, 0.001, 0.003, 0.01, 0.03, 0.1), label="L2"),
        Stops("batch", (1, 4, 16, 32, 100), value=32, label="batch size"),
        Drawing("drawn", label="draw class", selects=("data", "drawn")),
        Player("step", 2000, stride=5, keeps=("rate", "l2", "batch")),
    )
    panels = (
        Field(
            label="z = 0 is the border",
            alt="the output z over x₁ and x₂, the line z = 0, and {count} points, of which {right} are on the side of their class.",
            values="z",
            boundary="z",
            limit=4.0,
            key="z",
            x_range=(-2, 2),
            y_range=(-2, 2),
            x_label="x₁",
            y_label="x₂",
            points="points",
            draws="drawn",
        ),
        Grid(label="What the hidden neurons see", alt="small planes: {seen}.", values="tiles", names="names"),
        Line(
            label="Loss: how wrong it still is",
            alt="the losses of the training points, solid, and of the test points, dashed, over the steps.",
            x="steps",
            curves=(Curve("train_loss", "train"), Curve("test_loss", "test", dash=True)),
            x_label="step",
            y_label="loss",
        ),
    )
    sentence = TESTED

    def __init__(self, data="xor", hidden=(4,), *, points=None, forward=None, parameters=(), seed=0, **start):
        self.seed = seed
        self.own = Own(forward, parameters) if forward else None
        self.points = None if points is None else checked(points)
        data, hidden = data if points is None else "yours", "-".join(map(str, np.atleast_1d(hidden))) or "none"
        self._adapt(hidden)
        if data != "xor" or forward:
            self.question = None  # it is about XOR and our network
        super().__init__(data=data, **({} if forward else {"hidden": hidden}), **start)

    def _adapt(self, hidden):
        """Fit controls and panels to the learner's points, forward or widths."""
        controls = {control.name: control for control in self.controls}
        controls["hidden"] = replace(controls["hidden"], options=dict.fromkeys((*controls["hidden"].options, hidden)))
        field, *others = self.panels
        if self.points is not None:
            controls["data"] = Choice("data", ("yours", *SETS, "drawn"))
            field = replace(field, x_range=span(self.points[:, 0]), y_range=span(self.points[:, 1]))
        if self.own:
            others = [others[1] if self.own.parameters else SCORES]
        self.controls = tuple(control for name, control in controls.items() if not self.own or name not in self.own.unused)
        self.panels = (field, *others)

    @property
    def code(self):
        return (type(self).steps, Trainee.learn)

    def steps(self, data, noise, drawn, hidden="none", activation="tanh", **_):
        rng = np.random.default_rng(self.seed)
        train, test = self.examples(data, noise, drawn, rng)
        widths = [int(width) for width in hidden.split("-") if width != "none"]
        model = self.own.restarted() if self.own else Network(widths, activation, rng)
        grid, losses = plane(self.panels[0].x_range, self.panels[0].y_range), ([], [])
        while True:
            for curve, rows in zip(losses, (train, test), strict=True):
                curve += model.loss(rows)
            yield lambda: portrait(model, grid, train, test, losses)
            if model.parameters and len(train):
                now = self.values  # these may be moved while it learns
                model.learn(rng.permutation(train)[: now["batch"]], now["rate"], now["l2"])

    def examples(self, data, noise, drawn, rng):
        """(train, test) as rows; your own points are all trained on."""
        if data in SETS:
            return np.split(cloud(data, TRAIN + TEST, noise, rng), [TRAIN])
        rows = self.points if data == "yours" else np.array(drawn, dtype=np.float32).reshape(-1, 3)
        return rows, rows[:0]
