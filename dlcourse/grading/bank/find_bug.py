"""find_bug: which bug is in an optimizer that still trains, read from a recording of it (lesson 08)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "find_bug",
    lesson="08_optimizers",
    minutes=30,
    difficulty=3,
    hints=(
        "The recording holds the gradients. So you can run an optimizer of your own on them and see where the weights should have gone.",
        "Write the optimizer with a switch for each bug. Six switches, six paths: which of them is the recorded one?",
        "The recording is rounded, so no path is equal to the last digit. Compare distances, over all steps and all weights.",
    ),
)

B1, B2, EPS = 0.9, 0.999, 1e-8
NONE, UNCORRECTED, FROZEN, NO_MEAN, NO_ROOT, L2 = range(6)


def _step(bug, w, g, m, v, t, lr, wd):
    """The next (w, m, v) of an AdamW with this bug."""
    b1 = 0.0 if bug == NO_MEAN else B1
    if bug == L2:
        g = g + wd * w
    m, v = b1 * m + (1 - b1) * g, B2 * v + (1 - B2) * g * g
    clock = 1 if bug == FROZEN else t
    m_hat, v_hat = (m, v) if bug == UNCORRECTED else (m / (1 - b1**clock), v / (1 - B2**clock))
    root = v_hat if bug == NO_ROOT else np.sqrt(v_hat)
    return (1 if bug == L2 else 1 - lr * wd) * w - lr * m_hat / (root + EPS), m, v


def _replay(bug, grads, start, lr, wd, steps=None):
    """The weights (T + 1, D) that an AdamW with this bug would have had on these gradients."""
    w, m, v, path = start, 0.0, 0.0, [start]
    for t, g in enumerate(grads[:steps], start=1):
        w, m, v = _step(bug, w, g, m, v, t, lr, wd)
        path.append(w)
    return np.array(path)


def _recorded(rng, bug, steps, lr, wd, dead=False):
    """(grads, weights, lr, wd): a noisy quadratic, minimized by an AdamW with this bug; of three weights the first may get no gradient."""
    curvature = rng.uniform(1, 3, 3) * [not dead, 1, 1]
    w, m, v, grads, weights = rng.uniform(2, 4, 3) * rng.choice([-1, 1], 3), 0.0, 0.0, [], []
    for t in range(1, steps + 1):
        g = (curvature * w + (curvature > 0) * rng.normal(0, 0.5, 3)).round(4)
        grads.append(g)
        weights.append(w)
        w, m, v = _step(bug, w, g, m, v, t, lr, wd)
    return np.array(grads), np.array([*weights, w]).round(5), lr, wd


@exercise.cases
def cases(rng):
    for bug in rng.permutation(6):
        yield _recorded(rng, bug, 6, 0.05, 0.3)
    for bug in rng.permutation(6):
        yield _recorded(rng, bug, 30, 0.03, 0.8)
    for bug in (NONE, UNCORRECTED, FROZEN, NO_MEAN, NO_ROOT):  # without decay the last bug cannot be seen
        yield _recorded(rng, bug, 15, 0.04, 0.0, dead=True)


def _nearest(grads, weights, lr, wd, bugs=range(6), columns=slice(None), steps=None):
    """The bug whose path is nearest to the recording."""
    replayed = {bug: _replay(bug, grads, weights[0], lr, wd, steps) for bug in bugs}
    distances = {bug: np.abs(path - weights[: len(path)])[:, columns].max() for bug, path in replayed.items()}
    smallest = min(distances.values())
    return next(int(bug) for bug, distance in distances.items() if distance <= smallest + 1e-4)


@exercise.equivalent
def _(grads, weights, lr, wd):
    replayed = [_replay(bug, grads, weights[0], lr, wd).astype(np.float32) for bug in range(6)]
    return np.argmin([np.mean((path - weights) ** 2) for path in replayed])


@exercise.equivalent
def _(grads, weights, lr, wd):
    """By what the first two steps show, without running six optimizers to the end."""
    k = np.abs(grads[0]).argmax()
    w, g = weights[:3, k], grads[:2, k]
    first, second = ((1 - lr * wd) * w[:-1] - w[1:]) / lr  # what Adam itself moved
    if abs(abs(first) - 1) > 0.02:
        if abs(abs(first) - 0.1 / np.sqrt(0.001)) < 0.02:
            return UNCORRECTED
        return NO_ROOT if abs(first * g[0] - 1) < 0.02 else L2
    mean, square = (0.9 * g[0] + g[1]) / 1.9, (0.999 * g[0] ** 2 + g[1] ** 2) / 1.999
    expected = {NONE: mean / np.sqrt(square), FROZEN: 1.9 * mean / np.sqrt(1.999 * square), NO_MEAN: g[1] / np.sqrt(square)}
    return min(expected, key=lambda bug: abs(expected[bug] - second))


@exercise.mistake(
    "it trains, so it is right",
    "You find no bug anywhere. Each of these optimizers makes the loss fall; that the loss falls proves little. Compare the steps.",
    see="08, The aha",
)
def _(grads, weights, lr, wd):
    return NONE


@exercise.mistake(
    "only the first step is looked at",
    "You decide by the first step. There a frozen t and a missing mean of the gradient look healthy: they differ from the second step on.",
    see="08, Build: bias of a running mean",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, wd, steps=1)


@exercise.mistake(
    "the decay is left out",
    "Your comparison knows no weight decay, so a healthy run with decay looks ill. Each step also multiplies the weights by 1 - lr · wd.",
    see="08, Build: AdamW",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, 0.0, bugs=range(5))


@exercise.mistake("the decay is left out")
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, 0.0)


@exercise.mistake(
    "only the first weight is compared",
    "You look at the first weight only. In some recordings it gets no gradient, and then every optimizer leaves it where it is.",
    see="08, Build: AdaGrad",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, wd, columns=slice(1))


@exercise.mistake(
    "a missing correction and a frozen t are swapped",
    "You name 1 where it is 2 and 2 where it is 1. Without correction the first step is 3.16 times too long; with t frozen it is right.",
    see="08, The aha",
)
def _(grads, weights, lr, wd):
    return {UNCORRECTED: FROZEN, FROZEN: UNCORRECTED}.get(bug := _nearest(grads, weights, lr, wd), bug)


@exercise.mistake(
    "decay in the gradient passes for healthy",
    "You find all bugs but the last. With decay in the gradient the weights do not shrink by lr · wd in each step.",
    see="08, Build: AdamW",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, wd) % L2


@exercise.mistake(
    "a missing mean passes for healthy",
    "You find all bugs but number 3. Where the gradient of a weight changes its sign, a step without a mean changes its sign at once.",
    see="08, Build: Adam",
)
def _(grads, weights, lr, wd):
    bug = _nearest(grads, weights, lr, wd)
    return NONE if bug == NO_MEAN else bug


@exercise.mistake(
    "a frozen t passes for healthy",
    "You find all bugs but number 2. Its first step is right; look at how the second and third compare with it.",
    see="08, Build: bias of a running mean",
)
def _(grads, weights, lr, wd):
    bug = _nearest(grads, weights, lr, wd)
    return NONE if bug == FROZEN else bug


@exercise.mistake(
    "counted from 1",
    "Your numbers are one too high: 0 stands for no bug, as in the table.",
    see="08, Build: Adam",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, wd) + 1


@exercise.mistake(
    "healthy or not",
    "You say whether there is a bug. The number of the bug is asked for.",
    see="08, Build: Adam",
)
def _(grads, weights, lr, wd):
    return _nearest(grads, weights, lr, wd) != NONE


@exercise.mistake("healthy or not")
def _(grads, weights, lr, wd):
    return int(_nearest(grads, weights, lr, wd) != NONE)
