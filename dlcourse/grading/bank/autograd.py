"""autograd: the learner's own class of numbers that find their gradient (lesson 07)."""

import math

import numpy as np

from dlcourse.grading.exercise import Exercise
from dlcourse.grading.graph import two_gradients
from dlcourse.grading.scalars import Dual, Number

exercise = Exercise(
    "autograd",
    lesson="07_autograd",
    minutes=30,
    difficulty=3,
    hints=(
        "Write a class that holds a number, the values it was made from and the local derivatives. Hand f such values in place of numbers.",
        "Besides __add__, __mul__, __sub__, __neg__ you need __radd__, __rmul__, __rsub__. What does __rsub__ have to give for 1 - x?",
        "Keep all values in a list as they are made, and go back through it. What is the gradient of an input that f returns as it is?",
    ),
    harness=two_gradients,
)

FIXED = (
    (2, "a"),
    (1, "a * a"),
    (2, "a + 3"),
    (2, "2 - a"),
    (2, "b - a"),
    (2, "-a * b"),
    (2, "a.tanh() * b"),
    (3, "a * 2 - 3 * c"),
    (2, "u = a * b", "v = u * u", "v + u"),
    (3, "u = a + b", "v = u * c", "w = u.tanh()", "1 - v * w + u"),
    (2, "u = a * b + 2", "v = 3 * u - a", "w = v * u", "w - v + u * (1 - b)"),
)


@exercise.cases
def cases(rng):
    for count, *lines in FIXED:
        yield list(lines), _numbers(rng, count), _numbers(rng, count)
    for operations in (5, 9, 13):
        yield _random(rng, operations), _numbers(rng, 3), _numbers(rng, 3)


def _numbers(rng, count):
    return [round(float(x), 2) for x in rng.uniform(0.3, 1.6, size=count) * rng.choice([-1, 1], size=count)]


def _random(rng, operations):
    """Lines in which values are used again and again; the last one uses the two before it."""
    names, lines = ["a", "b", "c"], []
    for i in range(operations):
        x, y = names[-1], names[rng.integers(len(names) - 1)]
        form = ("{x} * {y}", "{y} - {x}", "{x} + {y}", "({x} * {y}).tanh()", "1.5 - {x} * {y}", "({x} - 0.5 * {y}).tanh()")[rng.integers(6)]
        lines.append(f"v{i} = {form.format(x=x, y=y)}")
        names.append(f"v{i}")
    return [*lines, f"{names[-1]}.tanh() * {names[-2]} - {names[-1]}"]


def _collect(tape, root, inputs, *, add=True):
    """The gradients of the inputs, going back through the tape."""
    flow = {root: 1.0}
    for value in reversed(tape):
        for parent, local in zip(value.parents, value.local_grads, strict=True):
            if value in flow:
                flow[parent] = (flow.get(parent, 0.0) if add else 0.0) + flow[value] * local
    return [flow.get(x, 0.0) for x in inputs]


def _run(f, x, kind=Number):
    """The tape, the inputs on it, and what f gives."""
    tape = []
    inputs = [kind(number, tape) for number in x]
    return tape, inputs, f(*inputs)


def _with(kind):
    """autograd with another class of numbers."""

    def autograd(f, x):
        tape, inputs, root = _run(f, x, kind)
        return root.data, _collect(tape, root, inputs)

    return autograd


def _edges(value):
    return zip(value.parents, value.local_grads, strict=True)


@exercise.equivalent
def _(f, x):
    y = f(*(Dual(number, slopes) for number, slopes in zip(x, np.eye(len(x)), strict=True)))
    return y.data, y.slopes


@exercise.equivalent
def _(f, x):
    _, inputs, root = _run(f, x)

    def derivative(y, x):
        return 1.0 if y is x else sum(local * derivative(p, x) for p, local in _edges(y))

    return np.float32(root.data), tuple(derivative(root, x) for x in inputs)


def _order(root):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(root)
    return order


@exercise.equivalent
def _(f, x):
    _, inputs, root = _run(f, x)
    return [root.data, np.array(_collect(_order(root), root, inputs))]


