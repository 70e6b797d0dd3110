"""sigmoid_backward: the gradient through 1 / (1 + exp(-x)) (lesson 06)."""

import math

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "sigmoid_backward",
    lesson="06_backpropagation",
    minutes=10,
    difficulty=1,
    hints=(
        "Differentiate 1 / (1 + exp(-x)). The result can be written with the output alone.",
        "With y = sigmoid(x) the slope is y (1 - y): 0.25 at x = 0, nearly 0 far from it.",
        "Compute y from x first. Then dx is dy times y times (1 - y), element by element.",
    ),
)


@exercise.cases
def cases(rng):
    yield rng.choice([-8.0, -4, 4, 8], 2), rng.choice([-2.0, -1, 1, 2], 2, replace=False)
    yield rng.choice([-5.0, -2, 2, 5], (2, 3)), np.array([[0.0, 1, -2], [3, -0.5, 0.25]])
    yield 2 * rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    yield np.array([-2.0, 3, 5]), np.array([800.0, -800, 1])  # exp overflows
    yield rng.normal(size=(2, 3, 4)), 3 * rng.normal(size=(2, 3, 4))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@exercise.equivalent
def _(dy, x):
    return dy * (1 - np.tanh(x / 2) ** 2) / 4


@exercise.equivalent
def _(dy, x):
    return dy / (2 + np.exp(x) + np.exp(-x))


@exercise.equivalent
def _(dy, x):
    e = np.exp(-np.abs(x.astype(np.float32)))
    return dy * e / (1 + e) ** 2


@exercise.mistake(
    "x (1 - x) on the input",
    "y (1 - y) holds for the output y = sigmoid(x), and you put the input x into it. Compute y first.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    return dy * x * (1 - x)


@exercise.mistake(
    "dy is ignored",
    "You return the slope of the sigmoid. The chain rule multiplies it by dy, the gradient that comes from above.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = sigmoid(x)
    return y * (1 - y)


@exercise.mistake(
    "the output in place of the slope",
    "You multiply dy by y = sigmoid(x). The slope is y (1 - y): it is small where the sigmoid is flat, also where y is near 1.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    return dy * sigmoid(x)


@exercise.mistake(
    "the sigmoid forward",
    "You return sigmoid(x), the output of the forward pass. Asked for is the gradient: dy times the slope at x.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    return sigmoid(x)


@exercise.mistake(
    "only the factor 1 - y",
    "You multiply dy by 1 - y. One factor is missing: the slope is y (1 - y).",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    return dy * (1 - sigmoid(x))


@exercise.mistake(
    "the slope of tanh",
    "1 - y² is the slope of tanh. That of the sigmoid is y (1 - y).",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    return dy * (1 - sigmoid(x) ** 2)


@exercise.mistake("the slope of tanh")
def _(dy, x):
    return dy * (1 - np.tanh(x) ** 2)


@exercise.mistake(
    "the sign is the wrong way round",
    "Your gradient has the opposite sign. The sigmoid rises everywhere, so its slope is positive: two minus signs cancel in the "
    "derivative.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = sigmoid(x)
    return -dy * y * (1 - y)


@exercise.mistake(
    "the sigmoid of dy",
    "You take the sigmoid of dy. The slope is measured where the forward pass was, at x; dy only multiplies it.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = sigmoid(dy)
    return y * (1 - y)


@exercise.mistake("the sigmoid of dy")
def _(dy, x):
    y = sigmoid(dy)
    return x * y * (1 - y)


@exercise.mistake(
    "the sigmoid twice",
    "You apply the sigmoid to something that has been through it already. Here x is the input: y = sigmoid(x), once.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = sigmoid(sigmoid(x))
    return dy * y * (1 - y)


@exercise.mistake(
    "the slope is squared",
    "You multiply by y (1 - y) twice. Each step of the forward pass gives its slope once.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = sigmoid(x)
    return dy * (y * (1 - y)) ** 2


@exercise.mistake(
    "infinity divided by infinity",
    "exp(-x) / (1 + exp(-x))² is right on paper, but for x = -800 it is infinity / infinity, which is NaN. "
    "Use y (1 - y) with y = sigmoid(x).",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    e = np.exp(-x)
    return dy * e / (1 + e) ** 2


@exercise.mistake("infinity divided by infinity")
def _(dy, x):
    e = np.exp(x)
    return dy * e / (1 + e) ** 2


@exercise.mistake("infinity divided by infinity")
def _(dy, x):
    y = np.exp(x) / (1 + np.exp(x))
    return dy * y * (1 - y)


@exercise.mistake(
    "math.exp overflows",
    "`math.exp` raises an error when its result is too large for a float, here exp(800). "
    "`np.exp` gives infinity, and 1 / (1 + infinity) is 0, which is right. It also takes whole arrays.",
    see="06, Build: backward through the sigmoid",
)
def _(dy, x):
    y = np.array([1 / (1 + math.exp(-z)) for z in x.ravel()]).reshape(x.shape)
    return dy * y * (1 - y)
