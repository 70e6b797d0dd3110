"""batch_norm_backward: the gradient through mean and variance (lesson 09)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "batch_norm_backward",
    lesson="09_deep_networks",
    minutes=20,
    difficulty=3,
    hints=(
        "First the gradient of the normalized feature: y is gamma times it, plus beta. Then take one feature: each x_n moves all outputs.",
        "Three ways lead from x_n to the loss: directly, through the mean, through the variance. Sum the derivatives of all three.",
        "What is left of the gradient has no part along ones and none along the normalized feature. Both parts are means over the batch.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[1.0], [0], [0]]), np.array([[0.0], [1], [2]]), np.array([2.0]), 1e-5
    for N, D, eps in (3, 1, 1e-5), (5, 3, 1e-5), (7, 2, 0.3), (4, 6, 1e-3), (2, 3, 0.1):
        yield rng.normal(size=(N, D)), 2 * rng.normal(size=(N, D)) + rng.normal(0, 4, size=D), rng.uniform(0.5, 3, size=D), eps
    yield rng.normal(size=(6, 2)), 0.004 * rng.normal(size=(6, 2)), rng.uniform(0.5, 3, size=2), 1e-5  # as small as the root of eps


def _parts(x, eps, axis=0):
    s = np.sqrt(x.var(axis, keepdims=True) + eps)
    return (x - x.mean(axis, keepdims=True)) / s, s


def _through(dnormed, x, eps, axis=0):
    normed, s = _parts(x, eps, axis)
    along_ones, along_normed = dnormed.mean(axis, keepdims=True), (dnormed * normed).mean(axis, keepdims=True)
    return (dnormed - along_ones - normed * along_normed) / s


@exercise.equivalent
def _(dy, x, gamma, eps=1e-5):
    N, centered, var = len(x), x - x.mean(0), x.var(0) + eps
    return gamma * var**-0.5 / N * (N * dy - dy.sum(0) - centered / var * (dy * centered).sum(0))


@exercise.equivalent
def _(dy, x, gamma, eps=1e-5):
    N, centered = len(x), x - x.mean(0)
    root = np.sqrt(x.var(0) + eps)
    dnormed = dy * gamma
    dvar = (dnormed * centered).sum(0) * -0.5 * root**-3
    dmean = -dnormed.sum(0) / root + dvar * (-2 * centered).mean(0)
    return dnormed / root + dvar * 2 * centered / N + dmean / N


@exercise.equivalent
def _(dy, x, gamma, eps=1e-5):
    columns = []
    for d, column in enumerate(x.T):
        normed, s = _parts(column, eps)
        jacobian = (np.eye(len(x)) - 1 / len(x) - np.outer(normed, normed) / len(x)) / s
        columns.append(jacobian @ dy[:, d] * gamma[d])
    return np.array(columns).T


@exercise.mistake(
    "mean and variance taken as constants",
    "You only divide by the root, as if mean and variance did not depend on x. That holds in evaluation. In training each x moves both, "
    "and with them all outputs of its feature.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    return gamma * dy / np.sqrt(x.var(0) + eps)


@exercise.mistake(
    "the way through the variance is missing",
    "The mean is taken care of, the variance is not. Each x also moves the root that all are divided by: a part along the normalized "
    "feature must go.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    return gamma * (dy - dy.mean(0)) / np.sqrt(x.var(0) + eps)


@exercise.mistake(
    "the way through the mean is missing",
    "The variance is taken care of, the mean is not. Each x also moves the mean that is subtracted from all: your dx should sum to 0.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    normed, s = _parts(x, eps)
    return gamma * (dy - normed * (dy * normed).mean(0)) / s


@exercise.mistake(
    "gamma forgotten",
    "The gradient of the normalized feature is gamma times dy. Multiply by gamma, feature by feature.",
    see="09, Build: batch norm and layer norm",
)
def _(dy, x, gamma, eps=1e-5):
    return _through(dy, x, eps)


@exercise.mistake(
    "divided by gamma",
    "You divide by gamma. Forward, y is gamma times the normalized feature, and so a gradient is multiplied by gamma on its way back.",
    see="09, Build: batch norm and layer norm",
)
def _(dy, x, gamma, eps=1e-5):
    return _through(dy / gamma, x, eps)


@exercise.mistake(
    "sums in place of means",
    "You subtract the sums over the batch. Each derivative of the mean is 1/N, so it is the means that are subtracted.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    normed, s = _parts(x, eps)
    return gamma * (dy - dy.sum(0) - normed * (dy * normed).sum(0)) / s


@exercise.mistake(
    "averaged over the batch",
    "All your numbers are N times too small. The loss has its 1/N already in dy; batch norm brings in no other.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    return _through(gamma * dy, x, eps) / len(x)


@exercise.mistake(
    "the root forgotten",
    "The two parts are removed, but the result is not divided by the root. An x ten times as large moves its output a tenth as much.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    normed, s = _parts(x, eps)
    return _through(gamma * dy, x, eps) * s


@exercise.mistake(
    "divided by the variance",
    "You divide by the variance. Forward the division is by its root, and so it is on the way back.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    normed, s = _parts(x, eps)
    return _through(gamma * dy, x, eps) / s


@exercise.mistake(
    "x in place of the normalized feature",
    "In the last term stands x, or x minus its mean, where the normalized feature belongs. Divide it by the root, both times.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    dnormed, s = gamma * dy, np.sqrt(x.var(0) + eps)
    return (dnormed - dnormed.mean(0) - x * (dnormed * x).mean(0)) / s


@exercise.mistake("x in place of the normalized feature")
def _(dy, x, gamma, eps=1e-5):
    dnormed, s, centered = gamma * dy, np.sqrt(x.var(0) + eps), x - x.mean(0)
    return (dnormed - dnormed.mean(0) - centered * (dnormed * centered).mean(0)) / s


@exercise.mistake(
    "a plus in place of a minus",
    "You add the part along the normalized feature. It is taken away: a larger x makes the root larger, and so all outputs smaller.",
    see="09, Build: gradient through mean and variance",
)
def _(dy, x, gamma, eps=1e-5):
    normed, s = _parts(x, eps)
    return gamma * (dy - dy.mean(0) + normed * (dy * normed).mean(0)) / s


@exercise.mistake(
    "the gradient of layer norm",
    "You average over the features of each example. Batch norm took its means over the examples, one for each feature: `axis=0`.",
    see="09, Build: batch norm and layer norm",
)
def _(dy, x, gamma, eps=1e-5):
    return _through(gamma * dy, x, eps, axis=1)


@exercise.mistake(
    "one mean for all features",
    "You average over the whole array. Each feature has its own means over the batch: `axis=0`.",
    see="09, Build: batch norm and layer norm",
)
def _(dy, x, gamma, eps=1e-5):
    dnormed, (normed, s) = gamma * dy, _parts(x, eps)
    return (dnormed - dnormed.mean() - normed * (dnormed * normed).mean()) / s


@exercise.mistake(
    "the unbiased variance",
    "Your root has the variance with N - 1. Forward divides by N, so must the gradient.",
    see="09, Build: running statistics",
)
def _(dy, x, gamma, eps=1e-5):
    s = np.sqrt(x.var(0, ddof=1) + eps)
    dnormed, normed = gamma * dy, (x - x.mean(0)) / s
    return (dnormed - dnormed.mean(0) - normed * (dnormed * normed).mean(0)) / s


@exercise.mistake(
    "eps outside the root, or none",
    "The root is sqrt(v + eps), on the way back as on the way forward. It shows where the variance is small or eps is large.",
    see="09, Build: normalizing one feature",
)
def _(dy, x, gamma, eps=1e-5):
    s = x.std(0) + eps
    dnormed, normed = gamma * dy, (x - x.mean(0)) / s
    return (dnormed - dnormed.mean(0) - normed * (dnormed * normed).mean(0)) / s


@exercise.mistake("eps outside the root, or none")
def _(dy, x, gamma, eps=1e-5):
    return _through(gamma * dy, x, 0.0)


@exercise.mistake(
    "eps is always 1e-5",
    "You write 1e-5 into the formula. It is only what `eps` is when nobody says otherwise: use the argument.",
    see="09, Build: normalizing one feature",
)
def _(dy, x, gamma, eps=1e-5):
    return _through(gamma * dy, x, 1e-5)


@exercise.mistake(
    "the gradient of gamma",
    "You return the sum of dy times the normalized feature, which is the gradient of gamma, (D,). Asked for is that of x, (N, D).",
    see="09, Build: batch norm and layer norm",
)
def _(dy, x, gamma, eps=1e-5):
    return (dy * _parts(x, eps)[0]).sum(0)
