"""softmax: turn scores into probabilities, row by row (lesson 03)."""

import math

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "softmax",
    lesson="03_activations_and_losses",
    minutes=10,
    difficulty=1,
    hints=(
        "Three steps: make the scores harmless, take `np.exp`, divide each row by its own sum.",
        "Subtract from each row its largest score. Then the largest exponent is 0, and nothing can overflow.",
        "`logits.max(-1, keepdims=True)` has the shape (N, 1), so it is subtracted row by row. The sum of a row works the same way.",
    ),
)


@exercise.cases
def cases(rng):
    yield (rng.permutation([0.0, 1, 3])[None],)
    yield (np.stack([rng.permutation([0.0, 1, 3]), rng.permutation([2.0, 0, -1])]),)
    yield (rng.normal(size=(4, 5)),)
    yield (np.array([[0.0, 1, 3], [1000, 1001, 999]]),)  # a row of huge logits beside an ordinary one
    yield (np.array([[0.0, 2, 1000, 1], [1, 2, 3, 4]]),)  # one huge logit beside ordinary ones
    yield (np.array([[-1000.0, -1001], [0, 1], [2, 2]]),)  # exp gives 0 everywhere; a tie
    yield (rng.normal(size=(3, 1)),)
    yield (3 * rng.normal(size=(2, 12)),)


def _exp(logits):
    return np.exp(logits - logits.max(-1, keepdims=True))


@exercise.equivalent
def _(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


@exercise.equivalent
def _(logits):
    rows = []
    for row in logits.astype(np.float32):
        e = np.exp(row - max(row))
        rows.append(e / sum(e))
    return np.array(rows)


@exercise.equivalent
def _(logits):
    return 1 / np.exp(np.minimum(logits[:, None, :] - logits[:, :, None], 700)).sum(-1)  # 1 / sum of exp(z_j - z_k)


@exercise.mistake(
    "no maximum subtracted",
    "exp(1000) is infinite, and infinity / infinity is NaN. Subtract the row's maximum first: softmax does not change.",
    see="03, Build: softmax",
)
def _(logits):
    e = np.exp(logits)
    return e / e.sum(-1, keepdims=True)


@exercise.mistake("no maximum subtracted")
def _(logits):
    return np.array([[math.exp(z) / sum(math.exp(other) for other in row) for z in row] for row in logits])


@exercise.mistake(
    "the smallest score subtracted",
    "You subtract the smallest score of the row. Beside a score of 1000 that changes nothing, and exp overflows. Subtract the largest: "
    "then no exponent is above 0.",
    see="03, Build: softmax",
)
def _(logits):
    e = np.exp(logits - logits.min(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@exercise.mistake(
    "softmax over the batch axis",
    "Your columns sum to 1, not your rows: each row is one example.",
    see="03, Build: softmax",
)
def _(logits):
    e = np.exp(logits - logits.max(0))
    return e / e.sum(0)


@exercise.mistake("softmax over the batch axis")
def _(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(0)


@exercise.mistake("softmax over the batch axis")
def _(logits):
    e = np.exp(logits)
    return e / e.sum(0)


@exercise.mistake(
    "one sum for the whole batch",
    "You divide by the sum over all examples, so that the whole table sums to 1. Each row is an example of its own: sum along `axis=-1`.",
    see="03, Build: softmax",
)
def _(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum()


@exercise.mistake("one sum for the whole batch")
def _(logits):
    e = _exp(logits)
    return e / e.sum()


@exercise.mistake("one sum for the whole batch")
def _(logits):
    e = np.exp(logits)
    return e / e.sum()


@exercise.mistake(
    "one maximum for the whole batch",
    "You subtract the largest logit of the whole batch. A row far below it becomes exp(-1000) = 0 everywhere, and 0 / 0 is NaN. "
    "Each row needs its own maximum.",
    see="03, Build: softmax",
)
def _(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(-1, keepdims=True)


@exercise.mistake(
    "the axis is not kept",
    "The sum of each row has the shape (N,), and NumPy lines that up with the K columns. With `keepdims=True` it is (N, 1), one per row.",
    see="03, Build: softmax",
)
def _(logits):
    e = _exp(logits)
    return e / e.sum(-1)


@exercise.mistake("the axis is not kept")
def _(logits):
    e = np.exp(logits)
    return e / e.sum(-1)


@exercise.mistake(
    "no exponential",
    "You divide the scores by their sum. Scores may be negative or sum to 0; the exponential makes them positive first.",
    see="03, Build: softmax",
)
def _(logits):
    return logits / logits.sum(-1, keepdims=True)


@exercise.mistake(
    "not divided by the sum",
    "You return the exponentials. Divide each row by its sum, so that the probabilities of an example sum to 1.",
    see="03, Build: softmax",
)
def _(logits):
    return _exp(logits)


@exercise.mistake("not divided by the sum")
def _(logits):
    return np.exp(logits)


@exercise.mistake(
    "a sigmoid for each score",
    "You squash each score by itself. That answers K separate yes-or-no questions; in softmax the classes of a row share one "
    "probability of 1.",
    see="03, Build: softmax",
)
def _(logits):
    return 1 / (1 + np.exp(-logits))


@exercise.mistake(
    "the logarithm of softmax",
    "You return logarithms: all values are 0 or negative. Take `np.exp` of them to get probabilities.",
    see="03, Build: softmax",
)
def _(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


@exercise.mistake(
    "all or nothing",
    "You give the largest score 1 and the others 0. That is the limit for scores far apart; softmax leaves some probability to each class.",
    see="03, Build: softmax",
)
def _(logits):
    return np.eye(logits.shape[1])[logits.argmax(-1)]


@exercise.mistake(
    "large scores are for unlikely classes",
    "The order is turned round: the largest score gets the smallest probability. The exponent is +z.",
    see="03, Build: softmax",
)
def _(logits):
    return _exp(-logits) / _exp(-logits).sum(-1, keepdims=True)


@exercise.convention(
    "powers of two",
    "You take powers of 2. They give probabilities too, but softmax is defined with e, as in PyTorch: use `np.exp`.",
)
def _(logits):
    e = np.exp2(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
