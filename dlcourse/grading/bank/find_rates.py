"""find_rates: a black box, a budget of trainings, two rates to find (lesson 05). Judged by how near they are."""

import numpy as np

from dlcourse.grading.descent import experiment
from dlcourse.grading.exercise import Exercise

SEE = "05, The aha"

exercise = Exercise(
    "find_rates",
    lesson="05_gradient_descent",
    minutes=25,
    difficulty=3,
    harness=experiment,
    hints=(
        "Ten questions that halve what is left divide it by a thousand. But halve what: the distance of the two ends, or their ratio?",
        "When has a training diverged? Look at the end of its curve, not its beginning; and ask so that inf and NaN count as divergence.",
        "Keep half of the trainings for the best rate, 2 / (λmin + λmax). Between which two multiples of the edge must it lie?",
    ),
)

STEPS, CALLS = 200, 24
EDGE_OFF, FASTEST_OFF, LOSS_OFF = 0.03, 0.07, 1.5  # relative errors that are allowed; how many times the lowest final loss is allowed
QUIET = 2  # the case that hides its divergence


@exercise.cases
def cases(rng):
    for ratios, low, high in (((1, 10), -2, 0), ((1, 1.6), -3, -2), ((1, 30), 0, 1), ((1, 3, 8, 40, 100), 1, 1.7), ((1, 3), -3.6, -3)):
        edge = 10 ** rng.uniform(low, high)
        start = rng.uniform(0.5, 1.5, len(ratios))
        if len(ratios) == 2 and ratios[1] == 30:
            start[1] = 1e-9  # the steep direction is hardly there: the loss falls for long before it rises
        yield 2 / edge * np.array(ratios) / ratios[-1], start, STEPS, CALLS


def _truth(curvatures, start, steps, calls):
    """(the edge, the fastest rate, the final loss there), by closed form."""
    edge = 2 / curvatures.max()
    rates = edge * np.linspace(0.3, 1, 1401)
    final = _final(curvatures, start, steps, rates[:, None])
    return edge, rates[np.argmin(final)], final.min()


def _final(curvatures, start, steps, lr):
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return (curvatures * ((1 - lr * curvatures) ** steps * start) ** 2).sum(-1) / 2


def _answers(values):
    """Each value as (edge, fastest, rates tried), or None where no two numbers were returned."""
    return [_answer(*value) if isinstance(value, (tuple, list)) and len(value) == 2 else None for value in values]


def _answer(result, rates):
    try:
        edge, fastest = (float(number) for number in result if not np.iscomplexobj(number))
    except (TypeError, ValueError):
        return None
    return (edge, fastest, rates) if np.isfinite([edge, fastest]).all() else None


def _edge_right(case, answer):
    return answer is not None and abs(answer[0] / _truth(*case)[0] - 1) <= EDGE_OFF


def _fastest_right(case, answer):
    if answer is None:
        return False
    edge, best, lowest = _truth(*case)
    near = abs(answer[1] / best - 1) <= FASTEST_OFF
    return 0 < answer[1] <= (1 + EDGE_OFF) * edge and (near or _final(*case[:3], answer[1]) <= LOSS_OFF * lowest)


@exercise.accept
def _(cases, values):
    """What is missing, in one sentence, or ""."""
    for number, (case, answer, value) in enumerate(zip(cases, _answers(values), values, strict=True), 1):
        edge, best, _ = _truth(*case)
        if _spent_all(value):
            return f"Training {number}: you asked for more than {case[3]} trainings."
        if answer is None:
            return "Two finite numbers are expected: `return edge, fastest`."
        if not _edge_right(case, answer):
            return f"Problem {number}: divergence begins at {edge:.4g}; you say {answer[0]:.4g}. Up to {EDGE_OFF:.0%} off is right."
        if not _fastest_right(case, answer):
            return f"Problem {number}: the edge is right. The fastest rate is {best:.4g}; you say {answer[1]:.4g}."
    return ""


def _spent_all(value):
    return isinstance(value, (tuple, list)) and len(value) == 2 and isinstance(value[0], str) and value[0] == "spent"


def _each(question):
    """A rule from a question (case, answer) -> bool: does it hold in every problem?"""
    return lambda cases, values: all(answer and question(case, answer) for case, answer in zip(cases, _answers(values), strict=True))


def _wrong_edge(cases, values):
    return [number for number, pair in enumerate(zip(cases, _answers(values), strict=True)) if not _edge_right(*pair)]


def _far_above(cases, values):
    """Some edge many times too high, although trainings there gave no numbers any more."""
    return any(answer and answer[0] > 20 * _truth(*case)[0] for case, answer in zip(cases, _answers(values), strict=True))


def _fooled(cases, values):
    """Right but where the loss falls for long; there too high by more than a coarse search would be."""
    answer = _answers(values)[QUIET]
    return _wrong_edge(cases, values) == [QUIET] and 1.04 < answer[0] / _truth(*cases[QUIET])[0] < 1.3


