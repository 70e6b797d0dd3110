"""minibatches: cut an epoch into random batches (lesson 05). Judged by what a good cut has, since there are many."""

import numpy as np

from dlcourse.grading.descent import three_epochs
from dlcourse.grading.exercise import Exercise

SEE = "05, Build: Mini-batches"

exercise = Exercise(
    "minibatches",
    lesson="05_gradient_descent",
    minutes=10,
    difficulty=1,
    harness=three_epochs,
    hints=(
        "Two steps: put all the numbers from 0 to n - 1 in a random order, then cut that list.",
        "`rng.permutation(n)` is the order. Where does batch number k begin, and where does it end?",
        "A slice that reaches beyond the end of an array is simply shorter: no special case is needed. `range` can count the beginnings.",
    ),
)


@exercise.cases
def cases(rng):
    for n, size in ((12, 4), (10, 4), (30, 30), (41, 8), (64, 16), (20, 7)):
        yield n, size, int(rng.integers(1000))


def _epochs(value):
    """Three epochs, each a list of arrays of whole numbers; None when the value is something else."""
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        return None
    epochs = [[_numbers(batch) for batch in epoch] if _is_row(epoch) else [None] for epoch in value]
    return None if any(batch is None for epoch in epochs for batch in epoch) or not all(epochs) else epochs


def _is_row(value):
    return isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.ndim > 0


def _numbers(batch):
    try:
        array = np.asarray(batch)
    except ValueError:
        return None
    return array.astype(int) if array.ndim == 1 and (array.dtype.kind in "iu" or array.size == 0) else None


def _flat(epoch):
    return np.concatenate(epoch)


def _some(question):
    """A rule from a question about one epoch of one case: does it hold anywhere?"""

    def rule(cases, values):
        pairs = [(case, _epochs(value)) for case, value in zip(cases, values, strict=True)]
        return all(epochs for _, epochs in pairs) and any(question(epochs, *case) for case, epochs in pairs)

    return rule


@_some
def _empty(epochs, n, size, seed):
    return any(len(batch) == 0 for batch in epochs[0])


@_some
def _from_one(epochs, n, size, seed):
    return sorted(_flat(epochs[0])) == list(range(1, n + 1))


