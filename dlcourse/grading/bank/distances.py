"""distances: all pairwise squared distances without a loop (lesson 04)."""

import numpy as np

from dlcourse.grading.arrays import PythonLoop, without_loops
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "distances",
    lesson="04_layers_and_forward_propagation",
    minutes=20,
    difficulty=2,
    harness=without_loops,
    hints=(
        "Write down the shape you want for the differences, before they are squared and summed: one axis for n, one for m, one for k.",
        "(N, D) and (M, D) do not fit. Give each an axis of size 1 where the other has its own: `None` in square brackets adds one.",
        "The differences have the shape (N, M, D), and the sum runs over the axis of k. Which of the two needs the new axis at the front?",
    ),
)

SEE = "04, Build: vectorizing"


@exercise.cases
def cases(rng):
    yield rng.integers(-4, 5, (2, 1)).astype(float), rng.integers(-4, 5, (3, 1)).astype(float)
    yield rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
    yield rng.normal(size=(4, 3)), rng.normal(size=(4, 3))  # as many in a as in b
    yield rng.normal(size=(5, 4)), rng.normal(size=(2, 4))
    yield rng.normal(size=(1, 3)), rng.normal(size=(6, 3))
    yield rng.normal(size=(3, 3)), rng.normal(size=(3, 3))  # as many points as coordinates
    yield 4000 + rng.integers(-8, 9, (4, 3)) / 8, 4000 + rng.integers(-8, 9, (3, 3)) / 8  # far out and close together


def _columns(a, b):
    return a[:, None, :], b[None, :, :]


def _wrong(cases, values):
    """The numbers of the cases whose values are not the squared distances."""
    pairs = [(value, ((a[:, None] - b) ** 2).sum(-1)) for (a, b), value in zip(cases, values, strict=True)]
    return [i for i, (value, d) in enumerate(pairs) if value.shape != d.shape or not np.allclose(value, d, rtol=1e-3, atol=1e-4)]


@exercise.equivalent
def _(a, b):
    return (a**2).sum(1, keepdims=True) + (b**2).sum(1) - 2 * a @ b.T


@exercise.equivalent
def _(a, b):
    differences = np.expand_dims(a, 1).astype(np.float32) - b.astype(np.float32)
    return np.einsum("nmk,nmk->nm", differences, differences)


@exercise.equivalent
def _(a, b):
    return np.linalg.norm(a[:, None] - b, axis=-1) ** 2


@exercise.mistake(
    "a Python loop",
    "There is a loop in your function: `for`, `while`, a comprehension, or one in disguise such as `map` or `np.vectorize`. "
    "Give both arrays a third axis and subtract them once.",
    see=SEE,
)
def _(a, b):
    raise PythonLoop("as the harness does")


@exercise.mistake("a Python loop")
def _(a, b):
    return np.array([((row - b) ** 2).sum(-1) for row in a])


