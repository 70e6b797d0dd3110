"""getitem_backward: the gradient of picking rows, which may be picked twice (lesson 07)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "getitem_backward",
    lesson="07_autograd",
    minutes=10,
    difficulty=1,
    hints=(
        "dx has the shape of x. Which rows of x have no part in y, and what is their gradient?",
        "A row that was picked three times collects three contributions. Try `dx[index] += dy` on [0, 0], and look closely.",
        "NumPy carries out `dx[index] += dy` once for each different row. A loop does not, and neither does `np.add.at`.",
    ),
)


@exercise.cases
def cases(rng):
    yield _case(rng, 3, 2, np.array([2, 0]))
    yield _case(rng, 3, 2, np.array([1, 1]))
    yield _case(rng, 4, 3, np.array([0, 3, 3, 1, 3]))
    yield _case(rng, 5, 2, np.array([-1, 2, 4, -1]))  # from the end, as NumPy counts
    yield _case(rng, 6, 3, rng.integers(6, size=9))
    yield _case(rng, 7, 4, np.array([[3, 5, 3], [0, 3, -7]]))
    yield _case(rng, 9, 2, rng.integers(-9, 9, size=(4, 5)))


def _case(rng, n, d, index):
    return rng.normal(size=(*index.shape, d)), rng.normal(size=(n, d)), index


@exercise.equivalent
def _(dy, x, index):
    dx = np.zeros(x.shape)
    for row, gradient in zip(index.ravel(), dy.reshape(-1, dy.shape[-1]), strict=True):
        dx[row] += gradient
    return dx


@exercise.equivalent
def _(dy, x, index):
    picked = np.eye(len(x))[index.ravel()]  # (M, N): one-hot
    return picked.T @ dy.reshape(len(picked), -1)


@exercise.equivalent
def _(dy, x, index):
    rows = index.ravel() % len(x)
    return np.stack([np.bincount(rows, weights=column, minlength=len(x)) for column in dy.reshape(len(rows), -1).T], axis=1)


@exercise.mistake(
    "a row picked twice counts once",
    "Where a row was picked several times, only one contribution is left. `dx[index] = dy` overwrites, and so does `dx[index] += dy`: "
    "NumPy adds once for each different row. Contributions add up.",
    see="07, Build: accumulation",
)
def _(dy, x, index):
    dx = np.zeros_like(x)
    dx[index] += dy
    return dx


@exercise.mistake("a row picked twice counts once")
def _(dy, x, index):
    dx = np.zeros_like(x)
    for row, gradient in reversed(list(zip(index.ravel(), dy.reshape(-1, dy.shape[-1]), strict=True))):
        dx[row] = gradient
    return dx


@exercise.mistake("a row picked twice counts once")
def _(dy, x, index):
    dx = np.zeros_like(x)
    for rows, gradients in zip(index, dy, strict=True):
        dx[rows] += gradients  # right for a list of rows; in a table of rows one may occur twice in a line
    return dx


@exercise.mistake(
    "mean instead of sum",
    "Where a row was picked several times you average its contributions. They come over separate paths, and paths add up.",
    see="07, Build: accumulation",
)
def _(dy, x, index):
    dx, count = np.zeros_like(x), np.zeros(len(x))
    np.add.at(dx, index, dy)
    np.add.at(count, index, 1)
    return dx / np.maximum(count, 1)[:, None]


@exercise.mistake(
    "divided by the number of picks",
    "You divide by the number of rows that were picked. The loss has its own mean, and dy knows of it; here nothing is divided.",
    see="07, Build: accumulation",
)
def _(dy, x, index):
    dx = np.zeros_like(x)
    np.add.at(dx, index, dy)
    return dx / index.size


@exercise.mistake("divided by the number of picks")
def _(dy, x, index):
    dx = np.zeros_like(x)
    np.add.at(dx, index, dy)
    return dx / len(index)


@exercise.mistake(
    "picked from dy",
    "You pick rows again, now from dy. Backward puts them back: row m of dy goes to the row of x that it came from.",
    see="07, Build: picking",
)
def _(dy, x, index):
    return dy[index]


@exercise.mistake("picked from dy")
def _(dy, x, index):
    return dy.reshape(-1, dy.shape[-1])[index.ravel() % index.size]


@exercise.mistake(
    "dy unchanged",
    "You return dy as it is. A gradient has the shape of what it is the gradient of, and that is x.",
    see="07, Build: picking",
)
def _(dy, x, index):
    return dy


@exercise.mistake(
    "added to x",
    "You begin with x itself and add the gradient to it. Begin with zeros: rows that were not picked have gradient 0.",
    see="07, Build: picking",
)
def _(dy, x, index):
    dx = x.copy()
    np.add.at(dx, index, dy)
    return dx


@exercise.mistake("added to x")
def _(dy, x, index):
    dx = x.copy()
    dx[index] = dy
    return dx


@exercise.mistake(
    "dy is forgotten",
    "You count how often each row was picked. That is the gradient only if dy is 1 everywhere. Add dy, not 1.",
    see="07, Build: the backward pass",
)
def _(dy, x, index):
    dx = np.zeros_like(x)
    np.add.at(dx, index, 1)
    return dx


@exercise.mistake("dy is forgotten")
def _(dy, x, index):
    dx = np.zeros_like(x)
    dx[index] = 1
    return dx


@exercise.mistake(
    "rows counted from the end are lost",
    "Rows picked as -1, -2 ... get nothing: you compare the index with 0, 1, 2 ... NumPy counts these from the end, so does backward. "
    "`index % len(x)` is the row that is meant.",
    see="07, Build: picking",
)
def _(dy, x, index):
    picked = (index.ravel()[:, None] == np.arange(len(x))).astype(float)
    return picked.T @ dy.reshape(len(picked), -1)


@exercise.mistake(
    "rows in the order of picking",
    "Your rows stand in the order in which they were picked, followed by zeros. Each belongs to the row of x that it came from.",
    see="07, Build: picking",
)
def _(dy, x, index):
    dx, rows = np.zeros_like(x), dy.reshape(-1, dy.shape[-1])[: len(x)]
    dx[: len(rows)] = rows
    return dx
