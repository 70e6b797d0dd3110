"""The size of signals and gradients in a deep network before any training, for lesson 09."""

import numpy as np

from dlcourse.kernels import batch_norm, layer_norm, relu, sigmoid, tanh
from dlcourse.widgets.controls import Choice, Stops, Toggle
from dlcourse.widgets.explorable import Explorable
from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Bars
from dlcourse.widgets.predict import Predict

DEPTHS, WIDTHS, EXAMPLES = (5, 10, 20, 30), (16, 64), 32
ACTIVATIONS = {"tanh": tanh, "ReLU": relu, "sigmoid": sigmoid}
NORMS = {"none": None, "batch norm": batch_norm, "layer norm": layer_norm}
SCALES = {"σ = 0.01": (0.01, 0), "half of Xavier": (0.5, -0.5), "Xavier": (1, -0.5), "He": (2**0.5, -0.5), "σ = 1": (1, 0)}
LIMITS, VERDICTS = (-3, -1.5, 1.5, 3), ("vanishes", "fades", "arrives", "grows", "explodes")
TINY = 1e-99  # in place of 0, which has no logarithm


def layer(x, w, activation, norm, skip):
    """One layer as a pair: its output, and a function that sends a gradient back through it."""
    z, through_norm = norm(x @ w) if norm else (x @ w, lambda dz: (dz,))
    a, through_activation = activation(z)

    def backward(da):
        return through_norm(*through_activation(da))[0] @ w.T + (da if skip else 0)

    return a + x if skip else a, backward


def bars(values, label, x_label):
    seen = f"the rms of the {values}, a bar for each layer on a logarithmic scale; after all {{depth}} layers it is {{{values}_left}}."
    return Bars(label=label, alt=seen, values=values, count="bars", powers=True, x_label=x_label)


class InitDepth(Explorable):
    """What survives many layers?

    activation: a name, or your own function of an array, whose slope is then measured by a small difference.
    init: your own function (fan_in, fan_out, rng) -> weights (fan_in, fan_out), which joins the choices as "yours".
    seed: of all random numbers. depth, width, weights, norm, skip: where the controls start.
    """

    question = Predict(
        "20 tanh layers of 64 neurons, weights of standard deviation 0.01. Of a gradient of 1 at the top, how much reaches the input?",
        choices=("about 10⁻¹", "about 10⁻⁶", "about 10⁻²²"),
        answer="about 10⁻²²",
        why="each layer multiplies it by 0.01 · √64 = 0.08, twenty times.",
    )
    controls = (
        Stops("depth", DEPTHS, value=20, label="layers"),
        Stops("width", WIDTHS, value=64, label="neurons in each"),
        Choice("activation", tuple(ACTIVATIONS)),
        Choice("weights", tuple(SCALES)),
        Choice("norm", tuple(NORMS)),
        Toggle("skip"),
    )
    panels = (bars("signal", "Signal, going up", "layer →"), bars("gradient", "Gradient, going down", "← layer"))
    sentence = "After {depth} layers the signal is {signal_left}, and the gradient {verdict}: {gradient_left}."
    swept = ("depth", "width", "activation", "weights", "norm", "skip")

    def __init__(self, activation="tanh", init=None, *, seed=0, **start):
        self.seed, self.init, self.activations = seed, init, ACTIVATIONS
        if callable(activation):
            self.activations, activation = {"yours": measured(activation)} | ACTIVATIONS, "yours"
        if init:
            start = {"weights": "yours"} | start
        if init or activation == "yours":
            names, scales = tuple(self.activations), ("yours", *SCALES) if init else tuple(SCALES)
            self.swept = ()  # ask at each change
            self.controls = (*self.controls[:2], Choice("activation", names), Choice("weights", scales), *self.controls[4:])
        super().__init__(activation=activation, **start)

    @property
    def code(self):
        return (layer, type(self).draw, type(self).compute)

    def prepare(self):
        rng = np.random.default_rng(self.seed)  # all is drawn once, so that only what was moved makes a difference
        self.ends, self.normal = rng.normal(size=(2, EXAMPLES, max(WIDTHS))), rng.normal(size=(max(DEPTHS), max(WIDTHS), max(WIDTHS)))
        return Frame()

    def compute(self, depth, width, activation, weights, norm, skip):
        (x, da), backwards = self.ends[:, :, :width], []
        signals, gradients = [x], [da]
        for w in self.draw(depth, width, weights):
            y, backward = layer(signals[-1], w, self.activations[activation], NORMS[norm], skip)
            signals, backwards = [*signals, y], [*backwards, backward]
        for backward in reversed(backwards):
            gradients = [backward(gradients[0]), *gradients]
        return portrait(*([np.sqrt(np.mean(array**2)) for array in arrays] for arrays in (signals, gradients)))

    def draw(self, depth, width, weights):
        """The weights (width, width) of each layer; their standard deviation is a factor times a power of the width."""
        if weights == "yours":
            rng = np.random.default_rng(self.seed)
            return [self.init(width, width, rng) for _ in range(depth)]
        factor, exponent = SCALES[weights]
        return factor * width**exponent * self.normal[:depth, :width, :width]


def measured(function, h=1e-5):
    """The learner's function as a kernel."""
    return lambda z: (function(z), lambda dy: (dy * (function(z + h) - function(z - h)) / (2 * h),))


def portrait(signal, gradient):
    """The Frame for sizes (depth + 1,) of signals and gradients, as powers of ten, filled up to one length for all depths."""
    ratio = max(gradient[0] / gradient[-1], TINY)
    powers = np.pad(np.log10(np.maximum([signal, gradient], TINY)), ((0, 0), (0, max(DEPTHS) + 1 - len(signal))))
    words = {"signal_left": power(signal[-1]), "gradient_left": power(ratio), "verdict": VERDICTS[np.searchsorted(LIMITS, np.log10(ratio))]}
    return Frame(signal=powers[0], gradient=powers[1], bars=len(signal), ratio=ratio, **words)


def power(number):
    """A positive number in words: plain between a hundredth and a hundred, otherwise with a power of ten."""
    if 0.01 <= number < 100:
        return f"{number:.2f}"
    mantissa, exponent = f"{number:.0e}".split("e")
    return f"{mantissa} · 10".removeprefix("1 · ") + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
