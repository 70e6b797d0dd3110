"""Widgets: one question each, made movable. Python owns the mathematics, JavaScript the views.

A widget is a subclass of `Explorable` with five class attributes and one method:

    class Doubling(Explorable):
        \"\"\"What does doubling do?  (the first line is the heading; what follows explains the arguments)\"\"\"

        question = Predict("2 · 3?", choices=("5", "6"), answer="6", why="3 + 3 = 6.")  # optional
        controls = (Slider("x", -3, 3, 0.1, value=1.0, label="x"),)
        panels = (Line(label="A straight line", alt="2x over x, {y:.2f} at {x:.1f}.", x="axis", curves=(Curve("line"),), mark=("x", "y")),)
        sentence = "Twice {x:.1f} is {y:.2f}."

        def prepare(self):                       # optional: what no control changes; kept in self.constants, part of every frame
            return Frame(axis=np.linspace(-3, 3, 61))

        def compute(self, x):                    # one argument per control
            return Frame(y=2 * x, line=2 * self.constants["axis"])

A Frame holds arrays (sent as float32, int32 or uint8), numbers, words, lists. Panels, `alt` and `sentence` name its items, the constants
or the controls; `{name:.2f}` fills in a number, `{name}` a word. A Frame item `sentence` replaces the class's sentence.
Show code shows the functions of the property `code`, by default `compute` (`steps` in a Live widget).
`Doubling(x=2)` starts elsewhere; `widget.set(x=2)` moves it; `widget.values` reads it; `widget.to_html()` is a page without a kernel.

How it stays quick, one of three:
    A  closed_form = (("y", "affine", ("x",), (2.0,), 0.0), ...)      rows (name, form, arguments), recomputed in JavaScript: js/forms.js
    B  swept = ("images", "learner")  `compute` is called once for each combination of these controls' values; the front end picks
    C  neither: each change asks Python (`live`). A process is a subclass of `Live` with a Player among its controls and a generator:

        def steps(self, data, rate):       # one argument per control but the Player
            model = ...
            yield lambda: Frame(...)             # the picture before the first step, computed only if it is shown
            while True:
                ...                              # one step; controls in Player(keeps=...) are read as self.values["rate"]
                yield lambda: Frame(...)         # called before the next step, so it may look at the model as it is

`Live.step(n)`, `play()`, `pause()`, `reset()`, `close()` do what the buttons do. Pictures stay in the browser, which scrubs without Python.
A learner's function may raise: the sentence and the line stand in an alert, the last good picture stays.

Controls (name, ..., value=, label=): Slider(name, low, high, step, only=), Stops(name, numbers), Choice(name, options, selects=),
Toggle(name), Drawing(name, selects=("data", "drawn")) whose value is a list of [x, y, class], Player(name, last, stride=, keeps=,
until=, pace=, back=).
Panels (keywords only; label, alt, width): Field, Contours(paths=(Path(...),)), Scatter, Line(curves=(Curve(...),)), Bars, Graph,
Grid, Image, Matrix, Table: see panels.py.
`Field(draws="drawn")` or `Scatter(draws=...)` lets the learner draw, by mouse and by keyboard.
"""

from dlcourse.widgets.backprop_stepper import BackpropStepper
from dlcourse.widgets.controls import Choice, Drawing, Player, Slider, Stops, Toggle
from dlcourse.widgets.descent import Descent
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.gradient_check_v import GradientCheckV
from dlcourse.widgets.init_depth import InitDepth
from dlcourse.widgets.live import Live
from dlcourse.widgets.loss_explorer import LossExplorer
from dlcourse.widgets.lr_finder import LRFinder
from dlcourse.widgets.more_data import MoreData
from dlcourse.widgets.neuron import Neuron
from dlcourse.widgets.overfitting import Overfitting
from dlcourse.widgets.panels import Bars, Contours, Curve, Field, Graph, Grid, Image, Line, Matrix, Scatter, Table
from dlcourse.widgets.playground import Playground
from dlcourse.widgets.predict import Predict
from dlcourse.widgets.shapes import Shapes

# what the tests open, one after the other
WIDGETS = (
    MoreData,
    Neuron,
    LossExplorer,
    Playground,
    Shapes,
    BackpropStepper,
    Descent,
    Overfitting,
    GradientCheckV,
    InitDepth,
    LRFinder,
)
