"""neuron: weigh the inputs, add the bias, squash (lesson 02)."""

import math

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "neuron",
    lesson="02_the_neuron",
    minutes=10,
    difficulty=1,
    hints=(
        "Two steps, two lines: first z, then the sigmoid of z.",
        "`x @ w` multiplies each row of x with w and adds up: N sums. The bias is added once to each of them.",
        "The sigmoid of z is `1 / (1 + np.exp(-z))`. At z = 0 it must give 0.5, for large z nearly 1.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[1.0, 2.0]]), _weights(rng, 2), 1.0
    yield rng.normal(size=(3, 2)).round(1), _weights(rng, 2), -0.5
    yield rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal() + 2  # square: here w @ x runs too, and gives something else
    yield rng.normal(size=(5, 1)), rng.normal(size=1) + 1, rng.normal() - 2
    yield np.array([[800.0, 0, 0.5], [0, 800, 0.5]]), np.array([1.0, -1, 0.5]), 0.25  # sums of 800 and -800
    yield rng.normal(size=(7, 10)), rng.normal(size=10), rng.normal() + 1


def _weights(rng, d):
    return rng.choice([-2.0, -1, -0.5, 0.5, 1, 1.5], size=d, replace=False)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise.equivalent
def _(x, w, b):
    return 0.5 * (1 + np.tanh(0.5 * (x @ w + b)))


@exercise.equivalent
def _(x, w, b):
    outputs = []
    for row in x:
        z = sum(xi * wi for xi, wi in zip(row, w, strict=True)) + b
        outputs.append(1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)))
    return np.array(outputs)


@exercise.equivalent
def _(x, w, b):
    z = np.einsum("nd,d->n", x.astype(np.float32), w.astype(np.float32)) + np.float32(b)
    return np.exp(-np.logaddexp(np.float32(0), -z))


@exercise.mistake(
    "the bias is forgotten",
    "The bias b is missing from the sum. Without it the neuron gives 0.5 for an input of zeros, whatever its weights are.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid(x @ w)


@exercise.mistake(
    "the activation is forgotten",
    "You return the weighted sum. It still has to go through the sigmoid, which brings it between 0 and 1.",
    see="02, Build: activation",
)
def _(x, w, b):
    return x @ w + b


@exercise.mistake(
    "the exponent lacks its minus",
    "In the sigmoid the exponent is -z. With +z your neuron switches off where it should switch on: you return 1 - sigmoid(z).",
    see="02, Build: activation",
)
def _(x, w, b):
    return 1 / (1 + np.exp(x @ w + b))


@exercise.mistake("the exponent lacks its minus")
def _(x, w, b):
    return sigmoid(-(x @ w) - b)


@exercise.mistake(
    "the bias is subtracted",
    "You subtract b. A bias is added; only a threshold is subtracted, and it is the bias with the other sign. "
    "Perhaps brackets are missing: `-(x @ w + b)`, not `-x @ w + b`.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid(x @ w - b)


@exercise.mistake(
    "the bias after the activation",
    "You add b after the sigmoid. It belongs into the sum, before the activation: it moves the point where the neuron switches on.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid(x @ w) + b


@exercise.mistake(
    "the bias once per input",
    "You add b to each product, so it enters D times. It is added once, to the sum.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid((x * w + b).sum(-1))


@exercise.mistake(
    "the products are not summed",
    "You return one number per input. `x * w` multiplies element by element; a neuron adds the products up: `x @ w`.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid(x * w + b)


@exercise.mistake(
    "one sum over all examples",
    "You add up the products of all examples, and one number is left. Each row of x is an example of its own: sum along the last axis.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid((x * w).sum() + b)


@exercise.mistake(
    "a step in place of the sigmoid",
    "You return 0 or 1. That is the step function, the perceptron's activation; the sigmoid rises smoothly, so that it has a "
    "slope to learn from.",
    see="02, Build: activation",
)
def _(x, w, b):
    return np.where(x @ w + b > 0, 1.0, 0.0)


@exercise.mistake(
    "tanh in place of the sigmoid",
    "You use tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1 and is half as steep: sigmoid(z) = (1 + tanh(z / 2)) / 2.",
    see="02, Build: activation",
)
def _(x, w, b):
    return np.tanh(x @ w + b)


@exercise.mistake(
    "ReLU in place of the sigmoid",
    "You use ReLU, which hands on positive sums as they are. The sigmoid brings every sum between 0 and 1.",
    see="02, Build: activation",
)
def _(x, w, b):
    return np.maximum(x @ w + b, 0)


@exercise.mistake(
    "infinity divided by infinity",
    "exp(z) / (1 + exp(z)) is right on paper, but exp(800) is infinite for a float, and infinity / infinity is NaN. "
    "1 / (1 + exp(-z)) has no such trouble.",
    see="02, Build: activation",
)
def _(x, w, b):
    e = np.exp(x @ w + b)
    return e / (1 + e)


@exercise.mistake(
    "math.exp overflows",
    "`math.exp` raises an error when its result is too large for a float, here exp(800). "
    "`np.exp` gives infinity, and 1 / (1 + infinity) is 0, which is right. It also takes whole arrays.",
    see="02, Build: activation",
)
def _(x, w, b):
    return np.array([1 / (1 + math.exp(-z)) for z in x @ w + b])


@exercise.mistake(
    "brackets are missing around the denominator",
    "1/1 + exp(-z) divides first; put the denominator in brackets: `1 / (1 + np.exp(-z))`.",
    see="02, Build: activation",
)
def _(x, w, b):
    return 1 / 1 + np.exp(-(x @ w + b))


@exercise.mistake(
    "w stands before x",
    "x has one example per row, so it comes first: `x @ w`.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return sigmoid(w @ x + b)
