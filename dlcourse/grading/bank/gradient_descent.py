"""gradient_descent: the path of a walk against a gradient (lesson 05)."""

from itertools import accumulate

import numpy as np

from dlcourse.grading.descent import walk
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "gradient_descent",
    lesson="05_gradient_descent",
    minutes=10,
    difficulty=1,
    harness=walk,
    hints=(
        "How many rows has the path? One before the first step, and one after each.",
        "`x = x - ...` makes a new array; `x -= ...` changes the one that you have already put into your list.",
        "Start a list with `x0`, append each new point, and make one array of the list at the end.",
    ),
)


@exercise.cases
def cases(rng):
    yield np.array([[2.0]]), np.array([0.5]), np.array([1.0]), 0.1, 1
    yield _bowl(rng, 2), np.array([0.0, 0.3]), rng.normal(size=2), 0.1, 2
    yield _bowl(rng, 2), rng.uniform(0, 0.3, 2), np.array([2, -1]), 0.15, 3  # a start of whole numbers
    yield _bowl(rng, 3), rng.uniform(0, 0.3, 3), rng.normal(size=3), 0.2, 0  # no step at all
    yield _bowl(rng, 3), rng.uniform(0, 0.3, 3), rng.normal(size=3), 0.05, 7
    yield _bowl(rng, 5), rng.uniform(0, 0.3, 5), rng.normal(size=5), 0.3, 12
    yield 2 * np.eye(2), rng.uniform(0, 0.3, 2), 0.1 * rng.normal(size=2), 0.25, 10  # it is nearly there, and walks on


def _bowl(rng, dimension):
    a = rng.normal(size=(dimension, dimension + 2))
    return a @ a.T / dimension + 0.3 * np.eye(dimension)


def _walk(step, x0, steps):
    """The path of `step(x, t)`, which gives the next point."""
    path = [np.asarray(x0, dtype=float)]
    for t in range(steps):
        path.append(step(path[-1], t))
    return np.array(path)


@exercise.equivalent
def _(grad, x0, lr, steps):
    return np.stack(list(accumulate(range(steps), lambda x, _: x - lr * grad(x), initial=x0)))


@exercise.equivalent
def _(grad, x0, lr, steps):
    path = np.zeros((steps + 1, len(x0)))
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@exercise.equivalent
def _(grad, x0, lr, steps):
    x, path = np.array(x0, dtype=np.float32), []
    for _ in range(steps):
        path.append(x.copy())
        x -= np.float32(lr) * grad(x).astype(np.float32)
    return [list(map(float, point)) for point in [*path, x]]


@exercise.mistake(
    "it climbs",
    "The gradient points uphill, and you add it. Subtract: x - lr * grad(x).",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x + lr * grad(x), x0, steps)


