"""mse_gradient: the gradient of the mean squared error of a linear model (lesson 05)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "mse_gradient",
    lesson="05_gradient_descent",
    minutes=15,
    difficulty=2,
    hints=(
        "First the errors, one for each example: prediction minus target. Everything else is made of them.",
        "Raising w_d by a little raises the error of example n by x_nd times as much. So which sum over n belongs to w_d?",
        "A sum over n of r_n x_nd, for all d at once, is a product of `x.T` with a vector. For b the factor x_nd is 1.",
    ),
)


@exercise.cases
def cases(rng):
    for n, d in ((1, 2), (2, 1), (3, 2), (5, 3), (4, 7), (40, 6)):
        yield rng.normal(size=(n, d)) + 0.5, 3 * rng.normal(size=n), rng.normal(size=d), float(rng.normal() + 2)


def _error(x, y, w, b):
    return x @ w + b - y


@exercise.equivalent
def _(x, y, w, b):
    with_one = np.column_stack([x, np.ones(len(x))])
    g = 2 / len(x) * with_one.T @ (with_one @ [*w, b] - y)
    return g[:-1], g[-1]


@exercise.equivalent
def _(x, y, w, b):
    r = (x.astype(np.float32) @ w.astype(np.float32) + b - y)[:, None]
    return [(2 * r * x).mean(0), 2 * r.mean()]


@exercise.equivalent
def _(x, y, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for x_n, y_n in zip(x, y, strict=True):
        r = sum(x_n * w) + b - y_n
        dw, db = dw + 2 * r * x_n / len(y), db + 2 * r / len(y)
    return dw, db


@exercise.mistake(
    "the sign is turned round",
    "Your gradient points downhill. The error is prediction minus target; with target minus prediction a minus sign comes in by the "
    "chain rule.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = y - x @ w - b
    return 2 / len(x) * x.T @ r, 2 * r.mean()


@exercise.mistake(
    "not divided by N",
    "You sum over the examples. The loss is the mean, so both gradients are divided by N; else the right rate depends on the batch size.",
    see="05, Misconceptions",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 * x.T @ r, 2 * r.sum()


@exercise.mistake("not divided by N")
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return x.T @ r, r.sum()


@exercise.mistake(
    "only db is averaged",
    "`x.T @ r` is a sum over the examples and `r.mean()` a mean. Divide dw by N as well.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 * x.T @ r, 2 * r.mean()


@exercise.mistake("only db is averaged")
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return x.T @ r, r.mean()


@exercise.mistake(
    "only dw is averaged",
    "dw is right, but db is the sum of the errors. It is a mean, like dw.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 / len(x) * x.T @ r, 2 * r.sum()


@exercise.mistake(
    "the 2 is in one of the two",
    "The derivative of a square brings a factor of 2, into dw and into db. One of yours lacks it, so the bias learns at another rate than "
    "the weights.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 / len(x) * x.T @ r, r.mean()


@exercise.mistake("the 2 is in one of the two")
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return x.T @ r / len(x), 2 * r.mean()


@exercise.mistake(
    "the prediction lacks its bias",
    "Your errors are x w - y. The prediction is x w + b.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = x @ w - y
    return 2 / len(x) * x.T @ r, 2 * r.mean()


@exercise.mistake(
    "the target is missing",
    "You multiply by the predictions and not by the errors. Where every prediction is right, the gradient must be 0.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    p = x @ w + b
    return 2 / len(x) * x.T @ p, 2 * p.mean()


@exercise.mistake(
    "the errors are squared",
    "You multiply by the squared errors. The derivative of r² is 2 r: the square is gone.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b) ** 2
    return 2 / len(x) * x.T @ r, 2 * r.mean()


@exercise.mistake("the errors are squared")
def _(x, y, w, b):
    r = _error(x, y, w, b) ** 2
    return x.T @ r / len(x), r.mean()


@exercise.mistake(
    "one gradient for each example",
    "You return the gradients of the examples one by one, shape (N, D). The gradient of the mean is their mean over axis 0.",
    see="05, Build: Mini-batches",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 * r[:, None] * x, 2 * r


@exercise.mistake("one gradient for each example")
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 / len(x) * r[:, None] * x, 2 / len(x) * r


@exercise.mistake(
    "one number for all weights",
    "You average over the weights too, and one number is left. Each weight has a derivative of its own: average over the examples, axis 0.",
    see="05, Build: Which way is down",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return (2 * r[:, None] * x).mean(), 2 * r.mean()


@exercise.mistake(
    "divided by N and by D",
    "You divide dw by the number of entries of x, N times D. The mean is over the N examples.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 / x.size * x.T @ r, 2 * r.mean()


@exercise.mistake(
    "the inputs are missing",
    "All your derivatives by the weights are the same number. A weight moves the prediction by its own input: multiply each error by x_nd "
    "before you sum.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return np.full(len(w), 2 * r.mean()), 2 * r.mean()


@exercise.mistake(
    "the mean of the errors times the mean of the inputs",
    "You average the errors and the inputs apart and multiply the means. The mean of a product is not the product of the means.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 * r.mean() * x.mean(0), 2 * r.mean()


@exercise.mistake(
    "a column against a row",
    "Predictions (N,) minus targets (N, 1) is a table (N, N): each prediction against each target. Keep both at (N,).",
    see="04, Build",
)
def _(x, y, w, b):
    r = x @ w + b - y[:, None]
    return 2 / len(x) * x.T @ r, 2 * r.mean()


@exercise.mistake("a column against a row")
def _(x, y, w, b):
    r = (x @ w + b)[:, None] - y
    return 2 / len(x) * x.T @ r, 2 * r.mean(0)


@exercise.mistake(
    "b before w",
    "You return db first. Asked for is `dw, db`.",
    see="05, Build: A linear model is a quadratic",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return 2 * r.mean(), 2 / len(x) * x.T @ r


@exercise.mistake(
    "the absolute error",
    "You use only the sign of each error: that is the gradient of the mean absolute error. With the square, a large error pulls harder.",
    see="03, Build: Squared error",
)
def _(x, y, w, b):
    s = np.sign(_error(x, y, w, b))
    return x.T @ s / len(x), s.mean()


@exercise.convention(
    "half of the squared error",
    "You differentiate half of the mean squared error, which saves the factor 2. PyTorch's `mse_loss` has no half, and neither has the "
    "loss here: both gradients are twice as large.",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    return x.T @ r / len(x), r.mean()


@exercise.convention(
    "the root of the mean squared error",
    "You differentiate the root of the mean squared error. The direction is right and the length is not: the loss here has no root.",
)
def _(x, y, w, b):
    r = _error(x, y, w, b)
    root = np.sqrt((r**2).mean())
    return x.T @ r / len(x) / root, r.mean() / root
