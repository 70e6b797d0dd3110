"""xor_network: design the weights of three neurons that tell whether exactly one switch is up (lesson 02). Judged by what they answer."""

from itertools import product

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "xor_network",
    lesson="02_the_neuron",
    minutes=20,
    difficulty=3,
    hints=(
        "Measure how far up a switch is: 0 when it is down, 1 when it is up. That is linear in x, so it fits into weights and a bias.",
        "u₁ and u₂ being these numbers, u₁ + u₂ is near 0, 1 or 2, and only 1 is lit. Which two questions about the sum tell it?",
        "A neuron is as sure as its z is large, and with all weights and the bias multiplied by 20 its boundary stays where it is.",
    ),
)

SURE, OFF = 0.95, 0.1  # the answer that is asked for, and by how much of its range a switch may be off
CORNERS = np.array(list(product([0.0, 1.0], repeat=2)))  # down and up: (0, 0), (0, 1), (1, 0), (1, 1)
AROUND = np.array([corner + [a, b] for corner in CORNERS for a in (-OFF, 0, OFF) for b in (-OFF, 0, OFF)])
XOR = (0, 1, 1, 0)
OPPOSITE = (1, 0, 0, 1)


@exercise.cases
def cases(rng):
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):  # up may be the smaller number
        low = rng.uniform(1, 5, 2) * rng.choice([-1, 1], 2)
        yield low, low + rng.uniform(1, 4, 2) * signs * np.array([1, 2.5])


def _answers(network, x):
    """sigmoid(sigmoid(x w + b) v + c), in a form that does not overflow."""
    w, b, v, c = network
    return _sigmoid(_sigmoid(x @ w + b) @ v + c)


