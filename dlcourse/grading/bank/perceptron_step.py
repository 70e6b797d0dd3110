"""perceptron_step: one update of the perceptron rule (lesson 02)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "perceptron_step",
    lesson="02_the_neuron",
    minutes=10,
    difficulty=2,
    hints=(
        "First the question, then the step: is this example on the right side? If it is, w and b go back as they came.",
        "The condition is in the text: y times (w·x + b), compared with 0. For one example `w @ x` is one number.",
        "The step adds y x to w and y to b. Write `w + y * x` and not `w += y * x`: the latter changes the caller's array.",
    ),
)


@exercise.cases
def cases(rng):
    w, b, x = _numbers(rng, 2), 1.0, _numbers(rng, 2)
    z = w @ x + b
    yield w, b, x, 1 if z <= 0 else -1  # on the wrong side
    yield w, b, x, -1 if z <= 0 else 1  # on the right side (or on the boundary)
    yield np.zeros(2), 0.0, np.array([1.0, 2]), 1  # on the boundary, where all learning starts
    yield np.array([1.0, -2, 0]), 3.0, np.array([1.0, 2, 4]), -1  # on the boundary, thanks to the bias
    yield np.array([1.0, 2]), -4.0, np.array([1.0, 1]), 1  # wrong only because of the bias
    yield np.array([1.0, 2]), -4.0, np.array([1.0, 1]), -1  # right only because of the bias
    yield np.array([1.0, 1]), -1.5, np.array([1.0, 1]), 1  # right, but only just
    yield np.array([3.0, 3]), 0.0, np.array([1.0, 1]), -1  # still wrong after one step
    for label, right in ((1, True), (-1, False), (-1, True), (1, False)):
        w, b, x = rng.normal(size=5), rng.normal(), rng.normal(size=5)
        side = 1 if (label * (w @ x + b) > 0) == right else -1
        yield side * w, side * b, x, label


def _numbers(rng, d):
    return rng.choice([-3.0, -2, -1, 1, 2, 3], size=d)


@exercise.equivalent
def _(w, b, x, y):
    step = y * (y * (np.dot(w, x) + b) <= 0)
    return w + step * x, b + step


@exercise.equivalent
def _(w, b, x, y):
    if np.sign(w @ x + b) == y:
        return w, b
    w = w.copy()
    for i in range(len(w)):
        w[i] += y * x[i]
    return [w, b + y]


@exercise.mistake(
    "it learns from right answers too",
    "You update on every example. The perceptron changes only when it is wrong: first test y (w·x + b) <= 0.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return w + y * x, b + y


@exercise.mistake(
    "it learns only from right answers",
    "Your condition is the wrong way round: you update when the example is already on the right side, and leave the errors alone.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b + y) if y * (w @ x + b) > 0 else (w, b)


@exercise.mistake(
    "the step goes the wrong way",
    "You subtract y x and y. That moves the boundary away from the example; add them.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w - y * x, b - y) if y * (w @ x + b) <= 0 else (w, b)


@exercise.mistake(
    "the bias never moves",
    "w moves, b does not. Then the boundary can turn but never shift. The bias is a weight whose input is always 1, so it moves by y.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b) if y * (w @ x + b) <= 0 else (w, b)


@exercise.mistake(
    "the label is left out of the step",
    "You add x whatever the label is. An example with the label -1 must push the other way: add y x to w and y to b.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + x, b + 1) if y * (w @ x + b) <= 0 else (w, b)


@exercise.mistake(
    "the label is left out of the condition",
    "You ask whether w·x + b <= 0, that is, whether the neuron says -1. "
    "It is wrong when it says -1 to a +1 or +1 to a -1: multiply by y first.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b + y) if w @ x + b <= 0 else (w, b)


@exercise.mistake(
    "the bias is left out of the condition",
    "You test y (w·x) without b. The boundary is where w·x + b = 0, so whether an example is on the right side depends on b too.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b + y) if y * (w @ x) <= 0 else (w, b)


@exercise.mistake(
    "labels taken as 0 and 1",
    "You compare y with a prediction of 0 or 1. Here the labels are -1 and +1, so an example with the label -1 never counts as right.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else 0)
    return w + error * x, b + error


@exercise.mistake("labels taken as 0 and 1")
def _(w, b, x, y):
    error = y - (1 if w @ x + b >= 0 else 0)
    return w + error * x, b + error


@exercise.mistake(
    "the step is twice as long",
    "You move by y minus the prediction. With labels of -1 and +1 that is 2 or -2, so the step is twice as long as asked: move by y.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    error = y - (1 if w @ x + b >= 0 else -1)
    return w + error * x, b + error


@exercise.mistake("the step is twice as long")
def _(w, b, x, y):
    error = y - (1 if w @ x + b > 0 else -1)
    return w + error * x, b + error


@exercise.mistake("the step is twice as long")
def _(w, b, x, y):
    error = y - np.sign(w @ x + b)
    return w + error * x, b + error


@exercise.mistake(
    "the bias moves even when the answer is right",
    "w changes only when the answer is wrong, but b changes every time. Both belong into the same `if`.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x if y * (w @ x + b) <= 0 else w), b + y


@exercise.mistake(
    "it updates until the example is right",
    "You update until the example is right. The rule takes one step and goes on to the next example: `if`, not `while`.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    while y * (w @ x + b) <= 0:
        w, b = w + y * x, b + y
    return w, b


@exercise.mistake(
    "a margin of 1",
    "You also update examples that are right by less than 1. The perceptron asks only for the right side: <= 0.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b + y) if y * (w @ x + b) < 1 else (w, b)


@exercise.mistake("a margin of 1")
def _(w, b, x, y):
    return (w + y * x, b + y) if y * (w @ x + b) <= 1 else (w, b)


@exercise.mistake(
    "1 is added to the bias",
    "You add 1 to b. For y = -1 it goes down: b + y.",
    see="02, Build: the perceptron rule",
)
def _(w, b, x, y):
    return (w + y * x, b + 1) if y * (w @ x + b) <= 0 else (w, b)


@exercise.mistake(
    "the step of the logistic neuron",
    "You add y minus a probability, at every example. That is the logistic neuron, whose labels are 0 and 1. "
    "The perceptron adds y x and y, and only when it is wrong.",
    see="02, Build: a neuron with a slope to follow",
)
def _(w, b, x, y):
    error = y - 1 / (1 + np.exp(-(w @ x + b)))
    return w + error * x, b + error


@exercise.convention(
    "no update on the boundary",
    "You do nothing when w·x + b is exactly 0. Some textbooks write it so, but from w = 0 and b = 0 this perceptron would never start. "
    "Here, and in scikit-learn, an example on the boundary counts as wrong: <= in place of <.",
)
def _(w, b, x, y):
    return (w + y * x, b + y) if y * (w @ x + b) < 0 else (w, b)
