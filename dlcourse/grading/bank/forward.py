"""forward: a network of any number of layers (lesson 04)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "forward",
    lesson="04_layers_and_forward_propagation",
    minutes=15,
    difficulty=1,
    hints=(
        "Go through the layers one after the other. What one layer gives is what the next one takes.",
        "`for weights, bias in zip(w, b):` goes through both lists together. One of the layers is different from all others: which?",
        "ReLU stands between layers, so there is none after the last. Loop over `w[:-1]` and `b[:-1]`, and write the last layer by itself.",
    ),
)

SEE = "04, Build: layers in a row"


@exercise.cases
def cases(rng):
    yield _network(rng, 2, [1, 2, 1])
    yield _network(rng, 1, [3, 2])  # one layer, no ReLU at all
    yield _network(rng, 4, [3, 5, 2])
    yield _network(rng, 3, [4, 6, 5, 3])
    yield _network(rng, 5, [2, 7, 4, 6, 3])
    yield _network(rng, 2, [3, 3, 3])  # square, so that a transposed matrix fits too


def _network(rng, n, widths):
    """Negative numbers everywhere, before and after each layer."""
    w = [rng.normal(size=pair) for pair in zip(widths, widths[1:], strict=False)]
    return rng.normal(size=(n, widths[0])), w, [rng.normal(size=k) for k in widths[1:]]


def _relu(z):
    return np.maximum(z, 0)


def _through(x, w, b, activation=_relu, last=lambda z: z):
    """The right way, with another activation or something done to what comes out."""
    for weights, bias in zip(w[:-1], b[:-1], strict=True):
        x = activation(x @ weights + bias)
    return last(x @ w[-1] + b[-1])


@exercise.equivalent
def _(x, w, b):
    for i in range(len(w)):
        x = x @ w[i] + b[i]
        if i < len(w) - 1:
            x = x * (x > 0)
    return x


@exercise.equivalent
def _(x, w, b):
    rows = x.astype(np.float32).T  # one example per column
    for i, (weights, bias) in enumerate(zip(w, b, strict=True)):
        rows = weights.T @ (np.where(rows > 0, rows, 0) if i else rows) + bias[:, None]
    return rows.T


@exercise.equivalent
def _(x, w, b):
    ones = np.ones((len(x), 1))
    for i, (weights, bias) in enumerate(zip(w, b, strict=True)):
        x = np.hstack([x.clip(0) if i else x, ones]) @ np.vstack([weights, bias])
    return x


@exercise.mistake(
    "ReLU after the last layer",
    "No logit of yours is negative: you apply ReLU after the last layer too. It stands between layers; the last one gives any number.",
    see=SEE,
)
def _(x, w, b):
    return _through(x, w, b, last=_relu)


@exercise.mistake(
    "no ReLU",
    "There is no ReLU between your layers. Without an activation all layers together are a single linear one.",
    see=SEE,
)
def _(x, w, b):
    return _through(x, w, b, activation=lambda z: z)


@exercise.mistake(
    "ReLU on the input",
    "You apply ReLU to x before the first layer. Negative inputs are lost there; the first activation comes after the first layer.",
    see=SEE,
)
def _(x, w, b):
    return _through(_relu(x), w, b)


@exercise.mistake("ReLU on the input")
def _(x, w, b):
    for weights, bias in zip(w, b, strict=True):
        x = _relu(x) @ weights + bias
    return x


@exercise.mistake(
    "the weights are transposed",
    "You multiply with the transpose. Here w has the shape (inputs, outputs), one column for each neuron, so it is `x @ w`; "
    "the weight of a Linear layer in PyTorch is stored the other way round.",
    see="04, Build: a layer is many neurons",
)
def _(x, w, b):
    return _through(x, [weights.T for weights in w], b)


@exercise.mistake("no bias", "You leave out the biases. Each layer adds its own `b` to every row.", see=SEE)
def _(x, w, b):
    return _through(x, w, [0 * bias for bias in b])


@exercise.mistake(
    "the bias comes after ReLU",
    "You add the bias after ReLU. It belongs to the sum: `x @ w + b` first, then the activation.",
    see=SEE,
)
def _(x, w, b):
    for weights, bias in zip(w[:-1], b[:-1], strict=True):
        x = _relu(x @ weights) + bias
    return x @ w[-1] + b[-1]


@exercise.mistake("the last bias is missing", "The last layer has a bias too. Yours ends with the product.", see=SEE)
def _(x, w, b):
    return _through(x, w, [*b[:-1], 0 * b[-1]])


@exercise.mistake(
    "the last layer is missing", "You stop before the last layer: what you return are the numbers of the last hidden layer.", see=SEE
)
def _(x, w, b):
    for weights, bias in zip(w[:-1], b[:-1], strict=True):
        x = _relu(x @ weights + bias)
    return x


@exercise.mistake("only the first layer", "You return after the first layer. Is the `return` inside the loop?", see=SEE)
def _(x, w, b):
    return x @ w[0] + b[0]


@exercise.mistake("only the first layer")
def _(x, w, b):
    return _relu(x @ w[0] + b[0])


@exercise.mistake(
    "always two layers",
    "You compute two layers, whatever the lists hold. There may be one layer or five: write a loop.",
    see=SEE,
)
def _(x, w, b):
    return _relu(x @ w[0] + b[0]) @ w[1] + b[1]


@exercise.mistake(
    "each layer starts from x",
    "Each of your layers gets x. What one layer gives has to be the input of the next.",
    see=SEE,
)
def _(x, w, b):
    for weights, bias in zip(w[:-1], b[:-1], strict=True):
        h = _relu(x @ weights + bias)
    return h @ w[-1] + b[-1]


@exercise.mistake("each layer starts from x")
def _(x, w, b):
    for weights, bias in zip(w, b, strict=True):
        z = x @ weights + bias
    return z


@exercise.mistake(
    "only one ReLU",
    "You apply ReLU once. It stands between every two layers, so a network of L layers has L − 1 of them.",
    see=SEE,
)
def _(x, w, b):
    for i, (weights, bias) in enumerate(zip(w, b, strict=True)):
        x = x @ weights + bias
        x = _relu(x) if i == 0 and len(w) > 1 else x
    return x


@exercise.mistake("only one ReLU")
def _(x, w, b):
    for i, (weights, bias) in enumerate(zip(w, b, strict=True)):
        x = x @ weights + bias
        x = _relu(x) if i == len(w) - 2 else x
    return x


@exercise.mistake(
    "another activation",
    "You use another curve between the layers. ReLU is asked for: `np.maximum(z, 0)`.",
    see=SEE,
)
def _(x, w, b):
    return _through(x, w, b, activation=lambda z: (1 + np.tanh(z / 2)) / 2)


@exercise.mistake("another activation")
def _(x, w, b):
    return _through(x, w, b, activation=np.tanh)


@exercise.mistake("another activation")
def _(x, w, b):
    return _through(x, w, b, activation=np.abs)


@exercise.mistake("another activation")
def _(x, w, b):
    return _through(x, w, b, activation=lambda z: np.minimum(z, 0))


@exercise.mistake("another activation")
def _(x, w, b):
    return _through(x, w, b, activation=lambda z: np.where(z > 0, z, 0.01 * z))


def _softmax(z):
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@exercise.convention(
    "softmax at the end",
    "You return probabilities. The network gives logits, and softmax belongs to the loss: PyTorch's `cross_entropy` expects logits too.",
)
def _(x, w, b):
    return _through(x, w, b, last=_softmax)
