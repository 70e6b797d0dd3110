"""steps_taken: read the log of a training and say which gradients each step used (lesson 07)."""

import numpy as np

from dlcourse.grading.exercise import Exercise
from dlcourse.grading.graph import entries_as_lists

exercise = Exercise(
    "steps_taken",
    lesson="07_autograd",
    minutes=15,
    difficulty=2,
    hints=(
        "Go through the log line by line and keep one list: the batches whose gradients are in `.grad` at this moment.",
        "Which of the four kinds of lines change that list? Two of them do not.",
        "`backward` adds its batch, `zero_grad` empties the list, `step` only reads it. Hand out a copy, since the list goes on changing.",
    ),
    harness=entries_as_lists,
)

RIGHT = ["zero_grad", "forward 0", "backward 0", "step", "zero_grad", "forward 1", "backward 1", "step"]
FORGOTTEN = [line for line in [*RIGHT, "forward 2", "backward 2", "step"] if line != "zero_grad"]
BETWEEN = ["forward 0", "backward 0", "zero_grad", "step", "forward 1", "backward 1", "zero_grad", "step"]
TWICE = ["zero_grad", "forward 3", "backward 3", "backward 3", "step", "step"]
EVALUATED = ["zero_grad", "forward 0", "backward 0", "forward 7", "step", "forward 1", "zero_grad", "backward 1", "step", "forward 7"]
PIECES = ["forward 0", "backward 0", "forward 1", "backward 1", "step", "zero_grad", "forward 2", "forward 3", "backward 2", "step"]


@exercise.cases
def cases(rng):
    for log in (["step"], ["forward 0", "backward 0", "step"], RIGHT, FORGOTTEN, BETWEEN, TWICE, EVALUATED, PIECES):
        yield (log,)
    for length in (14, 20, 30):
        yield (_random(rng, length),)


def _random(rng, length):
    """A log without sense, in which each backward has its forward."""
    log, batches, first = [], [], rng.integers(9, 95)
    for _ in range(length):
        kind = ("forward", "backward", "step", "zero_grad")[rng.choice(4, p=(0.3, 0.35, 0.22, 0.13))]
        if kind == "forward" or not batches:
            batches.append(first + len(batches))
            kind = f"forward {batches[-1]}"
        elif kind == "backward":
            kind = f"backward {batches[rng.integers(len(batches))]}"
        log.append(kind)
    return [*log, "step"]


@exercise.equivalent
def _(log):
    answer = []
    for end, line in enumerate(log):
        if line == "step":
            start = max((i for i in range(end) if log[i] == "zero_grad"), default=-1)
            answer.append(tuple(int(line.split()[1]) for line in log[start + 1 : end] if line.startswith("backward")))
    return answer


@exercise.equivalent
def _(log):
    grads, steps = np.zeros(0, dtype=int), []
    for line in log:
        word, _, number = line.partition(" ")
        if word == "backward":
            grads = np.append(grads, int(number))
        elif word == "zero_grad":
            grads = grads[:0]
        elif word == "step":
            steps += [grads.tolist()]
    return steps


def _read(log, *, forward=None, backward=None, zero_grad=None, step=None):
    """Go through a log; each rule maps (the batches in .grad, the batch) to the batches after the line."""
    rules = {
        "forward": forward or (lambda grads, _: grads),
        "backward": backward or (lambda grads, batch: [*grads, batch]),
        "zero_grad": zero_grad or (lambda grads, _: []),
        "step": step or (lambda grads, _: grads),
    }
    grads, steps = [], []
    for line in log:
        word, _, number = line.partition(" ")
        if word == "step":
            steps.append(list(grads))
        grads = rules[word](grads, int(number or 0))
    return steps


@exercise.mistake(
    "a step clears the gradients",
    "You let `step` clear the gradients. It only reads them; they stay until `zero_grad`. That is why a missing `zero_grad` does harm.",
    see="07, Misconceptions",
)
def _(log):
    return _read(log, step=lambda grads, _: [])


@exercise.mistake(
    "gradients overwrite each other",
    "You keep only the last backward. `backward` adds to the gradients that are there.",
    see="07, Misconceptions",
)
def _(log):
    return _read(log, backward=lambda grads, batch: [batch])


@exercise.mistake(
    "zero_grad does nothing",
    "Your gradients are never cleared. `zero_grad` clears all of them, wherever it stands, also right before a step.",
    see="07, Misconceptions",
)
def _(log):
    return _read(log, zero_grad=lambda grads, _: grads)


