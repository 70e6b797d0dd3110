"""sgd_momentum: gradients add up to a velocity that fades (lesson 08)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "sgd_momentum",
    lesson="08_optimizers",
    minutes=10,
    difficulty=1,
    hints=(
        "Two numbers change from step to step: the parameter and the velocity. Which of them is 1 at first, and which is 0?",
        "In each step the velocity comes first: what is left of the old one, and the new gradient. Only then does the parameter move.",
        "A velocity that is made anew inside the loop remembers nothing. It has to be there before the loop begins.",
    ),
)


@exercise.cases
def cases(rng):
    yield [0.5], 0.1, 0.9
    yield [1.0, -2.0], 0.3, 0.5
    yield _gradients(rng, 3), 0.2, 0.75
    yield _gradients(rng, 6), 0.05, 0.9
    yield _gradients(rng, 4), 0.4, 0.0  # no momentum at all
    yield _gradients(rng, 12), 0.02, 0.97


def _gradients(rng, steps):
    return [float(g) for g in rng.choice([-1, 1], steps) * rng.uniform(0.3, 3, steps).round(2)]


@exercise.equivalent
def _(grads, lr=0.1, mu=0.9):
    w, change = 1.0, 0.0  # the rate inside the velocity: the same, as long as it is constant
    for g in grads:
        change = mu * change - lr * g
        w += change
    return w


@exercise.equivalent
def _(grads, lr=0.1, mu=0.9):
    grads = np.array(grads, dtype=np.float32)
    left = len(grads) - np.arange(len(grads))  # each gradient counts 1 + mu + mu² + ... in the steps that are left
    return 1 - lr * np.sum(grads * (1 - mu**left) / (1 - mu))


@exercise.equivalent
def _(grads, lr=0.1, mu=0.9):
    path = [1.0, 1.0]
    for g in grads:
        path.append(path[-1] + mu * (path[-1] - path[-2]) - lr * g)
    return np.array(path[-1])


def _walk(grads, step, w=1.0):
    """The last w, when `step(v, g)` gives the next velocity and the change of w."""
    v = 0.0
    for g in grads:
        v, change = step(v, g)
        w = w + change
    return w


@exercise.mistake(
    "the velocity is not kept",
    "Every step uses only its own gradient: that is plain SGD. The velocity must outlive the step, so make it before the loop.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (v, -lr * g))


@exercise.mistake(
    "the velocity never fades",
    "You add up all gradients in full. Multiply the old velocity by mu first, so that a gradient from long ago counts little.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (v + g, -lr * (v + g)))


@exercise.mistake(
    "the step uses the velocity of the step before",
    "You move the parameter before the new gradient has joined the velocity, so the last gradient never counts. Velocity first.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + g, -lr * v))


@exercise.mistake(
    "the step goes uphill",
    "The parameter moves along the velocity. The velocity is a sum of gradients, and they point uphill: subtract.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + g, lr * (mu * v + g)))


@exercise.mistake(
    "mu stands at the gradient",
    "You fade the new gradient and keep the old velocity in full. It is the other way round: mu times the velocity, plus the gradient.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (v + mu * g, -lr * (v + mu * g)))


@exercise.mistake(
    "the rate counts twice",
    "The rate is in the velocity and in the step, so the parameter moves by lr². Put it in one of the two places.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + lr * g, -lr * (mu * v + lr * g)))


@exercise.mistake(
    "the rate is forgotten",
    "The parameter moves by the whole velocity. The step is lr times the velocity.",
    see="08, Build: one loop",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + g, -(mu * v + g)))


@exercise.mistake(
    "the first gradient counts twice",
    "The velocity starts as the first gradient, and then the first step adds that gradient again. It starts at 0.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    w, v = 1.0, grads[0]
    for g in grads:
        v = mu * v + g
        w -= lr * v
    return w


@exercise.mistake(
    "starts at 0",
    "Your parameter starts at 0. The statement says 1.0.",
    see="08, Build: one loop",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + g, -lr * (mu * v + g)), w=0.0)


@exercise.mistake(
    "the parameter fades, not the velocity",
    "You multiply the parameter by mu. That is weight decay; momentum multiplies the velocity.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    w = 1.0
    for g in grads:
        w = mu * w - lr * g
    return w


@exercise.mistake(
    "the velocity comes back",
    "You return the velocity, or the last step. The parameter is asked for.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    v = 0.0
    for g in grads:
        v = mu * v + g
    return v


@exercise.mistake("the velocity comes back")
def _(grads, lr=0.1, mu=0.9):
    v = 0.0
    for g in grads:
        v = mu * v - lr * g
    return v


@exercise.mistake(
    "the values of lr and mu are fixed",
    "The result is that of lr = 0.1 and mu = 0.9, whatever is passed in. Use the arguments.",
    see="08, Build: momentum",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (0.9 * v + g, -0.1 * (0.9 * v + g)))


@exercise.mistake(
    "all steps come back",
    "You return the parameter after every step. Only the last value is asked for.",
    see="08, Build: one loop",
)
def _(grads, lr=0.1, mu=0.9):
    return [_walk(grads[: t + 1], lambda v, g: (mu * v + g, -lr * (mu * v + g))) for t in range(len(grads))]


@exercise.convention(
    "Nesterov's momentum",
    "You look one step ahead, lr (g + mu v): in PyTorch SGD with `nesterov=True`. Asked for is plain momentum, lr v.",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + g, -lr * (g + mu * (mu * v + g))))


@exercise.convention(
    "a running mean of the gradients",
    "You keep mu v + (1 - mu) g, the mean that Adam uses, before its correction. Asked for is the sum mu v + g, as in PyTorch's SGD.",
)
def _(grads, lr=0.1, mu=0.9):
    return _walk(grads, lambda v, g: (mu * v + (1 - mu) * g, -lr * (mu * v + (1 - mu) * g)))
