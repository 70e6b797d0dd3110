"""topological_order: an order in which values can hand on their gradients (lesson 07).

Many orders are right, so it is judged by properties.
"""

import numpy as np

from dlcourse.grading.exercise import Exercise
from dlcourse.grading.graph import in_order

exercise = Exercise(
    "topological_order",
    lesson="07_autograd",
    minutes=20,
    difficulty=2,
    hints=(
        "A value may come when everything that uses it has come. How do you know, for a single value, that it is so far?",
        "Count for each value how often it is used by what the root was made from. Each time one of its users comes, count down.",
        "Begin with the root alone. At 0 a value joins the list of those that may come next. No function needs to call itself.",
    ),
    harness=in_order,
)
LONG = 5000


@exercise.cases
def cases(rng):
    yield _numbered(rng, [[]])
    yield _numbered(rng, [[], [0]])
    yield _numbered(rng, [[], [0], [1, 0]])
    yield _numbered(rng, [[], [0], [0, 1]])
    yield _numbered(rng, [[], [0, 0], [1], [2, 2]])
    yield _numbered(rng, [[], [], [0, 1], [2, 0], [3], [2, 4], [3, 1]], root=5)  # 6 uses what the root uses, and is not below it
    yield _numbered(rng, [[], [0], [1], [2, 1], [3, 0], [1, 4]])
    yield _numbered(rng, [[], *([i - 1, *map(int, rng.integers(i, size=2))] for i in range(1, 12))], root=9)
    yield _numbered(rng, [[], *([i] for i in range(LONG))])


def _numbered(rng, parents_of, root=-1):
    """The same graph with shuffled numbers and edges, as (edges, root)."""
    numbers = rng.permutation(len(parents_of))
    while len(numbers) > 2 and (np.diff(numbers) > 0).all() | (np.diff(numbers) < 0).all():
        numbers = rng.permutation(len(parents_of))  # sorting by number must not help
    edges = [(numbers[child], numbers[parent]) for child, parents in enumerate(parents_of) for parent in parents]
    edges = np.array(edges, dtype=int).reshape(-1, 2)
    return edges[rng.permutation(len(edges))], int(numbers[root])


def _parents(edges):
    parents = {}
    for child, parent in np.asarray(edges).tolist():
        parents.setdefault(child, []).append(parent)
    return parents


def _below(edges, root):
    parents, found, todo = _parents(edges), {root}, [root]
    while todo:
        new = set(parents.get(todo.pop(), ())) - found
        found |= new
        todo += new
    return found


def _numbers(value):
    """The answer as a list of whole numbers, or None where it is none."""
    try:
        numbers = np.asarray(value)
    except Exception:  # whatever a learner returned
        return None
    return numbers.tolist() if numbers.ndim == 1 and (numbers.dtype.kind in "iu" or not numbers.size) else None


def _keeps_order(edges, root, order):
    """Whether every edge between values of the order leads from an earlier to a later one."""
    place, needed = {value: i for i, value in enumerate(order)}, _below(edges, root)
    return all(place[child] < place[parent] for child, parent in np.asarray(edges).tolist() if child in needed)


def _answers(cases, values):
    """(edges, root, answer as a list, what is below the root) of each case that was answered."""
    return [(*case, _numbers(value), _below(*case)) for case, value in zip(cases, values, strict=True) if value is not None]


def _complaint(edges, root, value):
    order = _numbers(value)
    if order is None:
        return "Return one list of whole numbers, the numbers of the values in their order."
    if sorted(order) != sorted(_below(edges, root)):
        return "Not every value that the root was made from stands in the list exactly once, or there are others."
    return "" if _keeps_order(edges, root, order) else "A value stands before one that uses it."


@exercise.accept
def complaint(cases, values):
    return next((text for case, value in zip(cases, values, strict=True) if (text := _complaint(*case, value))), "")


def _any(rule):
    """A rule that holds when it holds for one of the answers, all of which must be lists of numbers."""

    def when(cases, values):
        answers = _answers(cases, values)
        return bool(answers) and all(order is not None for _, _, order, _ in answers) and any(rule(*answer) for answer in answers)

    return when


@exercise.equivalent
def _(edges, root):
    below, parents = _below(edges, root), _parents(edges)
    waiting = dict.fromkeys(below, 0)
    for value in below:
        for parent in parents.get(value, ()):
            waiting[parent] += 1
    order, ready = [], [root]
    while ready:
        order.append(value := ready.pop(0))
        for parent in parents.get(value, ()):
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return np.array(order)


@exercise.equivalent
def _(edges, root):
    left, parents, order = _below(edges, root), _parents(edges), []
    steps, depth = list(left), dict.fromkeys(left, 0)  # the longest way from the root, found by going round until nothing changes
    todo = [root]
    while todo:
        value = todo.pop()
        for parent in parents.get(value, ()):
            if depth[parent] < depth[value] + 1:
                depth[parent] = depth[value] + 1
                todo.append(parent)
    return order + sorted(steps, key=depth.get)


