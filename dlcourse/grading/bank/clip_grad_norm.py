"""clip_grad_norm: one length for all gradients of a network (lesson 08)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "clip_grad_norm",
    lesson="08_optimizers",
    minutes=10,
    difficulty=2,
    hints=(
        "Imagine all arrays written one after the other into one long vector. How long is it?",
        "One number decides for all arrays: the factor by which each of them is multiplied. When may it not be max_norm / norm?",
        "A gradient that is short enough keeps its length: the factor is never above 1. And a gradient of zeros has the length 0.",
    ),
)


@exercise.cases
def cases(rng):
    yield [np.array([3.0, -4.0])], 1.0
    yield [np.array([0.3, -0.4]), np.array([[0.5]])], 2.0  # short enough
    yield [rng.normal(size=3), 5 * rng.normal(size=(2, 4))], 1.5
    yield [0.1 * rng.normal(size=(4, 2)), rng.normal(size=2) + 3, 4 * rng.normal(size=(1, 5))], 2.5
    yield [rng.normal(size=2) + 4, 0.2 * rng.normal(size=(3, 2))], 0.5
    yield [np.zeros(3), np.zeros((2, 1))], 0.7
    yield [np.array([0.9, 0.0]), np.array([0.9])], 1.0  # each is short enough, together they are not


def _norm(grads):
    return np.sqrt(sum((g**2).sum() for g in grads))


def _scaled(grads, norm, max_norm):
    """All multiplied by max_norm / norm where norm is larger."""
    return tuple(g * (max_norm / norm) if norm > max_norm else g for g in grads)


@exercise.equivalent
def _(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    return tuple(g * min(1.0, max_norm / (norm + 1e-6)) for g in grads)  # PyTorch's 1e-6


@exercise.equivalent
def _(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return [(g / max(1.0, norm / max_norm)).astype(np.float32) for g in grads]


@exercise.mistake(
    "each array by its own norm",
    "Every array is clipped by itself. That turns the direction of the gradient; one norm, over all arrays, keeps it.",
    see="08, Misconceptions",
)
def _(grads, max_norm):
    return tuple(_scaled([g], _norm([g]), max_norm)[0] for g in grads)


@exercise.mistake(
    "short gradients are made longer",
    "You bring every gradient to the length max_norm, short ones too. Clipping only shortens: the factor is at most 1.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return tuple(g * (max_norm / _norm(grads)) for g in grads)


@exercise.mistake("short gradients are made longer")
def _(grads, max_norm):
    return tuple(g * (max_norm / (_norm(grads) + 1e-6)) for g in grads)


@exercise.mistake(
    "the entries are clipped",
    "You limit each entry by itself. That changes the direction; all entries must shrink by the same factor.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return tuple(np.clip(g, -max_norm, max_norm) for g in grads)


@exercise.mistake(
    "the norms are added",
    "You add up the norms of the arrays. The joint length is the root of the sum of their squares, as in Pythagoras.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, sum(_norm([g]) for g in grads), max_norm)


@exercise.mistake(
    "the root is missing",
    "Your norm is the sum of the squares. Take the root.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, _norm(grads) ** 2, max_norm)


@exercise.mistake(
    "the entries are added without squares",
    "Your norm adds up the entries, or their absolute values. The length is the root of the sum of squares.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, sum(np.abs(g).sum() for g in grads), max_norm)


@exercise.mistake("the entries are added without squares")
def _(grads, max_norm):
    return _scaled(grads, sum(g.sum() for g in grads), max_norm)


@exercise.mistake(
    "the factor is upside down",
    "You multiply by norm / max_norm, so a long gradient gets longer. The factor is max_norm / norm.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    norm = _norm(grads)
    return tuple(g * (norm / max_norm) if norm > max_norm else g for g in grads)


@exercise.mistake(
    "divided by the norm, and no more",
    "You bring a long gradient to length 1. It should end at max_norm.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, _norm(grads), max_norm) if _norm(grads) <= max_norm else tuple(g / _norm(grads) for g in grads)


@exercise.mistake(
    "long gradients are thrown away",
    "A gradient that is too long becomes 0, so this step is lost. Clipping keeps its direction and shortens it.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return tuple(g * (_norm(grads) <= max_norm) for g in grads)


@exercise.mistake(
    "the mean of the squares",
    "Your norm is the root of the mean square. With more weights the joint length grows, and a mean hides that: use the sum.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, _norm(grads) / np.sqrt(sum(g.size for g in grads)), max_norm)


@exercise.mistake(
    "only the longest array counts",
    "You compare the longest of the arrays with max_norm. All of them together make the length.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _scaled(grads, max(_norm([g]) for g in grads), max_norm)


@exercise.mistake(
    "nothing is clipped",
    "The gradients come back as they went in.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return tuple(grads)


@exercise.mistake(
    "the norm comes back",
    "You return the norm, as `torch.nn.utils.clip_grad_norm_` does. Here the clipped gradients are asked for, as a tuple.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return _norm(grads)


@exercise.mistake(
    "one long vector comes back",
    "You join all arrays to measure them and return the joined vector. Each gradient must keep its shape.",
    see="08, Build: clipping",
)
def _(grads, max_norm):
    return np.concatenate([g.ravel() for g in _scaled(grads, _norm(grads), max_norm)])


@exercise.convention(
    "the largest entry as norm",
    "Your norm is the largest absolute entry, PyTorch's `norm_type=inf`. It keeps the direction too. The usual norm is "
    "the length, as asked here.",
)
def _(grads, max_norm):
    return _scaled(grads, max(np.abs(g).max() for g in grads), max_norm)
