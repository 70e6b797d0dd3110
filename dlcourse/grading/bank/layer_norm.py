"""layer_norm: each token normalized over its own features (lesson 09)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "layer_norm",
    lesson="09_deep_networks",
    minutes=10,
    difficulty=1,
    hints=(
        "Which numbers belong together? The C features of one token, and no others. They lie along the last axis.",
        "Mean and variance are one number for each token. They must line up with x, which has an axis more.",
        "`x.mean(-1, keepdims=True)` has the shape (B, T, 1). gamma and beta are (C,), which NumPy lines up with the last axis.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[[1.0, 5.0]]]), np.array([10.0, 1.0]), np.array([7.0, 0.0])
    for B, T, C in (2, 3, 4), (3, 1, 5), (1, 4, 3), (4, 2, 6):
        yield _tokens(rng, B, T, C)
    x, gamma, beta = _tokens(rng, 2, 3, 4)
    x[1, 2] = 3.0  # a token whose features are all the same
    yield x, gamma, beta
    yield 0.004 * x, gamma, beta  # tokens as small as the root of eps


def _tokens(rng, B, T, C):
    x = rng.normal(size=(B, T, C)) * rng.uniform(0.5, 5, size=(B, T, 1)) + rng.normal(0, 3, size=(B, T, 1))
    return x, rng.uniform(0.5, 3, size=C), rng.normal(size=C)


def _norm(x, gamma, beta, axis=-1, ddof=0, eps=1e-5):
    mean = x.mean(axis, keepdims=True)
    count = np.prod([x.shape[a] for a in np.atleast_1d(axis)])
    return gamma * (x - mean) / np.sqrt(((x - mean) ** 2).sum(axis, keepdims=True) / (count - ddof) + eps) + beta


@exercise.equivalent
def _(x, gamma, beta):
    rows = x.reshape(-1, x.shape[-1]).T
    normed = (rows - rows.mean(0)) / (rows.var(0) + 1e-5) ** 0.5
    return normed.T.reshape(x.shape) * gamma + beta


@exercise.equivalent
def _(x, gamma, beta):
    y = np.empty_like(x)
    for b, t in np.ndindex(x.shape[:2]):
        token = x[b, t] - sum(x[b, t]) / len(gamma)
        y[b, t] = gamma * token / np.sqrt(token @ token / len(gamma) + 1e-5) + beta
    return y


@exercise.equivalent
def _(x, gamma, beta):
    mean = np.einsum("btc->bt", x)[..., None] / x.shape[2]
    return beta + (x - mean) * gamma / np.sqrt(np.mean((x - mean) ** 2, axis=2)[..., None] + 1e-5)


@exercise.mistake(
    "normalized over the batch",
    "You normalize each number over the sequences of the batch, which is batch norm. A token must not depend on other sequences.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, axis=0)


@exercise.mistake(
    "normalized over the batch and the tokens",
    "You normalize each feature over all tokens of all sequences, which is batch norm for sequences. Layer norm takes the features of one "
    "token together.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, axis=(0, 1))


@exercise.mistake(
    "normalized over the tokens too",
    "You take one mean for a whole sequence. Then a token depends on what comes after it. Each token has its own mean: the last axis only.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, axis=(1, 2))


@exercise.mistake(
    "normalized along the sequence",
    "You normalize each feature along the tokens, axis 1. The features are the last axis.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, axis=1)


@exercise.mistake(
    "one mean for everything",
    "You take a single mean and variance over the whole array. Each token has its own: `axis=-1`.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, axis=(0, 1, 2))


@exercise.mistake(
    "the unbiased variance",
    "You divide the sum of squares by C - 1. Layer norm divides by C, as PyTorch does.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, ddof=1)


@exercise.mistake(
    "eps outside the root",
    "You add eps to the standard deviation. It belongs under the root: sqrt(v + eps). The difference shows where the variance is small.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta):
    return gamma * (x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + 1e-5) + beta


@exercise.mistake(
    "no eps",
    "Without eps a token whose features are all equal gives 0 / 0, which is NaN. Add 1e-5 to the variance.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta):
    return gamma * (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True) + beta


@exercise.mistake(
    "divided by the variance",
    "You divide by the variance, so that the result depends on the unit of x. Divide by its root.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta):
    return gamma * (x - x.mean(-1, keepdims=True)) / (x.var(-1, keepdims=True) + 1e-5) + beta


@exercise.mistake(
    "the mean is not subtracted",
    "You divide by the right root, but leave the mean where it is. Subtract it first.",
    see="09, Build: normalizing one feature",
)
def _(x, gamma, beta):
    return gamma * x / np.sqrt(x.var(-1, keepdims=True) + 1e-5) + beta


@exercise.mistake(
    "gamma and beta forgotten",
    "The tokens are normalized, but gamma and beta are not used.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, 1, 0)


@exercise.mistake(
    "gamma forgotten",
    "The scale gamma is missing: multiply each normalized feature by it before beta is added.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, 1, beta)


@exercise.mistake(
    "beta forgotten",
    "The shift beta is missing: add it at the end, one number for each feature.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, gamma, 0)


@exercise.mistake(
    "scaled after the shift",
    "You add beta before you multiply, so gamma scales beta too. It is gamma times the normalized feature, plus beta.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return gamma * _norm(x, 1, beta)


@exercise.mistake(
    "gamma and beta exchanged",
    "You multiply by beta and add gamma. gamma is the scale, beta the shift.",
    see="09, Build: batch norm and layer norm",
)
def _(x, gamma, beta):
    return _norm(x, beta, gamma)


@exercise.convention(
    "root mean square norm",
    "You divide by the root of the mean square, without a mean. That is RMS norm (Zhang and Sennrich 2019), which many language models "
    "use; layer norm subtracts the mean first, as `torch.nn.LayerNorm` does.",
)
def _(x, gamma, beta):
    return gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5) + beta


@exercise.convention("root mean square norm")
def _(x, gamma, beta):
    return gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)


@exercise.convention(
    "eps of 1e-3",
    "Your eps is 1e-3, as in Keras. PyTorch and this exercise take 1e-5.",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, eps=1e-3)


@exercise.convention(
    "eps of 1e-12",
    "Your eps is 1e-12, as in BERT. PyTorch's `LayerNorm` and this exercise take 1e-5 unless told.",
)
def _(x, gamma, beta):
    return _norm(x, gamma, beta, eps=1e-12)