def _post_order(edges, *starts):
    """Parents first, without recursion; the last start comes last."""
    parents, order, seen, stack = _parents(edges), [], set(), [(start, False) for start in reversed(starts)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack += [(value, True), *((parent, False) for parent in parents.get(value, ()))]
    return order


@exercise.mistake(
    "a value comes twice",
    "Some value stands in the list more than once, so it would hand on the same gradient again. Note which values you have seen.",
    see="07, Build: topological order",
    when=_any(lambda edges, root, order, below: len(set(order)) < len(order)),
)
def _(edges, root):
    parents, order = _parents(edges), [root]
    for value in order:
        order += parents.get(value, ()) if len(order) < 2 * LONG else ()
    return order


@exercise.mistake(
    "the root is missing",
    "At least one list is without the root. It belongs there, in the first place: it is the one that has a gradient at the start. "
    "Where the root was made from nothing, it stands alone.",
    see="07, Build: the backward pass",
    when=_any(lambda edges, root, order, below: root not in order),
)
def _(edges, root):
    return _post_order(edges, root)[-2::-1]


@exercise.mistake(
    "values that the root was not made from",
    "The list holds values from which no way leads to the root. Only what the root was made from gets a gradient. Start at the root.",
    see="07, Build: topological order",
    when=_any(lambda edges, root, order, below: not set(order) <= below),
)
def _(edges, root):
    return _post_order(edges, *sorted({*np.asarray(edges).ravel().tolist()} - {root}), root)[::-1]


@exercise.mistake(
    "a value is missing",
    "Some value that the root was made from is not in the list. If you count how often a value is used, count only uses by what the root "
    "was made from, and count a use in x * x twice both when you count up and when you count down.",
    see="07, Build: topological order",
    when=_any(lambda edges, root, order, below: bool(below - set(order))),
)
def _(edges, root):
    parents, waiting = _parents(edges), {}
    for _child, parent in np.asarray(edges).tolist():
        waiting[parent] = waiting.get(parent, 0) + 1  # also by what the root does not need
    order, ready = [], [root]
    while ready:
        order.append(value := ready.pop())
        for parent in parents.get(value, ()):
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return order


@exercise.mistake("a value is missing")
def _(edges, root):
    edges = np.asarray(edges).tolist()
    below, parents, waiting = _below(edges, root), _parents(edges), {}
    for child, parent in edges:
        waiting[parent] = waiting.get(parent, 0) + (child in below)
    order, ready = [], [root]
    while ready:
        order.append(value := ready.pop())
        for parent in set(parents.get(value, ())):  # the second use is never counted down
            waiting[parent] -= 1
            if waiting[parent] == 0:
                ready.append(parent)
    return order


@exercise.mistake(
    "sorted by number",
    "Here the numbers are only names, and say nothing about which value was made first. Follow the edges.",
    see="07, Build: topological order",
)
def _(edges, root):
    return sorted(_below(edges, root), reverse=True)


@exercise.mistake("sorted by number")
def _(edges, root):
    return [root, *sorted(_below(edges, root) - {root}, reverse=True)]


@exercise.mistake("sorted by number")
def _(edges, root):
    return sorted(_below(edges, root))


@exercise.mistake("sorted by number")
def _(edges, root):
    return [root, *sorted(_below(edges, root) - {root})]


@exercise.mistake(
    "level by level",
    "You take the values by their shortest way from the root. A value with a second, longer way then comes before one that uses it.",
    see="07, Build: topological order",
)
def _(edges, root):
    parents, order, seen = _parents(edges), [root], {root}
    for value in order:
        new = [parent for parent in dict.fromkeys(parents.get(value, ())) if parent not in seen]
        seen.update(new)
        order += new
    return order


@exercise.mistake(
    "written down on the way to the parents",
    "You write a value down when you first reach it, and then go on to its parents. One of them may be used by another value that is still "
    "to come. Write it down after its parents, and turn the list round at the end.",
    see="07, Build: topological order",
)
def _(edges, root):
    parents, order, seen, stack = _parents(edges), [], set(), [root]
    while stack:
        value = stack.pop()
        if value not in seen:
            seen.add(value)
            order.append(value)
            stack += reversed(parents.get(value, ()))
    return order


@exercise.mistake("written down on the way to the parents")
def _(edges, root):
    parents, order, seen, stack = _parents(edges), [], set(), [root]
    while stack:
        value = stack.pop()
        if value not in seen:
            seen.add(value)
            order.append(value)
            stack += parents.get(value, ())
    return order


def _too_deep(cases, values):
    """All is right but the long chain, at which it stopped."""
    short = [(case, value) for case, value in zip(cases, values, strict=True) if len(case[0]) < LONG]
    return values[-1] is None and not complaint(*zip(*short, strict=True))


@exercise.mistake(
    "a call for each value of a chain",
    "The order is right, but your function calls itself for each parent, and Python stops when some 1,000 calls are open at once. "
    "A chain of 5,000 values is nothing special for a recurrent network. Keep a list of what is still to be visited.",
    see="07, Misconceptions",
    when=_too_deep,
)
def _(edges, root):
    parents, order, seen = _parents(edges), [], set()

    def visit(value):
        seen.add(value)
        for parent in parents.get(value, ()):
            if parent not in seen:
                visit(parent)
        order.append(value)

    visit(root)
    return order[::-1]


def _inputs_first(cases, values):
    answered = [(case, value[::-1]) for case, value in zip(cases, values, strict=True) if value is not None]
    return not complaint(*zip(*answered, strict=True))


def _some_before(cases, values):
    broken = _any(lambda edges, root, order, below: not _keeps_order(edges, root, order))
    return broken(cases, values) and not _inputs_first(cases, values)


@exercise.mistake(
    "a value before one that uses it",
    "In your order some value hands on before one of its users has handed on to it. What comes later is then lost.",
    see="07, Build: topological order",
    when=_some_before,
)
def _(edges, root):
    order = _post_order(edges, root)[::-1]
    return order[:1] + order[:0:-1]


@exercise.convention(
    "inputs first",
    "Your order is topological in the other direction: parents first, the order of the forward pass. Asked for is the order of the "
    "backward pass, which begins with the root.",
    when=_inputs_first,
)
def _(edges, root):
    return _post_order(edges, root)
