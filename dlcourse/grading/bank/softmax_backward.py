"""softmax_backward: a gradient through softmax, where each output depends on every input (lesson 06)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "softmax_backward",
    lesson="06_backpropagation",
    minutes=20,
    difficulty=3,
    hints=(
        "Logit k reaches the loss through all K outputs of its row: dz_k is the sum over j of dy_j times the derivative of y_j by z_k.",
        "Put the formula into that sum. The part with [j = k] leaves dy_k y_k. In the other part, y_k comes out of the sum over j.",
        "What remains is y_k times (dy_k minus one number per row), the sum over j of dy_j y_j. Sum with `keepdims=True`.",
    ),
)


@exercise.cases
def cases(rng):
    yield rng.permutation([4.0, 0, -2])[None], rng.permutation([0.0, 1, 2])[None]
    yield rng.permutation([4.0, 0, -2, 1, 3, -1]).reshape(2, 3), rng.permutation([0.0, 1, 2, -1, 0.5, 3]).reshape(2, 3)
    yield rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    yield rng.normal(size=(6, 2)), 2 * rng.normal(size=(6, 2))
    yield rng.normal(size=(2, 3)), np.array([[0.0, 1, 3], [1000, 1001, 999]])
    yield rng.normal(size=(2, 4)), np.array([[0.0, 2, 1000, 1], [1, 1, 2, 2]])
    yield rng.normal(size=(3, 9)), rng.normal(size=(3, 9))


def _softmax(logits):
    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


@exercise.equivalent
def _(dy, logits):
    y = _softmax(logits)
    jacobian = y[:, :, None] * (np.eye(y.shape[1]) - y[:, None, :])
    return np.einsum("nj,njk->nk", dy, jacobian)


@exercise.equivalent
def _(dy, logits):
    grad = np.zeros(logits.shape, dtype=np.float32)
    for n in range(len(logits)):
        y = _softmax(logits[n])
        grad[n] = (np.diag(y) - np.outer(y, y)) @ dy[n]
    return grad


@exercise.equivalent
def _(dy, logits):
    y = _softmax(logits)
    weighted = y * dy
    return weighted - y * np.sum(weighted, axis=1)[:, None]


@exercise.mistake(
    "only the diagonal of the Jacobian",
    "You use y (1 - y), as if each output depended on its own logit only. Raising one logit lowers all other outputs of the row: "
    "those derivatives, -y_j y_k, are missing.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return dy * y * (1 - y)


@exercise.mistake(
    "only the first term",
    "You return dy y. The sum in softmax depends on the logits too, and gives the second term: minus y times the row's sum of dy y.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return dy * _softmax(logits)


@exercise.mistake(
    "the sum is not weighted",
    "You subtract the sum of dy. It is to be weighted by the outputs: the sum of dy y over the row.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return _softmax(logits) * (dy - dy.sum(-1, keepdims=True))


@exercise.mistake(
    "the mean in place of the sum",
    "You subtract a mean over the row. All K outputs contribute in full, each with its weight: it is the sum of dy y.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * (dy - (dy * y).mean(-1, keepdims=True))


@exercise.mistake("the mean in place of the sum")
def _(dy, logits):
    return _softmax(logits) * (dy - dy.mean(-1, keepdims=True))


@exercise.mistake(
    "the factor y is missing",
    "The brackets are right, dy minus the row's sum of dy y. They still have to be multiplied by y.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return dy - (dy * _softmax(logits)).sum(-1, keepdims=True)


@exercise.mistake(
    "the factor y only once",
    "You subtract the sum of dy y without a factor. Both terms carry y_k: it is y times (dy minus the row's sum of dy y).",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * dy - (y * dy).sum(-1, keepdims=True)


@exercise.mistake(
    "softmax forward",
    "You return softmax(logits), the output of the forward pass. Asked for is the gradient that goes back, and dy is a part of it.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return _softmax(logits)


@exercise.mistake(
    "summed over the batch",
    "You sum dy y over the examples. Rows do not touch each other in softmax: sum along `axis=-1`, once per row.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * (dy - (dy * y).sum(0))


@exercise.mistake("summed over the batch")
def _(dy, logits):
    y = _softmax(logits)
    return y * (dy - (dy * y).sum())


@exercise.mistake(
    "the axis is not kept",
    "The sum of each row has the shape (N,), and NumPy lines that up with the K columns. With `keepdims=True` it is (N, 1), one per row.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * (dy - (dy * y).sum(-1))


@exercise.mistake(
    "the sign is the wrong way round",
    "Your gradient has the opposite sign: it is dy minus the sum, not the sum minus dy.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * ((dy * y).sum(-1, keepdims=True) - dy)


@exercise.mistake(
    "the second term is added",
    "You add the sum of dy y. It is subtracted: raising one logit takes probability from the others.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    y = _softmax(logits)
    return y * (dy + (dy * y).sum(-1, keepdims=True))


@exercise.mistake(
    "the shortcut of cross entropy",
    "y minus something is the gradient of softmax *and* cross entropy in one. Here the loss can be any; all you know of it is dy.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return _softmax(logits) - dy


@exercise.mistake(
    "the logits in place of the output",
    "The formula holds for the output y, and you put the logits into it. Compute y = softmax(logits) first.",
    see="06, Build: backward through softmax",
)
def _(dy, logits):
    return logits * (dy - (dy * logits).sum(-1, keepdims=True))


@exercise.mistake(
    "no maximum subtracted",
    "exp(1000) is infinite, and infinity / infinity is NaN. Subtract the row's maximum before the exponential.",
    see="03, Build: softmax",
)
def _(dy, logits):
    e = np.exp(logits)
    y = e / e.sum(-1, keepdims=True)
    return y * (dy - (dy * y).sum(-1, keepdims=True))
