"""relu_backward: the gradient passes where the input was positive (lesson 06)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "relu_backward",
    lesson="06_backpropagation",
    minutes=5,
    difficulty=1,
    hints=(
        "What is the slope of max(x, 0) for a positive x? And for a negative one?",
        "The chain rule: dx is dy times the slope at x, element by element.",
        "`x > 0` is True or False for each element, and counts as 1 or 0 when you multiply.",
    ),
)


@exercise.cases
def cases(rng):
    yield rng.choice([-3.0, -2, 2, 3], 3), rng.permutation([-1.0, 2, -3])
    yield _upstream(rng, 1), np.array([2.0])  # of one number even `if x > 0` can ask
    yield _upstream(rng, 4), np.array([0.0, 1, -1, 0])  # exactly at the kink
    yield _upstream(rng, (2, 3)), np.array([[1.0, -2, 0], [-1, 3, 0.5]])
    yield rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    yield rng.normal(size=(2, 3, 4)), 100 * rng.normal(size=(2, 3, 4))
    yield rng.normal(size=6) - 4, rng.normal(size=6).round()  # all of dy negative


def _upstream(rng, shape):
    return rng.choice([-5.0, -3, -2, 2, 3, 5], shape)


@exercise.equivalent
def _(dy, x):
    return np.where(x > 0, dy, 0)


@exercise.equivalent
def _(dy, x):
    dx = dy.copy()
    dx[x <= 0] = 0
    return dx


@exercise.equivalent
def _(dy, x):
    return dy.astype(np.float32) * np.sign(np.maximum(x, 0))


@exercise.mistake(
    "the mask is taken from dy",
    "You keep dy where dy is positive. Whether the gradient passes depends on the input, not on the gradient: ask x > 0.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return np.maximum(dy, 0)


@exercise.mistake(
    "dy is ignored",
    "You return the slope of ReLU, 1 or 0. The chain rule multiplies it by dy, the gradient that comes from above.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return np.where(x > 0, 1.0, 0.0)


@exercise.mistake("dy is ignored")
def _(dy, x):
    return x > 0


@exercise.mistake(
    "the output in place of the slope",
    "You multiply dy by max(x, 0), the output. The slope is 1 wherever x is positive, however large x is.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy * np.maximum(x, 0)


@exercise.mistake(
    "the input in place of the slope",
    "You multiply dy by x. The slope of ReLU is 1 for a positive x and 0 for a negative one.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy * x


@exercise.mistake(
    "the mask is turned round",
    "You keep the gradient where x is negative. There the output is 0 whatever x is, so the gradient stops there and passes elsewhere.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy * (x < 0)


@exercise.mistake("the mask is turned round")
def _(dy, x):
    return dy * (x <= 0)


@exercise.mistake(
    "the sign in place of the slope",
    "You multiply dy by the sign of x, the slope of |x|. ReLU is flat where x is negative: its slope there is 0, not -1.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy * np.sign(x)


@exercise.mistake(
    "two masks",
    "You keep only positive gradients of positive inputs. A negative gradient says that a larger x lowers the loss; it has to pass too.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return np.maximum(dy, 0) * (x > 0)


@exercise.mistake(
    "one question for the whole array",
    "`if x > 0` asks one question, but x holds many numbers: `np.where(x > 0, ..., ...)` asks each.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy if x > 0 else 0 * dy


@exercise.mistake(
    "no mask",
    "You pass all of dy on. Where x is negative the output does not react to x, so the gradient there is 0.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return dy


@exercise.mistake(
    "ReLU forward",
    "You return max(x, 0), the output of the forward pass. Asked for is the gradient: dy where x is positive, 0 elsewhere.",
    see="06, Build: backward through ReLU",
)
def _(dy, x):
    return np.maximum(x, 0)


@exercise.mistake(
    "a leak for negative inputs",
    "You let a little of the gradient through where x is negative. That is leaky ReLU; ReLU is flat there and passes nothing.",
    see="06, Build: backward through ReLU",
    when=lambda cases, values: _leaks(cases, values),
)
def _(dy, x):
    return np.where(x > 0, dy, 0.01 * dy)


def _leaks(cases, values):
    """dy where x is positive, and one small share of dy, the same everywhere, where it is negative."""
    if any(np.shape(value) != dy.shape for (dy, _), value in zip(cases, values, strict=True)):
        return False
    shares = np.concatenate([(np.asarray(value) / dy)[x < 0] for (dy, x), value in zip(cases, values, strict=True)])
    passes = all(np.allclose(np.asarray(value)[x > 0], dy[x > 0]) for (dy, x), value in zip(cases, values, strict=True))
    return passes and 0 < shares[0] < 0.9 and np.allclose(shares, shares[0], rtol=1e-3)


@exercise.convention(
    "slope 1 at 0",
    "At x = 0 you let the gradient pass (x >= 0). ReLU has no slope at its kink, so this is a choice; PyTorch and this course choose 0.",
)
def _(dy, x):
    return dy * (x >= 0)


@exercise.convention(
    "slope one half at 0",
    "At x = 0 you take the slope 0.5. ReLU has no slope at its kink, so this is a choice; PyTorch and this course choose 0.",
)
def _(dy, x):
    return dy * np.heaviside(x, 0.5)
