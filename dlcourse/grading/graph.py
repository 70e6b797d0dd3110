"""Graphs of values as plain lists, built into objects where the learner's code runs.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import numpy as np


class Value:
    """A node: `parents` it was computed from, `local_grads` of it by each of them, and `grad`, 0 at first."""

    def __init__(self, parents=(), local_grads=()):
        self.parents, self.local_grads, self.grad = tuple(parents), tuple(local_grads), 0.0


def fill_grads(value_backward, parents, local_grads):
    """A harness: build the graph, run the function on its last node, read every `grad`.

    parents[i] lists the numbers of the nodes that node i was computed from, all smaller than i; local_grads[i] the derivative by each.
    """
    nodes = []
    for numbers, local in zip(parents, local_grads, strict=True):
        nodes.append(Value((nodes[number] for number in numbers), local))
    value_backward(nodes[-1])
    return np.array([node.grad for node in nodes], dtype=float)


def in_order(topological_order, edges, root):
    """A harness: the answer as an array, of which a report shows only the shape when it is long; what is no list of numbers stays."""
    order = topological_order(edges, root)
    if isinstance(order, list) and order and all(isinstance(number, int | np.integer) for number in order):
        return np.array(order)
    return order


def shared_batch(accumulate, w, x, y, size):
    """A harness: hand over `grad`, the gradient of a mean squared error over at most `size` rows, and the data that it is for."""

    def grad(x, y):
        if not 0 < len(x) <= size:
            raise MemoryError(f"grad expected 1 to {size} rows, got {len(x)}.")
        return 2 * x.T @ (x @ w - y) / len(x)

    return accumulate(grad, x, y, size)


def entries_as_lists(steps_taken, log):
    """A harness: arrays among the entries of the answer, as lists."""
    answer = steps_taken(log)
    if not isinstance(answer, list):
        return answer
    return [entry.tolist() if isinstance(entry, np.ndarray) else entry for entry in answer]


def two_gradients(autograd, lines, first, second):
    """A harness: f from lines such as "u = a * b" and a last one that is its result, put to the learner's autograd at two places.

    Returns the two values and the two gradients; what is no pair of numbers and list comes back as it is.
    """
    names, calls = "abcdefgh"[: len(first)], []
    scope = {"count": lambda: _once(calls)}
    exec(f"def f({', '.join(names)}):\n  " + "\n  ".join(["count()", *lines[:-1], f"return {lines[-1]}"]), scope)
    answers = []
    for numbers in (first, second):
        calls.clear()
        answers.append(autograd(scope["f"], list(numbers)))
    try:
        (a, da), (b, db) = answers
        return np.array([a, b], dtype=float), np.array([da, db], dtype=float)
    except (TypeError, ValueError):
        return answers[0]


def _once(calls):
    if calls:
        raise RuntimeError("f may be called only once.")
    calls.append(True)
