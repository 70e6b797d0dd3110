"""unbroadcast: sum a gradient back to the shape it was broadcast from (lesson 06)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "unbroadcast",
    lesson="06_backpropagation",
    minutes=15,
    difficulty=3,
    hints=(
        "Two kinds of axes to sum over: those that broadcasting added in front, and those it stretched from size 1.",
        "`grad.ndim - len(shape)` axes were added. Sum over them first; then grad has as many axes as shape.",
        "Now sum over each axis where `shape` has a 1, with `keepdims=True`, because that axis has to stay.",
    ),
)

SHAPES = (
    ((2, 3), (3,)),
    ((2, 3), (2, 1)),
    ((3, 2), (1, 2)),
    ((2, 3), ()),
    ((3, 2), (3, 2)),
    ((2, 4, 3), (4, 1)),
    ((5, 2, 3), (1, 3)),
    ((2, 3, 4), (3, 4)),
    ((2, 4, 3), (1, 4, 1)),
    ((2, 1, 4), (1, 1)),  # an axis of size 1 that was never stretched
)


@exercise.cases
def cases(rng):
    for output, shape in SHAPES:
        yield rng.choice(np.arange(-20.0, 20), output), shape


@exercise.equivalent
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis, keepdims=True)
    return grad


@exercise.equivalent
def _(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(axis for axis, sizes in enumerate(zip(padded, grad.shape, strict=True)) if sizes[0] != sizes[1])
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


@exercise.equivalent
def _(grad, shape):
    total = np.zeros(shape, dtype=np.float32)
    places = np.broadcast_to(np.arange(total.size).reshape(shape), grad.shape)  # which element each one came from
    np.add.at(total.reshape(-1), places, grad)
    return total


def _added(grad, shape):
    return tuple(range(grad.ndim - len(shape)))


def _ones(shape):
    return tuple(axis for axis, size in enumerate(shape) if size == 1)


@exercise.mistake(
    "the mean in place of the sum",
    "You average over the repeated axes. Each use of an element adds its own gradient: sum them.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    return grad.mean(_added(grad, shape)).mean(_ones(shape), keepdims=True)


@exercise.mistake(
    "only the added axes",
    "You sum over the axes in front that were added, but not over those that were stretched from size 1. "
    "An input of shape (2, 1) needs these too.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    return grad.sum(_added(grad, shape))


@exercise.mistake(
    "only the stretched axes",
    "You sum over the axes of size 1, but the axes that were added in front are still there. Sum over them first.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    added = grad.ndim - len(shape)
    return grad.sum(tuple(axis + added for axis in _ones(shape)), keepdims=True)


@exercise.mistake("only the stretched axes")
def _(grad, shape):
    return grad.sum(tuple(axis for axis in _ones(shape) if axis < grad.ndim), keepdims=True)


@exercise.mistake(
    "stretched axes are lost",
    "A stretched axis stays, with size 1: sum over it with `keepdims=True`. Without, it is lost, and the axes behind it move up.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    return grad.sum(_added(grad, shape)).sum(_ones(shape))


@exercise.mistake("stretched axes are lost")
def _(grad, shape):
    grad = grad.sum(_added(grad, shape))
    for axis in _ones(shape):
        grad = grad.sum(axis)  # the second time there is one axis less
    return grad


@exercise.mistake("stretched axes are lost")
def _(grad, shape):
    grad = grad.sum(_added(grad, shape))
    return grad.sum(tuple(axis for axis in _ones(shape) if grad.shape[axis] > 1))


@exercise.mistake("stretched axes are lost")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis)
    return grad


@exercise.mistake(
    "added axes are kept",
    "The sums are right, but the axes that were added in front are still there with size 1. Sum over them without `keepdims`.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    added = grad.ndim - len(shape)
    return grad.sum((*range(added), *(axis + added for axis in _ones(shape))), keepdims=True)


@exercise.mistake(
    "one copy in place of the sum",
    "You take the gradient of the first use and drop the others. An element that was used several times collects the gradients of "
    "all uses: sum them.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    for _ in _added(grad, shape):
        grad = grad[0]
    for axis in _ones(shape):
        grad = grad.take([0], axis)
    return grad


@exercise.mistake(
    "only one stretched axis",
    "You sum over one axis of size 1 and stop. There may be several, as in (1, 4, 1).",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    grad = grad.sum(_added(grad, shape))
    return grad.sum(_ones(shape)[0], keepdims=True) if _ones(shape) else grad


@exercise.mistake("only one stretched axis")
def _(grad, shape):
    grad = grad.sum(_added(grad, shape))
    return grad.sum(_ones(shape)[-1], keepdims=True) if _ones(shape) else grad


@exercise.mistake(
    "only one added axis",
    "You sum over one added axis and stop. Broadcasting may add several: `grad.ndim - len(shape)` of them.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(0)
    return grad.sum(tuple(axis for axis in _ones(shape) if axis < grad.ndim), keepdims=True)


@exercise.mistake(
    "lined up at the first axis",
    "You sum over the last axes. Broadcasting lines shapes up at the last axis and adds new ones in front: sum over the first.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    grad = grad.sum(tuple(range(len(shape), grad.ndim)))
    return grad.sum(_ones(shape), keepdims=True)


@exercise.mistake(
    "nothing is summed",
    "You return the gradient as it came. Where the input was repeated, its gradient is the sum over the repetitions.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    return grad


@exercise.mistake(
    "the same total everywhere",
    "You add up the whole gradient and give every element that total. "
    "Only the uses of an element itself count: sum over the repeated axes.",
    see="06, Build: backward through broadcasting",
)
def _(grad, shape):
    return np.full(shape, grad.sum())
