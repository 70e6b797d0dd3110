"""diagnose: tell from the signals and gradients of a deep network what is wrong with it (lesson 09)."""

import numpy as np

from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "diagnose",
    lesson="09_deep_networks",
    minutes=25,
    difficulty=3,
    hints=(
        "Causes before effects: look through all layers for dead, equal or saturated neurons first, and compare gradients only then.",
        "What does each illness look like in one array (N, width)? Along which axis must you look, and what is compared with what?",
        "Compare a network with itself: the first gradient with the last. `(a == 0).all(0)` asks each neuron about all its examples.",
    ),
)

N = 24
WELL, ILL = (0.02, 50), 1e5  # ratios of the gradients of a healthy network, and of one that is clearly not


def _relu(z):
    return np.maximum(z, 0)


def _sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


SLOPES = {np.tanh: lambda a: 1 - a**2, _relu: lambda a: (a > 0) * 1.0, _sigmoid: lambda a: a * (1 - a)}


def _stack(rng, f, gain, depth, *, ill=None, skip=0, scale=1.0, top=1.0, blank=0.0):
    """Signals and gradients; `ill(l, a)` changes what layer l gives. scale, top: of input and gradient; blank: share of empty examples."""
    width = int(rng.integers(14, 22))
    signals, backs = [scale * rng.normal(size=(N, width)) * (rng.permutation(N) >= blank * N)[:, None]], []
    for number in range(1, depth + 1):
        w = rng.normal(0, gain / np.sqrt(width), size=(width, width))
        a = f(signals[-1] @ w)
        a = ill(number, a) if ill else a
        backs.append((w, SLOPES[f](a) * (a != 0)))
        signals.append(a + skip * signals[-1])
    gradients = [top * rng.normal(size=(N, width))]
    for w, slope in reversed(backs):
        gradients.insert(0, (gradients[0] * slope) @ w.T + skip * gradients[0])
    return signals, gradients


def _until(accepts, make, dead=0.3):
    """The first network that is clearly what it was made to be: deep ReLU layers may die by chance."""
    return next(stack for stack in iter(make, None) if accepts(_ratio(stack[1])) and _most_dead(stack) <= dead)


def _most_dead(stack):
    return max((a == 0).all(0).mean() for a in stack[0][1:])


def _well(make):
    return _until(lambda ratio: WELL[0] < ratio < WELL[1], make)


def _vanished(make):
    return _until(lambda ratio: ratio < 1 / ILL, make)


def _exploded(make):
    return _until(lambda ratio: ratio > ILL, make)


def _dead(rng, layers, share):
    """Sets that share of the neurons of these layers to 0 on all examples."""

    def ill(number, a):
        off = rng.permutation(a.shape[1]) < share * a.shape[1]
        return np.where(off, 0.0, a) if number in layers else a

    return ill


def _equal(rng, layers):
    """Makes the neurons of these layers equal, but for rounding."""

    def ill(number, a):
        return a[:, :1] * (1 + 1e-12 * rng.normal(size=a.shape)) if number in layers else a

    return ill