def _lost(cases, values):
    """In every case there are all the full batches, and nothing else."""
    epochs = [_epochs(value) for value in values]
    return all(epochs) and all(
        [*map(len, first)] == [size] * (n // size) and len({*_flat(first)}) == n - n % size
        for (first, *_), (n, size, _) in zip(epochs, cases, strict=True)
    )


@_some
def _twice(epochs, n, size, seed):
    return len(set(_flat(epochs[0]))) < len(_flat(epochs[0]))


@_some
def _twice_and_never(epochs, n, size, seed):
    flat = _flat(epochs[0])
    return len(flat) == n and len(set(flat)) < n and set(flat) < set(range(n))


@_some
def _filled(epochs, n, size, seed):
    flat = _flat(epochs[0])
    return len(flat) > n and set(flat) == set(range(n)) and all(len(batch) == size for batch in epochs[0])


@_some
def _too_large(epochs, n, size, seed):
    return sorted(_flat(epochs[0])) == list(range(n)) and max(map(len, epochs[0])) > size


@_some
def _other_sizes(epochs, n, size, seed):
    return sorted(_flat(epochs[0])) == list(range(n)) and any(len(batch) != size for batch in epochs[0][:-1])


@_some
def _shared_out(epochs, n, size, seed):
    lengths = [*map(len, epochs[0])]
    return sorted(_flat(epochs[0])) == list(range(n)) and lengths[0] < size and max(lengths) - min(lengths) <= 1


def _in_order(cases, values):
    """In every case, since a few blocks in a random order are now and then in order too."""
    epochs = [_epochs(value) for value in values]
    return all(epochs) and all(list(_flat(first)) == list(range(n)) for (first, *_), (n, *_) in zip(epochs, cases, strict=True))


@_some
def _neighbours(epochs, n, size, seed):
    return n >= 40 and all(np.ptp(batch) == len(batch) - 1 for batch in epochs[0])


@_some
def _same_again(epochs, n, size, seed):
    return n >= 40 and np.array_equal(_flat(epochs[0]), _flat(epochs[1]))


@_some
def _not_of_rng(epochs, n, size, seed):
    return n >= 40 and not np.array_equal(_flat(epochs[0]), _flat(epochs[2]))


@exercise.accept
def _(cases, values):
    """What is missing, in one sentence, or ""."""
    for rule, sentence in RULES:
        if rule(cases, values):
            return sentence
    if any(_epochs(value) is None for value in values):
        return "The result should be a list of arrays of whole numbers, one array of example numbers for each batch."
    return "" if all(map(_whole, cases, values)) else "An epoch should hold each number from 0 to n - 1 exactly once."


def _whole(case, value):
    return all(sorted(_flat(epoch)) == list(range(case[0])) for epoch in _epochs(value))


RULES = [
    (_empty, "One of your batches is empty."),
    (_twice, "Some examples occur more than once in an epoch."),
    (_too_large, "One of your batches is larger than `size`."),
    (_other_sizes, "All batches but the last should have exactly `size` examples."),
    (_in_order, "The examples are not in a random order."),
    (_neighbours, "The examples of a batch are neighbors in the file."),
    (_same_again, "The second epoch has the same order as the first."),
    (_not_of_rng, "The same seed gives another order the second time."),
]


@exercise.equivalent
def _(n, size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return [order[start : start + size] for start in range(0, n, size)]


@exercise.equivalent
def _(n, size, rng):
    return np.split(rng.permutation(n), range(size, n, size))


@exercise.equivalent
def _(n, size, rng):
    order = list(rng.choice(n, size=n, replace=False))
    while order:
        yield [int(number) for number in order[:size]]
        order = order[size:]


@exercise.equivalent
def _(n, size, rng):
    order = np.argsort(rng.random(n))
    return tuple(order[k * size : (k + 1) * size] for k in range(-(-n // size)))


@exercise.mistake(
    "an empty batch at the end",
    "Where `size` divides n, your last batch is empty, and the mean over it is NaN. Count the beginnings: range(0, n, size).",
    see=SEE,
    when=_empty,
)
def _(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size + 1)]


@exercise.mistake(
    "counted from 1",
    "Your numbers run from 1 to n. The rows of an array are counted from 0, and x[n] does not exist.",
    see=SEE,
    when=_from_one,
)
def _(n, size, rng):
    order = rng.permutation(n) + 1
    return [order[start : start + size] for start in range(0, n, size)]


@exercise.mistake(
    "the last batch is filled up",
    "You fill the last batch with examples that were already used. They then count twice in every epoch; leave the batch smaller.",
    see=SEE,
    when=_filled,
)
def _(n, size, rng):
    order = np.resize(rng.permutation(n), -(-n // size) * size)
    return list(order.reshape(-1, size))


@exercise.mistake(
    "some twice, others never",
    "Some examples come twice or more in an epoch and others never. Shuffle once and cut, so that each comes exactly once.",
    see=SEE,
    when=_twice_and_never,
)
def _(n, size, rng):
    return [rng.integers(n, size=min(size, n - start)) for start in range(0, n, size)]


@exercise.mistake("some twice, others never")
def _(n, size, rng):
    return [rng.choice(n, size=min(size, n - start), replace=False) for start in range(0, n, size)]  # no repeats within a batch only


@exercise.mistake("some twice, others never")
def _(n, size, rng):
    return [rng.permutation(n)[start : start + size] for start in range(0, n, size)]  # shuffled anew for each batch


@exercise.mistake(
    "the rest is dropped",
    "Where `size` does not divide n, the last examples are left out. Keep them as a smaller batch.",
    see=SEE,
    when=_lost,
)
def _(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size)]


@exercise.mistake("the rest is dropped")
def _(n, size, rng):
    return list(rng.permutation(n)[: n - n % size].reshape(-1, size))


@exercise.mistake(
    "shuffled but not cut",
    "You return all numbers in one random order. Cut it into pieces of `size`: a list with one array for each batch.",
    see=SEE,
    when=lambda cases, values: all(np.shape(first) == (n,) for (first, *_), (n, *_) in zip(values, cases, strict=True)),
)
def _(n, size, rng):
    return rng.permutation(n)


@exercise.mistake(
    "the rest is added to a batch",
    "The examples that are left over make one of your batches larger than `size`. Give them a batch of their own.",
    see=SEE,
    when=_too_large,
)
def _(n, size, rng):
    return np.array_split(rng.permutation(n), max(1, n // size))


@exercise.mistake(
    "batches of about equal size",
    "You share the examples out evenly, as `np.array_split` does. Each batch but the last should have exactly `size`.",
    see=SEE,
    when=_shared_out,
)
def _(n, size, rng):
    return np.array_split(rng.permutation(n), -(-n // size))


@exercise.mistake(
    "not shuffled",
    "You cut the examples in the order of the file. In a file sorted by class, a batch then holds one class, and its gradient is far from "
    "the right one on average.",
    see=SEE,
    when=_in_order,
)
def _(n, size, rng):
    return [np.arange(start, min(start + size, n)) for start in range(0, n, size)]


@exercise.mistake(
    "only the batches are shuffled",
    "Your batches come in a random order, but each is a block of neighbors in the file. Shuffle the examples before you cut.",
    see=SEE,
    when=_neighbours,
)
def _(n, size, rng):
    batches = [np.arange(start, min(start + size, n)) for start in range(0, n - n % size, size)]
    rng.shuffle(batches)
    return batches + ([np.arange(n - n % size, n)] if n % size else [])


@exercise.mistake(
    "the same order in every epoch",
    "A second epoch, from the same rng, gives the same batches. Draw from the `rng` that you are given; a new one made of a fixed seed "
    "begins anew each time.",
    see=SEE,
    when=_same_again,
)
def _(n, size, rng):
    order = np.random.default_rng(0).permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]


@exercise.mistake(
    "not drawn from rng",
    "The same seed gives other batches the second time. Draw from the `rng` that you are given, and not from `np.random`, or no one can "
    "repeat your training.",
    see=SEE,
    when=_not_of_rng,
)
def _(n, size, rng):
    order = np.random.default_rng().permutation(n)
    return [order[start : start + size] for start in range(0, n, size)]
