"""split: set examples aside for testing (lesson 01)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "split",
    lesson="01_what_is_deep_learning",
    minutes=10,
    difficulty=2,
    hints=(
        "Shuffle row numbers, not the rows: one list of numbers can then be used for x and for y.",
        "`order = np.random.default_rng(seed).permutation(len(x))` is the shuffled list. Where do you cut it?",
        "`x[numbers]` picks the rows with these numbers, in that order. You need it four times.",
    ),
)


@exercise.cases
def cases(rng):
    for n, d, fraction in ((4, 1, 0.25), (9, 2, 0.25), (15, 3, 0.2), (11, 2, 0.35), (40, 5, 0.1)):  # 2.25 and 3.85 are rounded
        x = rng.permutation(10 * n * d)[: n * d].reshape(n, d) / 10  # no number occurs twice, so that each row can be found again
        yield x, np.sort(rng.integers(3, size=n)), fraction, int(rng.integers(1000))  # sorted by class, as many files are


@exercise.equivalent
def _(x, y, test_fraction, seed):
    rng, order = np.random.default_rng(seed), np.arange(len(x))
    rng.shuffle(order)
    n_test = int(round(test_fraction * len(x)))
    x, y = x[order], y[order]
    return x[n_test:], y[n_test:], x[:n_test], y[:n_test]


@exercise.equivalent
def _(x, y, test_fraction, seed):
    n_test = round(test_fraction * len(x))
    x = np.random.default_rng(seed).permutation(x)  # the same seed twice gives the same order twice
    y = np.random.default_rng(seed).permutation(y)
    return [x[n_test:], y[n_test:], x[:n_test], y[:n_test]]


def _rows(cases, values):
    """Per case the numbers of the training rows and of the test rows in x, as two lists; None when there are no such four arrays."""
    found = []
    for (x, *_), value in zip(cases, values, strict=True):
        if not isinstance(value, (tuple, list)) or len(value) != 4 or [np.ndim(part) for part in value] != [2, 1, 2, 1]:
            return None
        places = {tuple(row): number for number, row in enumerate(x)}
        found.append([[places.get(tuple(row)) for row in np.asarray(part)] for part in value[::2]])
    return found


def _keeps_pairs(cases, values):
    """Whether each row still has its own label."""
    for (_, y, *_), rows, value in zip(cases, _rows(cases, values), values, strict=True):
        for numbers, labels in zip(rows, value[1::2], strict=True):
            if None in numbers or not np.array_equal(y[numbers], labels):
                return False
    return True


def _pairs_torn(cases, values):
    rows = _rows(cases, values)
    return rows is not None and all(None not in train + test for train, test in rows) and not _keeps_pairs(cases, values)


def _row_twice(cases, values):
    rows = _rows(cases, values)
    return rows is not None and any(len(set(part)) < len(part) for both in rows for part in both)


def _overlap(cases, values):
    rows = _rows(cases, values)
    return rows is not None and not _row_twice(cases, values) and any(set(train) & set(test) for train, test in rows)


def _row_lost(cases, values):
    rows = _rows(cases, values)
    return rows is not None and any(len(train + test) < len(case[0]) for case, (train, test) in zip(cases, rows, strict=True))


def _own_shuffle(cases, values):
    """A good split in every respect, only not the one of the seed."""
    rows = _rows(cases, values)
    if rows is None or not _keeps_pairs(cases, values):
        return False
    sizes = [round(len(x) * fraction) for x, _, fraction, _ in cases]
    whole = all(sorted(train + test) == list(range(len(case[0]))) for case, (train, test) in zip(cases, rows, strict=True))
    return whole and [len(test) for _, test in rows] == sizes


def _order(x, test_fraction, seed):
    return np.random.default_rng(seed).permutation(len(x)), round(len(x) * test_fraction)


@exercise.mistake(
    "not shuffled",
    "The rows are cut in the order in which they came. In a file sorted by class the test set then holds a class that was never trained. "
    "Shuffle first.",
    see="01, Misconceptions",
)
def _(x, y, test_fraction, seed):
    n_test = round(len(x) * test_fraction)
    return x[n_test:], y[n_test:], x[:n_test], y[:n_test]


@exercise.mistake("not shuffled")
def _(x, y, test_fraction, seed):
    n_train = len(x) - round(len(x) * test_fraction)
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


@exercise.mistake(
    "the test rows stay in the training set",
    "The model trains on rows that it is tested on. It may know them by heart, and the test says nothing. "
    "Take the test rows out of the training set.",
    see="01, Misconceptions",
    when=_overlap,
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order], y[order], x[order[:n_test]], y[order[:n_test]]


@exercise.mistake("the test rows stay in the training set")
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x, y, x[order[:n_test]], y[order[:n_test]]


@exercise.mistake("the test rows stay in the training set")
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order[n_test - 1 :]], y[order[n_test - 1 :]], x[order[:n_test]], y[order[:n_test]]


@exercise.mistake(
    "labels torn from their rows",
    "x and y are no longer in the same order, so rows have the labels of other rows. Shuffle once, and use the same order for both.",
    see="01, Misconceptions",
    when=_pairs_torn,
)
def _(x, y, test_fraction, seed):
    rng, n_test = np.random.default_rng(seed), round(len(x) * test_fraction)
    x, y = rng.permutation(x), rng.permutation(y)
    return x[n_test:], y[n_test:], x[:n_test], y[:n_test]


@exercise.mistake("labels torn from their rows")
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order[n_test:]], y[n_test:], x[order[:n_test]], y[:n_test]


@exercise.mistake(
    "training and test set swapped",
    "What you return as the training set is the test set, and the other way round. The first, small part of the order is the test set, "
    "and asked for is `x_train, y_train, x_test, y_test`.",
    see="01, Misconceptions",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order[:n_test]], y[order[:n_test]], x[order[n_test:]], y[order[n_test:]]


@exercise.mistake(
    "the fraction of the training set",
    "`test_fraction` is the share of the test set, and you give that share to the training set. Compare the lengths of the two.",
    see="01, Misconceptions",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, 1 - test_fraction, seed)
    return x[order[n_test:]], y[order[n_test:]], x[order[:n_test]], y[order[:n_test]]


@exercise.mistake(
    "a row occurs twice",
    "Some rows occur more than once in the same set. Were their numbers drawn with replacement? "
    "A permutation has each number exactly once.",
    see="01, Misconceptions",
    when=_row_twice,
)
def _(x, y, test_fraction, seed):
    numbers, n_test = np.random.default_rng(seed).integers(len(x), size=len(x)), round(len(x) * test_fraction)
    return x[numbers[n_test:]], y[numbers[n_test:]], x[numbers[:n_test]], y[numbers[:n_test]]


@exercise.mistake(
    "a row is lost",
    "Some rows are in neither set. The training set begins exactly where the test set ends: `order[:n]` and `order[n:]`.",
    see="01, Misconceptions",
    when=_row_lost,
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order[n_test + 1 :]], y[order[n_test + 1 :]], x[order[:n_test]], y[order[:n_test]]


@exercise.mistake(
    "rounded down",
    "Your test set is rounded down, as by `int` or `//`. Here it has `round(N * test_fraction)` examples: 4 of 11 for a fraction of 0.35.",
    see="01, Misconceptions",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, 0, seed)[0], int(len(x) * test_fraction)
    return x[order[n_test:]], y[order[n_test:]], x[order[:n_test]], y[order[:n_test]]


@exercise.convention(
    "rounded up",
    "Your test set is rounded up, as in scikit-learn. Here it has `round(N * test_fraction)` examples: 2 of 9 for a fraction of 0.25.",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, 0, seed)[0], int(np.ceil(len(x) * test_fraction))
    return x[order[n_test:]], y[order[n_test:]], x[order[:n_test]], y[order[:n_test]]


@exercise.convention(
    "scikit-learn's order of results",
    "The split is right, and you return it as `x_train, x_test, y_train, y_test`, as scikit-learn's `train_test_split` does. "
    "Here it is `x_train, y_train, x_test, y_test`, as in `data.mnist()`.",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    return x[order[n_test:]], x[order[:n_test]], y[order[n_test:]], y[order[:n_test]]


@exercise.convention(
    "the last part is the test set",
    "Your split is sound. You set aside the last part of the shuffled order; asked for is the first part.",
)
def _(x, y, test_fraction, seed):
    order, n_test = _order(x, test_fraction, seed)
    train, test = order[: len(x) - n_test], order[len(x) - n_test :]
    return x[train], y[train], x[test], y[test]


@exercise.convention(
    "another shuffle",
    "Your split is sound, but not the one asked for: the order of the rows is `np.random.default_rng(seed).permutation(N)`. "
    "Only a split that others can repeat makes results comparable.",
    when=_own_shuffle,
)
def _(x, y, test_fraction, seed):
    order, n_test = np.random.default_rng(seed + 1).permutation(len(x)), round(len(x) * test_fraction)
    return x[order[n_test:]], y[order[n_test:]], x[order[:n_test]], y[order[:n_test]]
