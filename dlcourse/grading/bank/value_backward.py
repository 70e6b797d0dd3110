"""value_backward: the backward pass over a graph of values (lesson 07)."""

import numpy as np

from dlcourse.grading.exercise import Exercise
from dlcourse.grading.graph import fill_grads

exercise = Exercise(
    "value_backward",
    lesson="07_autograd",
    minutes=25,
    difficulty=3,
    hints=(
        "Two parts: first put the values into an order, then walk through them from the root and hand gradients to the parents.",
        "The order: each value after its parents. A function that visits the parents first and then appends the value, once, makes it.",
        "Set root.grad to 1. Then, in the reverse of that order, each parent gets += value.grad times the local gradient.",
    ),
    harness=fill_grads,
)

DIAMOND = [[], [0], [0], [1, 2]]
SHORT_AND_LONG = [[], [0], [1], [2, 1], [3, 0], [1, 4]]  # values are reached by paths of different length
LONG_AND_SHORT = [list(reversed(parents)) for parents in SHORT_AND_LONG]
TWICE = [[], [0, 0], [1], [2, 2]]
LADDER = [[], *([i, i] if i % 2 else [i, max(i - 1, 0)] for i in range(8))]


@exercise.cases
def cases(rng):
    chain = [[], *([i] for i in range(20))]
    for parents in ([[]], [[], [0]], DIAMOND, TWICE, SHORT_AND_LONG, LONG_AND_SHORT, LADDER, chain, _random(rng, 9), _random(rng, 14)):
        yield parents, [[_local(rng) for _ in numbers] for numbers in parents]


def _local(rng):
    return float(rng.choice([-2, -1.5, -0.5, 0.5, 1.5, 2, 3]))


def _random(rng, n):
    """Each value but the first three is computed from the one before it and from one or two others."""
    return [[], [], [], *([i - 1, *map(int, rng.integers(i - 1, size=rng.integers(1, 3)))] for i in range(3, n))]


def _order(root):
    """Every value after its parents."""
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(root)
    return order


def _pairs(value):
    return zip(value.parents, value.local_grads, strict=True)


@exercise.equivalent
def _(root):
    waiting = {}  # how many uses of each value have yet to hand in their gradient
    for value in _order(root):
        for parent in value.parents:
            waiting[parent] = waiting.get(parent, 0) + 1
    root.grad, ready = 1, [root]
    while ready:
        value = ready.pop()
        for parent, local_grad in _pairs(value):
            parent.grad += local_grad * value.grad
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)


@exercise.equivalent
def _(root):
    def walk(value, flow):  # every path by itself: slow on large graphs, but right
        value.grad += flow
        for parent, local_grad in _pairs(value):
            walk(parent, flow * local_grad)

    walk(root, 1.0)
    return root


@exercise.equivalent
def _(root):
    order = _order(root)
    slopes = np.zeros((len(order), len(order)), dtype=np.float32)  # of each value by each of its parents
    for i, value in enumerate(order):
        for parent, local_grad in _pairs(value):
            slopes[i, order.index(parent)] += local_grad
    grads = np.linalg.inv(np.eye(len(order)) - slopes)[-1]  # the sum over paths of every length
    for value, grad in zip(order, grads, strict=True):
        value.grad = grad


@exercise.mistake(
    "gradients overwrite each other",
    "A value that is used twice keeps only the last contribution, because you write `=`. Contributions add up: `+=`.",
    see="07, Build: accumulation",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad


@exercise.mistake("gradients overwrite each other")
def _(root):
    root.grad, queue = 1.0, [root]
    while queue:
        value = queue.pop(0)
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad
            queue.append(parent)


@exercise.mistake("gradients overwrite each other")
def _(root):
    def walk(value):
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad
            walk(parent)

    root.grad = 1.0
    walk(root)


@exercise.mistake("gradients overwrite each other")
def _(root):
    root.grad, stack = 1.0, [root]
    while stack:
        value = stack.pop()
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad
            stack.append(parent)


@exercise.mistake("gradients overwrite each other")
def _(root):
    root.grad, seen, queue = 1.0, {root}, [root]
    while queue:
        value = queue.pop(0)
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)