def _evenly(steps):
    """Whether the rates tried, sorted, have equal steps, which `steps` takes of them."""

    def rule(cases, values):
        tried = [np.unique(rates) for _, _, rates in _answers(values)]
        return bool(_wrong_edge(cases, values)) and all(
            len(rates) > 3 and np.ptp(steps(rates)) < 1e-6 * steps(rates).max() for rates in tried
        )

    return rule


def _halved_from_the_top(cases, values):
    return bool(_wrong_edge(cases, values)) and all(rates[:1] and 45 < rates[0] < 55 for _, _, rates in _answers(values))


def _only_fastest_wrong(question):
    def rule(cases, values):
        wrong = not all(_fastest_right(*pair) for pair in zip(cases, _answers(values), strict=True))
        return wrong and not _wrong_edge(cases, values) and _each(question)(cases, values)

    return rule


def _tried_too_few(cases, values):
    """The fastest is a rate that was tried, and in some problem no right one was."""
    among = _only_fastest_wrong(lambda case, answer: any(abs(answer[1] / lr - 1) < 1e-9 for lr in answer[2]))
    pairs = zip(cases, _answers(values), strict=True)
    return among(cases, values) and any(not any(_fastest_right(case, (edge, lr, ())) for lr in rates) for case, (edge, _, rates) in pairs)


def _swapped(cases, values):
    return all(
        _edge_right(case, answer and (answer[1], *answer[1:])) for case, answer in zip(cases, _answers(values), strict=True)
    ) and any(answer[0] < 0.9 * answer[1] for answer in _answers(values))


def _diverged(path):
    return not (np.isfinite(path[-1]) and path[-1] <= path[-2])


def _bisect(train, diverged, calls, middle=lambda low, high: np.sqrt(low * high), low=1e-4, high=1e2):
    """The last rate that converged and the first that did not."""
    for _ in range(calls):
        lr = middle(low, high)
        low, high = (low, lr) if diverged(train(lr)) else (lr, high)
    return low, high


def _best_of(train, rates):
    return min(rates, key=lambda lr: train(lr)[-1])


def _half_and_half(train, calls, diverged):
    """The plan of the solution, with another question."""
    low, high = _bisect(train, diverged, 12)
    return np.sqrt(low * high), _best_of(train, low * np.linspace(0.5, 1, calls - 12))


@exercise.equivalent
def _(train, calls):
    low = 1e-4
    used = 0
    while not _diverged(train(low * 10)):  # powers of ten first, then halves
        low, used = low * 10, used + 1
    low, high = _bisect(train, _diverged, 8, low=low, high=10 * low)
    edge = (low + high) / 2
    return edge, _best_of(train, edge * np.linspace(0.48, 0.985, calls - used - 9))


@exercise.equivalent
def _(train, calls):
    low, high = _bisect(train, lambda path: not path[-1] < 1e300 or path[-1] > path[-5], 11)
    edge, a, b = float(high), low / 2.1, low
    golden = (np.sqrt(5) - 1) / 2
    c, d = b - golden * (b - a), a + golden * (b - a)
    at_c, at_d = train(c)[-1], train(d)[-1]
    for _ in range(8):
        if at_c < at_d:
            b, d, at_d = d, c, at_c
            c = b - golden * (b - a)
            at_c = train(c)[-1]
        else:
            a, c, at_c = c, d, at_d
            d = a + golden * (b - a)
            at_d = train(d)[-1]
    return [edge, (a + b) / 2]


@exercise.equivalent
def _(train, calls):
    low, high = _bisect(train, lambda path: not np.isfinite(path[-1]) or path[-1] > path[-2], 13)
    return np.array([low, _best_of(train, np.geomspace(low / 2, low, 11))])


@exercise.mistake(
    "more trainings than were paid for",
    "You ask for more trainings than `calls`. A fine grid over six powers of ten does not fit the budget: let each training decide where "
    "the next one goes.",
    see=SEE,
    when=lambda cases, values: any(map(_spent_all, values)),
)
def _(train, calls):
    rates = np.geomspace(1e-4, 1e2, 600)
    paths = [train(lr) for lr in rates]
    good = [k for k, path in enumerate(paths) if not _diverged(path)]
    return rates[good[-1] + 1], rates[min(good, key=lambda k: paths[k][-1])]


@exercise.mistake("more trainings than were paid for")
def _(train, calls):
    low, high = _bisect(train, _diverged, 20)
    return high, _best_of(train, low * np.linspace(0.5, 1, 20))


@exercise.mistake(
    "the fastest rate in place of the edge",
    "The two numbers are the wrong way round: first the edge, then the fastest rate, which is the smaller one.",
    see="05, Build: How long it takes",
    when=_swapped,
)
def _(train, calls):
    return _half_and_half(train, calls, _diverged)[::-1]