@exercise.mistake(
    "a forward pass counts",
    "You collect the batches of `forward`. A forward pass makes a graph and no gradient; only `backward` brings one.",
    see="07, Build: the tape",
)
def _(log):
    return _read(log, forward=lambda grads, batch: [*grads, batch], backward=lambda grads, _: grads)


@exercise.mistake("a forward pass counts")
def _(log):
    return _read(log, forward=lambda grads, batch: [*grads, batch])


@exercise.mistake(
    "a forward pass clears the gradients",
    "You begin anew with each `forward`. A new graph does not touch `.grad`; gradients stay until `zero_grad`.",
    see="07, Build: a second call",
)
def _(log):
    return _read(log, forward=lambda grads, _: [])


@exercise.mistake(
    "a second backward of the same batch is lost",
    "A batch whose `backward` was called twice is in the gradient twice. A set loses one.",
    see="07, Build: a second call",
)
def _(log):
    return _read(log, backward=lambda grads, batch: grads if batch in grads else [*grads, batch])


@exercise.mistake("a second backward of the same batch is lost")
def _(log):
    return _read(log, backward=lambda grads, batch: sorted({*grads, batch}))


@exercise.mistake(
    "a step without gradients is left out",
    "Each `step` has an entry, also one that found no gradient: an empty list. It is the one that learns nothing.",
    see="07, Misconceptions",
)
def _(log):
    return [grads for grads in _read(log) if grads]


@exercise.mistake(
    "text in place of numbers",
    "Your batches are text, such as '3', as they stand in the log. `int` makes numbers of them.",
    see="07, Misconceptions",
)
def _(log):
    return [[str(batch) for batch in grads] for grads in _read(log)]


@exercise.mistake(
    "one digit of the batch",
    "You read one character of the line. Batch 12 has two digits: split the line at the space and take all of the second part.",
    see="07, Misconceptions",
)
def _(log):
    return [[batch % 10 for batch in grads] for grads in _read(log)]


@exercise.mistake("one digit of the batch")
def _(log):
    return [[int(str(batch)[0]) for batch in grads] for grads in _read(log)]


@exercise.mistake(
    "the batch of the last forward",
    "You note the batch that was computed last. `backward 2` brings the gradient of batch 2, whichever forward pass came before it.",
    see="07, Build: the tape",
)
def _(log):
    newest = {end: line.split()[1] for end, line in enumerate(log) if line.startswith("forward")}
    lines = [f"backward {newest[max(i for i in newest if i < end)]}" if "back" in line else line for end, line in enumerate(log)]
    return _read(lines)


@exercise.mistake(
    "sorted batches",
    "Your batches are sorted. Asked for is the order in which their gradients came, which is the order of the lines.",
    see="07, Misconceptions",
)
def _(log):
    return [sorted(grads) for grads in _read(log)]


@exercise.mistake(
    "all steps share one list",
    "You append the same list at every step, and what you change later changes in all of them. Append a copy: `list(grads)`.",
    see="07, Build: a second call",
)
def _(log):
    grads, steps = [], []
    for line in log:
        word, _, number = line.partition(" ")
        if word == "backward":
            grads.append(int(number))
        elif word == "zero_grad":
            grads.clear()
        elif word == "step":
            steps.append(grads)
    return steps


@exercise.mistake("all steps share one list")
def _(log):
    grads, steps = [], []
    for line in log:
        word, _, number = line.partition(" ")
        if word == "backward":
            grads.append(int(number))
        elif word == "zero_grad":
            grads = []
        elif word == "step":
            steps.append(grads)
    return steps


@exercise.mistake(
    "one list for the whole log",
    "You return the gradients at the end. Asked for is one list for each `step`, as it was at that step.",
    see="07, Misconceptions",
)
def _(log):
    return _read([*log, "step"])[-1]


@exercise.mistake("one list for the whole log")
def _(log):
    return [_read([*log, "step"])[-1]]


def _no_list(cases, values):
    """Whether some entry of the answers is no list of batches."""
    entries = [entry for value in values if isinstance(value, (list, tuple)) for entry in value]
    return any(not isinstance(entry, (list, tuple)) for entry in entries)


@exercise.mistake(
    "an entry is no list",
    "Each `step` has a list of batches, also when it is empty or has one batch. One of your entries is something else.",
    see="07, Misconceptions",
    when=_no_list,
)
def _(log):
    return [len(grads) for grads in _read(log)]
