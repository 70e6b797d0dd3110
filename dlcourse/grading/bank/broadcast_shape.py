"""broadcast_shape: the shape of a sum, or a refusal (lesson 04)."""

from itertools import zip_longest

import numpy as np

from dlcourse.grading.arrays import REFUSED, shape_or_refusal
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "broadcast_shape",
    lesson="04_layers_and_forward_propagation",
    minutes=15,
    difficulty=2,
    harness=shape_or_refusal,
    hints=(
        "Sizes meet from the right, and the two tuples may have different lengths. Make them equally long first.",
        "A missing size counts as 1, and it is missing at the front: `(1,) * 2 + (3,)` is `(1, 1, 3)`.",
        "Now go through the pairs. They fit when they are equal or one of them is 1. Which of the two remains then?",
    ),
)

SEE = "04, Build: broadcasting"
PAIRS = (
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 3), (2,)),  # fits only when lined up from the left
    ((3, 1), (3,)),
    ((4, 1), (1, 5)),
    ((2, 3), (2, 3)),
    ((2, 3), (3, 2)),  # the same number of elements
    ((2, 3), ()),
    ((), ()),
    ((4, 3), (2, 3)),  # one size divides the other
    ((5, 1, 3), (4, 1)),
    ((2, 4), (3, 1, 4)),
    ((3, 2, 4), (2, 1)),
    ((2, 3, 4), (3, 4, 1)),
    ((1, 1), (1,)),
    ((6, 2, 3), (5, 1, 3)),  # only the first of three does not fit
)


@exercise.cases
def cases(rng):
    yield from PAIRS
    b = tuple(map(int, rng.integers(2, 9, size=4)))
    a = tuple(int(size) if keep else 1 for size, keep in zip(b[1:], rng.permutation([True, True, False]), strict=True))
    yield a, b


def _expected(a, b):
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return REFUSED


@exercise.accept
def complaint(cases, values):
    """The first pair of shapes for which the answer is another one."""
    for (a, b), value in zip(cases, values, strict=True):
        if not _is(value, _expected(a, b)):
            came = "raises" if isinstance(value, str) and value == REFUSED else "returns"
            return f"For a = {a} and b = {b}, {_expected(a, b)} is expected; your function {came} {value}."
    return ""


def _is(value, expected):
    """Lists and NumPy's whole numbers count."""
    value = tuple(value) if isinstance(value, list) else value
    return type(value) is type(expected) and len(value) == len(expected) and all(map(_equals, value, expected))


def _equals(size, expected):
    return isinstance(size, (int, np.integer, str)) and not isinstance(size, bool) and size == expected


def _padded(a, b):
    axes = max(len(a), len(b))
    return (1,) * (axes - len(a)) + a, (1,) * (axes - len(b)) + b


@exercise.equivalent
def _(a, b):
    shape = []
    for m, n in zip_longest(reversed(a), reversed(b), fillvalue=1):
        if m != n and m != 1 and n != 1:
            raise ValueError("no")
        shape.insert(0, n if m == 1 else m)
    return shape  # a list is as good


@exercise.equivalent
def _(a, b):
    a, b = map(np.array, _padded(a, b))
    if ((a != b) & (a != 1) & (b != 1)).any():
        raise ValueError("no")
    return tuple(np.maximum(a, b).astype(int))


@exercise.equivalent
def _(a, b):
    if not a or not b:
        return a or b
    if a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        raise ValueError("no")
    rest_a, rest_b = _padded(a[:-1], b[:-1])
    for m, n in zip(rest_a, rest_b, strict=True):
        if len({m, n} - {1}) > 1:
            raise ValueError("no")
    return (*map(max, rest_a, rest_b), max(a[-1], b[-1]))


@exercise.mistake(
    "lined up from the left",
    "You line the shapes up at their first axes. They meet at the last one: (2, 3) and (2,) do not fit, (2, 3) and (3,) do.",
    see=SEE,
)
def _(a, b):
    return _met(*_padded_behind(a, b))


def _padded_behind(a, b):
    axes = max(len(a), len(b))
    return a + (1,) * (axes - len(a)), b + (1,) * (axes - len(b))


def _met(a, b):
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return tuple(map(max, a, b))


@exercise.mistake("lined up from the left")
def _(a, b):
    shape = []
    for m, n in zip_longest(a, b, fillvalue=1):
        if m != n and 1 not in (m, n):
            raise ValueError("no")
        shape.append(max(m, n))
    return tuple(shape)


@exercise.mistake(
    "nothing is refused",
    "You take the larger size everywhere and never raise a ValueError. Two sizes that differ fit only when one of them is 1.",
    see=SEE,
)
def _(a, b):
    return tuple(map(max, *_padded(a, b)))


