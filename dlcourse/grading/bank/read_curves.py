"""read_curves: who is best with this much data, and who still improves (lesson 01)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "read_curves",
    lesson="01_what_is_deep_learning",
    minutes=10,
    difficulty=2,
    hints=(
        "Two separate questions: `best` compares the learners at each size, `gain` compares the last two sizes of each learner.",
        "For `best`, `argmax` must run over the learners. They are the rows of `curves`: which axis is that?",
        "How often must you double 100 to get 800? Three times, because 2 · 2 · 2 = 8. `np.log2` answers this for any ratio of sizes.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([100, 800]), _curves(rng, [0, 1], learners=2)
    yield np.array([50, 100, 200, 500]), _curves(rng, [2, 0, 0, 1], learners=3)
    yield np.array([10, 40, 100, 300, 2500]), _curves(rng, [1, 1, 0, 0, 0], learners=2)
    yield np.array([60, 600]), _curves(rng, [0, 0], learners=1)
    tied = _curves(rng, [3, 0, 1], learners=4)
    tied[2] = tied[1]  # the first of two equal learners counts
    yield np.array([100, 250, 2000]), tied


def _curves(rng, winners, learners):
    """Accuracies of which the best rises from size to size; `winners` says whose it is, and no one wins everywhere."""
    best = 0.5 + rng.uniform(0.02, 0.1, len(winners)).cumsum()
    curves = best - rng.uniform(0.01, 0.1, (learners, len(winners)))
    curves[winners, range(len(winners))] = best
    return curves.round(3)


@exercise.equivalent
def _(sizes, curves):
    best = [max(range(len(curves)), key=lambda learner: curves[learner, size]) for size in range(len(sizes))]
    gain = [np.log(2) * (curve[-1] - curve[-2]) / np.log(sizes[-1] / sizes[-2]) for curve in curves]
    return best, gain


@exercise.equivalent
def _(sizes, curves):
    gains = np.diff(curves, axis=1) / np.diff(np.log2(sizes))
    return np.argmax(curves.T, axis=1), gains[:, -1]


def _best(curves):
    return curves.argmax(0)


def _gain(sizes, curves):
    return (curves[:, -1] - curves[:, -2]) / np.log2(sizes[-1] / sizes[-2])


@exercise.mistake(
    "the best size of each learner",
    "For each learner you look for its best size. The question is the other one: at each size, which learner is best? "
    "The learners are the rows, so `argmax` runs along axis 0.",
    see="01, The aha",
)
def _(sizes, curves):
    return curves.argmax(1), _gain(sizes, curves)


@exercise.mistake(
    "one winner for all sizes",
    "You name one learner for all sizes. The curves may cross: who is best with little data is often not who is best with much.",
    see="01, The aha",
)
def _(sizes, curves):
    return np.full(len(sizes), curves.mean(1).argmax()), _gain(sizes, curves)


@exercise.mistake("one winner for all sizes")
def _(sizes, curves):
    return np.full(len(sizes), curves[:, -1].argmax()), _gain(sizes, curves)


@exercise.mistake("one winner for all sizes")
def _(sizes, curves):
    return curves[:, -1].argmax(), _gain(sizes, curves)


@exercise.mistake(
    "the lowest curve wins",
    "You take the lowest curve at each size. These are accuracies and not errors: higher is better.",
    see="01, The aha",
)
def _(sizes, curves):
    return curves.argmin(0), _gain(sizes, curves)


@exercise.mistake(
    "the gain of the whole step",
    "You give what the last step won in all. A step from 100 to 800 is three doublings, one from 100 to 200 is one: divide by "
    "their number.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), curves[:, -1] - curves[:, -2]


@exercise.mistake(
    "the gain per example",
    "You divide by the number of examples added. A hundred examples more are much after 100 and nothing after 10,000, "
    "so learning curves are read per doubling: divide by the number of doublings.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / (sizes[-1] - sizes[-2])


@exercise.mistake(
    "the factor in place of the doublings",
    "You divide by the factor by which the training set grew. Eight times as much is three doublings, not eight: take `np.log2` "
    "of the factor.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / (sizes[-1] / sizes[-2])


@exercise.mistake("the factor in place of the doublings")
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / (sizes[-1] / sizes[-2] / 2)


@exercise.mistake(
    "the gain over the whole curve",
    "You measure over the whole curve. The early steps are often steep; whether more data still helps shows at the last one.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, 0]) / np.log2(sizes[-1] / sizes[0])


@exercise.mistake("the gain over the whole curve")
def _(sizes, curves):
    return _best(curves), np.mean(np.diff(curves, axis=1) / np.diff(np.log2(sizes)), axis=1)


@exercise.mistake(
    "the gain of the first step",
    "You measure the first step of each curve. Whether more data still helps shows at the last one.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), (curves[:, 1] - curves[:, 0]) / np.log2(sizes[1] / sizes[0])


@exercise.mistake(
    "the gain has the wrong sign",
    "Your gains are negative where the curve rises. Subtract the earlier accuracy from the later one.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), -_gain(sizes, curves)


@exercise.mistake(
    "the doublings counted from 1",
    "You divide by `np.log2` of the last size, as if the step had begun at one example. Count the doublings from the size before it.",
    see="01, The aha",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / np.log2(sizes[-1])


@exercise.mistake(
    "best and gain exchanged",
    "You return the two results in the other order. First `best`, one learner for each size, then `gain`, one number for each learner.",
    see="01, The aha",
)
def _(sizes, curves):
    return _gain(sizes, curves), _best(curves)


@exercise.convention(
    "the gain per factor of ten",
    "You give the gain per ten times as much data (`log10`). Asked for is the gain per doubling: `np.log2`.",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / np.log10(sizes[-1] / sizes[-2])


@exercise.convention(
    "the gain per factor of e",
    "You use the natural logarithm, which gives the gain per 2.718 times as much data. Asked for is the gain per doubling: `np.log2`.",
)
def _(sizes, curves):
    return _best(curves), (curves[:, -1] - curves[:, -2]) / np.log(sizes[-1] / sizes[-2])
