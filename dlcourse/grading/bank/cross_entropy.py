"""cross_entropy: the loss of a classifier, straight from its logits (lesson 03)."""

import math

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "cross_entropy",
    lesson="03_activations_and_losses",
    minutes=15,
    difficulty=2,
    hints=(
        "Write out log p for one example: the logarithm of a quotient is a difference. Which logarithm cancels which exponential?",
        "log p is the logit minus the logarithm of the row's sum of exponentials. Subtract the row's maximum first: nothing overflows.",
        "`log_p[np.arange(N), targets]` picks one element of each row. The loss is minus the mean of these N numbers.",
    ),
)


@exercise.cases
def cases(rng):
    yield rng.permutation([0.0, 1, 3])[None], np.array([rng.integers(3)])
    yield rng.permutation([0.0, 1, 3, -1, 2, 0.5]).reshape(2, 3), rng.permutation(3)[:2]
    yield rng.normal(size=(5, 3)), np.array([1, 0, 1, 2, 1])  # a class occurs again
    yield 2 * rng.normal(size=(4, 7)), rng.integers(7, size=4)
    yield np.array([[0.0, 1000, 1], [1, 2, 3]]), np.array([0, 2])  # very sure, and wrong
    yield np.array([[1000.0, 1001], [0, 2], [1, 1]]), np.array([0, 1, 1])  # huge logits close together; a tie
    yield rng.normal(size=(12, 2)), rng.integers(2, size=12)


def _log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def _softmax(logits):
    return np.exp(_log_softmax(logits))


def _at(table, targets):
    return table[np.arange(len(targets)), targets]


@exercise.equivalent
def _(logits, targets):
    return np.mean(np.logaddexp.reduce(logits, axis=1) - _at(logits, targets))


@exercise.equivalent
def _(logits, targets):
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        total += np.log(np.exp(row - row[target] - max(row - row[target])).sum()) + max(row - row[target])
    return total / len(targets)


@exercise.equivalent
def _(logits, targets):
    shifted = (logits - logits.max(1)[:, None]).astype(np.float32)
    one_hot = np.eye(logits.shape[1], dtype=np.float32)[targets]
    return (one_hot * (np.log(np.exp(shifted).sum(1))[:, None] - shifted)).sum() / len(logits)


def _too_small_when_sure(cases, values):
    """Right wherever the loss is ordinary, and too small, but a number, where it is large."""
    if not all(isinstance(value, (float, np.floating)) or np.shape(value) == () and value is not None for value in values):
        return False
    expected = [exercise.reference(*case) for case in cases]
    ordinary = all(np.isclose(value, loss, rtol=1e-3) for value, loss in zip(values, expected, strict=True) if loss < 50)
    return ordinary and all(0 < value < 0.9 * loss for value, loss in zip(values, expected, strict=True) if loss >= 50)


@exercise.mistake(
    "softmax twice",
    "Your logits went through softmax twice. Then even a perfect model has a high loss, because probabilities differ by 1 at most. "
    "This is what happens when a network that ends in softmax meets a loss that applies it again.",
    see="03, Misconceptions",
)
def _(logits, targets):
    return -_at(_log_softmax(_softmax(logits)), targets).mean()


