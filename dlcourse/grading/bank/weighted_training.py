"""weighted_training: find the bug in a network that still trains (lesson 04)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "weighted_training",
    lesson="04_layers_and_forward_propagation",
    minutes=25,
    difficulty=3,
    hints=(
        "Change one weight from 0 to 1 and train again. What should happen to the result, and what does happen?",
        "Every line is right as mathematics. Print the shape of each array that appears in the loop and compare it with what you expected.",
        "One product has N times N entries: `(N,)` and `(N, 1)` meet there, and the mean hides it. Mend it once for both its uses.",
    ),
)

SEE = "04, The aha"


@exercise.cases
def cases(rng):
    for n, d, hidden, steps in ((2, 1, 3, 2), (4, 3, 5, 3), (7, 2, 4, 5), (5, 3, 5, 4)):
        x, w1, b1 = rng.normal(size=(n, d)), rng.normal(size=(d, hidden)), 0.5 + rng.random(hidden)
        weight = rng.permutation(np.resize([0.0, 1.0, 2.5, 0.5], n))
        yield x, 3 + rng.normal(size=(n, 1)), weight, w1, b1, 0.05, steps


def _training(x, y, w1, b1, lr, steps, loss, gradient):
    """The loop of the exercise with its two lines that use the weights left open."""
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros((h.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = h @ w2 + b2 - y
        losses.append(loss(error))
        dp = gradient(error)
        w2, b2 = w2 - lr * h.T @ dp, b2 - lr * dp.sum(0)
    return w2, b2, np.array(losses)


def _mean(weight, error):
    return (weight * error**2).mean()


def _slope(weight, error):
    return 2 * (weight * error).mean(1, keepdims=True) / len(error)


@exercise.equivalent
def _(x, y, weight, w1, b1, lr, steps):
    weight = weight.reshape(-1, 1)
    return _training(x, y, w1, b1, lr, steps, lambda e: (weight * e * e).sum() / len(x), lambda e: 2 / len(x) * weight * e)


@exercise.equivalent
def _(x, y, weight, w1, b1, lr, steps):
    diagonal = np.diag(weight)  # (N, N) with a purpose
    return _training(x, y, w1, b1, lr, steps, lambda e: float((e.T @ diagonal @ e)[0, 0] / len(x)), lambda e: 2 * diagonal @ e / len(x))


@exercise.equivalent
def _(x, y, weight, w1, b1, lr, steps):
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros(h.shape[1]), 0.0, []
    for _ in range(steps):  # flat inside, columns outside
        error = h @ w2 + b2 - y[:, 0]
        losses.append(np.mean(weight * error**2))
        dp = 2 * weight * error / len(x)
        w2, b2 = w2 - lr * dp @ h, b2 - lr * dp.sum()
    return w2[:, None], np.array([b2]), losses


@exercise.mistake(
    "the bug is still there",
    "This trains as before: every error meets every weight, N times N pairs, and after the mean each patient counts with the mean weight. "
    "Which two shapes meet in `weight * error`? `weight[None]` is no way out: NumPy reads (N,) as (1, N) anyway.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(weight, e), lambda e: _slope(weight, e))


@exercise.mistake(
    "only the loss is mended",
    "Your losses use the right weights, but the gradient does not: `weight * error` is there a second time. What is trained is what the "
    "gradient says, not what the loss shows.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(weight[:, None], e), lambda e: _slope(weight, e))


@exercise.mistake("only the loss is mended")
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: (weight * e[:, 0] ** 2).mean(), lambda e: _slope(weight, e))


@exercise.mistake(
    "only the gradient is mended",
    "The training is right now, but the losses you report are not: `weight * error**2` still pairs every error with every weight.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(weight, e), lambda e: _slope(weight[:, None], e))


@exercise.mistake(
    "the weights are gone",
    "Every patient counts alike now. The shapes fit, but those with weight 0 pull as hard as the others.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: (e**2).mean(), lambda e: 2 * e / len(x))


@exercise.mistake(
    "the weights are squared",
    "You weigh the error before it is squared, so that each weight counts more than once. For 0 and 1 that is the same; 2.5 acts as 6.25 "
    "or more.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: ((column * e) ** 2).mean(), lambda e: 2 * column * e / len(x))


@exercise.mistake("the weights are squared")
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: ((column * e) ** 2).mean(), lambda e: 2 * column**2 * e / len(x))


@exercise.mistake("the weights are squared")
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: (column * (column * e) ** 2).mean(), lambda e: 2 * column**2 * e / len(x))


@exercise.mistake(
    "one gradient for all patients",
    "You take the mean over all patients before the gradient reaches the weights of the layer, so each patient pulls with the same force. "
    "The gradient by the predictions has one number for each of them, (N, 1).",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(column, e), lambda e: np.full_like(e, 2 * (column * e).mean() / len(x)))


@exercise.mistake("one gradient for all patients")
def _(x, y, weight, w1, b1, lr, steps):
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros((h.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = (h @ w2 + b2 - y)[:, 0]
        losses.append((weight * error**2).mean())
        dp = 2 * (weight * error).mean() / len(x)
        w2, b2 = w2 - lr * (h * dp).sum(0)[:, None], b2 - lr * dp
    return w2, b2, np.array(losses)


@exercise.mistake(
    "the gradient is not divided by N",
    "The loss is a mean, so its gradient by one prediction is divided by N. Yours is N times too large.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(column, e), lambda e: 2 * column * e)


@exercise.mistake(
    "the bug has moved to the weights of the layer",
    "You made everything flat but w2. In its update (H, 1) meets (H,), and w2 becomes H by H: the same bug, one line further down.",
    see="04, Build: broadcasting",
)
def _(x, y, weight, w1, b1, lr, steps):
    return _flat(x, y, weight, w1, b1, lr, steps, lambda w2: w2[:, 0])


@exercise.mistake("the bug has moved to the weights of the layer")
def _(x, y, weight, w1, b1, lr, steps):
    return _flat(x, y, weight, w1, b1, lr, steps, lambda w2: np.diag(w2) if w2.shape[1] > 1 else w2[:, 0])


def _flat(x, y, weight, w1, b1, lr, steps, used):
    h = np.maximum(x @ w1 + b1, 0)
    w2, b2, losses = np.zeros((h.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = h @ used(w2) + b2 - y[:, 0]
        losses.append((weight * error**2).mean())
        dp = 2 * weight * error / len(x)
        w2 = w2 - lr * h.T @ dp
        b2 = b2 - lr * dp.sum(0)
    return w2, b2, np.array(losses)


@exercise.mistake(
    "the inputs are weighed",
    "You multiply the inputs or the hidden layer with the weights. Then a patient of weight 0 is predicted from zeros, but still counts. "
    "The weight belongs to the error.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(weight[:, None] * x, y, w1, b1, lr, steps, lambda e: (e**2).mean(), lambda e: 2 * e / len(x))


@exercise.mistake("the inputs are weighed")
def _(x, y, weight, w1, b1, lr, steps):
    return _training(weight[:, None] * x, weight[:, None] * y, w1, b1, lr, steps, lambda e: (e**2).mean(), lambda e: 2 * e / len(x))


@exercise.mistake(
    "the predictions are weighed",
    "You multiply the prediction with the weight and compare it with y as it stands. That looks right where both are 0, and is wrong "
    "for any other weight. The weight belongs to the error, or to its square.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _weighed_predictions(x, y, weight, w1, b1, lr, steps, 1)


@exercise.mistake("the predictions are weighed")
def _(x, y, weight, w1, b1, lr, steps):
    return _weighed_predictions(x, y, weight, w1, b1, lr, steps, weight[:, None])


def _weighed_predictions(x, y, weight, w1, b1, lr, steps, slope):
    column = weight[:, None]

    def error(e):
        return column * (e + y) - y  # e + y is the prediction

    return _training(x, y, w1, b1, lr, steps, lambda e: (error(e) ** 2).mean(), lambda e: 2 * slope * error(e) / len(x))


@exercise.mistake(
    "the losses leave out the weights",
    "The training is right, but the losses you report count every patient alike: the weight is in the gradient and not in the loss.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    return _training(x, y, w1, b1, lr, steps, lambda e: (e**2).mean(), lambda e: 2 * weight[:, None] * e / len(x))


@exercise.mistake(
    "patients of weight 0 are thrown out",
    "You drop the patients of weight 0 and count all others alike. The mean then runs over fewer than N, and a weight of 2.5 counts as 1.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    x, y = x[weight > 0], y[weight > 0]
    return _training(x, y, w1, b1, lr, steps, lambda e: (e**2).mean(), lambda e: 2 * e / len(x))


@exercise.mistake(
    "the weight as a yes or no",
    "You only ask whether the weight is 0. That leaves out the right patients, but all others count alike: 2.5 acts as 1.",
    see=SEE,
)
def _(x, y, weight, w1, b1, lr, steps):
    known = (weight > 0)[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: _mean(known, e), lambda e: 2 * known * e / len(x))


@exercise.convention(
    "divided by the sum of the weights",
    "You divide by the sum of the weights, not by N. That is a weighted mean, and how PyTorch's cross_entropy treats its `weight`; "
    "here the mean over all N is asked for.",
)
def _(x, y, weight, w1, b1, lr, steps):
    column = weight[:, None]
    return _training(x, y, w1, b1, lr, steps, lambda e: (column * e**2).sum() / weight.sum(), lambda e: 2 * column * e / weight.sum())


@exercise.convention(
    "a flat last layer",
    "The bug is mended, and w2 and b2 have the right numbers. Only their shapes have changed: (H, 1) and (1,) are asked for, as before.",
)
def _(x, y, weight, w1, b1, lr, steps):
    w2, b2, losses = exercise.reference(x, y, weight, w1, b1, lr, steps)
    return w2[:, 0], b2[0], losses


@exercise.convention("a flat last layer")
def _(x, y, weight, w1, b1, lr, steps):
    w2, b2, losses = exercise.reference(x, y, weight, w1, b1, lr, steps)
    return w2[:, 0], b2, losses


@exercise.convention("a flat last layer")
def _(x, y, weight, w1, b1, lr, steps):
    w2, b2, losses = exercise.reference(x, y, weight, w1, b1, lr, steps)
    return w2, b2[0], losses
