"""adam: a corrected running mean of the gradient over the root of one of its square (lesson 08)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "adam",
    lesson="08_optimizers",
    minutes=20,
    difficulty=2,
    hints=(
        "Three things live from step to step: the parameters, m and v. And you need the number t of the step. What is it in the first?",
        "m and v stay as they are, uncorrected, for the next step. The corrected values are two other names, made anew in each step.",
        "After one step each parameter has moved by lr, whatever its gradient, unless that is 0. If it has not, look at the corrections.",
    ),
)

B1, B2, EPS = 0.9, 0.999, 1e-8


@exercise.cases
def cases(rng):
    yield _gradients(rng, 1), 0.1, B1, B2, EPS
    yield _gradients(rng, 2), 0.1, B1, B2, EPS
    yield _gradients(rng, 4), 0.05, 0.8, 0.95, EPS
    yield _gradients(rng, 12), 0.2, B1, B2, EPS
    yield [5 * g for g in _gradients(rng, 2)] + _gradients(rng, 3), 0.1, 0.7, 0.6, EPS  # v falls again
    yield _gradients(rng, 3), 0.1, 0.6, 0.9, 0.3  # a large epsilon, so that it matters where it stands
    yield [np.array([0.0, g]) for g in rng.uniform(0.5, 2, 3).round(2)], 0.3, 0.7, 0.9, EPS  # one parameter never gets a gradient


def _gradients(rng, steps):
    """Two parameters whose gradients differ in size, with changing signs."""
    return list((rng.choice([-1, 1], (steps, 2)) * rng.uniform(0.3, 2, (steps, 2)) * [1, 5]).round(2))


def _moments(grads, b1, b2):
    """(t, g, m, v) of every step, t = 1, 2, ..."""
    m = v = np.zeros(2)
    for t, g in enumerate(grads, start=1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        yield t, g, m, v


def _walk(grads, b1, b2, step):
    """The parameters after all steps, when `step(t, g, m, v)` is subtracted in each."""
    return np.array([1.0, 2.0]) - sum(step(*moments) for moments in _moments(grads, b1, b2))


@exercise.equivalent
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, tops, bottoms = np.array([1.0, 2.0]), np.zeros((2, 2)), np.zeros(2)
    for g in grads:  # two weighted means: sums of what fades, above and below
        fade = np.array([b1, b2])
        tops, bottoms = fade[:, None] * tops + [g, g * g], fade * bottoms + 1
        m, v = tops / bottoms[:, None]
        w = w - lr * m / (np.sqrt(v) + eps)
    return w


@exercise.equivalent
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    result = []
    for i, w in enumerate((1.0, 2.0)):  # one parameter after the other, in plain numbers
        m = v = 0.0
        for t, g in enumerate(grads):
            m, v = m + (1 - b1) * (float(g[i]) - m), v + (1 - b2) * (float(g[i]) ** 2 - v)
            w -= lr * m / (1 - b1 ** (t + 1)) / ((v / (1 - b2 ** (t + 1))) ** 0.5 + eps)
        result.append(w)
    return result


@exercise.equivalent
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    def step(t, g, m, v):  # the corrections joined to the rate, epsilon corrected with them
        correction = np.sqrt(1 - b2**t)
        return lr * correction / (1 - b1**t) * m / (np.sqrt(v) + correction * eps)

    return _walk(grads, b1, b2, step).astype(np.float32)


@exercise.mistake(
    "no bias correction",
    "m and v start at 0, and nothing corrects for it. With b1 = 0.9 and b2 = 0.999 the first m is 10 times too small, the root of v "
    "31.6 times: the step is 3.16 times too long.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (np.sqrt(v) + eps))


@exercise.mistake(
    "t is frozen at 1",
    "Every step is corrected as if it were the first. Count: t = 1 in the first step, 2 in the second.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1) / (np.sqrt(v / (1 - b2)) + eps))


@exercise.mistake(
    "t starts at 0",
    "In the first step your t is 0, so 1 - b^t is 0, and you divide by it. The first step is t = 1.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    def step(t, g, m, v):
        m_scale, v_scale = np.float64(1 - b1 ** (t - 1)), np.float64(1 - b2 ** (t - 1))
        return lr * (m / m_scale) / (np.sqrt(v / v_scale) + eps)

    return _walk(grads, b1, b2, step)


@exercise.mistake("t starts at 0")
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    if grads:
        raise ZeroDivisionError("float division by zero")


@exercise.mistake(
    "only m is corrected",
    "You correct m and leave v as it is. v is the one that is far off: its factor 0.999 is slow to forget the 0.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (np.sqrt(v) + eps))


@exercise.mistake(
    "only v is corrected",
    "You correct v and leave m as it is, so with b1 = 0.9 the first step is a tenth of the right one. Both start at 0, and both need it.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (np.sqrt(v / (1 - b2**t)) + eps))


@exercise.mistake(
    "the corrected means are carried on",
    "You write the corrected values back into m and v, so the next step corrects what is corrected already. Give them names of their own.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, m, v = np.array([1.0, 2.0]), 0, 0
    for t, g in enumerate(grads, start=1):
        m, v = (b1 * m + (1 - b1) * g) / (1 - b1**t), (b2 * v + (1 - b2) * g * g) / (1 - b2**t)
        w = w - lr * m / (np.sqrt(v) + eps)
    return w


@exercise.mistake(
    "b times t in place of b to the power t",
    "The correction is 1 - b^t, with a power. In Python that is `b**t`; `b * t` is above 1 from the second step on.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1 * t) / (np.sqrt(v / (1 - b2 * t)) + eps))


@exercise.mistake(
    "one factor for both corrections",
    "You divide m and v by the same number. Each mean has its own factor, so its own correction: 1 - b1^t for m, 1 - b2^t for v.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b1**t)) + eps))


@exercise.mistake("one factor for both corrections")
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b2**t) / (np.sqrt(v / (1 - b2**t)) + eps))


@exercise.mistake(
    "epsilon is missing",
    "A parameter that never gets a gradient has m = 0 and v = 0, and 0 / 0 is NaN. Add eps to the root.",
    see="08, Build: AdaGrad",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / np.sqrt(v / (1 - b2**t)))


@exercise.mistake(
    "no square root",
    "You divide by v, a mean of squares. Without the root large gradients take short steps and small ones take long ones.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (v / (1 - b2**t) + eps))


@exercise.mistake(
    "the gradient is not squared in v",
    "v is a running mean of g, so it can be negative, and its root is NaN. It is the mean of g².",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, m, v = np.array([1.0, 2.0]), 0, 0
    for t, g in enumerate(grads, start=1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g
        w = w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w


@exercise.mistake(
    "v averages the square of m",
    "You square the running mean m for v. The square of a mean forgets the noise; v is the mean of the squared gradients.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, m, v = np.array([1.0, 2.0]), 0, 0
    for t, g in enumerate(grads, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * m * m
        w = w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w


@exercise.mistake(
    "b1 and b2 are swapped",
    "m fades with b2 and v with b1. The mean of the gradient is the quick one, b1 = 0.9; that of its square the slow one, b2 = 0.999.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b2, b1, lambda t, g, m, v: lr * m / (1 - b2**t) / (np.sqrt(v / (1 - b1**t)) + eps))


@exercise.mistake(
    "the factor 1 - b is missing",
    "You add the whole gradient to b m. In a mean that is corrected by 1 - b^t the new gradient counts 1 - b.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1) / (1 - b1**t) / (np.sqrt(v / (1 - b2) / (1 - b2**t)) + eps))


@exercise.mistake(
    "the running mean is turned round",
    "You keep 1 - b of the old mean and give b to the new gradient. The old mean keeps the share b, which is close to 1.",
    see="08, Build: bias of a running mean",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, m, v = np.array([1.0, 2.0]), 0, 0
    for t, g in enumerate(grads, start=1):
        m, v = (1 - b1) * m + b1 * g, (1 - b2) * v + b2 * g * g
        w = w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w


@exercise.mistake(
    "m and v start anew in every step",
    "m and v are made inside the loop, so each step knows only its own gradient and moves by lr against its sign.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * g / (np.abs(g) + eps))


@exercise.mistake(
    "the gradient in place of m",
    "The step uses g and not its running mean: that is RMSProp with a correction. Adam's step points along m.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * g / (np.sqrt(v / (1 - b2**t)) + eps))


@exercise.mistake(
    "one v for all parameters",
    "You divide all parameters by the same number, made from all gradients. Every parameter has a v of its own.",
    see="08, Build: AdaGrad",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (np.sqrt(v.sum() / (1 - b2**t)) + eps))


@exercise.mistake("one v for all parameters")
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (np.sqrt(v.mean() / (1 - b2**t)) + eps))


@exercise.mistake(
    "the step goes uphill",
    "The parameters move along the gradient, and it points uphill. Subtract the step.",
    see="08, Build: Adam",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: -lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps))


@exercise.mistake(
    "starts at the wrong place",
    "Your parameters start at 0. The statement says [1., 2.].",
    see="08, Build: one loop",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    step = _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps))
    return step - [1.0, 2.0]


@exercise.convention(
    "epsilon inside the root",
    "Your epsilon stands under the root, as in some RMSProp implementations. Adam's paper and PyTorch add it to the root.",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * m / (1 - b1**t) / np.sqrt(v / (1 - b2**t) + eps))


@exercise.convention(
    "epsilon before the correction",
    "You add epsilon to the root of the uncorrected v: the short form in section 2 of the paper. PyTorch corrects v first.",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    return _walk(grads, b1, b2, lambda t, g, m, v: lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps))


@exercise.convention(
    "AMSGrad",
    "You divide by the largest v so far: that is AMSGrad (Reddi et al. 2018), in PyTorch `amsgrad=True`. Adam takes the v of the step.",
)
def _(grads, lr=0.01, b1=B1, b2=B2, eps=EPS):
    w, top = np.array([1.0, 2.0]), np.zeros(2)
    for t, _, m, v in _moments(grads, b1, b2):
        top = np.maximum(top, v)
        w = w - lr * m / (1 - b1**t) / (np.sqrt(top / (1 - b2**t)) + eps)
    return w