@exercise.mistake(
    "the sum in place of the mean",
    "You add up the losses of the examples. Divide by their number, or the loss grows with the batch, and the steps of training with it.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -_at(_log_softmax(logits), targets).sum()


@exercise.mistake(
    "the minus is missing",
    "Your loss is negative and falls when the model gets worse. Logarithms of probabilities are negative: put a minus in front.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return _at(_log_softmax(logits), targets).mean()


@exercise.mistake(
    "the mean over all classes",
    "You divide by N times K. Each example contributes one logarithm, that of its right class, so divide by N.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -(np.eye(logits.shape[1])[targets] * _log_softmax(logits)).mean()


@exercise.mistake(
    "every target in every row",
    "`log_p[:, targets]` picks all targets from each row, N times N numbers. "
    "Give a row number to each target: `log_p[np.arange(N), targets]`.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -_log_softmax(logits)[:, targets].mean()


@exercise.mistake(
    "the loss of its own guess",
    "You take the probability of the class that the model prefers. Then it can never be wrong; take the class in `targets`.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -_log_softmax(logits).max(-1).mean()


@exercise.mistake(
    "the logarithm of zero",
    "When the model is very sure and wrong, the probability is rounded to 0 and its logarithm is minus infinity. "
    "Don't take the logarithm of softmax: log p is the logit minus the logarithm of the sum.",
    see="03, Build: log-sum-exp",
)
def _(logits, targets):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return -np.log(_at(e / e.sum(-1, keepdims=True), targets)).mean()


@exercise.mistake(
    "a small number against the logarithm of zero",
    "A constant such as 1e-9 inside the logarithm avoids infinity, but the loss cannot rise above 20.7 any more. Then a score that is "
    "wrong by 1000 looks no worse than one that is wrong by 21, and its gradient is gone. Work out log p without the logarithm of softmax.",
    see="03, Build: log-sum-exp",
    when=_too_small_when_sure,
)
def _(logits, targets):
    return -np.log(_at(_softmax(logits), targets) + 1e-9).mean()


@exercise.mistake("a small number against the logarithm of zero")
def _(logits, targets):
    return -np.log(np.clip(_at(_softmax(logits), targets), 1e-12, 1)).mean()


@exercise.mistake(
    "no maximum subtracted",
    "exp(1000) is infinite, and then the loss is infinite or NaN. Subtract the row's maximum from the logits first: log p does not change.",
    see="03, Build: log-sum-exp",
)
def _(logits, targets):
    return (np.log(np.exp(logits).sum(-1)) - _at(logits, targets)).mean()


@exercise.mistake("no maximum subtracted")
def _(logits, targets):
    e = np.exp(logits)
    return -np.log(_at(e / e.sum(-1, keepdims=True), targets)).mean()


@exercise.mistake("no maximum subtracted")
def _(logits, targets):
    losses = [math.log(sum(math.exp(z) for z in row)) - row[target] for row, target in zip(logits, targets, strict=True)]
    return sum(losses) / len(losses)


@exercise.mistake(
    "one maximum for the whole batch",
    "You subtract the largest logit of the whole batch. In a row far below it all exponentials become 0, and their logarithm infinite. "
    "Each row needs its own maximum.",
    see="03, Build: log-sum-exp",
)
def _(logits, targets):
    shifted = logits - logits.max()
    return (np.log(np.exp(shifted).sum(-1)) - _at(shifted, targets)).mean()


@exercise.mistake(
    "no softmax",
    "You average the logits of the right classes. A logit is no probability: what counts is how it compares with the others of its row.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -_at(logits, targets).mean()


@exercise.mistake(
    "the logarithm of a logit",
    "You take the logarithm of the logits, which may be negative or 0. They have to become probabilities first.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -np.log(_at(logits, targets)).mean()


@exercise.mistake(
    "softmax over the batch axis",
    "You normalise over the examples. Each row is one example, and its K classes share a probability of 1: sum along `axis=-1`.",
    see="03, Build: softmax",
)
def _(logits, targets):
    return -_at(logits - np.logaddexp.reduce(logits, axis=0), targets).mean()


@exercise.mistake(
    "the squared error",
    "You compare the probabilities with 0 and 1 by their squared differences. Cross entropy takes minus the logarithm at the right class.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return ((_softmax(logits) - np.eye(logits.shape[1])[targets]) ** 2).mean()


@exercise.mistake("the squared error")
def _(logits, targets):
    return ((_softmax(logits) - np.eye(logits.shape[1])[targets]) ** 2).sum(-1).mean()


@exercise.mistake(
    "one loss for each example",
    "You return N losses. Training needs one number: their mean.",
    see="03, Build: cross entropy",
)
def _(logits, targets):
    return -_at(_log_softmax(logits), targets)


@exercise.convention(
    "bits",
    "You take the logarithm to base 2, which gives bits, as in information theory. "
    "PyTorch and this course use the natural logarithm: `np.log`.",
)
def _(logits, targets):
    return -_at(_log_softmax(logits), targets).mean() / np.log(2)
