"""mlp_gradients: all gradients of a network of two layers, chained by hand (lesson 06)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "mlp_gradients",
    lesson="06_backpropagation",
    minutes=25,
    difficulty=3,
    hints=(
        "Go forward first, line by line, and keep z1, a and the logits. Then write one line of backward for each, in reverse order.",
        "Begin with the gradient of the logits, (p - y) / N. What you wrote in the other exercises takes it from there.",
        "In order: dlogits; then dw2, db2 and da from the second layer; then dz1 through the gate of ReLU; then dw1 and db1.",
    ),
)

SEE = "06, Build: two layers"


@exercise.cases
def cases(rng):
    yield from (_case(rng, *sizes) for sizes in ((1, 2, 3, 2), (2, 3, 2, 4), (4, 2, 3, 3), (5, 4, 6, 3), (7, 3, 5, 2)))


def _case(rng, n, d, h, k):
    """n examples, d inputs, h hidden neurons, k classes. In each batch there are hidden neurons that are on and some that are off."""
    x, w1, b1 = rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)
    b1[0] -= (x @ w1 + b1)[0, 0] - 0.5  # on for the first example
    b1[1] -= (x @ w1 + b1)[0, 1] + 0.5  # off
    return x, rng.integers(0, k, n), w1, b1, rng.normal(size=(h, k)), rng.normal(size=k)


def _forward(x, w1, b1, w2, b2):
    """z1, a and the probabilities."""
    z1 = x @ w1 + b1
    a = np.maximum(z1, 0)
    logits = a @ w2 + b2
    return z1, a, np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))


def _difference(p, targets):
    """(p - y) / N."""
    return (p - np.eye(p.shape[1])[targets]) / len(p)


def _back(x, z1, a, dz2, w2, gate=lambda z1, a, da: da * (z1 > 0)):
    """The four gradients from that of the logits, with the gate that is given."""
    da = dz2 @ w2.T
    dz1 = gate(z1, a, da)
    return x.T @ dz1, dz1.sum(0), a.T @ dz2, dz2.sum(0)


def _right(x, targets, w1, b1, w2, b2):
    z1, a, p = _forward(x, w1, b1, w2, b2)
    return _back(x, z1, a, _difference(p, targets), w2)


def _from_logits(change):
    """A mistake in the gradient of the logits: change(p, targets)."""

    def gradients(x, targets, w1, b1, w2, b2):
        z1, a, p = _forward(x, w1, b1, w2, b2)
        return _back(x, z1, a, change(p, targets), w2)

    return gradients


def _with_gate(gate):
    """A mistake in the way back through ReLU: gate(z1, a, da)."""

    def gradients(x, targets, w1, b1, w2, b2):
        z1, a, p = _forward(x, w1, b1, w2, b2)
        return _back(x, z1, a, _difference(p, targets), w2, gate)

    return gradients


@exercise.equivalent
def _(x, targets, w1, b1, w2, b2):
    total = [np.zeros(w.shape) for w in (w1, b1, w2, b2)]
    for row, target in zip(x, targets, strict=True):
        gradients = _right(row[None], np.array([target]), w1, b1, w2, b2)
        total = [sum_ + gradient / len(x) for sum_, gradient in zip(total, gradients, strict=True)]
    return total


@exercise.equivalent
def _(x, targets, w1, b1, w2, b2):
    x, w1, w2 = (array.astype(np.float32) for array in (x, w1, w2))
    _, a, p = _forward(x, w1, b1, w2, b2)
    p[np.arange(len(x)), targets] -= 1
    dz1 = np.where(a > 0, p @ w2.T, 0)
    return tuple(gradient / len(x) for gradient in (x.T @ dz1, dz1.sum(0), a.T @ p, p.sum(0)))


exercise.mistake(
    "the gate of ReLU is forgotten",
    "You pass the gradient of a on as that of z1. Where z1 is negative ReLU gives 0 whatever z1 is, and nothing passes.",
    see="06, Build: backward through ReLU",
)(_with_gate(lambda z1, a, da: da))

exercise.mistake(
    "the gate is set by the gradient",
    "You let the gradient pass where it is positive. The gate was set in the forward pass: ask z1 > 0.",
    see="06, Build: backward through ReLU",
)(_with_gate(lambda z1, a, da: np.maximum(da, 0)))

exercise.mistake(
    "the output in place of the slope",
    "You multiply with a. The slope of ReLU is 1 where z1 is positive, however large a is.",
    see="06, Build: backward through ReLU",
)(_with_gate(lambda z1, a, da: da * a))

exercise.mistake(
    "the slope of another activation",
    "1 - a² is the slope of tanh, a (1 - a) that of the sigmoid. The hidden layer here is a ReLU.",
    see="06, Build: backward through the sigmoid",
)(_with_gate(lambda z1, a, da: da * (1 - a**2)))

exercise.mistake("the slope of another activation")(_with_gate(lambda z1, a, da: da * a * (1 - a)))

exercise.mistake(
    "not divided by N",
    "Your gradients are N times too large. The loss is the mean over the batch, so the gradient of the logits is (p - y) / N.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: len(p) * _difference(p, targets)))

exercise.mistake(
    "divided by N twice",
    "Your gradients are N times too small. The 1 / N comes in once, with the loss; in the layers the contributions are only added up.",
    see="06, Build: backward through a linear layer",
)(_from_logits(lambda p, targets: _difference(p, targets) / len(p)))

exercise.mistake(
    "divided by N and by K",
    "The mean runs over the N examples, not over all N · K numbers of the logits.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: _difference(p, targets) / p.shape[1]))

exercise.mistake(
    "the labels are forgotten",
    "You send back p / N. What comes back from cross entropy is the difference of what was said and what was true, (p - y) / N.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: p / len(p)))

exercise.mistake(
    "the sign is turned round",
    "All your gradients have the opposite sign: it is p - y, not y - p.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: -_difference(p, targets)))

exercise.mistake(
    "the slope of softmax is counted twice",
    "(p - y) is the gradient of the logits already, the slope of softmax included. You multiply by p (1 - p) once more.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: _difference(p, targets) * p * (1 - p)))

exercise.mistake(
    "squared error in place of cross entropy",
    "You send back 2 (p - y), the gradient of a squared error by the probabilities. The loss is cross entropy of the logits: (p - y) / N.",
    see="06, Build: backward through softmax",
)(_from_logits(lambda p, targets: 2 * _difference(p, targets)))


@exercise.mistake(
    "dw2 from z1",
    "You use z1 for dw2. The second layer got a, the output of ReLU, and that is what its weights were multiplied with.",
    see=SEE,
)
def _(x, targets, w1, b1, w2, b2):
    z1, a, p = _forward(x, w1, b1, w2, b2)
    dw1, db1, _, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw1, db1, z1.T @ _difference(p, targets), db2


@exercise.mistake(
    "the gate is missing in db1",
    "dw1 is right, but db1 is summed before the gate. Both come from dz1.",
    see=SEE,
)
def _(x, targets, w1, b1, w2, b2):
    _, _, p = _forward(x, w1, b1, w2, b2)
    dw1, _, dw2, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw1, (_difference(p, targets) @ w2.T).sum(0), dw2, db2


@exercise.mistake(
    "the bias gradients are averaged",
    "You take the mean over the batch for the biases. Every example uses them, so their gradients are sums; the 1 / N is in (p - y) / N.",
    see="06, Build: backward through a linear layer",
)
def _(x, targets, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw1, db1 / len(x), dw2, db2 / len(x)


@exercise.mistake(
    "w2 is not transposed",
    "You multiply the gradient of the logits with w2 as it is. That fits only where there are as many hidden neurons as classes, and is "
    "wrong there too.",
    see="06, Misconceptions",
)
def _(x, targets, w1, b1, w2, b2):
    z1, a, p = _forward(x, w1, b1, w2, b2)
    dz2 = _difference(p, targets)
    dz1 = dz2 @ w2 * (z1 > 0)
    return x.T @ dz1, dz1.sum(0), a.T @ dz2, dz2.sum(0)


@exercise.mistake(
    "the weights are transposed",
    "Your dw1 and dw2 are transposed. A gradient has the shape of what it is the gradient of.",
    see="06, Build: backward through a linear layer",
)
def _(x, targets, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw1.T, db1, dw2.T, db2


@exercise.mistake(
    "the gradients are in another order",
    "The gradients are right, but in another order. Asked for is (dw1, db1, dw2, db2), the order of the arguments.",
    see="06, Build: a pair",
)
def _(x, targets, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw2, db2, dw1, db1


@exercise.mistake("the gradients are in another order")
def _(x, targets, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = _right(x, targets, w1, b1, w2, b2)
    return dw1, dw2, db1, db2


@exercise.mistake(
    "an update in place of gradients",
    "You return changed weights. Backpropagation gives the gradients; what is done with them comes after.",
    see="06, Misconceptions",
    when=lambda cases, values: all(map(_is_update, cases, values)),
)
def _(x, targets, w1, b1, w2, b2):
    pairs = zip((w1, b1, w2, b2), _right(x, targets, w1, b1, w2, b2), strict=True)
    return tuple(w - 0.1 * dw for w, dw in pairs)


def _is_update(case, value):
    """Whether each array is the old one minus the same multiple of its gradient."""
    x, targets, *weights = case
    rates = [((w - new) * dw).sum() / (dw**2).sum() for w, new, dw in zip(weights, value, _right(*case), strict=True)]
    moved = [np.allclose(new, w - rates[0] * dw) for w, new, dw in zip(weights, value, _right(*case), strict=True)]
    return 1e-4 < rates[0] < 100 and all(moved)
