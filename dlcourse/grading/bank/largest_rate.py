"""largest_rate: at which learning rate does a linear model begin to diverge (lesson 05)?"""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "largest_rate",
    lesson="05_gradient_descent",
    minutes=15,
    difficulty=2,
    hints=(
        "The edge needs the largest eigenvalue of the Hessian. Which numbers of the model does the loss depend on? There are D + 1.",
        "The bias is a weight too: one whose input is 1 for every example. What does that do to x?",
        "`np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix. The Hessian has a factor: the loss is a mean, without a half.",
    ),
)


@exercise.cases
def cases(rng):
    yield (np.array([[1.0], [2], [4]]),)
    yield (rng.normal(size=(5, 2)) + [3, 0],)
    yield (rng.normal(size=(3, 6)) + 1,)  # more inputs than examples
    yield (rng.normal(size=(40, 3)) @ rng.normal(size=(3, 3)) + rng.normal(size=3),)  # inputs that go together
    yield (rng.normal(size=(30, 4)) * [0.01, 1, 5, 0.1] + [0.5, 0, -2, 0],)
    yield (0.1 * rng.normal(size=(12, 2)),)  # here the bias is the steepest direction


def _with_one(x):
    return np.column_stack([x, np.ones(len(x))])


def _hessian(x):
    return 2 / len(x) * x.T @ x


def _top(h):
    return np.linalg.eigvalsh(h)[-1]


@exercise.equivalent
def _(x):
    return len(x) / np.linalg.norm(_with_one(x), 2) ** 2


@exercise.equivalent
def _(x):
    x = _with_one(x)
    return 2 / _top(2 / len(x) * x @ x.T)  # the other product has the same largest eigenvalue


@exercise.equivalent
def _(x):
    h = _hessian(_with_one(x))
    v = np.linspace(1, 2, len(h))
    for _ in range(20_000):
        v = h @ v
        v = v / np.linalg.norm(v)
    return 2 / (v @ h @ v)


@exercise.equivalent
def _(x):
    n, d = x.shape
    h = np.empty((d + 1, d + 1))
    h[:d, :d], h[:d, d], h[d, :d], h[d, d] = 2 * x.T @ x / n, 2 * x.mean(0), 2 * x.mean(0), 2
    return 2 / max(np.linalg.eigvals(h).real)


@exercise.mistake(
    "the bias is forgotten",
    "Your Hessian knows the weights only. The bias is a direction too, and where the inputs have a mean it makes the steepest one steeper: "
    "give x a column of ones.",
    see="05, Build: Standardize the inputs",
)
def _(x):
    return 2 / _top(_hessian(x))


@exercise.mistake(
    "the weights and the bias apart",
    "You take the steeper of two: the weights alone, or the bias alone. Where the inputs have a mean the two go together, and their common "
    "direction is steeper than both.",
    see="05, Build: Standardize the inputs",
)
def _(x):
    return 2 / max(_top(_hessian(x)), 2)


@exercise.mistake(
    "the inputs are centered",
    "You subtract the mean of the inputs first. That is a good idea for training, but the model here gets them as they are, and its mean "
    "ties the weights to the bias.",
    see="05, Build: Standardize the inputs",
)
def _(x):
    return 2 / _top(_hessian(x - x.mean(0)))


@exercise.mistake("the inputs are centered")
def _(x):
    return 2 / _top(_hessian(_with_one(x - x.mean(0))))


@exercise.mistake(
    "one over the largest curvature",
    "At 1 over the largest curvature the steepest direction arrives in a single step. Divergence begins at twice that rate.",
    see="05, Build: One step, and again",
)
def _(x):
    return 1 / _top(_hessian(_with_one(x)))


@exercise.mistake(
    "the smallest eigenvalue",
    "You took the flattest direction. The steepest is the first to diverge: `eigvalsh` gives the eigenvalues from the smallest to the "
    "largest.",
    see="05, Build: A valley that lies askew",
)
def _(x):
    return 2 / np.linalg.eigvalsh(_hessian(_with_one(x)))[0]


@exercise.mistake(
    "the fastest rate",
    "2 over the sum of the smallest and the largest eigenvalue is the rate that arrives first. Asked for is the edge.",
    see="05, Build: How long it takes",
)
def _(x):
    eigenvalues = np.linalg.eigvalsh(_hessian(_with_one(x)))
    return 2 / (eigenvalues[0] + eigenvalues[-1])


@exercise.mistake(
    "the sum of the eigenvalues",
    "You divide by the trace, the sum of all eigenvalues. Each direction walks for itself: only the largest counts.",
    see="05, Build: A valley that lies askew",
)
def _(x):
    return 2 / np.trace(_hessian(_with_one(x)))


@exercise.mistake("the sum of the eigenvalues")
def _(x):
    return 2 / np.linalg.norm(_hessian(_with_one(x)))  # without the 2: the root of the sum of all squares


@exercise.mistake(
    "the diagonal in place of the eigenvalues",
    "The diagonal of the Hessian holds the curvatures along the axes. Where inputs go together, the steepest direction lies between the "
    "axes and is steeper than all of them.",
    see="05, Build: A valley that lies askew",
)
def _(x):
    return 2 / np.diag(_hessian(_with_one(x))).max()


@exercise.mistake(
    "not divided by N",
    "The loss is the mean over the examples, so the Hessian has a factor 1/N. Yours belongs to the sum: its edge falls with every example.",
    see="05, Build: A linear model is a quadratic",
)
def _(x):
    return 2 / _top(2 * _with_one(x).T @ _with_one(x))


@exercise.mistake("not divided by N")
def _(x):
    return 2 / _top(_with_one(x).T @ _with_one(x))


@exercise.mistake(
    "the singular value is not squared",
    "The singular values of x are the roots of the eigenvalues of xᵀx. Square the largest.",
    see="05, Build: A linear model is a quadratic",
)
def _(x):
    return 2 / (2 / len(x) * np.linalg.norm(_with_one(x), 2))


@exercise.mistake("the singular value is not squared")
def _(x):
    return len(x) / np.linalg.norm(_with_one(x), 2)


@exercise.mistake(
    "the largest eigenvalue itself",
    "You return the largest curvature. The steeper it is, the smaller the edge: 2 divided by it.",
    see="05, Build: A valley that lies askew",
)
def _(x):
    return _top(_hessian(_with_one(x)))


@exercise.convention(
    "half of the squared error",
    "Your edge belongs to half of the mean squared error, whose curvature is half as large. Here, as in PyTorch's `mse_loss`, there is "
    "no half: the edge is half of yours.",
)
def _(x):
    return 2 / _top(_with_one(x).T @ _with_one(x) / len(x))
