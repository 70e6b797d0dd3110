"""accumulate: the gradient of a batch that goes through in pieces (lesson 07)."""

import numpy as np

from dlcourse.grading.exercise import Exercise
from dlcourse.grading.graph import shared_batch

exercise = Exercise(
    "accumulate",
    lesson="07_autograd",
    minutes=15,
    difficulty=2,
    hints=(
        "`grad` gives the mean over its rows. What would you have to do with it to get the sum over these rows?",
        "The mean over all rows is the sum over all rows, divided by their number. The last piece may have fewer rows than the others.",
        "Each piece counts by its share of the batch: its number of rows divided by N.",
    ),
    harness=shared_batch,
)


@exercise.cases
def cases(rng):
    for n, d, size in ((3, 1, 2), (4, 2, 2), (5, 2, 5), (7, 3, 3), (9, 2, 4), (10, 3, 4), (12, 4, 5), (23, 3, 5)):
        yield rng.normal(size=d), rng.normal(size=(n, d)) + 0.5, rng.normal(size=n) * np.arange(1, n + 1), size


def _pieces(x, y, size):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


@exercise.equivalent
def _(grad, x, y, size):
    return sum(grad(x[i : i + 1], y[i : i + 1]) for i in range(len(x))) / len(x)


@exercise.equivalent
def _(grad, x, y, size):
    gradients, rows = zip(*((grad(*piece), len(piece[0])) for piece in _pieces(x, y, size)), strict=True)
    return np.average(gradients, axis=0, weights=rows)


@exercise.equivalent
def _(grad, x, y, size):
    total = 0.0
    for piece in np.array_split(np.arange(len(x)), -(-len(x) // size)):
        total = total + grad(x[piece], y[piece]) * len(piece)
    return total / len(x)


@exercise.mistake(
    "all pieces count the same",
    "You average the gradients of the pieces. The last piece may be smaller, and then its few rows count more than the others. "
    "Each piece counts by its share of the rows.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return np.mean([grad(*piece) for piece in _pieces(x, y, size)], axis=0)


@exercise.mistake("all pieces count the same")
def _(grad, x, y, size):
    pieces = np.array_split(np.arange(len(x)), -(-len(x) // size))
    return np.mean([grad(x[piece], y[piece]) for piece in pieces], axis=0)


@exercise.mistake(
    "the means are divided again",
    "You add the means of the pieces and divide by a number of rows. Each mean has been divided by its own rows already. "
    "Weigh each by its share of the rows.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return sum(grad(*piece) for piece in _pieces(x, y, size)) / len(x)


@exercise.mistake("the means are divided again")
def _(grad, x, y, size):
    return sum(grad(*piece) for piece in _pieces(x, y, size)) / size


@exercise.mistake(
    "the sum of the means",
    "You add the means of the pieces. With four pieces the gradient is about four times too large. Weigh each by its share of the rows.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return sum(grad(*piece) for piece in _pieces(x, y, size))


@exercise.mistake(
    "the sum over all rows",
    "You have the sum over all rows. The loss is their mean: divide by N.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return sum(grad(*piece) * len(piece[0]) for piece in _pieces(x, y, size))


@exercise.mistake(
    "divided by the size of a piece",
    "You have the sum over all rows and divide it by `size`. The mean over all rows divides by their number, N.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return sum(grad(*piece) * len(piece[0]) for piece in _pieces(x, y, size)) / size


@exercise.mistake(
    "gradients overwrite each other",
    "Only the last piece is left, because you write `=`. The gradients of the pieces add up.",
    see="07, Build: accumulation",
)
def _(grad, x, y, size):
    for part_x, part_y in _pieces(x, y, size):
        gradient = grad(part_x, part_y)
    return gradient


@exercise.mistake("gradients overwrite each other")
def _(grad, x, y, size):
    for part_x, part_y in _pieces(x, y, size):
        gradient = grad(part_x, part_y) * len(part_x) / len(x)
    return gradient


@exercise.mistake(
    "the last rows are lost",
    "When N is no multiple of the size, you leave out the last, smaller piece. `range(0, N, size)` reaches it.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    whole = [piece for piece in _pieces(x, y, size) if len(piece[0]) == size]
    return sum((grad(*piece) * size for piece in whole), np.zeros(x.shape[1])) / len(x)


@exercise.mistake("the last rows are lost")
def _(grad, x, y, size):
    whole = [piece for piece in _pieces(x, y, size) if len(piece[0]) == size]
    return sum((grad(*piece) * size for piece in whole), np.zeros(x.shape[1])) / max(1, len(whole) * size)


@exercise.mistake("the last rows are lost")
def _(grad, x, y, size):
    whole = [piece for piece in _pieces(x, y, size) if len(piece[0]) == size]
    return sum((grad(*piece) for piece in whole), np.zeros(x.shape[1])) / max(1, len(whole))


@exercise.mistake(
    "each piece counts as a full one",
    "You weigh each piece with size / N, the last and smaller one too. Its weight is its own number of rows, divided by N.",
    see="07, Misconceptions",
)
def _(grad, x, y, size):
    return sum(grad(*piece) * size / len(x) for piece in _pieces(x, y, size))


@exercise.mistake(
    "the whole batch at once",
    "`grad` takes at most `size` rows; more do not fit into memory. Hand it the rows in pieces.",
    see="07, Build: memory",
)
def _(grad, x, y, size):
    return grad(x, y)


@exercise.mistake("the whole batch at once")
def _(grad, x, y, size):
    return grad(x, y) / len(x)


@exercise.mistake(
    "only the first piece",
    "You return after the first piece. A `return` inside the loop ends it.",
    see="07, Build: accumulation",
)
def _(grad, x, y, size):
    return grad(x[:size], y[:size])


@exercise.mistake("only the first piece")
def _(grad, x, y, size):
    return grad(x[:size], y[:size]) * min(size, len(x)) / len(x)