@exercise.mistake(
    "only the last axis is compared",
    "You compare the last sizes and no others. All pairs have to fit.",
    see=SEE,
)
def _(a, b):
    if a and b and a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        raise ValueError("no")
    return tuple(map(max, *_padded(a, b)))


@exercise.mistake(
    "the longer part is forgotten",
    "`zip` ends with the shorter shape, and the axes in front of it are lost. They stay as they are in the result.",
    see=SEE,
)
def _(a, b):
    shorter = min(len(a), len(b))
    return _met(a[len(a) - shorter :], b[len(b) - shorter :])


@exercise.mistake(
    "the result is back to front",
    "You went through the sizes from the right, and the result is still in that order. Turn it round at the end.",
    see=SEE,
)
def _(a, b):
    return _met(*_padded(a, b))[::-1]


@exercise.mistake(
    "a 1 is not stretched",
    "You refuse sizes that differ even when one of them is 1. A size of 1 is stretched to fit any other.",
    see=SEE,
)
def _(a, b):
    a, b = (given[len(given) - min(len(a), len(b)) :] for given in (a, b))
    return _equal(a, b)


def _equal(a, b):
    if a != b:
        raise ValueError("no")
    return a


@exercise.mistake("a 1 is not stretched")
def _(a, b):
    longer, shorter = sorted((a, b), key=len, reverse=True)
    _equal(longer[len(longer) - len(shorter) :], shorter)
    return longer


@exercise.mistake(
    "only one of the two is stretched",
    "You stretch one of the shapes to fit the other. Each may have a 1 where the other has not: (4, 1) and (1, 5) make (4, 5).",
    see=SEE,
)
def _(a, b):
    for m, n in zip(*_padded(a, b), strict=True):
        if n not in (1, m):
            raise ValueError("no")
    return a


@exercise.mistake("only one of the two is stretched")
def _(a, b):
    a, b = _padded(a, b)
    for m, n in zip(a, b, strict=True):
        if n not in (1, m):
            raise ValueError("no")
    return a


@exercise.mistake("only one of the two is stretched")
def _(a, b):
    a, b = _padded(*sorted((a, b), key=len, reverse=True))
    for m, n in zip(a, b, strict=True):
        if n not in (1, m):
            raise ValueError("no")
    return a


@exercise.mistake(
    "different lengths are refused",
    "You refuse shapes of different lengths. Where one is shorter, the missing sizes in front count as 1.",
    see=SEE,
)
def _(a, b):
    if len(a) != len(b):
        raise ValueError("no")
    return _met(a, b)


@exercise.mistake(
    "a size that divides the other",
    "You repeat a size of 2 to fit 4. Only a size of 1 is repeated; NumPy would not know whether to repeat 1 2 as 1 2 1 2 or 1 1 2 2.",
    see=SEE,
)
def _(a, b):
    a, b = _padded(a, b)
    if any(max(m, n) % min(m, n) for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return tuple(map(max, a, b))


@exercise.mistake(
    "the number of elements is compared",
    "You compare how many numbers there are. (2, 3) and (3, 2) hold six each and do not fit: the sizes have to match axis by axis.",
    see=SEE,
)
def _(a, b):
    if 1 not in (np.prod(a), np.prod(b)) and max(np.prod(a), np.prod(b)) % min(np.prod(a), np.prod(b)):
        raise ValueError("no")
    return max(a, b, key=lambda shape: (len(shape), np.prod(shape)))


@exercise.mistake(
    "the error is returned",
    "You return the error, or print it. `raise ValueError(...)` stops the function, and whoever called it learns of it.",
    see=SEE,
)
def _(a, b):
    try:
        return _met(*_padded(a, b))
    except ValueError as error:
        return error


@exercise.mistake("the error is returned")
def _(a, b):
    try:
        return _met(*_padded(a, b))
    except ValueError:
        return None


@exercise.mistake(
    "another kind of error",
    "You refuse the right shapes, but with another exception. `raise ValueError(...)` is asked for, as NumPy does: whoever calls the "
    "function can then catch that and nothing else. An `assert` is for what can never happen.",
    see=SEE,
)
def _(a, b):
    return _refusing(a, b, AssertionError)


@exercise.mistake("another kind of error")
def _(a, b):
    return _refusing(a, b, TypeError)


@exercise.mistake("another kind of error")
def _(a, b):
    return _refusing(a, b, Exception)


def _refusing(a, b, kind):
    try:
        return _met(*_padded(a, b))
    except ValueError:
        raise kind("the shapes do not fit") from None
