"""k_fold: the index pairs of cross-validation (lesson 10)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "k_fold",
    lesson="10_generalisation",
    minutes=15,
    difficulty=2,
    hints=(
        "Draw the order once and cut it once. Everything else is choosing which piece is the validation set.",
        "Where does fold i begin when each has n // k examples, and the first n % k of them one more? `np.array_split` knows.",
        "For fold i the training indices are all folds before it and all after it, one after the other: `np.concatenate`.",
    ),
)


@exercise.cases
def cases(rng):
    yield 5, 2, _seed(rng, 5)
    yield 7, 3, _seed(rng, 7)  # a remainder
    yield 4, 4, _seed(rng, 4)  # one example each
    yield 11, 4, _seed(rng, 11)  # a remainder of 3
    yield 12, 3, _seed(rng, 12)  # none


def _seed(rng, n):
    """A seed whose order is neither sorted nor its own reverse, even in part: the case then tells the orders apart."""
    while True:
        seed = int(rng.integers(1_000_000))
        order = np.random.default_rng(seed).permutation(n)
        if order[0] > order[1] or n > 5:
            return seed


def _order(n, seed):
    return np.random.default_rng(seed).permutation(n)


def _pairs(folds):
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), fold) for i, fold in enumerate(folds)]


@exercise.equivalent
def _(n, k, seed):
    order, pairs, start = list(_order(n, seed)), [], 0
    for i in range(k):
        end = start + n // k + (i < n % k)
        pairs.append((np.array(order[:start] + order[end:]), np.array(order[start:end])))
        start = end
    return pairs


@exercise.equivalent
def _(n, k, seed):
    order = _order(n, seed)
    fold_of_place = np.sort(np.arange(n) % k)
    return [(order[fold_of_place != i], order[fold_of_place == i]) for i in range(k)]


@exercise.mistake(
    "not shuffled",
    "Your folds follow the order of the file. Files are often sorted, by class or by date, and then a fold holds one class only. "
    "Cut the permutation.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    return _pairs(np.array_split(np.arange(n), k))


@exercise.mistake(
    "a new order for each fold",
    "You draw a new permutation for each fold, so that some examples are judged twice and others never. Draw one order and cut it into "
    "folds.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    rng, pairs = np.random.default_rng(seed), []
    for i in range(k):
        pairs.append(_pairs(np.array_split(rng.permutation(n), k))[i])
    return pairs


@exercise.mistake("a new order for each fold")
def _(n, k, seed):
    return [_pairs(np.array_split(_order(n, seed + i), k))[i] for i in range(k)]


@exercise.mistake("a new order for each fold")
def _(n, k, seed):
    rng, pairs = np.random.default_rng(seed), []
    for _ in range(k):
        order = rng.permutation(n)
        pairs.append((order[n // k :], order[: n // k]))
    return pairs


@exercise.mistake(
    "trained on what it is judged by",
    "Your training indices hold the validation fold too. A model that has seen the answers is judged by them: the one thing "
    "cross-validation is there to avoid.",
    see="10, The aha",
)
def _(n, k, seed):
    order = _order(n, seed)
    return [(order, fold) for fold in np.array_split(order, k)]


@exercise.mistake("trained on what it is judged by")
def _(n, k, seed):
    order = _order(n, seed)
    return [(np.arange(n), fold) for fold in np.array_split(order, k)]


@exercise.mistake(
    "trained on the fold, judged by the rest",
    "The two parts of each pair are exchanged: you train on one fold and judge by all the others. First the training indices, then the "
    "fold.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    return [(fold, rest) for rest, fold in _pairs(np.array_split(_order(n, seed), k))]


@exercise.mistake(
    "the remainder is left out",
    "When n is not a multiple of k, the last n mod k examples are in no fold, so nobody judges them. Let the first folds hold one more.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    size = n // k
    folds = [_order(n, seed)[i * size : (i + 1) * size] for i in range(k)]
    return _pairs(folds)


@exercise.mistake("the remainder is left out")
def _(n, k, seed):
    order, size = _order(n, seed), n // k
    return [(np.concatenate([order[: i * size], order[(i + 1) * size :]]), order[i * size : (i + 1) * size]) for i in range(k)]


@exercise.mistake(
    "the remainder is all in the last fold",
    "The last fold takes the whole remainder, so with n = 11 and k = 4 it has 5 examples and the others 2. Spread it: the first n mod k "
    "folds hold one more.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    order, size = _order(n, seed), n // k
    return _pairs([*(order[i * size : (i + 1) * size] for i in range(k - 1)), order[(k - 1) * size :]])


@exercise.mistake(
    "the last fold is short",
    "You round the size of a fold up, so that the last fold is short or empty. The sizes may differ by one at most: the first n mod k "
    "folds hold one more.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    size = -(-n // k)
    return _pairs([_order(n, seed)[i * size : (i + 1) * size] for i in range(k)])


@exercise.mistake(
    "only one split",
    "You make one split, not k. Each fold takes its turn as the validation set: the list holds k pairs.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    return _pairs(np.array_split(_order(n, seed), k))[:1]


@exercise.mistake("only one split")
def _(n, k, seed):
    return _pairs(np.array_split(_order(n, seed), k))[0]


@exercise.mistake(
    "one fold too few",
    "One fold never takes its turn as the validation set: there should be k pairs. Where does your loop begin, and where does it end?",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    return _pairs(np.array_split(_order(n, seed), k))[:-1]


@exercise.mistake("one fold too few")
def _(n, k, seed):
    return _pairs(np.array_split(_order(n, seed), k))[1:]


@exercise.mistake(
    "the folds in place of the pairs",
    "You return the folds alone. To each belong the indices that are trained on: return k pairs `(train, validation)`.",
    see="10, Build: the protocol",
)
def _(n, k, seed):
    return np.array_split(_order(n, seed), k)


@exercise.convention(
    "the last folds hold one more",
    "Your folds are fair: their sizes differ by one at most. Asked for is that the first n mod k folds hold one example more; in yours the "
    "larger ones come later.",
)
def _(n, k, seed):
    return _pairs([_order(n, seed)[i * n // k : (i + 1) * n // k] for i in range(k)])


@exercise.convention(
    "the training indices begin after the fold",
    "Your pairs hold the right examples, but the training indices begin behind the fold and go on from the start. Asked for is the order "
    "of the permutation.",
)
def _(n, k, seed):
    folds = np.array_split(_order(n, seed), k)
    return [(np.concatenate(folds[i + 1 :] + folds[:i]), fold) for i, fold in enumerate(folds)]


@exercise.convention(
    "every k-th example",
    "You deal the examples out like cards, every k-th one into the same fold. That is a fair split too; asked for are consecutive pieces "
    "of the permutation.",
)
def _(n, k, seed):
    return _pairs([_order(n, seed)[i::k] for i in range(k)])


@exercise.convention(
    "sorted indices",
    "Your folds hold the right examples, with the indices sorted, as scikit-learn's `KFold` gives them. Asked for is the order of the "
    "permutation.",
)
def _(n, k, seed):
    return [(np.sort(rest), np.sort(fold)) for rest, fold in _pairs(np.array_split(_order(n, seed), k))]


@exercise.convention("sorted indices")
def _(n, k, seed):
    return [(np.setdiff1d(np.arange(n), fold), fold) for fold in np.array_split(_order(n, seed), k)]
