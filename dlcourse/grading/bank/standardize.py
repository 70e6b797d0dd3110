"""standardize: a test set on the scale of the training set, without leaking (lesson 10)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "standardize",
    lesson="10_generalisation",
    minutes=10,
    difficulty=1,
    hints=(
        "Two numbers for each column, its mean and its standard deviation. Which of the two arrays may they come from?",
        "An example in the test set must get the same result when it comes alone. Try your function on `test[:1]`.",
        "`train.std(0)` is 0 where a column is constant. `np.where` can put a 1 in its place before you divide.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[0.0], [4.0]]), np.array([[8.0], [1.0]])
    yield rng.normal(2, 3, size=(4, 2)), rng.normal(5, 1, size=(1, 2))  # a single test example
    yield np.column_stack([rng.normal(1, 2, size=5), np.full(5, 3.0)]), rng.normal(3, 1, size=(3, 2))  # a constant column
    yield rng.normal(size=(6, 3)) * [1, 100, 0.01] + [5, -300, 0], rng.normal(size=(4, 3)) * [2, 50, 0.02]
    yield rng.integers(0, 9, size=(7, 4)), rng.integers(0, 9, size=(2, 4))  # whole numbers


def _safe(deviation):
    return np.where(deviation == 0, 1, deviation)


@exercise.equivalent
def _(train, test):
    columns = []
    for a, b in zip(train.T, test.T, strict=True):
        spread = np.sqrt(np.mean((a - a.mean()) ** 2))
        columns.append([(v - a.mean()) / spread if spread > 0 else v - a.mean() for v in b])
    return np.array(columns).T


@exercise.equivalent
def _(train, test):
    mean, variance = train.mean(axis=0), train.var(axis=0)
    return (test.astype(np.float32) - mean.astype(np.float32)) / np.sqrt(variance + (variance == 0)).astype(np.float32)


@exercise.mistake(
    "the test set by its own statistics",
    "You take mean and deviation from the test set. Then it always comes out with mean 0 and deviation 1, even if all its examples have "
    "moved, and of a single example nothing is left. The model was trained on the scale of the training set: take both numbers from there.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - test.mean(0)) / _safe(test.std(0))


@exercise.mistake("the test set by its own statistics")
def _(train, test):
    return (test - test.mean(0)) / test.std(0)


@exercise.mistake("the test set by its own statistics")
def _(train, test):
    return (test - test.mean(0)) / (test.std(0) + 1e-8)


@exercise.mistake(
    "both sets together",
    "You take mean and deviation from training and test set together. That is the leak of this lesson: the numbers that the model is "
    "tested on have helped to prepare it.",
    see="10, The aha",
)
def _(train, test):
    both = np.concatenate([train, test])
    return (test - both.mean(0)) / _safe(both.std(0))


@exercise.mistake("both sets together")
def _(train, test):
    both = np.concatenate([train, test])
    return (test - both.mean(0)) / both.std(0)


@exercise.mistake(
    "the mean of one set, the deviation of the other",
    "One of your two numbers still comes from the test set. Mean and deviation both belong to the training set.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.mean(0)) / _safe(test.std(0))


@exercise.mistake("the mean of one set, the deviation of the other")
def _(train, test):
    return (test - test.mean(0)) / _safe(train.std(0))


@exercise.mistake("the mean of one set, the deviation of the other")
def _(train, test):
    return (test - train.mean(0)) / test.std(0)


@exercise.mistake(
    "a constant column is divided by 0",
    "A column that is constant in the training set has deviation 0, and you divide by it: the result is NaN or infinite. "
    "Leave such a column undivided.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.mean(0)) / train.std(0)


@exercise.mistake(
    "a tiny number in place of 0",
    "You add a tiny number to the deviation so as not to divide by 0. For a column that is constant in training, a test value that differs "
    "by 1 then becomes a hundred million. Leave such a column undivided.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.mean(0)) / (train.std(0) + 1e-8)


@exercise.mistake("a tiny number in place of 0")
def _(train, test):
    return (test - train.mean(0)) / np.maximum(train.std(0), 1e-8)


@exercise.mistake("a tiny number in place of 0")
def _(train, test):
    return (test - train.mean(0)) / np.sqrt(train.var(0) + 1e-8)


@exercise.mistake(
    "a constant column becomes 0",
    "You set a column that is constant in training to 0. In the test set it may vary: subtract the training mean and keep the rest.",
    see="10, Build: the protocol",
)
def _(train, test):
    return np.where(train.std(0) == 0, 0, (test - train.mean(0)) / _safe(train.std(0)))


@exercise.mistake("a constant column becomes 0")
def _(train, test):
    return np.nan_to_num((test - train.mean(0)) / train.std(0), posinf=0, neginf=0)


@exercise.mistake(
    "one number for the whole table",
    "You use one mean, or one deviation, for the whole table. Each column is a measurement of its own, with its own scale: `axis=0` "
    "for both.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.mean()) / train.std()


@exercise.mistake("one number for the whole table")
def _(train, test):
    return (test - train.mean()) / _safe(train.std(0))


@exercise.mistake("one number for the whole table")
def _(train, test):
    return (test - train.mean(0)) / train.std()


@exercise.mistake(
    "each example by itself",
    "You standardize along the rows, each example by its own numbers. A row holds different measurements; what is compared is a column, "
    "`axis=0`, over the training set.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - test.mean(1, keepdims=True)) / _safe(test.std(1, keepdims=True))


@exercise.mistake(
    "divided by the variance",
    "You divide by the variance. It has the unit of the column squared; its root, the standard deviation, has the unit of the column.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.mean(0)) / _safe(train.var(0))


@exercise.mistake(
    "not divided",
    "You subtract the mean and leave the scale as it was. Divide each column by its standard deviation in the training set.",
    see="10, Build: the protocol",
)
def _(train, test):
    return test - train.mean(0)


@exercise.mistake(
    "not centered",
    "Your result is not centered: the training mean of each column should be subtracted before the division by the deviation.",
    see="10, Build: the protocol",
)
def _(train, test):
    return test / _safe(train.std(0))


@exercise.mistake("not centered")
def _(train, test):
    return test / _safe(train.std(0)) - train.mean(0)  # subtracted after the division: the same slip, in the other order


@exercise.mistake(
    "the training set is returned",
    "You return the training set. Asked for is the test set, with the numbers of the training set.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (train - train.mean(0)) / _safe(train.std(0))


@exercise.mistake(
    "from 0 to 1",
    "You map the smallest training value to 0 and the largest to 1. A single outlier then squeezes all others together; standardizing uses "
    "mean and standard deviation.",
    see="10, Build: the protocol",
)
def _(train, test):
    return (test - train.min(0)) / _safe(np.ptp(train, axis=0))


@exercise.convention(
    "the deviation with n - 1",
    "Your deviation divides by n - 1, as pandas and R do. Asked for is NumPy's `std`, which divides by n, as scikit-learn's scaler does.",
)
def _(train, test):
    return (test - train.mean(0)) / _safe(train.std(0, ddof=1))
