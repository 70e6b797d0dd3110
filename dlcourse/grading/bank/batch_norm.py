"""batch_norm: each feature normalized over the batch, then scaled and shifted (lesson 09)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "batch_norm",
    lesson="09_deep_networks",
    minutes=10,
    difficulty=1,
    hints=(
        "Three steps: subtract the mean of each feature, divide by a root, then use gamma and beta.",
        "Each feature is a column of x. Over which axis is its mean taken, so that D numbers are left?",
        "`x.mean(0)` and `x.var(0)` have the shape (D,), which NumPy lines up with the columns. Add eps to the variance before the root.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[1.0], [5]]), np.array([10.0]), np.array([7.0]), 1e-5
    yield (*_batch(rng, 4, 3), 1e-5)
    yield (*_batch(rng, 7, 2), 0.3)  # an eps that counts
    x, gamma, beta = _batch(rng, 5, 3)
    x[:, 1] = 4.0  # a feature that is the same in all examples
    yield x, gamma, beta, 1e-5
    yield 0.004 * x, gamma, beta, 1e-5  # features as small as the root of eps
    yield (*_batch(rng, 6, 1), 1e-5)
    yield (*_batch(rng, 3, 8), 1e-3)


def _batch(rng, N, D):
    return 3 * rng.normal(size=(N, D)) + rng.normal(0, 5, size=D), rng.uniform(0.5, 3, size=D), rng.normal(size=D)


def _norm(x, gamma, beta, eps, axis=0, ddof=0):
    mean, var = x.mean(axis, keepdims=True), ((x - x.mean(axis, keepdims=True)) ** 2).sum(axis, keepdims=True)
    count = x.size if axis is None else x.shape[axis]
    return gamma * (x - mean) / np.sqrt(var / (count - ddof) + eps) + beta


@exercise.equivalent
def _(x, gamma, beta, eps=1e-5):
    scale = gamma / np.sqrt((x**2).mean(0) - x.mean(0) ** 2 + eps)
    return x * scale + (beta - x.mean(0) * scale)


@exercise.equivalent
def _(x, gamma, beta, eps=1e-5):
    columns = []
    for column, g, b in zip(x.T, gamma, beta, strict=True):
        variance = sum((column - column.mean()) ** 2) / len(column)
        columns.append(g * (column - column.mean()) * (variance + eps) ** -0.5 + b)
    return np.stack(columns, axis=1)


@exercise.mistake(
    "the unbiased variance",
    "You divide the sum of squares by N - 1. Batch norm divides by N: it does not estimate anything, it normalizes this batch. PyTorch "
    "uses N - 1 only for the running variance.",
    see="09, Build: running statistics",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, gamma, beta, eps, ddof=1)


@exercise.mistake(
    "eps outside the root",
    "You add eps to the standard deviation. It belongs under the root: sqrt(v + eps). The difference shows where the variance is small.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta


@exercise.mistake(
    "no eps",
    "Without eps a feature that is the same in all examples gives 0 / 0, which is NaN. Add eps to the variance.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / x.std(0) + beta


@exercise.mistake(
    "eps is always 1e-5",
    "You write 1e-5 into the formula. It is only what `eps` is when nobody says otherwise: use the argument.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, gamma, beta, 1e-5)


@exercise.mistake(
    "normalized over the features",
    "You normalize each row, which is layer norm. Batch norm normalizes each column: one feature, over all examples.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, gamma, beta, eps, axis=1)


@exercise.mistake(
    "one mean for the whole batch",
    "You take a mean or a variance over all numbers of the batch. Each feature has its own: `axis=0`.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, gamma, beta, eps, axis=None)


@exercise.mistake("one mean for the whole batch")
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var() + eps) + beta


@exercise.mistake("one mean for the whole batch")
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean()) / np.sqrt(x.var(0) + eps) + beta


@exercise.mistake(
    "divided by the variance",
    "You divide by the variance, so that the result depends on the unit of x. Divide by its root.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / (x.var(0) + eps) + beta


@exercise.mistake(
    "the mean is not subtracted",
    "You divide by the right root, but leave the mean where it is. Subtract it first.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt(x.var(0) + eps) + beta


@exercise.mistake(
    "the mean square in place of the variance",
    "Under the root stands the mean of the squares of x. The variance is the mean of the squares of x minus its mean.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / np.sqrt((x**2).mean(0) + eps) + beta


@exercise.mistake(
    "scaled after the shift",
    "You add beta before you multiply, so gamma scales beta too. It is gamma times the normalized feature, plus beta.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return gamma * _norm(x, 1, beta, eps)


@exercise.mistake(
    "gamma and beta exchanged",
    "You multiply by beta and add gamma. gamma is the scale, beta the shift.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, beta, gamma, eps)


@exercise.mistake(
    "gamma and beta forgotten",
    "The features are normalized, but gamma and beta are not used.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, 1, 0, eps)


@exercise.mistake(
    "beta forgotten",
    "The shift beta is missing. It replaces the bias, which batch norm has taken away with the mean.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, gamma, 0, eps)


@exercise.mistake(
    "gamma forgotten",
    "The scale gamma is missing: multiply each normalized feature by it before beta is added.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta, eps=1e-5):
    return _norm(x, 1, beta, eps)
