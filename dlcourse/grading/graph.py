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
