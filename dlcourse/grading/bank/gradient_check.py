"""gradient_check: a checker, graded by the gradients that it rejects and those that it accepts (lesson 06)."""

import numpy as np

from dlcourse.grading.claims import CHANGED, ask
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "gradient_check",
    lesson="06_backpropagation",
    minutes=25,
    difficulty=3,
    hints=(
        "Two parts: measure the gradient entry by entry, with two-sided differences and a step from the V; then compare it with grad(x).",
        "0.001 is nothing beside a gradient of a million and everything beside one of 0.000001. And what if both gradients are 0?",
        "Work on a float64 array of your own. Write the comparison so that NaN fails it: every comparison with NaN is False.",
    ),
    harness=ask,
)

SQUARES, WAVES, COUPLED = "(x**2).sum()", "sin(10 x).sum()", "log(exp(x).sum())"
VALLEY, OFFSET = "((1000 (x - 0.5))**2).sum()", "100 + sin(x).sum()"
BIG, TINY, CONSTANT = "1e8 * tanh(x).sum()", "1e-6 * tanh(x).sum()", "3, whatever x is"
RIGHT = "the gradient"
PLAN = {  # label: function, claim, shape of x
    "squares": (SQUARES, RIGHT, 3),
    "rows": (SQUARES, RIGHT, (2, 3)),
    "whole": (SQUARES, RIGHT, 2),
    "single": (SQUARES, RIGHT, 4),
    "zero": (SQUARES, RIGHT, 3),
    "waves": (WAVES, RIGHT, 4),
    "coupled": (COUPLED, RIGHT, (3, 2)),
    "valley": (VALLEY, RIGHT, 2),
    "offset": (OFFSET, RIGHT, 3),
    "one": (OFFSET, RIGHT, 1),
    "big": (BIG, RIGHT, 3),
    "tiny": (TINY, RIGHT, 3),
    "constant": (CONSTANT, RIGHT, 2),
    "twice": (SQUARES, "2 * gradient", 2),
    "minus": (SQUARES, "-gradient", 3),
    "zeros": (SQUARES, "0 * gradient", 2),
    "last": (WAVES, "gradient, last entry * 1.1", 3),
    "percent": (COUPLED, "gradient * 1.01", (2, 2)),
    "reversed": (SQUARES, "gradient reversed", 4),
    "nan": (SQUARES, "NaN everywhere", 2),
    "small": (TINY, "2 * gradient", 2),
    "plus": (CONSTANT, "gradient + 0.1", 2),
}
RIGHT_ONES = {label for label, (_, claim, _) in PLAN.items() if claim == RIGHT}


@exercise.cases
def cases(rng):
    for label, (f, claim, shape) in PLAN.items():
        yield f, claim, _place(rng, label, np.empty(shape).shape)


def _place(rng, label, shape):
    """Entries of different size and sign; in the valley so near to its floor that a one-sided difference sees another slope."""
    x = rng.permutation(np.geomspace(0.3, 1.6, int(np.prod(shape)))).reshape(shape) * rng.choice([-1.0, 1.0], shape)
    if label == "valley":
        return 0.5 + 1e-5 * x
    if label == "zero":
        x[rng.integers(len(x))] = 0.0
    if label == "whole":
        return np.sign(x).astype(int) * rng.permutation([2, 3])
    return x.astype(np.float32) if label == "single" else x


def _gradient(f, x, h=1e-5):
    """Two-sided differences."""
    x = np.array(x, dtype=float)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in _steps(x, h)]).reshape(x.shape)


def _steps(x, h):
    return h * np.eye(x.size).reshape(-1, *x.shape)


def _close(a, b, tolerance=1e-5):
    return bool(np.abs(a - b).max() <= tolerance * max(np.abs(a).max(), np.abs(b).max()))


@exercise.equivalent
def _(f, grad, x):
    return np.allclose(_gradient(f, x, 1e-6), grad(x.astype(float)))