@exercise.cases
def cases(rng):
    he, every = np.sqrt(2), range(1, 40)
    depth = int(rng.integers(9, 12))
    yield _until(lambda ratio: True, lambda: _stack(rng, _relu, he, 3), dead=0)
    yield _well(lambda: _stack(rng, _relu, he, 6, blank=0.7))  # most examples are empty, and so all that comes of them
    yield _well(lambda: _stack(rng, np.tanh, 1.0, depth, top=1e-7))
    yield _well(lambda: _stack(rng, _relu, he, depth, scale=1000.0, top=1e4))  # large, but not changing
    yield _well(lambda: _stack(rng, np.tanh, 0.05, 20, skip=1))
    yield _well(lambda: _stack(rng, _relu, he, 6, ill=_dead(rng, (2, 4), 0.2)))  # a few dead neurons
    yield _well(lambda: _stack(rng, np.tanh, 1.2, 6, scale=2.0))  # some outputs at the limits
    yield _vanished(lambda: _stack(rng, np.tanh, 0.1, 12))  # so small that absolute differences are none
    yield _vanished(lambda: _stack(rng, _relu, 0.4, depth, top=1e9))
    yield _vanished(lambda: _stack(rng, _sigmoid, 1.0, 14))  # the signals look well
    yield _exploded(lambda: _stack(rng, _relu, 8.0, depth, scale=1e-8, top=1e-9))
    yield _exploded(lambda: _stack(rng, _relu, he, 30, skip=1))
    yield _stack(rng, np.tanh, 30.0, depth)
    yield _stack(rng, np.tanh, 25.0, 6, top=1e-6)
    yield _stack(rng, _relu, he, depth, ill=_dead(rng, (depth // 2,), 0.8))
    yield _stack(rng, _relu, he, depth, ill=_dead(rng, (2,), 1.0), scale=100.0)
    yield _stack(rng, np.tanh, 1.0, 6, ill=_dead(rng, (5,), 0.75))
    yield _stack(rng, np.tanh, 1.0, depth, ill=_equal(rng, every))
    yield _stack(rng, _sigmoid, 1.0, depth, ill=_equal(rng, (depth - 2,)))
    yield _stack(rng, np.tanh, 0.1, 12, ill=_equal(rng, (1,)))


def _rms(x):
    return np.sqrt(np.mean(x**2))


def _ratio(arrays):
    return _rms(arrays[0]) / _rms(arrays[-1])


def _by(ratio, far=1e3):
    return "vanishing" if ratio < 1 / far else "exploding" if ratio > far else "healthy"


def _is_dead(a):
    return (a == 0).all(0).mean() > 0.5


def _is_symmetric(a):
    return np.ptp(a, axis=1).max() <= 1e-6 * np.abs(a).max()


def _is_saturated(a):
    return np.abs(a).max() <= 1 and (np.abs(a) > 0.99).mean() > 0.5


def _diagnose(signals, gradients, dead=_is_dead, symmetric=_is_symmetric, saturated=_is_saturated, layers=slice(1, None), ratio=_ratio):
    """The right answer, with parts that can be exchanged for wrong ones."""
    for word, shows in {"dead": dead, "symmetric": symmetric, "saturated": saturated}.items():
        if any(map(shows, signals[layers])):
            return word
    return _by(ratio(gradients))


def _never(a):
    return False


@exercise.equivalent
def _(signals, gradients):
    for a in signals[1:]:
        if np.median(np.abs(a).max(0)) == 0:
            return "dead"
        if np.allclose(a, a.mean(1, keepdims=True), rtol=1e-5, atol=0):
            return "symmetric"
        if a.min() > -1.0001 and a.max() < 1.0001 and np.median(np.abs(a)) > 0.98:
            return "saturated"
    exponent = np.log10(np.linalg.norm(gradients[0]) / np.linalg.norm(gradients[-1]))
    return "healthy" if abs(exponent) < 2.5 else "exploding" if exponent > 0 else "vanishing"


@exercise.equivalent
def _(signals, gradients):
    silent = [np.mean([not column.any() for column in a.T]) for a in signals[1:]]
    if max(silent) >= 0.6:
        return "dead"
    spread = [(a.std(1) / (np.abs(a).max(1) + 1e-300)).max() for a in signals[1:]]
    if min(spread) < 1e-8:
        return "symmetric"
    if max(np.mean(np.isclose(np.abs(a), 1, atol=0.02)) for a in signals[1:]) > 0.6:
        return "saturated"
    sizes = [np.abs(da).mean() for da in gradients]
    return "vanishing" if sizes[0] < 1e-4 * sizes[-1] else "exploding" if sizes[0] > 1e4 * sizes[-1] else "healthy"


def _mistake(name, sentence, see="09, Build: vanishing and exploding gradients"):
    return exercise.mistake(name, sentence, see=see)


@_mistake(
    "only the gradients are looked at",
    "You compare gradients and never look at the signals. A vanishing gradient may be the effect of dead, equal or saturated neurons: look "
    "for these first.",
)
def _(signals, gradients):
    return _by(_ratio(gradients))


@_mistake(
    "effects before causes",
    "You compare the gradients first and look for dead, equal and saturated neurons afterwards. They are the causes: ask for them first.",
)
def _(signals, gradients):
    word = _by(_ratio(gradients))
    return _diagnose(signals, gradients) if word == "healthy" else word


@_mistake(
    "the size of the gradient in place of a ratio",
    "You judge the gradient at the input by its size. What comes in at the top may be as small or as large: compare the two.",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda gradients: _rms(gradients[0]))


@_mistake(
    "the ratio upside down",
    "You divide the gradient at the top by that at the input. The gradient starts at the top, so it has vanished when the one at the input "
    "is the smaller one.",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda gradients: 1 / _ratio(gradients))


@_mistake(
    "a limit too far away",
    "You call networks healthy whose gradient changes more than a hundred thousandfold on its way. A factor of 1,000 is far.",
)
def _(signals, gradients):
    word = _diagnose(signals, gradients)
    return _by(_ratio(gradients), far=1e8) if word in ("vanishing", "exploding") else word


@_mistake(
    "the signals in place of the gradients",
    "You compare the first and the last signal. A signal can keep its size while the gradient is lost on its way back: compare gradients.",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda _: 1 / _ratio(signals[1:]))


@_mistake("the signals in place of the gradients", "")
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda _: _ratio(signals[::-1]))


@_mistake(
    "a mean in which plus and minus cancel",
    "You take the mean of the gradient itself. Positive and negative numbers cancel, whatever their size. Take the mean of their squares.",
    see="09, Build: a signal through twenty layers",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda gradients: max(gradients[0].mean(), 0) / max(gradients[-1].mean(), 1e-300))


@_mistake("a mean in which plus and minus cancel", "")
def _(signals, gradients):
    return _diagnose(signals, gradients, ratio=lambda gradients: gradients[0].mean() / gradients[-1].mean())


@_mistake(
    "a few zeros are called dead",
    "ReLU gives 0 for about half of all numbers, and that is healthy. A neuron is dead when it gives 0 for every example.",
    see="09, Build: He",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, dead=lambda a: (a == 0).any())


@_mistake("a few zeros are called dead", "")
def _(signals, gradients):
    return _diagnose(signals, gradients, dead=lambda a: (a == 0).mean() > 0.3)


@_mistake(
    "one dead neuron is called a dead layer",
    "You call a layer dead as soon as one of its neurons is. A few dead neurons do little harm; the question is whether most of them are.",
    see="09, Build: He",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, dead=lambda a: (a == 0).all(0).any())


@_mistake(
    "dead only when all neurons are",
    "You call a layer dead only when all its numbers are 0. Most of its neurons suffice.",
    see="09, Build: He",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, dead=lambda a: not a.any())


@_mistake(
    "examples and neurons exchanged",
    "You look for examples on which all neurons give 0. A dead neuron is a column: it gives 0 on all examples, `.all(0)`.",
    see="09, Build: batch norm and layer norm",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, dead=lambda a: (a == 0).all(1).mean() > 0.5)


@_mistake(
    "equal to the last digit",
    "You ask whether neurons are exactly equal. Sums in another order round differently: allow differences tiny beside the numbers.",
    see="09, Misconceptions",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, symmetric=lambda a: (a == a[:, :1]).all())


@_mistake(
    "an absolute tolerance for equal",
    "You call neurons equal when they differ by less than a fixed number, as `np.allclose` does with its atol. Where a signal has "
    "vanished, all differences are that small. Compare them with the largest number of the layer.",
    see="09, Misconceptions",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, symmetric=lambda a: np.allclose(a, a[:, :1]))


@_mistake(
    "equal examples in place of equal neurons",
    "You look for neurons that give the same on all examples. Symmetric neurons give the same as each other: compare along a row.",
    see="09, Misconceptions",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, symmetric=lambda a: np.ptp(a, axis=0).max() <= 1e-6 * np.abs(a).max())


@_mistake(
    "large outputs are called saturated",
    "You count all outputs beyond 0.99, also those of 50 or 1000. These come from ReLU, which has no upper limit. A tanh layer has no "
    "output beyond 1.",
    see="09, Build: a signal through twenty layers",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, saturated=lambda a: (np.abs(a) > 0.99).mean() > 0.4)


@_mistake(
    "only the upper limit of tanh",
    "You count outputs near 1. A saturated tanh is as often near -1: take the absolute value.",
    see="09, Build: a signal through twenty layers",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, saturated=lambda a: a.max() <= 1 and (a > 0.99).mean() > 0.6)


@_mistake(
    "some outputs at the limits are called saturated",
    "You call a layer saturated as soon as an output lies near -1 or 1. A healthy tanh layer has some; the question is whether most do.",
    see="09, Build: a signal through twenty layers",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, saturated=lambda a: np.abs(a).max() <= 1 and (np.abs(a) > 0.99).any())


@_mistake(
    "only one layer is looked at",
    "You look at one layer only, the first or the last. One sick layer anywhere makes the network sick: go through all of them.",
    see="09, Build: a signal through twenty layers",
)
def _(signals, gradients):
    return _diagnose(signals, gradients, layers=slice(-1, None))


@_mistake("only one layer is looked at", "")
def _(signals, gradients):
    return _diagnose(signals, gradients, layers=slice(1, 2))


@_mistake(
    "symmetric before dead",
    "A layer in which all neurons are dead is symmetric too, since zeros are equal. Ask for dead first.",
    see="09, Misconceptions",
)
def _(signals, gradients):
    if any(_is_symmetric(a) for a in signals[1:]):
        return "symmetric"
    return _diagnose(signals, gradients, symmetric=_never)