@exercise.mistake(
    "the start is missing",
    "Your path begins after the first step. The start belongs to it: with `steps` steps there are `steps + 1` points.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, steps)[1:]


@exercise.mistake("the start is missing")
def _(grad, x0, lr, steps):
    path = []
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
        path.append(x0)
    return np.array(path)


@exercise.mistake(
    "the last point is missing",
    "You note each point before its step, and never where the last step led. Append once more after the loop.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, steps)[:-1]


@exercise.mistake("the last point is missing")
def _(grad, x0, lr, steps):
    path = []
    for _ in range(steps):
        path.append(x0)
        x0 = x0 - lr * grad(x0)
    return np.array(path)


@exercise.mistake(
    "a step too few",
    "Your path is one step too short. `range(1, steps)` counts steps - 1 times, `range(steps)` counts `steps`.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, max(0, steps - 1))


@exercise.mistake(
    "a step too many",
    "You take one step more than asked for. With 0 steps the path is the start alone.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, steps + 1)


@exercise.mistake(
    "it stops early",
    "Your walk stops before its last step where the ground gets flat. All `steps` steps are asked for, also the small ones.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    path = [x0]
    while len(path) <= steps and np.linalg.norm(grad(path[-1])) > 0.1:
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


@exercise.mistake(
    "only the end of the path",
    "You return where the walk ends. The whole path is asked for, one row for each point.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, steps)[-1]


@exercise.mistake(
    "one array in every row",
    "All rows of your path are the last point. `x -= ...` writes into the array that your list already holds, so the list holds one array "
    "many times. Write `x = x - ...`, or append `x.copy()`.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    end = _walk(lambda x, t: x - lr * grad(x), x0, steps)[-1]
    return np.array([end] * (steps + 1))


@exercise.mistake("one array in every row")
def _(grad, x0, lr, steps):
    x, path = x0.copy(), [x0.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


@exercise.mistake("one array in every row")
def _(grad, x0, lr, steps):
    path = [x0]
    for _ in range(steps):
        x0 -= lr * grad(x0)
        path.append(x0)
    return np.array(path)


@exercise.mistake(
    "it never looks again",
    "You take the gradient once, at the start, and walk on in that direction. It changes with the place: call `grad` in every step.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    g = grad(x0)
    return _walk(lambda x, t: x - lr * g, x0, steps)


@exercise.mistake(
    "every step has the same length",
    "You divide the gradient by its length. Its length is what makes the steps shorter near the minimum: leave it in.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x) / np.linalg.norm(grad(x)), x0, steps)


@exercise.mistake(
    "only the sign of the gradient",
    "You use the sign of each derivative and not its size. The size says how steep it is in that direction.",
    see="05, Build: Which way is down",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * np.sign(grad(x)), x0, steps)


@exercise.mistake(
    "the learning rate is missing",
    "You step by the whole gradient. Multiply it by lr.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - grad(x), x0, steps)


@exercise.mistake(
    "divided by the learning rate",
    "You divide by lr, so that a small rate makes large steps. Multiply.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - grad(x) / lr, x0, steps)


@exercise.mistake(
    "the rate falls on the way",
    "Your learning rate gets smaller with each step. That can be wise (lesson 08), but here it is the same for all.",
    see="05, Build: Mini-batches",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr / (t + 1) * grad(x), x0, steps)


@exercise.mistake(
    "one coordinate after the other",
    "You move the first coordinate, and then ask for the gradient again to move the second. A step takes one gradient, of the point where "
    "it begins, for all coordinates.",
    see="05, Build: One step, and again",
)
def _(grad, x0, lr, steps):
    def step(x, t):
        x = x.copy()
        for d in range(len(x)):
            x[d] -= lr * grad(x)[d]
        return x

    return _walk(step, x0, steps)


@exercise.mistake(
    "the path lies on its side",
    "Your path has the shape (D, steps + 1). One row for each point is asked for: (steps + 1, D).",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    return _walk(lambda x, t: x - lr * grad(x), x0, steps).T


@exercise.mistake(
    "no room for fractions",
    "The start may be made of whole numbers. An array made like it, by `x0.copy()` or `np.zeros_like(x0)`, can hold no others: what you "
    "write into it is cut off, and `x -= ...` stops with an error. Begin with `np.array(x0, dtype=float)`.",
    see="05, Build: Two directions, two factors",
)
def _(grad, x0, lr, steps):
    path = np.zeros((steps + 1, len(x0)), dtype=x0.dtype)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@exercise.mistake("no room for fractions")
def _(grad, x0, lr, steps):
    x, path = x0.copy(), [x0.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


@exercise.convention(
    "with momentum",
    "That is descent with a momentum of 0.9, which lesson 08 is about. Here a step forgets the ones before it.",
)
def _(grad, x0, lr, steps):
    x, v, path = np.asarray(x0, dtype=float), 0.0, [x0]
    for _ in range(steps):
        v = 0.9 * v + grad(x)
        x = x - lr * v
        path.append(x)
    return np.array(path)
