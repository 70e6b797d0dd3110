"""linear_backward: the three gradients of y = x w + b (lesson 06)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "linear_backward",
    lesson="06_backpropagation",
    minutes=15,
    difficulty=2,
    hints=(
        "Write y with indices, and ask of each input: which entries of y does it reach, and with which slope?",
        "All N examples use the same w and b, so their gradients are sums over n. An example's row of x reaches only its own row of y.",
        "A sum over one index of two matrices is a matrix product. That index stands last in the first factor, and first in the second.",
    ),
)


@exercise.cases
def cases(rng):
    yield from (_case(rng, *sizes) for sizes in ((2, 3, 1), (1, 2, 3), (2, 3, 4), (5, 4, 3), (6, 3, 3), (7, 2, 5)))


def _case(rng, n, d, k):
    """dy (n, k), x (n, d), w (d, k): small whole numbers where they can be followed by hand."""
    if n < 3:
        return tuple(rng.choice([-3.0, -2, -1, 1, 2, 3], size=size) for size in ((n, k), (n, d), (d, k)))
    return rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(d, k))


@exercise.equivalent
def _(dy, x, w):
    return np.einsum("nk,dk->nd", dy, w), np.einsum("nd,nk->dk", x, dy), np.einsum("nk->k", dy)


@exercise.equivalent
def _(dy, x, w):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n in range(len(x)):
        dx[n] = w @ dy[n]
        dw += np.outer(x[n], dy[n])
        db += dy[n]
    return dx, dw, db


@exercise.equivalent
def _(dy, x, w):
    dy = dy.astype(np.float32)
    return [(w @ dy.T).T, (dy.T @ x).T, np.ones(len(dy)) @ dy]


@exercise.mistake(
    "dw is transposed",
    "Your dw has the shape (K, D). A gradient has the shape of what it belongs to, and w is (D, K): the inputs come first.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, dy.T @ x, dy.sum(0)


@exercise.mistake(
    "w is not transposed in dx",
    "You multiply dy with w as it is. The sum for dx runs over the outputs k, the second index of w, so w has to be transposed. "
    "In a square layer both products have the right shape, and only one is right.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w, x.T @ dy, dy.sum(0)


@exercise.mistake(
    "dx is transposed",
    "Your dx has the shape (D, N). It belongs to x, which is (N, D): one row for each example.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return w @ dy.T, x.T @ dy, dy.sum(0)


@exercise.mistake(
    "db is averaged",
    "You take the mean of dy over the batch. Every example uses b, and what is used N times collects the sum. "
    "If the loss is a mean, dy already contains the 1/N.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, dy.mean(0)


@exercise.mistake(
    "dw and db are averaged",
    "You divide by N. If the loss is a mean over the batch, dy already contains the 1/N; here the contributions are only added up.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy / len(x), dy.mean(0)


@exercise.mistake("dw and db are averaged")
def _(dy, x, w):
    return dy @ w.T, x.T @ dy / len(x), dy.sum(0)


@exercise.mistake("dw and db are averaged")
def _(dy, x, w):
    return dy @ w.T / len(x), x.T @ dy / len(x), dy.mean(0)


@exercise.mistake(
    "db is not summed",
    "You return dy itself for db. The bias is added to every row, so its gradient is the sum over the rows, of shape (K,).",
    see="06, Build: backward through broadcasting",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, dy


@exercise.mistake(
    "db is summed over the outputs",
    "You sum each row of dy, which leaves one number per example. There is one bias per output: sum over the examples, axis 0.",
    see="06, Build: backward through broadcasting",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, dy.sum(1)


@exercise.mistake(
    "db is one number",
    "You sum all of dy into one number. There is one bias per output, and each collects its own column: sum over axis 0 only.",
    see="06, Build: backward through broadcasting",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, dy.sum()


@exercise.mistake(
    "db has two axes",
    "Your db has the shape (1, K). The bias is (K,), so sum over axis 0 without `keepdims`.",
    see="06, Build: backward through broadcasting",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, dy.sum(0, keepdims=True)


@exercise.mistake(
    "db is all ones",
    "Your db does not depend on dy. The slope of y by b is 1; the chain rule multiplies it by dy, and the batch adds up.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, np.ones(w.shape[1])


@exercise.mistake("db is all ones")
def _(dy, x, w):
    return dy @ w.T, x.T @ dy, np.full(w.shape[1], float(len(x)))


@exercise.mistake(
    "dy is ignored",
    "Your gradients do not depend on dy. They are the slopes of the sum of y; the chain rule multiplies by dy, "
    "the gradient that comes from above.",
    see="06, Build: the chain rule",
)
def _(dy, x, w):
    ones = np.ones(dy.shape)
    return ones @ w.T, x.T @ ones, ones.sum(0)


@exercise.mistake(
    "sums are multiplied",
    "You sum or average x and dy over the batch and multiply afterwards. Each example's input belongs to its own gradient: "
    "multiply first, then sum.",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, np.outer(x.sum(0), dy.sum(0)), dy.sum(0)


@exercise.mistake("sums are multiplied")
def _(dy, x, w):
    return dy @ w.T, np.outer(x.mean(0), dy.mean(0)), dy.sum(0)


@exercise.mistake(
    "the gradients are in another order",
    "The three gradients are right, but in another order. Asked for is (dx, dw, db), the order of the inputs x, w, b.",
    see="06, Build: a pair",
)
def _(dy, x, w):
    return x.T @ dy, dy.sum(0), dy @ w.T


@exercise.mistake("the gradients are in another order")
def _(dy, x, w):
    return x.T @ dy, dy @ w.T, dy.sum(0)


@exercise.mistake("the gradients are in another order")
def _(dy, x, w):
    return dy @ w.T, dy.sum(0), x.T @ dy


@exercise.mistake(
    "a gradient is missing",
    "Three inputs take part in y = x w + b, so three gradients go back: (dx, dw, db).",
    see="06, Build: backward through a linear layer",
)
def _(dy, x, w):
    return dy @ w.T, x.T @ dy


@exercise.mistake("a gradient is missing")
def _(dy, x, w):
    return x.T @ dy, dy.sum(0)


@exercise.mistake(
    "the sign is turned round",
    "All your gradients have the opposite sign. The minus of gradient descent belongs to the update, not to the gradient.",
    see="06, Misconceptions",
)
def _(dy, x, w):
    return -dy @ w.T, -x.T @ dy, -dy.sum(0)
