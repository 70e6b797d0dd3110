"""signed_distance: how far a point lies from the boundary, and on which side (lesson 02)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "signed_distance",
    lesson="02_the_neuron",
    minutes=10,
    difficulty=1,
    hints=(
        "x·w + b is 0 on the boundary and grows as you walk in the direction of w. How much does it grow per step of length 1?",
        "Walk from x by w / |w|, a step of length 1: x·w + b grows by w·w / |w|, which is |w|.",
        "Divide all of x·w + b by the length of w, the root of the sum of its squares. The sign is already right.",
    ),
)


@exercise.cases
def cases(rng):
    w = rng.permutation([3.0, -4.0])
    yield np.array([[1.0, 2]]), w, 2.0
    yield rng.integers(-4, 5, (3, 2)) + 0.5, w, -5.0
    yield rng.normal(size=(4, 1)), np.array([-2.5]), 1.5  # one input, a negative weight
    yield rng.normal(size=(3, 3)), 0.1 * rng.normal(size=3), rng.normal() + 2  # short weights; square: w @ x runs too
    yield rng.normal(size=(6, 10)), rng.normal(size=10), rng.normal() - 2


@exercise.equivalent
def _(x, w, b):
    length = np.sqrt((w**2).sum())
    return x @ (w / length) + b / length


@exercise.equivalent
def _(x, w, b):
    on_boundary = -b * w / (w @ w)  # the point of the boundary closest to the origin
    return np.array([(point - on_boundary) @ w / np.sqrt(w @ w) for point in x])


@exercise.equivalent
def _(x, w, b):
    return (np.einsum("nd,d->n", x, w) + b) / np.hypot.reduce(w) if len(w) > 1 else (x[:, 0] * w[0] + b) / abs(w[0])


@exercise.mistake(
    "not divided by the length of w",
    "You return x·w + b. Doubling w and b leaves the boundary where it is but doubles your result: divide by the length of w.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return x @ w + b


@exercise.mistake(
    "divided by the squared length",
    "You divide by w·w, the square of the length. The root is missing: doubling w and b would halve your distance.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return (x @ w + b) / (w @ w)


@exercise.mistake(
    "the sign is lost",
    "Your distances are all positive. Keep the sign: it tells on which side of the boundary the point lies.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return np.abs(x @ w + b) / np.linalg.norm(w)


@exercise.mistake(
    "the side is the wrong way round",
    "The sizes are right, the signs are the opposite. The positive side is the one that w points to, where x·w + b is positive.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return -(x @ w + b) / np.linalg.norm(w)


@exercise.mistake(
    "the bias is forgotten",
    "Without b you measure from the parallel boundary through the origin. Add b before you divide.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return x @ w / np.linalg.norm(w)


@exercise.mistake(
    "the bias is subtracted",
    "You subtract b. The neuron adds it, so the boundary is where x·w + b = 0, and x·w + b is what grows with the distance.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return (x @ w - b) / np.linalg.norm(w)


@exercise.mistake(
    "w stands before x",
    "x has one point per row, so it comes first: `x @ w`.",
    see="02, Build: weights and bias",
)
def _(x, w, b):
    return (w @ x + b) / np.linalg.norm(w)


@exercise.mistake(
    "the bias is not divided",
    "You divide x·w by the length of w, but not b. Put the sum into brackets: (x·w + b) / |w|.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return x @ w / np.linalg.norm(w) + b


@exercise.mistake(
    "the bias counts for the length",
    "Your length includes b. The bias shifts the boundary and says nothing about its direction: only w sets the scale.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return (x @ w + b) / np.sqrt(w @ w + b * b)


@exercise.mistake(
    "the sum of the absolute weights as length",
    "You divide by the sum of the |w|. The length of a vector is the root of the sum of its squares: 3 and 4 give 5, not 7.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return (x @ w + b) / np.abs(w).sum()


@exercise.mistake(
    "divided by the length of x",
    "You divide by the length of each point. What stretches x·w + b is the length of w, the same for all points.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return (x @ w + b) / np.linalg.norm(x, axis=1)


@exercise.mistake("divided by the length of x")
def _(x, w, b):
    return (x @ w + b) / (np.linalg.norm(x, axis=1) * np.linalg.norm(w))


@exercise.mistake(
    "only the side",
    "You return only the side, -1 or 1. How far away the point lies is asked too.",
    see="02, Build: the decision boundary",
)
def _(x, w, b):
    return np.sign(x @ w + b)
