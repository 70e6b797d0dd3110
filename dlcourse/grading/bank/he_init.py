"""he_init: random weights that keep the signal through ReLU (lesson 09). Judged by their statistics, not by the draw."""

import numpy as np

from dlcourse.grading.draws import draw_weights
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "he_init",
    lesson="09_deep_networks",
    minutes=10,
    difficulty=1,
    hints=(
        "How much of the mean square of z does ReLU drop? The weights must make up for it.",
        "Each output is a sum over the inputs, so its mean square is fan_in times the variance of the weights times that of the inputs.",
        "`rng.normal(0, s, size=(rows, columns))` wants a standard deviation s. You have derived a variance.",
    ),
    harness=draw_weights,
)

SHAPES = (300, 40), (50, 200), (400, 25)
CLOSE = 0.04  # relative; the standard deviation of 10,000 numbers is known to 0.007


@exercise.cases
def cases(rng):
    for fan_in, fan_out in SHAPES:
        yield fan_in, fan_out, int(rng.integers(2**31))


@exercise.accept
def _(cases, values):
    """What is missing, in one sentence, or ""."""
    if _shapes(values) != [(fan_in, fan_out) for fan_in, fan_out, _ in cases]:
        return "The result should be an array of numbers of shape (fan_in, fan_out)."
    if not _reproducible(values):
        return "The same seed did not give the same weights twice. Draw from the `rng` that you are given."
    if any(np.array_equal(first, second) for first, second, _ in values):
        return "Two draws from one generator gave the same weights. Draw from the `rng` that you are given, without a seed of your own."
    if not _has(cases, values, _he):
        return "Mean or standard deviation of the weights is not right for all shapes."
    return "" if _is_normal(values) else "The weights have the right size, but they are not normal random numbers."


def _he(fan_in, fan_out):
    return (2 / fan_in) ** 0.5


def _arrays(values):
    """The three draws of each case as arrays of floats; None where that can't be."""
    try:
        arrays = [np.array(draws) for draws in values]
    except ValueError:
        return None
    fits = all(array.dtype.kind in "biuf" and array.ndim and len(array) == 3 for array in arrays)
    return [array.astype(float) for array in arrays] if fits else None


def _shapes(values):
    arrays = _arrays(values)
    return arrays and [array.shape[1:] for array in arrays]


def _reproducible(values):
    return all(np.array_equal(first, again) for first, _, again in values)


def _has(cases, values, sigma):
    """Whether mean 0 and this standard deviation are met in all cases."""
    draws = [array[:2] for array in _arrays(values)]
    sigmas = [sigma(fan_in, fan_out) for fan_in, fan_out, _ in cases]
    return all(abs(draw.mean()) < CLOSE * s and abs(draw.std() / s - 1) < CLOSE for draw, s in zip(draws, sigmas, strict=True))


def _is_normal(values):
    """Normal numbers have a fourth moment of 3; uniform ones of 1.8, those cut off at two standard deviations of 2.1."""
    return all(abs(np.mean((array[:2] / array[:2].std()) ** 4) - 3) < 0.4 for array in _arrays(values))


def _when(sigma):
    """Right shape, and this standard deviation."""
    return lambda cases, values: _shapes(values) == [case[:2] for case in cases] and _has(cases, values, sigma)


def _normal(fan_in, fan_out, rng, sigma):
    return rng.normal(0, sigma, size=(fan_in, fan_out))


@exercise.equivalent
def _(fan_in, fan_out, rng):
    return (rng.standard_normal((fan_in, fan_out)) * (2 / fan_in) ** 0.5).astype(np.float32)


@exercise.equivalent
def _(fan_in, fan_out, rng):
    return (rng.normal(size=(fan_out, fan_in)) / np.sqrt(fan_in / 2)).T


@exercise.equivalent
def _(fan_in, fan_out, rng):
    return [[rng.normal(0, np.sqrt(2 / fan_in)) for _ in range(fan_out)] for _ in range(fan_in)]


def _mistake(name, sentence, sigma, see="09, Build: He"):
    """A mistake that shows in the standard deviation."""
    return exercise.mistake(name, sentence, see=see, when=_when(sigma))


@_mistake(
    "fan_out in place of fan_in",
    "Your weights are right for a layer with the two numbers exchanged. Each output is a sum over the inputs: their number counts.",
    lambda fan_in, fan_out: (2 / fan_out) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(2 / fan_out))


@_mistake(
    "the variance as standard deviation",
    "2 / fan_in is the variance. `rng.normal` and a factor before the numbers want the standard deviation, its root.",
    lambda fan_in, fan_out: 2 / fan_in,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, 2 / fan_in)


@_mistake(
    "Xavier",
    "The variance is 2 / (fan_in + fan_out), that of Xavier for tanh. ReLU drops half of the mean square, which is not made up for here.",
    lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(2 / (fan_in + fan_out)))


@_mistake(
    "the half that ReLU drops is missing",
    "The variance is 1 / fan_in. That keeps the mean square of z, but ReLU sets half of the z to 0.",
    lambda fan_in, fan_out: (1 / fan_in) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(1 / fan_in))


