"""cross_entropy_backward: how each logit moves the loss (lesson 03)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "cross_entropy_backward",
    lesson="03_activations_and_losses",
    minutes=15,
    difficulty=2,
    hints=(
        "For one example the loss is log(sum of exp z) - z_t. The derivative of the first term by z_k has a name: which one?",
        "The first term gives softmax. The second gives -1, but only at the right class. And the mean over the batch?",
        "Take p = softmax(logits), subtract 1 at `[np.arange(N), targets]`, and divide by N.",
    ),
)


@exercise.cases
def cases(rng):
    yield rng.permutation([0.0, 1, 3])[None], np.array([rng.integers(3)])
    yield rng.permutation([0.0, 1, 3, -1, 2, 0.5]).reshape(2, 3), rng.permutation(3)[:2]
    yield rng.normal(size=(5, 3)), np.array([1, 0, 1, 2, 1])  # a class occurs again
    yield 2 * rng.normal(size=(4, 7)), rng.integers(7, size=4)
    yield np.array([[0.0, 1000, 1], [1, 2, 3]]), np.array([0, 2])  # very sure, and wrong
    yield np.array([[1000.0, 1001], [0, 2], [1, 1]]), np.array([0, 1, 1])
    yield rng.normal(size=(6, 2)), np.array([0, 1, 1, 0, 1, 1])


def _softmax(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


def _one_hot(logits, targets):
    return np.eye(logits.shape[1])[targets]


@exercise.equivalent
def _(logits, targets):
    return (_softmax(logits) - _one_hot(logits, targets)) / logits.shape[0]


@exercise.equivalent
def _(logits, targets):
    grad = np.zeros(logits.shape, dtype=np.float32)
    for n, (row, target) in enumerate(zip(logits, targets, strict=True)):
        e = np.exp(row - row.max())
        for k in range(len(row)):
            grad[n, k] = (e[k] / e.sum() - (k == target)) / len(targets)
    return grad


@exercise.equivalent
def _(logits, targets):
    p = _softmax(logits)
    jacobian = np.eye(p.shape[1]) - p[:, None, :]  # of log p_j by z_k
    return -jacobian[np.arange(len(targets)), targets] / len(targets)


@exercise.mistake(
    "not divided by the number of examples",
    "Your gradient belongs to the sum of the losses. The loss is their mean, so divide by N.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return _softmax(logits) - _one_hot(logits, targets)


@exercise.mistake(
    "the sign is the wrong way round",
    "Your gradient points downhill. The gradient itself points to a higher loss: softmax minus 1 at the right class. "
    "The minus comes in the update.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return (_one_hot(logits, targets) - _softmax(logits)) / len(targets)


@exercise.mistake(
    "divided by the number of classes too",
    "You divide by N times K. The loss is a mean over the N examples only.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return (_softmax(logits) - _one_hot(logits, targets)) / logits.size


@exercise.mistake(
    "divided by the number of classes",
    "You divide by K, the number of classes. The loss is a mean over the N examples: divide by N.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return (_softmax(logits) - _one_hot(logits, targets)) / logits.shape[1]


@exercise.mistake(
    "the targets are not subtracted",
    "You return softmax, divided by N. It does not depend on the targets, so it cannot teach anything: subtract 1 at the right class.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return _softmax(logits) / len(targets)


@exercise.mistake(
    "only the right class has a gradient",
    "The other classes have a gradient too. Their logits stand in the sum below the fraction, and raising one takes probability "
    "from the right class.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    hot = _one_hot(logits, targets)
    return (_softmax(logits) - 1) * hot / len(targets)


@exercise.mistake(
    "1 subtracted in every row at every target",
    "`p[:, targets] -= 1` changes all target columns in all rows. Give each target its row: `p[np.arange(N), targets] -= 1`.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    p = _softmax(logits)
    p[:, targets] -= 1
    return p / len(targets)


@exercise.mistake(
    "the class number is subtracted",
    "You subtract the numbers of the classes from the probabilities. A class number is a name, not an amount: subtract 1 at its place.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return (_softmax(logits) - targets[:, None]) / len(targets)


@exercise.mistake(
    "softmax is missing",
    "You subtract the targets from the logits. The derivative of log(sum of exp z) is softmax, so they have to become probabilities first.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return (logits - _one_hot(logits, targets)) / len(targets)


@exercise.mistake(
    "through softmax once more",
    "p - 1 is already the gradient at the logits. You multiply by p (1 - p) as well, as if softmax were still to come, and the "
    "gradient vanishes "
    "just where the model is sure and wrong.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    p = _softmax(logits)
    return (p - _one_hot(logits, targets)) * p * (1 - p) / len(targets)


@exercise.mistake(
    "the gradient at the probabilities",
    "You return -1 / p at the right class, the derivative by the probability. "
    "The logits are one step further back: go through softmax as well.",
    see="03, Build: the gradient of cross entropy",
)
def _(logits, targets):
    return np.where(_one_hot(logits, targets) > 0, -1 / _softmax(logits), 0.0) / len(targets)


@exercise.mistake(
    "no maximum subtracted",
    "exp(1000) is infinite, and infinity / infinity is NaN. Subtract the row's maximum before the exponential, as in softmax.",
    see="03, Build: log-sum-exp",
)
def _(logits, targets):
    e = np.exp(logits)
    return (e / e.sum(-1, keepdims=True) - _one_hot(logits, targets)) / len(targets)


@exercise.mistake(
    "softmax over the batch axis",
    "You normalise over the examples. Each row is one example: sum along `axis=-1`.",
    see="03, Build: softmax",
)
def _(logits, targets):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=0))
    return (p - _one_hot(logits, targets)) / len(targets)


@exercise.convention(
    "bits",
    "This is the gradient of the loss in bits, with the logarithm to base 2. PyTorch and this course use the natural logarithm.",
)
def _(logits, targets):
    return (_softmax(logits) - _one_hot(logits, targets)) / len(targets) / np.log(2)