@exercise.mistake(
    "a grid of equal ratios",
    "Your rates stand at equal ratios over the whole range. With this budget neighbors are then far apart, and the edge lies anywhere "
    "between two of them. Use a coarse grid to find the interval, and the rest inside it.",
    see=SEE,
    when=_evenly(lambda rates: np.diff(np.log(rates))),
)
def _(train, calls):
    rates = np.geomspace(1e-4, 1e2, calls)
    paths = [train(lr) for lr in rates]
    good = [k for k, path in enumerate(paths) if not _diverged(path)]
    return np.sqrt(rates[good[-1]] * rates[good[-1] + 1]), rates[min(good, key=lambda k: paths[k][-1])]


@exercise.mistake("a grid of equal ratios")
def _(train, calls):
    rates = 10.0 ** np.arange(-4, 3)
    paths = [train(lr) for lr in rates]
    good = [k for k, path in enumerate(paths) if not _diverged(path)]
    return rates[good[-1] + 1], rates[min(good, key=lambda k: paths[k][-1])]


@exercise.mistake(
    "a grid of equal distances",
    "Your rates stand at equal distances from 0 to 100. Nearly all of them lie above the edge, and none near a small one. Rates are "
    "compared by their ratio: 0.001, 0.01, 0.1 ...",
    see=SEE,
    when=_evenly(np.diff),
)
def _(train, calls):
    rates = np.linspace(1e-4, 1e2, calls)
    paths = [train(lr) for lr in rates]
    good = [k for k, path in enumerate(paths) if not _diverged(path)] or [0]
    return rates[min(good[-1] + 1, calls - 1)], rates[min(good, key=lambda k: paths[k][-1])]


@exercise.mistake(
    "halving the distance",
    "You halve the distance: 50, 25, 12.5 ... For a small edge that takes many trainings just to come near. Halve the ratio: the next "
    "rate is the root of the product of both ends.",
    see=SEE,
    when=_halved_from_the_top,
)
def _(train, calls):
    low, high = _bisect(train, _diverged, 12, middle=lambda low, high: (low + high) / 2)
    return (low + high) / 2, _best_of(train, low * np.linspace(0.5, 1, calls - 12))


@exercise.mistake(
    "overflow taken for convergence",
    "Far above the edge the loss becomes inf and then NaN. `inf > inf` and `NaN > x` are false, so your plan takes such a training for a "
    "good one and looks for the edge above it. Ask what a good training does, and count everything else as divergence.",
    see=SEE,
    when=_far_above,
)
def _(train, calls):
    return _half_and_half(train, calls, lambda path: path[-1] > path[-2])


@exercise.mistake("overflow taken for convergence")
def _(train, calls):
    return _half_and_half(train, calls, lambda path: path[-1] > path[0])


@exercise.mistake(
    "the first loss compared with the last",
    "Your edge is a little too high in the one problem where the steep direction hardly takes part at the start. There the loss falls for "
    "long while that direction grows unseen, and ends below its beginning. Look at where the curve goes at its end.",
    see="05, Build: A linear model is a quadratic",
    when=_fooled,
)
def _(train, calls):
    return _half_and_half(train, calls, lambda path: not path[-1] <= path[0])


@exercise.mistake("the first loss compared with the last")
def _(train, calls):
    return _half_and_half(train, calls, lambda path: not np.isfinite(path).all() or path.max() > path[0])


@exercise.mistake(
    "the fastest rate is just below the edge",
    "Your edge is right, and you take the largest rate that still converges as the fastest. At the edge the steep direction jumps without "
    "end; the best rate lies lower, between half the edge and the edge.",
    see="05, Build: How long it takes",
    when=_only_fastest_wrong(lambda case, answer: answer[1] > 0.9 * answer[0]),
)
def _(train, calls):
    low, high = _bisect(train, _diverged, 14)
    return np.sqrt(low * high), low


@exercise.mistake("the fastest rate is just below the edge")
def _(train, calls):
    low, high = _bisect(train, _diverged, 14)
    return high, 0.95 * low


@exercise.mistake(
    "half of the edge",
    "Your edge is right, and you take half of it as the fastest. That is the best rate for the steepest direction alone; the flat ones "
    "want a larger rate. Try some rates between half the edge and the edge.",
    see="05, Build: How long it takes",
    when=_only_fastest_wrong(lambda case, answer: 0.45 < answer[1] / answer[0] < 0.55),
)
def _(train, calls):
    low, high = _bisect(train, _diverged, 14)
    return np.sqrt(low * high), low / 2


@exercise.mistake(
    "the fastest of the rates that happened to be tried",
    "Your edge is right. The fastest rate is one of those that you tried, but none of them is near enough to the best. Keep part of the "
    "budget for rates between half the edge and the edge.",
    see="05, Build: How long it takes",
    when=_tried_too_few,
)
def _(train, calls):
    seen = {}

    def noted(lr):
        path = train(lr)
        seen[lr] = path[-1]
        return path

    low, high = _bisect(noted, _diverged, 20)
    return np.sqrt(low * high), min(seen, key=lambda lr: np.nan_to_num(seen[lr], nan=np.inf))