@exercise.mistake(
    "differences in place of derivatives",
    "You call f more than once. Differences need that, two calls for each input, and have the error of lesson 06. "
    "Call f once, with values that remember, and go back from what it returns.",
    see="07, Build: a number that remembers",
)
def _(f, x):
    def moved(i, h):
        numbers = [number + h * (i == k) for k, number in enumerate(x)]
        return f(*(Number(number, []) for number in numbers)).data

    return moved(0, 0.0), [(moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5 for i in range(len(x))]


PLAIN = (type(None), str, int, float, complex, dict, list, tuple, np.ndarray, np.generic)


def _holds_objects(cases, values):
    """Whether some answer is a pair with an object of the learner's own in it."""
    pairs = [value for value in values if isinstance(value, (list, tuple)) and len(value) == 2]
    parts = [part for a, b in pairs for part in (a, *(b if isinstance(b, (list, tuple)) else ()))]
    return not all(isinstance(part, PLAIN) for part in parts)


@exercise.mistake(
    "a value in place of a number",
    "You return an object of your class. Asked for are plain numbers: its number as the value, and plain numbers in the gradient.",
    see="07, Build: a number that remembers",
    when=_holds_objects,
)
def _(f, x):
    tape, inputs, root = _run(f, x)
    return root, _collect(tape, root, inputs)


@exercise.mistake(
    "gradients overwrite each other",
    "A value that is used twice keeps only one contribution. They add up: `+=`.",
    see="07, Build: accumulation",
)
def _(f, x):
    tape, inputs, root = _run(f, x)
    return root.data, _collect(tape, root, inputs, add=False)


def _as_reached(f, x, end):
    """Each value hands on once, in the order in which values are reached: end 0 is a queue, -1 a stack."""
    _, inputs, root = _run(f, x)
    flow, seen, waiting = {root: 1.0}, {root}, [root]
    while waiting:
        value = waiting.pop(end)
        for parent, local in _edges(value):
            flow[parent] = flow.get(parent, 0.0) + flow[value] * local
            waiting += [parent] if parent not in seen else []
            seen.add(parent)
    return root.data, [flow.get(x, 0.0) for x in inputs]


@exercise.mistake(
    "no topological order",
    "Some value hands on its gradient before all contributions have arrived, and what comes later is lost. "
    "Go from the value made last to the one made first.",
    see="07, Build: topological order",
)
def _(f, x):
    return _as_reached(f, x, 0)


@exercise.mistake("no topological order")
def _(f, x):
    return _as_reached(f, x, -1)


@exercise.mistake(
    "the same gradient is handed on twice",
    "Each time a value is reached, you hand on all that it has collected so far. Visit each value once, when its gradient is complete.",
    see="07, Build: topological order",
)
def _(f, x):
    _, inputs, root = _run(f, x)
    flow = {root: 1.0}

    def walk(value):
        for parent, local in _edges(value):
            flow[parent] = flow.get(parent, 0.0) + flow[value] * local
            walk(parent)

    walk(root)
    return root.data, [flow.get(x, 0.0) for x in inputs]


def _number(name, sentence="", **methods):
    """Record a mistake in the class: a Number with other methods, each called with both values as Numbers."""

    def method(rule):
        def run(self, *others):
            others = [self._as(other) for other in others]
            data, local_grads = rule(self.data, *(other.data for other in others))
            return self._made(data, (self, *others)[: len(local_grads)], local_grads)

        return run

    kind = type("Changed", (Number,), {f"__{name}__" if name != "tanh" else name: method(rule) for name, rule in methods.items()})
    exercise.mistake(name, sentence, see="07, Build: a number that remembers")(_with(kind))


def _swapped(a, b):
    return a * b, (a, b)


_number(
    "1 - x is taken as x - 1",
    "`__rsub__(self, other)` is called for other - self, and you give self - other. With + and * the order does not matter; here it does.",
    rsub=lambda a, b: (a - b, (1.0, -1.0)),
)
_number(
    "the sign of what is subtracted",
    "In a - b the derivative by b is -1, and in 2 - b too. You hand on the gradient unchanged.",
    sub=lambda a, b: (a - b, (1.0, 1.0)),
    rsub=lambda a, b: (b - a, (1.0, 1.0)),
)
_number("the sign of what is subtracted", rsub=lambda a, b: (b - a, (1.0, 1.0)))
_number(
    "each factor gets itself",
    "In a * b the derivative by a is b, and by b it is a. You have them the wrong way round.",
    mul=_swapped,
    rmul=_swapped,
)
_number(
    "slope of tanh from the input",
    "The slope of tanh is 1 - y² with the output y. You put the input there.",
    tanh=lambda a: (math.tanh(a), (1 - a**2,)),
)
_number(
    "slope of tanh without the square",
    "The slope of tanh is 1 - y² with the output y. Yours is 1 - y.",
    tanh=lambda a: (math.tanh(a), (1 - math.tanh(a),)),
)
_number(
    "tanh hands on everything",
    "The local derivative of tanh is missing: 1 - y² with the output y.",
    tanh=lambda a: (math.tanh(a), (1.0,)),
)
_number("the sign of -x", "The derivative of -x is -1.", neg=lambda a: (-a, (1.0,)))
_number(
    "a value loses its parents",
    "Some operation gives a value that does not know what it was made from, and the gradient ends there. "
    "Each operation has to note its parents and local derivatives.",
    neg=lambda a: (-a, ()),
)
_number("a value loses its parents", rsub=lambda a, b: (b - a, ()), rmul=lambda a, b: (b * a, ()))


@exercise.mistake(
    "gradients of the call before",
    "The second call with the same f brings gradients that are too large: something is left over from the first. "
    "Begin each call with fresh values and an empty tape.",
    see="07, Build: a second call",
)
def _(f, x):
    value, gradient = _with(Number)(f, x)
    kept = f.__dict__.setdefault("kept", [0.0] * len(x))
    kept[:] = [a + b for a, b in zip(kept, gradient, strict=True)]
    return value, list(kept)


@exercise.mistake(
    "an input that is not used",
    "An input that f does not use has no gradient in your answer, or None. Moving it changes nothing, so its gradient is 0.",
    see="07, Build: picking",
)
def _(f, x):
    tape, inputs, root = _run(f, x)
    used = set(_order(root))
    return root.data, [g if x in used else math.nan for x, g in zip(inputs, _collect(tape, root, inputs), strict=True)]


@exercise.mistake("an input that is not used")
def _(f, x):
    tape, inputs, root = _run(f, x)
    used = set(_order(root))
    return root.data, [g for x, g in zip(inputs, _collect(tape, root, inputs), strict=True) if x in used]


@exercise.mistake(
    "the root's gradient is not 1",
    "All gradients are 0: the backward pass begins with nothing. The derivative of the result by itself is 1.",
    see="07, Build: the backward pass",
)
def _(f, x):
    value, gradient = _with(Number)(f, x)
    return value, [0.0 for _ in gradient]


@exercise.mistake(
    "the newest value in place of the result",
    "You begin at the value that was made last. f may return another one, such as an input as it is: begin at what f returned.",
    see="07, Build: the backward pass",
)
def _(f, x):
    tape, inputs, root = _run(f, x)
    return root.data, _collect(tape, tape[-1], inputs)


@exercise.mistake(
    "the chain rule is missing",
    "Each parent gets the local derivative alone. Multiply it by the gradient of the value above.",
    see="07, Build: the backward pass",
)
def _(f, x):
    tape, inputs, root = _run(f, x)
    flow = {root: 1.0}
    for value in reversed(tape):
        for parent, local in _edges(value):
            flow[parent] = flow.get(parent, 0.0) + local
    return root.data, [flow.get(x, 0.0) for x in inputs]


@exercise.convention("gradient first", "All numbers are right. Asked for is (value, gradient), the value first.")
def _(f, x):
    return _with(Number)(f, x)[::-1]