@exercise.mistake(
    "no topological order",
    "Some values pass their gradient on before all contributions have arrived, and what comes later is lost. "
    "Put the values in topological order first: each one before its parents.",
    see="07, Build: topological order",
)
def _(root):
    seen = set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent, local_grad in _pairs(value):
                parent.grad += value.grad * local_grad
            for parent in value.parents:
                visit(parent)

    root.grad = 1.0
    visit(root)


@exercise.mistake("no topological order")
def _(root):
    root.grad, seen, queue = 1.0, {root}, [root]
    while queue:
        value = queue.pop(0)
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)


@exercise.mistake("no topological order")
def _(root):
    root.grad, seen, stack = 1.0, {root}, [root]
    while stack:
        value = stack.pop()
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)


@exercise.mistake("no topological order")
def _(root):
    seen = set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent, local_grad in _pairs(value):
                parent.grad += value.grad * local_grad
                visit(parent)

    root.grad = 1.0
    visit(root)


@exercise.mistake(
    "the same gradient is passed on twice",
    "Each time a value is reached you pass on all that it has collected so far, so earlier contributions go down again. "
    "Visit each value once, when its gradient is complete.",
    see="07, Build: topological order",
)
def _(root):
    def walk(value):
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
            walk(parent)

    root.grad = 1.0
    walk(root)


@exercise.mistake("the same gradient is passed on twice")
def _(root):
    root.grad, queue = 1.0, [root]
    while queue:
        value = queue.pop(0)
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
            queue.append(parent)


@exercise.mistake(
    "the root's gradient is not 1",
    "Everything stays 0, because root.grad is 0 and all else is a multiple of it. The derivative of root with respect to itself is 1.",
    see="07, Build: the backward pass",
)
def _(root):
    for value in reversed(_order(root)):
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad


@exercise.mistake(
    "the chain rule is missing",
    "Each parent gets the local gradient alone. Multiply it by value.grad, the gradient of what lies above.",
    see="07, Build: the backward pass",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in _pairs(value):
            parent.grad += local_grad


@exercise.mistake(
    "the local gradient is missing",
    "Each parent gets value.grad unchanged. Multiply it by the local gradient, the slope of this step.",
    see="07, Build: the backward pass",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent in value.parents:
            parent.grad += value.grad


@exercise.mistake(
    "a parent that stands there twice counts once",
    "In x * x the same parent stands twice in `.parents`, each time with its own local gradient. "
    "Both contribute: a set or a dictionary loses one.",
    see="07, Build: accumulation",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in dict(_pairs(value)).items():
            parent.grad += value.grad * local_grad


@exercise.mistake("a parent that stands there twice counts once")
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in dict(reversed(list(_pairs(value)))).items():
            parent.grad += value.grad * local_grad


@exercise.mistake(
    "only the parents of the root",
    "Beside root only its parents have a gradient. Either you stop after one step, or you walk from the inputs to the root, "
    "when there is nothing to pass on yet. Begin at the root and go down to the inputs.",
    see="07, Build: the backward pass",
)
def _(root):
    root.grad = 1.0
    for parent, local_grad in _pairs(root):
        parent.grad += local_grad


@exercise.mistake("only the parents of the root")
def _(root):
    root.grad = 1.0
    for value in _order(root):
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad


@exercise.mistake("only the parents of the root")
def _(root):
    root.grad = 1.0
    for value in _order(root):
        for parent, local_grad in _pairs(value):
            parent.grad = value.grad * local_grad


@exercise.mistake(
    "the root keeps 0",
    "All is right but root.grad, which is still 0. The derivative of root with respect to itself is 1.",
    see="07, Build: the backward pass",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
    root.grad = 0.0


@exercise.mistake(
    "only the inputs keep a gradient",
    "The inputs are right, but the root and the values in between have no gradient in the end. "
    "PyTorch keeps none there, to save memory; here every value keeps its own.",
    see="07, Build: the backward pass",
)
def _(root):
    root.grad = 1.0
    for value in reversed(_order(root)):
        for parent, local_grad in _pairs(value):
            parent.grad += value.grad * local_grad
        if value.parents:
            value.grad = 0.0
