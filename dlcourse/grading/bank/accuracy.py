"""accuracy: the share of right answers (lesson 01)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "accuracy",
    lesson="01_what_is_deep_learning",
    minutes=5,
    difficulty=1,
    hints=(
        "First find the answer of each row, that is N whole numbers. Only then look at the labels.",
        "`np.argmax` finds the place of the largest element. Which axis must it run along, so that one place per example remains?",
        "Comparing two arrays of length N gives N times True or False, and the mean counts True as 1 and False as 0.",
    ),
)


@exercise.cases
def cases(rng):
    yield _scored(rng, labels=[1, 0, 0], right=2, classes=2)
    yield _scored(rng, labels=[2], right=1, classes=3)
    yield _scored(rng, labels=[0, 1, 2, 0, 1], right=3, classes=3)  # logits: many are negative
    yield _scored(rng, labels=[3, 3, 3, 0, 1, 3, 2], right=3, classes=4)  # one class is frequent
    yield np.array([[1.0, 1, 0], [0, 2, 2], [3, 0, 1], [0, 5, 5]]), np.array([1, 1, 0, 2])  # ties: the first class wins
    yield _scored(rng, labels=rng.integers(10, size=30), right=21, classes=10)


def _scored(rng, labels, right, classes):
    """Scores whose largest stands at the label in the first `right` rows and elsewhere in the others, then rows shuffled."""
    labels = np.asarray(labels)
    winners = np.where(np.arange(len(labels)) < right, labels, (labels + 1) % classes)
    scores = rng.normal(-0.5, 1, (len(labels), classes)).round(1)
    scores[np.arange(len(labels)), winners] = scores.max(-1) + rng.uniform(0.1, 0.5, len(labels)).round(1)
    order = rng.permutation(len(labels))
    return scores[order], labels[order]


@exercise.equivalent
def _(scores, labels):
    right = 0
    for row, label in zip(scores, labels, strict=True):
        right += list(row).index(max(row)) == label
    return right / len(labels)


@exercise.equivalent
def _(scores, labels):
    return np.count_nonzero(np.argsort(-scores, axis=1, kind="stable")[:, 0] == labels) / len(labels)


@exercise.mistake(
    "the largest of each column",
    "You look for the largest score down each column, over the examples. "
    "An answer belongs to one example: search along its row, `axis=-1`.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores.argmax(0) == labels)


@exercise.mistake(
    "one winner for all rows",
    "`argmax` without an axis finds one place in the whole table. Each row needs its own: `axis=-1`.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores.argmax() == labels)


@exercise.mistake(
    "a count in place of a share",
    "You return how many answers are right. Divide by the number of examples, so that test sets of different size can be compared.",
    see="01, Build: rules",
)
def _(scores, labels):
    return (scores.argmax(-1) == labels).sum()


@exercise.mistake(
    "the error rate",
    "You return the share of wrong answers. The accuracy counts the right ones: it is 1 minus that.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores.argmax(-1) != labels)


@exercise.mistake(
    "divided by the number of scores",
    "You divide by N times K, the number of scores. There is one answer per example, so divide by N.",
    see="01, Build: rules",
)
def _(scores, labels):
    return (scores.argmax(-1) == labels).sum() / scores.size


@exercise.mistake(
    "the smallest score wins",
    "You take the class with the smallest score. A score says how much speaks for a class: the largest wins.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores.argmin(-1) == labels)


@exercise.mistake(
    "a fixed threshold for the score",
    "You call an answer right when the label's score is above a fixed value. "
    "Scores have no fixed scale, and all of them may be negative: what counts is which is the largest of its row.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores[np.arange(len(labels)), labels] > 0.5)


@exercise.mistake("a fixed threshold for the score")
def _(scores, labels):
    return np.mean(scores[np.arange(len(labels)), labels] > 0)


@exercise.mistake(
    "a tie counts as right",
    "When several classes share the largest score, you accept each of them. "
    "Then a model that gives all classes the same score is always right. One answer per row: the first of them, as in `np.argmax`.",
    see="01, Build: rules",
)
def _(scores, labels):
    return np.mean(scores[np.arange(len(labels)), labels] == scores.max(-1))


@exercise.mistake(
    "the mean score of the label",
    "You average the scores at the labels. The accuracy does not ask how high a score is, only whether it is the largest of its row.",
    see="01, Build: rules",
)
def _(scores, labels):
    return scores[np.arange(len(labels)), labels].mean()


@exercise.mistake(
    "the mean is missing",
    "You return True or False for each example. The accuracy is one number: their mean.",
    see="01, Build: rules",
)
def _(scores, labels):
    return scores.argmax(-1) == labels


@exercise.convention(
    "per cent",
    "You give the accuracy in per cent. Here, and in scikit-learn, it is a share from 0 to 1: leave out the factor 100.",
)
def _(scores, labels):
    return 100 * np.mean(scores.argmax(-1) == labels)


@exercise.convention(
    "balanced accuracy",
    "You average the accuracies of the classes, so that a rare class counts as much as a frequent one. "
    "That is the balanced accuracy, in scikit-learn `balanced_accuracy_score`. Here every example counts the same.",
)
def _(scores, labels):
    right = scores.argmax(-1) == labels
    return np.mean([right[labels == label].mean() for label in np.unique(labels)])
