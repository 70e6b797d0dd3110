"""Two arrays and an operation: which sizes meet, and what comes out, for lesson 04."""

import ast

import numpy as np

from dlcourse.widgets.alignment import aligned, boxes, is_outer, parts, run, verdict
from dlcourse.widgets.controls import Choice, Stops
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Matrix
from dlcourse.widgets.predict import Predict

SHAPES = ("()", "(3,)", "(4,)", "(3, 1)", "(1, 3)", "(4, 3)", "(3, 4)", "(2, 4, 3)")
OPERATIONS = ("a + b", "a − b", "a * b", "a @ b")


class Shapes(Explorable):
    """Two arrays meet: which shape comes out?

    a, b: a shape such as (4, 3), or your own array, whose shape joins the choices. operation: "a + b", "a − b", "a * b" or "a @ b".
    """

    question = Predict(
        "a has the shape (3, 1), b the shape (3,). Which shape has a − b?",
        choices=("(3,)", "(3, 1)", "(3, 3)", "an error"),
        answer="(3, 3)",
        why="sizes meet from the right. The 1 of a meets 3, the 3 of a meets nothing, and a 1 or nothing is stretched.",
    )
    panels = (
        Matrix(
            label="Sizes meet from the right",
            alt="the sizes of a and b, axis under axis, and those of the result, {result}.",
            cells="sizes",
            rows="names",
            columns="axes",
        ),
        Matrix(label="What the result is made of", alt="one box for each number of the result; the first is {first}.", cells="made"),
    )
    sentence = "{expression} {verdict}"
    swept = ("a", "b", "operation")

    def __init__(self, a=(3, 1), b=(3,), operation="a − b"):
        a, b = (str(given if isinstance(given, tuple) else np.shape(given)) for given in (a, b))
        options = tuple(dict.fromkeys((*SHAPES, a, b)))
        shapes = [Stops(name, options, label=f"shape of {name}") for name in ("a", "b")]
        self.controls = (*shapes, Choice("operation", OPERATIONS))
        if (a, b, operation) != ("(3, 1)", "(3,)", "a − b"):
            self.question = None  # it is about these two
        super().__init__(a=a, b=b, operation=operation)

    @property
    def code(self):
        return (run, aligned, is_outer)

    def compute(self, a, b, operation):
        sign, a, b = operation[2], ast.literal_eval(a), ast.literal_eval(b)
        shape, refusal = run(sign, a, b)
        axes, sizes = boxes(sign, a, b, shape)
        made = [[["no result", "loud"]]] if shape is None else parts(sign, a, b, shape)
        return Frame(
            expression=f"{a} {sign} {b}",
            result="no result" if shape is None else str(shape),
            outer=is_outer(sign, a, b, shape),
            verdict=verdict(sign, a, b, shape, refusal),
            names=["a", "b", operation],
            axes=axes,
            sizes=sizes,
            made=made,
            first="nothing" if shape is None else made[0][0],
        )
