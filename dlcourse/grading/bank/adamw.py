"""adamw: Adam whose weights shrink by a share of their own (lesson 08)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "adamw",
    lesson="08_optimizers",
    minutes=10,
    difficulty=2,
    hints=(
        "Begin with your Adam. Its m and v must never see the decay: which line may it not touch?",
        "In each step the parameters shrink by a share, and then Adam's step comes off. The share is the same for all parameters.",
        "With gradients of 0 nothing but the decay is left: after one step with lr 0.1 and wd 0.5 the parameter 1 should be 0.95.",
    ),
)

START, B1, B2, EPS = np.array([1.0, -2.0]), 0.9, 0.999, 1e-8


@exercise.cases
def cases(rng):
    yield _gradients(rng, 1), 0.1, 0.5
    yield _gradients(rng, 2), 0.3, 0.4
    yield _gradients(rng, 5), 0.2, 0.9
    yield _gradients(rng, 9), 0.15, 1.5
    yield [np.array([g, 0.0]) for g in rng.uniform(0.5, 2, 3).round(2)], 0.2, 0.6  # no gradient: what is left is the decay
    yield _gradients(rng, 3), 0.4, 0.0


def _gradients(rng, steps):
    """Two parameters whose gradients differ in size, with changing signs."""
    return list((rng.choice([-1, 1], (steps, 2)) * rng.uniform(0.3, 2, (steps, 2)) * [1, 5]).round(2))


def _walk(grads, move, seen=lambda w, g: g, corrected=True):
    """The parameters after all steps: `move(w, step, root)` makes the next ones, `seen(w, g)` is the gradient that m and v get."""
    w, m, v = START, 0, 0
    for t, g in enumerate(grads, start=1):
        g = seen(w, g)
        m, v = B1 * m + (1 - B1) * g, B2 * v + (1 - B2) * g * g
        root = np.sqrt(v / (1 - B2**t if corrected else 1)) + EPS
        w = move(w, m / (1 - B1**t if corrected else 1) / root, root)
    return w


@exercise.equivalent
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * (step + wd * w))  # the decay inside the bracket, but not inside Adam


@exercise.equivalent
def _(grads, lr=0.01, wd=0.1):
    result = []
    for i, w in enumerate((1.0, -2.0)):
        m = v = 0.0
        for t, g in enumerate(grads):
            m, v = m + (1 - B1) * (float(g[i]) - m), v + (1 - B2) * (float(g[i]) ** 2 - v)
            w *= 1 - lr * wd
            w -= lr * m / (1 - B1 ** (t + 1)) / ((v / (1 - B2 ** (t + 1))) ** 0.5 + EPS)
        result.append(np.float32(w))
    return np.array(result)


@exercise.mistake(
    "L2 added to the gradient",
    "You add wd · w to the gradient, so m and v see it, and the division by the root of v undoes it for weights with large gradients. "
    "Shrink the weights themselves.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * step, seen=lambda w, g: g + wd * w)


@exercise.mistake(
    "no decay",
    "This is Adam: wd has no effect. Each step multiplies the parameters by 1 - lr · wd.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * step)


@exercise.mistake(
    "the weights grow",
    "The sign of the decay is wrong: the parameters are multiplied by 1 + lr · wd.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: (1 + lr * wd) * w - lr * step)


@exercise.mistake(
    "the decay is divided by the root of v",
    "m and v are clean, but you divide the decay by the root of v. Don't: every weight shrinks by the same share.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * (step + wd * w / root))


@exercise.mistake(
    "the decay takes a fixed amount",
    "You subtract lr · wd · sign(w): that is L1, the same amount for large and small weights. Weight decay takes a share of w.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * (step + wd * np.sign(w)))


@exercise.mistake(
    "the decay comes only once",
    "The parameters shrink once, outside the loop. The factor 1 - lr · wd belongs to every step.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return (1 - lr * wd) * _walk(grads, lambda w, step, root: w - lr * step)


@exercise.mistake("the decay comes only once")
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * step) - lr * wd * START


@exercise.mistake(
    "the decay uses the first weights",
    "Every step takes a share of the starting weights. It takes a share of what the weights are now.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - lr * (step + wd * START))


@exercise.mistake(
    "only the step decays",
    "You shrink Adam's step, not the parameters. The factor 1 - lr · wd belongs to w.",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: w - (1 - lr * wd) * lr * step)


@exercise.mistake(
    "decay and no bias correction",
    "The decay is right, but m and v are not corrected for their start at 0, so the first step is 3.16 times too long.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: (1 - lr * wd) * w - lr * step, corrected=False)


@exercise.mistake(
    "starts at the wrong place",
    "Your parameters start at [1., 2.], as in the exercise before. Here it is [1., -2.].",
    see="08, Build: AdamW",
)
def _(grads, lr=0.01, wd=0.1):
    decay = (1 - lr * wd) ** len(grads)
    return _walk(grads, lambda w, step, root: (1 - lr * wd) * w - lr * step) + [0, 4 * decay]


@exercise.convention(
    "decay without the rate",
    "You multiply by 1 - wd. So does the paper, where the rate does not touch the decay. PyTorch multiplies by 1 - lr · wd, as asked here.",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: (1 - wd) * w - lr * step)


@exercise.convention(
    "step first, decay second",
    "You shrink the parameters after the step, so the step itself shrinks with them. PyTorch shrinks first, as asked here.",
)
def _(grads, lr=0.01, wd=0.1):
    return _walk(grads, lambda w, step, root: (1 - lr * wd) * (w - lr * step))
