"""dropout: inverted, with a given mask (lesson 10)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "dropout",
    lesson="10_generalisation",
    minutes=10,
    difficulty=2,
    hints=(
        "First the mask: which numbers stay? It has the shape of x and is True for a share 1 - p of the places.",
        "A number that stays with probability 1 - p must be multiplied by what, for its mean to be the number itself?",
        "When `train` is False, there is nothing to do: no mask, no factor.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.ones(6), 0.2, _seed(rng, (6,), 0.2), True
    yield rng.normal(size=(3, 4)), 0.3, _seed(rng, (3, 4), 0.3), True
    yield rng.normal(size=(4, 5)), 0.7, _seed(rng, (4, 5), 0.7), True
    yield rng.normal(size=(2, 3, 4)), 0.1, _seed(rng, (2, 3, 4), 0.1), True
    yield rng.normal(size=(3, 2)), 0.0, 5, True
    yield rng.normal(size=(2, 4)), 0.4, 6, False


def _seed(rng, shape, p):
    """A seed whose mask drops some, keeps some, and drops another number of them than p says."""
    while True:
        seed = int(rng.integers(1_000_000))
        dropped = np.random.default_rng(seed).random(shape) < p
        if 0 < dropped.mean() < 1 and abs(dropped.mean() - p) > 0.01:
            return seed


def _kept(x, p, seed):
    return np.random.default_rng(seed).random(x.shape) >= p


@exercise.equivalent
def _(x, p, seed, train=True):
    y = x.copy()
    if train:
        y[np.random.default_rng(seed).random(x.shape) < p] = 0
        y /= 1 - p
    return y


@exercise.equivalent
def _(x, p, seed, train=True):
    return np.where(_kept(x, p, seed), x / (1 - p), 0).astype(np.float32) if train else x


@exercise.mistake(
    "not scaled",
    "You drop, but those that stay do not grow. The mean over the masks is then (1 - p) x, and after training, when nothing is dropped, "
    "every sum is too large. Divide by 1 - p.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) if train else x


@exercise.mistake(
    "divided by p",
    "You divide by p, the share that is dropped. Those that stay are a share of 1 - p, so the factor is 1 / (1 - p). With p = 0.5 nobody "
    "would notice.",
    see="10, Misconceptions",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) / p if train else x


@exercise.mistake(
    "multiplied by 1 - p",
    "In training you multiply by 1 - p. That makes the numbers smaller a second time; those that stay must grow: divide by 1 - p.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) * (1 - p) if train else x


@exercise.mistake(
    "p taken as the probability to keep",
    "You keep a number with probability p. Here, as in PyTorch, p is the probability that it is dropped.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape) < p) / p if train else x


@exercise.mistake("p taken as the probability to keep")
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape) >= 1 - p) / p if train else x


@exercise.mistake("p taken as the probability to keep")
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape) < p) if train else x


@exercise.mistake(
    "the mask is turned round",
    "You keep what should be dropped and drop what should be kept. A number is kept where the random number is at least p.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * ~_kept(x, p, seed) / (1 - p) if train else x


@exercise.mistake("p taken as the probability to keep")
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape) >= 1 - p) / (1 - p) if train else x


@exercise.mistake(
    "still on after training",
    "With `train=False` you still drop. Then the same example gets another answer with each seed. After training x comes back as it is.",
    see="10, Misconceptions",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) / (1 - p)


@exercise.mistake(
    "on after training, off in training",
    "The two cases are exchanged: you drop when `train` is False and leave x alone when it is True.",
    see="10, Misconceptions",
)
def _(x, p, seed, train=True):
    return x if train else x * _kept(x, p, seed) / (1 - p)


@exercise.mistake(
    "scaled after training too",
    "With `train=False` you still divide by 1 - p. The factor makes up for what is dropped; after training nothing is.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return (x * _kept(x, p, seed) if train else x) / (1 - p)


@exercise.mistake(
    "scaled on both sides",
    "You divide by 1 - p in training and multiply by 1 - p afterward. One of the two is enough: inverted dropout leaves x alone after "
    "training.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) / (1 - p) if train else x * (1 - p)


@exercise.mistake(
    "one mask for all examples",
    "You drop whole columns: each example of the batch loses the same numbers. The mask has the shape of x, so that each number has its "
    "own chance.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape[-1]) >= p) / (1 - p) if train else x


@exercise.mistake("one mask for all examples")
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).random(x.shape[1:]) >= p) / (1 - p) if train else x


@exercise.mistake(
    "whole examples are dropped",
    "You drop whole rows: an example loses all its numbers or none. The mask has the shape of x.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    rows = np.random.default_rng(seed).random(len(x)) >= p
    return x * rows.reshape(-1, *[1] * (x.ndim - 1)) / (1 - p) if train else x


@exercise.mistake(
    "divided by the share that this mask kept",
    "You divide by the share of this one mask. The factor then changes with the draw; 1 / (1 - p) is the same for every mask, and right on "
    "average.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    kept = _kept(x, p, seed)
    return x * kept / kept.mean() if train else x


@exercise.mistake(
    "normal random numbers",
    "Your mask comes from normally distributed numbers, which are below p far more often than with probability p. `rng.random` is uniform "
    "from 0 to 1.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return x * (np.random.default_rng(seed).normal(size=x.shape) >= p) / (1 - p) if train else x


@exercise.mistake(
    "only the mask",
    "You return the mask with its factor. Multiply it by x.",
    see="10, Build: dropout",
)
def _(x, p, seed, train=True):
    return _kept(x, p, seed) / (1 - p) if train else x


@exercise.convention(
    "the first dropout",
    "You leave the factor out in training and multiply by 1 - p afterward. So it was in the first paper (Srivastava et al. 2014). Today, "
    "as in PyTorch, the factor 1 / (1 - p) stands in training, and afterward nothing is to be done.",
)
def _(x, p, seed, train=True):
    return x * _kept(x, p, seed) if train else x * (1 - p)


@exercise.convention(
    "NumPy's old generator",
    "Your mask comes from `np.random.seed` and `np.random.rand`, the generator of NumPy before version 1.17. Asked for is "
    "`np.random.default_rng(seed)`, which touches no state that others share.",
)
def _(x, p, seed, train=True):
    return x * (np.random.RandomState(seed).random_sample(x.shape) >= p) / (1 - p) if train else x
