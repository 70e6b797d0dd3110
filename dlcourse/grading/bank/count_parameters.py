"""count_parameters: the weights and biases of a network, from its widths (lesson 04)."""

from itertools import pairwise
from math import prod

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "count_parameters",
    lesson="04_layers_and_forward_propagation",
    minutes=10,
    difficulty=1,
    hints=(
        "Count one layer first: how many neurons does it have, and how many numbers does each of them own?",
        "A layer lies between two neighboring widths. The left one says how many inputs a neuron has, the right one how many neurons.",
        "`zip(widths, widths[1:])` gives the neighbors, pair by pair. Each neuron has one number more than it has inputs.",
    ),
)

SEE = "04, Build: what a network costs"


@exercise.cases
def cases(rng):
    yield ([5, 2],)
    yield ([1, 1],)
    yield ([2, 3, 1],)
    yield ([int(n) for n in rng.choice(np.arange(2, 20), size=3, replace=False)],)
    yield ([int(n) for n in rng.choice(np.arange(2, 20), size=5, replace=False)],)
    yield ([784, 256, 128, 10],)


@exercise.equivalent
def _(widths):
    total = 0
    for i in range(len(widths) - 1):
        total += widths[i] * widths[i + 1] + widths[i + 1]
    return total


@exercise.equivalent
def _(widths):
    widths = np.array(widths)
    return widths[:-1] @ widths[1:] + widths[1:].sum()


@exercise.equivalent
def _(widths):
    layers = [(np.zeros((n, m)), np.zeros(m)) for n, m in pairwise(widths)]
    return sum(w.size + b.size for w, b in layers)


@exercise.mistake("no biases", "You count the weights only. Every neuron has one bias beside them.", see=SEE)
def _(widths):
    return sum(n * m for n, m in pairwise(widths))


@exercise.mistake(
    "a bias for each input",
    "You count one bias for each input of a layer. The bias belongs to the neuron that adds up: there are as many as outputs.",
    see=SEE,
)
def _(widths):
    return sum(n * m + n for n, m in pairwise(widths))


@exercise.mistake("a bias for each input")
def _(widths):
    return sum(n * (m + 1) for n, m in pairwise(widths))


@exercise.mistake(
    "1 is added to both widths",
    "You add 1 on both sides of a layer. The 1 for the bias belongs to the inputs; on the other side it would be one more neuron.",
    see=SEE,
)
def _(widths):
    return sum((n + 1) * (m + 1) for n, m in pairwise(widths))


@exercise.mistake("one bias for each layer", "You count one bias for each layer. Each neuron of the layer has its own.", see=SEE)
def _(widths):
    return sum(n * m + 1 for n, m in pairwise(widths))


@exercise.mistake(
    "biases for the inputs",
    "You count a bias for every width, the first one too. The inputs are given numbers, not neurons: they have no bias.",
    see=SEE,
)
def _(widths):
    return sum(n * m for n, m in pairwise(widths)) + sum(widths)


@exercise.mistake("the last layer is left out", "You stop before the last layer. It has weights and biases like all others.", see=SEE)
def _(widths):
    return sum((n + 1) * m for n, m in pairwise(widths[:-1]))


@exercise.mistake("the last layer is left out")
def _(widths):
    return sum((widths[i] + 1) * widths[i + 1] for i in range(len(widths) - 2))


@exercise.mistake(
    "the last layer has no bias", "You leave out the biases of the last layer. It has no activation, but it does have biases.", see=SEE
)
def _(widths):
    return sum((n + 1) * m for n, m in pairwise(widths)) - widths[-1]


@exercise.mistake("only the first layer", "You count the first layer and stop. Is the `return` inside the loop?", see=SEE)
def _(widths):
    return (widths[0] + 1) * widths[1]


@exercise.mistake(
    "every width with every other",
    "You connect each layer with all later ones, or multiply all widths. A layer gets its inputs only from the one before it.",
    see=SEE,
)
def _(widths):
    return prod(widths)


@exercise.mistake("every width with every other")
def _(widths):
    return prod(widths) + sum(widths[1:])


@exercise.mistake("every width with every other")
def _(widths):
    return sum(n * m for i, n in enumerate(widths) for m in widths[i + 1 :]) + sum(widths[1:])


@exercise.mistake(
    "the neurons are counted",
    "You count neurons, not the numbers they own. Each neuron has as many weights as it has inputs, and a bias.",
    see=SEE,
)
def _(widths):
    return sum(widths)


@exercise.mistake("the neurons are counted")
def _(widths):
    return sum(widths[1:])