@exercise.mistake("a Python loop")
def _(a, b):
    out = np.zeros((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            out[i, j] = ((a[i] - b[j]) ** 2).sum()
    return out


@exercise.mistake(
    "the transpose",
    "Your result has one row for each point of b. Row n belongs to point n of a: `a` gets its new axis in the middle, `b` in front.",
    see=SEE,
)
def _(a, b):
    return ((b[:, None] - a) ** 2).sum(-1)


@exercise.mistake(
    "only pairs with the same number",
    "You subtract point n of b from point n of a. Each point of a has to meet each of b.",
    see=SEE,
)
def _(a, b):
    return ((a - b) ** 2).sum(-1)


@exercise.mistake("only pairs with the same number")
def _(a, b):
    return ((a - b) ** 2).sum(-1, keepdims=True)


@exercise.mistake(
    "summed over the points",
    "You sum over the axis of the points. It is the coordinates, the last axis, that make up one distance.",
    see=SEE,
)
def _(a, b):
    a, b = _columns(a, b)
    return ((a - b) ** 2).sum(0)


@exercise.mistake("summed over the points")
def _(a, b):
    a, b = _columns(a, b)
    return ((a - b) ** 2).sum(1)


@exercise.mistake(
    "nothing is summed",
    "You return the squares of the differences, coordinate by coordinate, shape (N, M, D). Sum them over the last axis.",
    see=SEE,
)
def _(a, b):
    a, b = _columns(a, b)
    return (a - b) ** 2


@exercise.mistake(
    "the square of the sum",
    "You sum the differences first and square then, so that +1 and −1 cancel. Square each difference, then sum.",
    see=SEE,
)
def _(a, b):
    a, b = _columns(a, b)
    return (a - b).sum(-1) ** 2


@exercise.mistake(
    "not squared",
    "You sum the differences, or how large they are, and square none. Each difference is to be squared before the sum.",
    see=SEE,
)
def _(a, b):
    a, b = _columns(a, b)
    return np.abs(a - b).sum(-1)


@exercise.mistake("not squared")
def _(a, b):
    a, b = _columns(a, b)
    return (a - b).sum(-1)


@exercise.mistake("the mean over the coordinates", "You take the mean over the coordinates. A distance is made of their sum.", see=SEE)
def _(a, b):
    a, b = _columns(a, b)
    return ((a - b) ** 2).mean(-1)


@exercise.mistake(
    "one sum for everything",
    "You sum over all axes, and a single number is left. Keep N and M: `sum(-1)` sums over the coordinates only.",
    see=SEE,
)
def _(a, b):
    a, b = _columns(a, b)
    return ((a - b) ** 2).sum()


@exercise.mistake(
    "the sum of a as a row",
    "In |a|² + |b|² − 2 a·b the |a|² belong to the rows. `(a**2).sum(1)` has the shape (N,) and is lined up with the columns; "
    "with `keepdims=True` it is (N, 1).",
    see="04, Build: broadcasting",
)
def _(a, b):
    return (a**2).sum(1) + (b**2).sum(1) - 2 * a @ b.T


@exercise.mistake("the sum of a as a row")
def _(a, b):
    return (a**2).sum(1) + (b**2).sum(1, keepdims=True) - 2 * a @ b.T


@exercise.mistake("no factor of 2", "The binomial formula is |a|² + |b|² − 2 a·b. The factor 2 is missing.", see=SEE)
def _(a, b):
    return (a**2).sum(1, keepdims=True) + (b**2).sum(1) - a @ b.T


@exercise.mistake("the sign of the product", "In |a|² + |b|² − 2 a·b the last sign is a minus. With a plus it is |a + b|².", see=SEE)
def _(a, b):
    return (a**2).sum(1, keepdims=True) + (b**2).sum(1) + 2 * a @ b.T


@exercise.mistake(
    "the product in place of the distance",
    "You compute the dot product of each pair. That measures how much two points lie in one direction, not how far apart they are.",
    see=SEE,
)
def _(a, b):
    return a @ b.T


@exercise.mistake(
    "the binomial formula in float32",
    "In float32 |a|² + |b|² − 2 a·b loses its digits when the points lie far out and close together: three large numbers are to leave a "
    "small one. Stay in float64, or subtract first and square then.",
    see="04, Misconceptions",
    when=lambda cases, values: values[-1].dtype == np.float32 and _wrong(cases, values) == [len(cases) - 1],
)
def _(a, b):
    a, b = a.astype(np.float32), b.astype(np.float32)
    return (a**2).sum(1, keepdims=True) + (b**2).sum(1) - 2 * a @ b.T


@exercise.convention(
    "the root is taken",
    "You return distances. They are right, but their squares are asked for: whoever looks for the nearest point does not need the root.",
)
def _(a, b):
    a, b = _columns(a, b)
    return np.sqrt(((a - b) ** 2).sum(-1))
