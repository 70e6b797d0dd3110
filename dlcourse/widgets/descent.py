"""Gradient descent and its relatives on surfaces over the plane, for lessons 05 and 08."""

from dataclasses import replace
from functools import cached_property, partial

import numpy as np

from dlcourse.widgets.controls import Choice, Slider, Stops
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Contours, Curve, Line, Path
from dlcourse.widgets.predict import Predict
from dlcourse.widgets.surfaces import METHODS, SURFACES, coefficients, descend, levels, measured, polynomial, powers, sampled

RATES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.18, 0.19, 0.2, 0.21, 0.22, 0.3, 0.5, 1)
NAMES, PLAIN, LAST = tuple(SURFACES), "gradient descent", 60
SHORT = dict(zip(METHODS, ("plain", "mom.", "Nest.", "RMS", "Adam"), strict=True))
VERDICTS = ("at the bottom", "lower than at the start", "higher than at the start")
WALK = "“{surface}” at rate {rate}: {steps} steps from ({x:.1f}, {y:.1f}) end at height 10^{level:.2f}, {verdict}."
RACE = "{method} at rate {rate}: {steps} steps end at height 10^{level:.2f}, {verdict}."


class Descent(Explorable):
    """How large may a step be?

    f: your own surface, a function of two numbers x and y. reach: the plane goes from -reach to reach in both directions.
    optimizers: run momentum, Nesterov, RMSProp and Adam too, from the same start at the same rate; `method` is the one in colour.
    surface, rate, x, y, steps, method, mu (momentum): where the controls start.
    """

    question = Predict(
        "A ravine has curvature 1 along its length and 10 across. Which of the learning rates 0.15, 0.19 and 0.21 diverge?",
        choices=("none of them", "only 0.21", "0.19 and 0.21", "all three"),
        answer="only 0.21",
        why="a step multiplies the distance across by 1 − 10 · rate, which is −0.9 at 0.19 and −1.1 at 0.21.",
    )
    controls = (
        Choice("surface", NAMES),
        Stops("rate", RATES, value=0.15, label="learning rate"),
        Slider("x", -2, 2, 0.1, value=-1.8, label="start x"),
        Slider("y", -2, 2, 0.1, value=0.6, label="start y"),
        Slider("steps", 0, LAST, 1, value=30),
    )
    more = (
        Choice("method", tuple(METHODS), value="with momentum"),
        Stops("mu", (0, 0.5, 0.8, 0.9, 0.95, 0.99), value=0.9, label="momentum"),
    )
    more_forms = ("walks",)

    def __init__(self, f=None, *, optimizers=False, reach=2, **start):
        self.own, self.reach, self.methods = f, reach, tuple(METHODS) if optimizers else (PLAIN,)
        controls = [*self.controls, *(self.more if optimizers else ())]
        if f:
            controls[0], self.question = Choice("surface", ("yours", *NAMES)), None  # it asks about the ravine
            controls[2:4] = [replace(side, low=-reach, high=reach, step=reach / 20, value=0.6 * reach) for side in controls[2:4]]
        self.controls, self.sentence = tuple(controls), RACE if optimizers else WALK
        self.panels, self.closed_form = tuple(self._panels()), () if f else tuple(self._forms())
        super().__init__(**start)

    @property
    def code(self):
        return (*([self.own, measured] if self.own else [polynomial]), descend, *(METHODS[method] for method in self.methods))

    def _panels(self):
        only = {name: ("method", name) if len(self.methods) > 1 else () for name in self.methods}
        yield Contours(
            label="Steps downhill",
            alt="level lines of “{surface}”, the start at ({x:.1f}, {y:.1f}) and a path of {steps} steps; it ends {verdict}.",
            values="plane",
            levels="levels",
            paths=tuple(Path(f"path {name}", only[name]) for name in self.methods),
            until="steps",
            drag=("x", "y"),
            **dict.fromkeys(("x_range", "y_range"), (-self.reach, self.reach)),
            x_label="x",
            y_label="y",
        )
        yield Line(
            label="Height left to lose",
            alt="the height above the lowest point over the steps; after {steps} steps it is 10 to the power {level:.2f}.",
            curves=tuple(Curve(f"curve {name}", name if o else "", "positive", only=o, short=SHORT[name]) for name, o in only.items()),
            y_range=(-6, 4),
            x_label="step",
            y_label="log₁₀ height",
            mark=("steps", "level"),
        )

    def _forms(self):
        mu, chosen = ("mu", "method") if len(self.methods) > 1 else (0.0, PLAIN)
        for name in ("terms", "plane", "levels"):
            yield name, "choose", "surface", NAMES, f"all {name}"
        for name in self.methods:
            yield f"path {name}", "descend", "terms", name, "x", "y", "rate", mu, LAST
            yield f"curve {name}", "powers", "terms", f"path {name}"
        yield "curve", "choose", chosen, self.methods, [f"curve {name}" for name in self.methods]
        yield "level", "place", "curve", "steps"
        yield "start", "place", "curve", 0
        yield "verdict", "words", "level", (-3.0, "start"), VERDICTS

    def prepare(self):
        terms = [coefficients(surface) for surface in SURFACES.values()]
        planes = [sampled(lambda x, y, c=c: polynomial(c, x, y)[0], self.reach) for c in terms]
        return Frame(**{"all terms": np.array(terms), "all plane": np.array(planes), "all levels": np.array([*map(levels, planes)])})

    @cached_property
    def mine(self):
        return sampled(np.vectorize(self.own, otypes=[float]), self.reach)

    def compute(self, surface, rate, x, y, steps, method=PLAIN, mu=0.0):
        if surface == "yours":
            plane = self.mine - self.mine.min()
            frame, look = Frame(plane=plane, levels=levels(plane)), measured(self.own, self.mine.min())
        else:
            frame = Frame(**{name: self.constants[f"all {name}"][NAMES.index(surface)] for name in ("terms", "plane", "levels")})
            look = partial(polynomial, frame["terms"].tolist())
        for name in self.methods:
            frame[f"path {name}"] = descend(look, name, x, y, rate, mu, LAST)
            frame[f"curve {name}"] = powers(look, frame[f"path {name}"])
        curve = frame[f"curve {method}"]
        return Frame(**frame, level=curve[steps], verdict=VERDICTS[sum(curve[steps] > limit for limit in (-3.0, curve[0]))])