def _sigmoid(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def _networks(values):
    """(w, b, v, c) of the shapes (2, 2), (2,), (2,), () for each value; None when one is something else."""
    networks = [_network(value) for value in values]
    return None if None in [network and 0 for network in networks] else networks


def _network(value):
    try:
        parts = [np.asarray(part) for part in value]
    except (TypeError, ValueError):
        return None
    if any(part.dtype.kind not in "biuf" for part in parts):
        return None
    if [part.size for part in parts] != [4, 2, 2, 1] or parts[0].shape != (2, 2) or not all(np.isfinite(part).all() for part in parts):
        return None
    return parts[0], parts[1].ravel(), parts[2].ravel(), float(parts[3].item())


def _reports(case, up=CORNERS):
    """What the switches report when they are `up` so far."""
    low, high = case
    return low + up * (high - low)


def _tables(cases, networks, reports=_reports):
    """The four answers of each network, as 0 and 1."""
    return [tuple((_answers(network, reports(case)) > 0.5).astype(int)) for case, network in zip(cases, networks, strict=True)]


def _missing(case, network, up):
    """By how much the worst answer misses, and the place."""
    answers = _answers(network, _reports(case, up))
    wanted = up.round().sum(1) == 1
    short = np.where(wanted, SURE - answers, answers - (1 - SURE))
    return short.max(), short.argmax(), answers


@exercise.accept
def _(cases, values):
    """What is missing, in one sentence, or ""."""
    networks = _networks(values)
    if networks is None:
        return "Four things are expected after return: w (2, 2), b (2,), v (2,) and the number c, all of them finite."
    for case, network in zip(cases, networks, strict=True):
        short, place, answers = _missing(case, network, AROUND)
        if short > 1e-6:
            return _complaint(case, AROUND[place], answers[place])
    return ""


def _complaint(case, up, answer):
    low, high = (np.array2string(part, precision=3) for part in case)
    place = np.array2string(_reports(case, up), precision=3)
    asked = f"at least {SURE}" if up.round().sum() == 1 else f"at most {1 - SURE:.2f}"
    return f"For low = {low} and high = {high} the network gives {answer:.3f} at x = {place}, where {asked} is asked for."


def _when(rule):
    """A rule on (cases, networks) as one on (cases, values) that is false for what are no networks."""

    def when(cases, values):
        networks = _networks(values)
        return networks is not None and rule(cases, networks)

    return when


def _always(*tables):
    return _when(lambda cases, networks: set(_tables(cases, networks)) <= set(tables))


def _right(cases, networks, reports=_reports):
    return set(_tables(cases, networks, reports)) == {XOR}


def _by_size(cases, networks):
    """Whether the larger number is up for this network, whatever the case says."""
    return _tables(cases, networks) == [XOR if np.prod(high - low) > 0 else OPPOSITE for low, high in cases]


def _by_length(case):
    low, high = case
    return low + CORNERS * np.abs(high - low)


def _from_zero(cases, networks):
    """Whether all would be right if down were 0."""
    return any(_right(cases, networks, reports) for reports in (lambda case: CORNERS * (case[1] - case[0]), lambda case: CORNERS * case[1]))


def _sure_at_corners(cases, networks):
    return all(_missing(case, network, CORNERS)[0] <= 1e-6 for case, network in zip(cases, networks, strict=True))


def _sums(low, high, thresholds, size=20.0):
    """w, b of hidden neurons that ask whether u₁ + u₂ is above each threshold."""
    scale = size / (high - low)
    return np.stack([scale, scale], 1), -scale @ low - size * np.array(thresholds)


@exercise.equivalent
def _(low, high):
    scale = 30 / (high - low)
    w = np.stack([scale, -scale], 1) * [[1, 1], [-1, -1]]  # the first is up and the second is not, and the other way round
    return w, -low @ w - 15, np.array([30.0, 30.0]), -15.0


@exercise.equivalent
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return (-w).tolist(), (-b).tolist(), [[-40.0], [40.0]], [-20.0]  # neither, not both


@exercise.equivalent
def _(low, high):
    w = np.diag(1 / (high - low)) @ np.array([[50.0, -50.0], [50.0, -50.0]])  # OR and NAND, joined by AND
    return w, -low @ w + [-25, 75], np.array([20.0, 20.0]), -30.0


@exercise.mistake(
    "the answers in place of the weights",
    "You return the four answers. Asked for are the numbers of the network that gives them: w, b, v and c.",
    see="02, Build: three neurons",
    when=lambda cases, values: all(value is not None and np.shape(value) in ((4,), (4, 1)) for value in values),
)
def _(low, high):
    return [0.0, 1.0, 1.0, 0.0]


@exercise.mistake(
    "w is transposed",
    "Your w has a row for each hidden neuron. In x w + b the rows are the inputs and the columns the neurons, so turn it around.",
    see="02, Build: three neurons",
    when=_when(lambda cases, networks: _right(cases, [(w.T, b, v, c) for w, b, v, c in networks])),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w.T, b, np.array([20.0, -20.0]), -10.0


@exercise.mistake(
    "made for 0 and 1",
    "Your network is right for switches that report 0 and 1. These report low and high: write how far up a switch is, "
    "(x - low) / (high - low), in place of x, and sort the result into weights and biases.",
    see="02, Build: three neurons",
    when=_when(lambda cases, networks: _right(cases, networks, lambda case: CORNERS)),
)
def _(low, high):
    return np.full((2, 2), 20.0), np.array([-10.0, -30.0]), np.array([20.0, -20.0]), -10.0


@exercise.mistake(
    "down is taken for 0",
    "Your network would be right if a switch that is down reported 0. It reports low: subtract it from x, which changes the biases.",
    see="02, Build: weights and bias",
    when=_when(_from_zero),
)
def _(low, high):
    w, _ = _sums(low, high, (0.5, 1.5))
    return w, np.array([-10.0, -30.0]), np.array([20.0, -20.0]), -10.0


@exercise.mistake("down is taken for 0")
def _(low, high):
    w, b = _sums(0 * low, high, (0.5, 1.5))
    return w, b, np.array([20.0, -20.0]), -10.0


@exercise.mistake(
    "the larger number is taken for up",
    "Where one switch reports a smaller number when it is up, your network gives the opposite. Divide by high - low with its sign: then "
    "a switch that counts down gets negative weights.",
    see="02, Build: the decision boundary",
    when=_when(_by_size),
)
def _(low, high):
    w, b = _sums(np.minimum(low, high), np.maximum(low, high), (0.5, 1.5))
    return w, b, np.array([20.0, -20.0]), -10.0


@exercise.mistake(
    "the sign of high - low is lost",
    "Your network looks for up above low, and a switch that counts down is up below it. Divide by high - low with its sign, "
    "not by its size.",
    see="02, Build: the decision boundary",
    when=_when(lambda cases, networks: _right(cases, networks, _by_length)),
)
def _(low, high):
    scale = 20 / np.abs(high - low)
    return np.stack([scale, scale], 1), -scale @ low - [10.0, 30.0], np.array([20.0, -20.0]), -10.0


@exercise.mistake(
    "both up is lit too",
    "Your network computes OR: it is right until both switches are up. Let one hidden neuron tell whether both are up, and the third take "
    "back then what the other one says.",
    see="02, Build: three neurons",
    when=_always((0, 1, 1, 1)),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([20.0, 20.0]), -10.0


@exercise.mistake("both up is lit too")
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([20.0, -5.0]), -10.0


@exercise.mistake(
    "both down is lit too",
    "Your network computes NAND: it says that not both are up, and both down is then lit as well. Let one hidden neuron tell whether at "
    "least one is up, and the third ask for that too.",
    see="02, Build: three neurons",
    when=_always((1, 1, 1, 0)),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([20.0, -40.0]), 10.0


@exercise.mistake(
    "lit only when both are up",
    "Your network computes AND: it is lit when both switches are up, and a staircase lamp is dark then.",
    see="02, Build: three neurons",
    when=_always((0, 0, 0, 1)),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([20.0, 20.0]), -30.0


@exercise.mistake(
    "lit and dark are exchanged",
    "Every answer is the opposite of what it should be. Change the sign of v and of c: the last neuron then says 1 - a in place of a.",
    see="02, Build: activation",
    when=_always(OPPOSITE),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([-20.0, 20.0]), 10.0


@exercise.mistake(
    "one switch decides alone",
    "The answer follows one switch and does not care for the other. Whether one switch lights the lamp depends on where the other is, so a "
    "hidden neuron has to weigh both.",
    see="02, Build: three neurons",
    when=_always((0, 0, 1, 1), (0, 1, 0, 1), (1, 1, 0, 0), (1, 0, 1, 0)),
)
def _(low, high):
    scale = np.array([20.0, 0.0]) / (high - low)
    w = np.stack([scale, scale], 1)
    return w, -scale @ low - np.array([10.0, 10.0]), np.array([10.0, 10.0]), -10.0


@exercise.mistake(
    "one of the two lit positions",
    "One position with a single switch up is lit, the other is dark. Each hidden neuron can know one of them; the third has to be lit when "
    "either speaks.",
    see="02, Build: three neurons",
    when=_always((0, 1, 0, 0), (0, 0, 1, 0)),
)
def _(low, high):
    scale = 30 / (high - low)
    w = np.stack([scale, -scale], 1) * [[1, 1], [-1, -1]]
    return w, -low @ w - 15, np.array([30.0, 0.0]), -15.0


@exercise.mistake(
    "the same answer everywhere",
    "All four positions get the same answer: z of the last neuron does not change its sign. Print h. If its rows differ, look at v and c, "
    "else at w and b.",
    see="02, Build: weights and bias",
    when=_always((0, 0, 0, 0), (1, 1, 1, 1)),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([20.0, -20.0]), -30.0


@exercise.mistake("the same answer everywhere")
def _(low, high):
    return np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0.0


@exercise.mistake(
    "right, and not sure",
    f"All four positions are on the right side of one half, but an answer is not beyond {SURE} or {1 - SURE:.2f}. A sigmoid is no step: "
    "with larger weights and biases, all by the same factor, it gets nearer to one and the boundaries stay.",
    see="02, Build: activation",
    when=_when(lambda cases, networks: _right(cases, networks) and not _sure_at_corners(cases, networks)),
)
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5), size=5.0)
    return w, b, np.array([5.0, -5.0]), -2.5


@exercise.mistake("right, and not sure")
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5))
    return w, b, np.array([1.0, -1.0]), -0.5


@exercise.mistake(
    "right at the four points alone",
    f"At the four positions all is well, but not when a switch is off by {OFF:.0%} of its range. Put each boundary in the middle between "
    "the positions that it separates. If it is there, make the weights and biases larger.",
    see="02, Build: the decision boundary",
    when=_when(lambda cases, networks: _right(cases, networks) and _sure_at_corners(cases, networks)),
)
def _(low, high):
    w, b = _sums(low, high, (0.9, 1.5), size=100.0)
    return w, b, np.array([20.0, -20.0]), -10.0


@exercise.mistake("right at the four points alone")
def _(low, high):
    w, b = _sums(low, high, (0.5, 1.5), size=5.0)
    return w, b, np.array([10.0, -10.0]), -5.0