@exercise.equivalent
def _(f, grad, x):
    claimed, measured = np.ravel(grad(x.astype(float))), np.ravel(_gradient(f, x))
    return all(abs(a - b) / max(abs(a), abs(b), 1e-8) < 1e-4 for a, b in zip(claimed, measured, strict=True))


@exercise.equivalent
def _(f, grad, x):
    x, rng = x.astype(np.float64), np.random.default_rng(0)  # all entries at once, along random directions
    for v in rng.normal(size=(5, *x.shape)):
        measured, claimed = (f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5, (grad(x) * v).sum()
        if not abs(measured - claimed) <= 1e-5 * (abs(measured) + abs(claimed)):
            return False
    return True


@exercise.equivalent
def _(f, grad, x):
    x, h = x.astype(float).copy(), 1e-5
    measured = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        up = f(x)
        x[i] = kept - h
        measured[i] = (up - f(x)) / (2 * h)
        x[i] = kept
    length = np.linalg.norm(measured) + np.linalg.norm(grad(x))
    return np.linalg.norm(measured - grad(x)) <= 1e-4 * length


def _rule(accepts="", rejects=""):
    """Whether the learner's checker accepts all that the first list names, and rejects all that the second names."""

    def rule(cases, values):
        verdicts = {label: value for label, value in zip(PLAN, values, strict=True) if isinstance(value, (bool, np.bool_))}
        return all(verdicts.get(label, False) for label in accepts.split()) and not any(
            verdicts.get(label, True) for label in rejects.split()
        )

    return rule


@exercise.mistake(
    "x comes back changed",
    "After your check, x is not what it was, if only by a rounding: x + h - h is not always x. Work on a copy, "
    "or keep the old value and put it back.",
    see="06, Build: a pair",
    when=lambda cases, values: any(isinstance(value, str) and value == CHANGED for value in values),
)
def _(f, grad, x):
    measured = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        before = f(x)
        x[i] += 1e-5
        measured[i] = (f(x) - before) / 1e-5
    return _close(grad(x), measured)


@exercise.mistake("x comes back changed")
def _(f, grad, x):
    measured = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += 1e-5
        up = f(x)
        x[i] -= 2e-5
        measured[i] = (up - f(x)) / 2e-5
        x[i] += 1e-5
    return _close(grad(x), measured)


@exercise.mistake(
    "the error in place of the verdict",
    "You return a number. Asked for is the verdict, True or False: compare the error with what you still accept.",
    see="06, The aha",
    when=lambda cases, values: all(_is_number(value) for value in values),
)
def _(f, grad, x):
    return float(np.abs(grad(x.astype(float)) - _gradient(f, x)).max())


def _is_number(value):
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


@exercise.mistake(
    "one verdict for each entry",
    "You return an array of verdicts. A gradient is right when all its entries are: one True or False.",
    see="06, The aha",
    when=lambda cases, values: all(getattr(value, "shape", ()) == case[2].shape for case, value in zip(cases, values, strict=True)),
)
def _(f, grad, x):
    return np.isclose(grad(x.astype(float)), _gradient(f, x))


@exercise.mistake(
    "everything is accepted",
    "Your checker accepts every gradient, the wrong ones too. See that it compares grad(x) with what you measured from f.",
    see="06, The aha",
    when=_rule(accepts=" ".join(PLAN)),
)
def _(f, grad, x):
    return np.allclose(grad(x), grad(x), equal_nan=True)


@exercise.mistake(
    "the verdict is turned round",
    "You return True for the wrong gradients and False for the right ones.",
    see="06, The aha",
    when=_rule(accepts=" ".join(set(PLAN) - RIGHT_ONES - {"nan"}), rejects=" ".join(RIGHT_ONES)),
)
def _(f, grad, x):
    return not _close(grad(x.astype(float)), _gradient(f, x))


@exercise.mistake(
    "divided by h, not by 2h",
    "You reject right gradients and accept one that is twice too large. From x - h to x + h it is a distance of 2h.",
    see="06, The aha",
    when=_rule(accepts="twice", rejects="squares"),
)
def _(f, grad, x):
    return _close(grad(x.astype(float)), 2 * _gradient(f, x))


@exercise.mistake(
    "a whole row is moved at once",
    "With one axis your checker works, with two it rejects right gradients: `x[i]` is then a whole row. "
    "`np.ndindex(x.shape)` goes through all entries.",
    see="06, Build: a pair",
    when=_rule(accepts="squares waves offset big tiny", rejects="rows coupled"),
)
def _(f, grad, x):
    x = x.astype(float)
    measured = np.zeros_like(x)
    for i in range(len(x)):
        e = np.zeros_like(x)
        e[i] = 1e-5
        measured[i] = (f(x + e) - f(x - e)) / 2e-5
    return _close(grad(x), measured)


@exercise.mistake(
    "all entries are moved at once",
    "You move all entries together. What you measure is the sum of the gradient's entries, not each of them: move one at a time.",
    see="06, Build: a pair",
    when=_rule(accepts="one constant", rejects="squares rows waves coupled big"),
)
def _(f, grad, x):
    x = x.astype(float)
    return _close(grad(x), (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


@exercise.mistake(
    "the precision of x is kept",
    "You reject right gradients when x holds whole numbers or float32. In an array of integers x + 0.00001 is x again, and float32 keeps "
    "7 digits, too few for a difference. Begin with `x = x.astype(np.float64)`.",
    see="06, The aha",
    when=lambda cases, values: any(_rule(accepts="squares offset", rejects=one)(cases, values) for one in ("whole", "single")),
)
def _(f, grad, x):
    measured = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += x.dtype.type(1e-5)
        down[i] -= x.dtype.type(1e-5)
        measured[i] = (f(up) - f(down)) / 2e-5
    return _close(grad(x), measured)


@exercise.mistake(
    "the difference is one-sided",
    "You reject right gradients where the curve bends strongly. (f(x + h) - f(x)) / h is wrong by h/2 times the second derivative; "
    "in (f(x + h) - f(x - h)) / 2h that part cancels.",
    see="06, The aha",
    when=_rule(accepts="squares big", rejects="valley"),
)
def _(f, grad, x):
    x = x.astype(float)
    measured = np.array([(f(x + e) - f(x)) / 1e-5 for e in _steps(x, 1e-5)]).reshape(x.shape)
    return _close(grad(x), measured)


@exercise.mistake(
    "the step is too large",
    "You reject a right gradient of a curve with short waves. A long step sees the wave, not the slope; the V of the lesson shows "
    "where the error is smallest. If yours is there already, you ask for more digits than a difference has.",
    see="06, The aha",
    when=_rule(accepts="squares valley", rejects="waves"),
)
def _(f, grad, x):
    return _close(grad(x.astype(float)), _gradient(f, x, 0.01))


@exercise.mistake(
    "more digits than a difference has",
    "You reject right gradients. No difference is exact, so ask for five digits, not for all. And with a very small step the two values "
    "of f share almost all of their 16 digits, and the rest is round-off: the V of the lesson shows where the error is smallest.",
    see="06, The aha",
    when=_rule(accepts="constant", rejects="one offset twice small"),
)
def _(f, grad, x):
    return _close(grad(x.astype(float)), _gradient(f, x, 1e-12))


exercise.mistake("more digits than a difference has")(lambda f, grad, x: np.array_equal(grad(x.astype(float)), _gradient(f, x)))


@exercise.mistake(
    "only the absolute error",
    "You compare the difference with a fixed number. For a gradient of 100,000,000 even rounding is larger, and for one of 0.000001 "
    "every error is smaller. Compare it with the size of the gradients.",
    see="06, Build: a pair",
    when=lambda cases, values: any(_rule(*sides)(cases, values) for sides in (("squares small", "twice"), ("squares tiny", "big"))),
)
def _(f, grad, x):
    return bool(np.abs(grad(x.astype(float)) - _gradient(f, x)).max() < 1e-5)


@exercise.mistake("only the absolute error")
def _(f, grad, x):
    return np.allclose(grad(x.astype(float)), _gradient(f, x), rtol=0, atol=1e-7)


@exercise.mistake(
    "0 divided by 0",
    "You reject a right gradient that is 0, or has an entry that is: the error is 0 there, and 0 / 0 is NaN. "
    "Multiply in place of dividing, error <= tolerance · size, or divide by the size of the whole gradient and treat 0 by itself.",
    see="06, Build: a pair",
    when=lambda cases, values: any(_rule(accepts="squares", rejects=one)(cases, values) for one in ("constant", "zero")),
)
def _(f, grad, x):
    claimed, measured = grad(x.astype(float)), _gradient(f, x)
    return bool(np.linalg.norm(claimed - measured) / np.linalg.norm(measured) < 1e-5)


@exercise.mistake("0 divided by 0")
def _(f, grad, x):
    claimed, measured = grad(x.astype(float)), _gradient(f, x)
    return bool((np.abs(claimed - measured) / np.maximum(np.abs(claimed), np.abs(measured)) < 1e-5).all())


@exercise.mistake(
    "NaN is accepted",
    "You accept a gradient that is all NaN. Every comparison with NaN is False, also `error > tolerance`. "
    "Ask for what is right, `error <= tolerance`, and return that.",
    see="06, The aha",
    when=_rule(accepts="squares nan", rejects="twice"),
)
def _(f, grad, x):
    claimed, measured = grad(x.astype(float)), _gradient(f, x)
    return not any(abs(a - b) > 1e-5 * max(abs(a), abs(b)) for a, b in zip(claimed.ravel(), measured.ravel(), strict=True))


@exercise.mistake(
    "only the first entry is checked",
    "You accept a gradient whose last entry is wrong. All entries have to fit; a `return` inside the loop ends it after the first.",
    see="06, Build: a pair",
    when=_rule(accepts="squares last", rejects="twice percent"),
)
def _(f, grad, x):
    return _close(grad(x.astype(float)).ravel()[:1], _gradient(f, x).ravel()[:1])


@exercise.mistake(
    "the sign is lost",
    "You accept a gradient that points the other way. Take the absolute value of the difference only, and compare entries, not lengths.",
    see="06, Build: a pair",
    when=_rule(accepts="squares minus", rejects="twice"),
)
def _(f, grad, x):
    return _close(np.abs(grad(x.astype(float))), np.abs(_gradient(f, x)))


@exercise.mistake("the sign is lost")
def _(f, grad, x):
    a, b = np.linalg.norm(grad(x.astype(float))), np.linalg.norm(_gradient(f, x))
    return bool(abs(a - b) <= 1e-5 * max(a, b))


@exercise.mistake(
    "sums are compared",
    "You accept a gradient whose entries stand in the wrong places, because their sum is right. Compare entry by entry.",
    see="06, The aha",
    when=_rule(accepts="squares reversed", rejects="twice minus"),
)
def _(f, grad, x):
    a, b = grad(x.astype(float)).sum(), _gradient(f, x).sum()
    return bool(abs(a - b) <= 1e-5 * max(abs(a), abs(b), 1e-8))


@exercise.mistake(
    "only the direction is compared",
    "You accept a gradient that is twice too large. The angle between the two is 0, but a gradient has a length too.",
    see="06, Build: a pair",
    when=_rule(accepts="squares twice", rejects="minus reversed"),
)
def _(f, grad, x):
    claimed, measured = grad(x.astype(float)).ravel(), _gradient(f, x).ravel()
    return bool(claimed @ measured >= (1 - 1e-8) * np.linalg.norm(claimed) * np.linalg.norm(measured)) and bool(
        claimed.any() == measured.any()
    )


@exercise.mistake(
    "the tolerance is too wide",
    "You accept a gradient that is 1 % too large. A two-sided difference is right to eight digits or more, so you can ask for five.",
    see="06, The aha",
    when=_rule(accepts="squares percent", rejects="twice"),
)
def _(f, grad, x):
    return _close(grad(x.astype(float)), _gradient(f, x), 0.05)
