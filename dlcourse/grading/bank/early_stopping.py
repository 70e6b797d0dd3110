"""early_stopping: which epoch's weights are kept (lesson 10)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "early_stopping",
    lesson="10_generalisation",
    minutes=15,
    difficulty=2,
    hints=(
        "Walk through the losses as training does, one epoch after the other, and remember the best epoch so far.",
        "How many epochs in a row brought nothing new? The number of this epoch minus that of the best one.",
        "When that number has reached `patience`, leave the loop. What you return is the best epoch, not the one that you have reached.",
    ),
)


@exercise.cases
def cases(rng):
    yield [3.0, 2.0, 2.5, 1.0], 1  # stops before the lowest
    yield [3.0, 2.0, 2.5, 1.0], 2
    yield [5.0, 4.0, 4.5, 4.2, 3.0, 3.5], 2  # falling again is no new low
    yield [5.0, 4.0, 4.5, 4.2, 3.0, 3.5], 3
    yield [4.0, 3.0, 3.0, 3.0, 2.0, 2.5], 2  # an equal loss is no new low
    yield [2.0, 3.0, 4.0, 1.0], 3  # the first epoch is the best
    yield [2.0, 1.0, 1.5, 1.6, 1.7, 0.5], 2  # the lowest comes long after the stop
    yield [9.0, 8.0, 8.5, 7.0, 7.5, 6.0, 6.5, 5.0, 5.5, 5.2, 5.1, 4.0], 3  # four bad epochs, but not in a row
    yield [4.0, 3.0, 2.0], 2  # never stops
    yield [4.0, 3.0, 2.999, 2.998, 3.5, 2.0], 2  # a new low, however small
    yield _walk(rng), 2
    yield _walk(rng), 4


def _walk(rng):
    """A noisy fall and rise, as validation losses have it."""
    t = np.arange(16)
    return (2 + 0.03 * (t - 8) ** 2 + rng.normal(0, 0.5, 16)).round(2).tolist()


def _run(losses, patience, better=lambda loss, best: loss < best, enough=lambda waited, patience: waited >= patience):
    """(best epoch, epoch reached)."""
    best = epoch = 0
    for epoch, loss in enumerate(losses):
        if epoch and better(loss, losses[best]):
            best = epoch
        if enough(epoch - best, patience):
            break
    return best, epoch


@exercise.equivalent
def _(losses, patience):
    lowest, best, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        waited += 1
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        if waited >= patience:
            return best
    return best


@exercise.equivalent
def _(losses, patience):
    lows = np.flatnonzero(np.diff(np.minimum.accumulate([np.inf, *losses])) < 0)  # the epochs that brought a new low
    gaps = np.diff(np.append(lows, len(losses) + patience))
    return lows[np.argmax(gaps > patience)]


@exercise.mistake(
    "the last epoch",
    "You return the epoch that training has reached. Its loss need not be the lowest: the weights that are kept are those of the best "
    "epoch so far.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience)[1]


@exercise.mistake("the last epoch")
def _(losses, patience):
    return len(losses) - 1


@exercise.mistake("the last epoch")
def _(losses, patience):
    lowest, waited = losses[0], 0
    for epoch, loss in enumerate(losses):
        waited = 0 if epoch == 0 or loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited >= patience:
            return epoch
    return len(losses) - 1


@exercise.mistake(
    "patience off by one",
    "You wait one epoch too long. With patience 1 the first epoch without a new low is the last. Is there a > where >= belongs?",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience, enough=lambda waited, patience: waited > patience)[0]


@exercise.mistake(
    "one epoch too impatient",
    "You stop one epoch early. With patience 2 a single epoch without a new low is not enough to stop.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience, enough=lambda waited, patience: waited and waited >= patience - 1)[0]


@exercise.mistake(
    "the lowest loss of all",
    "You take the lowest loss of the whole list. Training that has stopped never sees what would have come: with the given patience it "
    "ends before that epoch.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return int(np.argmin(losses))


@exercise.mistake(
    "compared with the epoch before",
    "You compare each loss with the one before it. A loss that falls a little after a jump is still above the lowest: compare with the "
    "best so far.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
        best = epoch if losses[epoch] < losses[best] else best
        if waited >= patience:
            break
    return best


@exercise.mistake("compared with the epoch before")
def _(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best


@exercise.mistake("compared with the epoch before")
def _(losses, patience):
    waited = 0
    for epoch in range(1, len(losses)):
        waited = waited + 1 if losses[epoch] > losses[epoch - 1] else 0
        if waited == patience:
            return epoch - patience
    return len(losses) - 1


@exercise.mistake(
    "the last epoch when nothing stops",
    "When training is never stopped, you return the last epoch. Then too the weights of the best epoch are put back.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    best, reached = _run(losses, patience)
    return best if reached - best >= patience else len(losses) - 1


@exercise.mistake(
    "a small step down is no new low",
    "A loss that is only a little lower does not count for you. Some libraries have an option for that; here every loss below the lowest "
    "so far is a new low.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience, better=lambda loss, best: loss < best - 0.01)[0]


@exercise.mistake("a small step down is no new low")
def _(losses, patience):
    return _run(losses, patience, better=lambda loss, best: loss < best - 0.1)[0]


@exercise.mistake(
    "bad epochs are not forgotten",
    "You count all epochs without a new low. The patience is about epochs in a row: a new low sets the count back to 0.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    best, waited = 0, 0
    for epoch, loss in enumerate(losses):
        if epoch and loss >= losses[best]:
            waited += 1
        elif epoch:
            best = epoch
        if waited >= patience:
            break
    return best


@exercise.mistake(
    "an equal loss counts as better",
    "You take an equal loss for a new low. On a plateau training would then never stop. A new low is strictly below the lowest so far.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience, better=lambda loss, best: loss <= best)[0]


@exercise.mistake(
    "the loss in place of the epoch",
    "You return the lowest loss. Asked for is the number of its epoch: that is where the weights are.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return losses[_run(losses, patience)[0]]


@exercise.mistake(
    "epochs counted from 1",
    "Your epochs are counted from 1. As everywhere in Python, the first one is 0.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run(losses, patience)[0] + 1


@exercise.mistake(
    "the highest loss",
    "You keep the epoch with the highest value, as one would for an accuracy. These are losses: lower is better.",
    see="10, Build: early stopping",
)
def _(losses, patience):
    return _run([-loss for loss in losses], patience)[0]


@exercise.mistake("the highest loss")
def _(losses, patience):
    return int(np.argmax(losses))