@_mistake(
    "uniform numbers within the standard deviation",
    "The variance is 2 / (3 fan_in), a third of He's. It is that of uniform numbers between plus and minus the root of 2 / fan_in; normal "
    "ones are asked for.",
    lambda fan_in, fan_out: (2 / (3 * fan_in)) ** 0.5,
)
def _(fan_in, fan_out, rng):
    bound = np.sqrt(2 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@_mistake(
    "the number of weights counts",
    "You divide by fan_in times fan_out. Each output has its own weights; how many outputs there are makes none of them larger.",
    lambda fan_in, fan_out: (2 / (fan_in * fan_out)) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(2 / (fan_in * fan_out)))


@_mistake(
    "the root upside down",
    "Your weights grow with fan_in. The more inputs are added up, the smaller each weight must be: 2 stands above fan_in.",
    lambda fan_in, fan_out: (fan_in / 2) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(fan_in / 2))


@_mistake(
    "fan_in outside the root",
    "The standard deviation of your weights is √2 / fan_in. Both numbers stand under the root: 2 / fan_in.",
    lambda fan_in, fan_out: 2**0.5 / fan_in,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(2) / fan_in)


@_mistake(
    "2 outside the root",
    "The standard deviation of your weights is 2 / √fan_in, so their variance 4 / fan_in is twice as large as it should be. Both numbers "
    "stand under the root: 2 / fan_in.",
    lambda fan_in, fan_out: 2 / fan_in**0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, 2 / np.sqrt(fan_in))


@_mistake(
    "He's factor with Xavier's mean",
    "The variance is 4 / (fan_in + fan_out). The 2 for ReLU is there, but each output is a sum over the inputs alone: divide by fan_in.",
    lambda fan_in, fan_out: (4 / (fan_in + fan_out)) ** 0.5,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, np.sqrt(4 / (fan_in + fan_out)))


def _fixed_size(cases, values):
    """The same standard deviation whatever the shape."""
    if _shapes(values) != [case[:2] for case in cases]:
        return False
    sizes = [array.std() for array in _arrays(values)]
    return 0 < max(sizes) < (1 + CLOSE) * min(sizes) and _reproducible(values)


@exercise.mistake(
    "the same size for all layers",
    "The standard deviation is the same whatever the shape, such as 0.01. With many inputs the sum grows, so it must depend on fan_in.",
    see="09, Build: a signal through twenty layers",
    when=_fixed_size,
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, rng, 0.01)


@exercise.mistake("the same size for all layers")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out))


@exercise.mistake(
    "all weights positive",
    "None of your weights is negative. Then all neurons of a layer say about the same; half of the weights must be below 0.",
    see="09, Build: Xavier",
    when=lambda cases, values: _shapes(values) == [case[:2] for case in cases] and all(array.min() >= 0 for array in _arrays(values)),
)
def _(fan_in, fan_out, rng):
    return rng.random((fan_in, fan_out)) * np.sqrt(2 / fan_in)


@exercise.mistake("all weights positive")
def _(fan_in, fan_out, rng):
    return np.full((fan_in, fan_out), np.sqrt(2 / fan_in))


@exercise.mistake("all weights positive")
def _(fan_in, fan_out, rng):
    return np.zeros((fan_in, fan_out))


@exercise.mistake(
    "the shape turned round",
    "The shape is (fan_out, fan_in), as PyTorch stores it. In this course a layer is x @ w with w (fan_in, fan_out).",
    see="09, Build: Xavier",
    when=lambda cases, values: _shapes(values) == [case[1::-1] for case in cases],
)
def _(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / fan_in), size=(fan_out, fan_in))


@exercise.mistake(
    "another generator",
    "The same `rng` did not give the same weights again: they come from a generator of their own. Draw with `rng.normal`.",
    see="09, Build: Xavier",
    when=lambda cases, values: _shapes(values) == [case[:2] for case in cases] and not _reproducible(values),
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, np.random.default_rng(), np.sqrt(2 / fan_in))


@exercise.mistake(
    "a seed of its own",
    "Each call gives the same weights: there is a seed in your function. Two layers would be equal. Draw with `rng.normal`.",
    see="09, Misconceptions",
    when=lambda cases, values: _shapes(values) == [case[:2] for case in cases] and all(np.array_equal(*draws[:2]) for draws in values),
)
def _(fan_in, fan_out, rng):
    return _normal(fan_in, fan_out, np.random.default_rng(0), np.sqrt(2 / fan_in))


def _not_normal(cases, values):
    return _when(_he)(cases, values) and not _is_normal(values)


@exercise.convention(
    "He's variance, but not normal",
    "This is He's variance, but the numbers are not normal. Uniform ones, as in PyTorch's `kaiming_uniform_` with nonlinearity='relu', "
    "work as well; here normal numbers are asked for, as in `kaiming_normal_`.",
    when=_not_normal,
)
def _(fan_in, fan_out, rng):
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@exercise.convention(
    "the variance of PyTorch's linear layer",
    "The variance is 1 / (3 fan_in), with which `torch.nn.Linear` starts. ReLU layers deep down lose the signal with it; He's variance is "
    "asked for.",
    when=_when(lambda fan_in, fan_out: (3 * fan_in) ** -0.5),
)
def _(fan_in, fan_out, rng):
    bound = np.sqrt(1 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))
