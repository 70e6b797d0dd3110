"""feature: describe an image by one number of one's own choice (lesson 01). Judged by what the number can do, not by its value."""

import numpy as np

from dlcourse import data
from dlcourse.grading.exercise import Exercise

exercise = Exercise(
    "feature",
    lesson="01_what_is_deep_learning",
    minutes=20,
    difficulty=2,
    hints=(
        "Look at the two images above. Where is there always ink in an eight, and hardly ever in a zero?",
        "`images.reshape(-1, 28, 28)` gives rows and columns. A slice such as `[:, 2:6, 20:25]` cuts the same patch out of every image.",
        "Average the patch over its rows and its columns, and keep the axis of the images: `.mean((1, 2))`.",
    ),
)

DIGITS = (0, 8)
EACH = 100  # images of each digit
ASKED = 0.85  # the share that one threshold must put on the right side


@exercise.cases
def cases(rng):
    x_train, y_train, x_test, y_test = data.mnist()
    x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    images = np.concatenate([x[rng.choice(np.flatnonzero(y == digit), EACH, replace=False)] for digit in DIGITS])
    yield (images,)  # zeros first, then eights
    yield (images[::-1],)  # the same images in another order and company must get the same numbers
    yield (images[:1],)


@exercise.accept
def _(cases, values):
    """What is missing, in one sentence, or ""."""
    numbers = _numbers(cases, values)
    if numbers is None:
        return "The result should be one finite number for each image, an array of shape (N,)."
    if _knows_others(cases, values):
        return "The number of an image changes with the images around it."
    share = _separated(numbers[0])
    if share >= ASKED:
        return ""
    return f"The best threshold on your feature puts {share:.0%} of the images on the right side; {ASKED:.0%} are asked for."


def _separated(numbers):
    """The share of images that the best single threshold puts on the right side, whichever side is which."""
    eights = np.repeat([0, 1], EACH)[np.argsort(numbers)]
    right = np.concatenate([[EACH], EACH - np.cumsum(2 * eights - 1)])  # eights above the cut, zeros below it
    right = right[np.diff(np.sort(numbers), prepend=-np.inf, append=np.inf) > 0]  # a cut lies between different numbers
    return max(right.max(), 2 * EACH - right.min()) / (2 * EACH)


def _numbers(cases, values):
    """The values as vectors of finite numbers, one per image; None when they are something else."""
    arrays = [_floats(value) for value in values]
    fits = all(array is not None and array.shape == (len(images),) for array, (images,) in zip(arrays, cases, strict=True))
    return arrays if fits and all(np.isfinite(array).all() for array in arrays) else None


def _floats(value):
    """The value as an array; None for what has no numbers, or lists of unequal lengths."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def _shapes(values):
    return [np.shape(value) for value in values]


def _near(a, b):
    return np.allclose(a, b, rtol=1e-4, atol=1e-5)


def _not_finite(cases, values):
    right_shapes = _shapes(values) == [(len(images),) for (images,) in cases]
    return right_shapes and _numbers(cases, values) is None


def _knows_others(cases, values):
    numbers = _numbers(cases, values)
    return numbers is not None and not (_near(numbers[0][::-1], numbers[1]) and _near(numbers[0][:1], numbers[2]))


def _stays_in_place(cases, values):
    return _knows_others(cases, values) and _near(values[0], values[1])


def _constant(cases, values):
    numbers = _numbers(cases, values)
    return numbers is not None and np.ptp(numbers[0]) < 1e-6


def _is_ink(cases, values):
    """Whether the numbers put the images in the same order as the amount of ink does."""
    numbers = _numbers(cases, values)
    if numbers is None:
        return False
    ranks = [np.argsort(np.argsort(amounts)) for amounts in (numbers[0], cases[0][0].sum(1))]
    return abs(np.corrcoef(ranks)[0, 1]) > 0.999


@exercise.equivalent
def _(images):
    return images.reshape(-1, 28, 28)[:, 12:16, 12:16].sum((1, 2)) > 4  # a yes or no can be enough


@exercise.equivalent
def _(images):
    middle_row = images.reshape(-1, 28, 28)[:, 14] > 0.5
    return [sum(a != b for a, b in zip(row, row[1:], strict=False)) for row in middle_row]  # how often the pen starts or stops


@exercise.equivalent
def _(images):
    template = np.zeros((28, 28))
    template[10:18, 11:17] = 1  # ink in the middle speaks for an eight,
    template[10:18, 6:9] = template[10:18, 19:22] = -0.5  # ink beside it for a zero
    return images @ template.ravel()


@exercise.mistake(
    "one number for the whole batch",
    "One number is left for all images together. Each image needs its own: keep the first axis.",
    see="01, Build: features and a linear model",
    when=lambda cases, values: values[0] is not None and np.size(values[0]) == 1,
)
def _(images):
    return images.mean()


@exercise.mistake(
    "averaged over the images",
    "Your result has the same shape for one image as for 200: the axis of the images is gone. "
    "One number per image is asked for, so keep the first axis and average over the pixels.",
    see="01, Build: features and a linear model",
    when=lambda cases, values: len(set(_shapes(values))) == 1 and np.size(values[0]) > 1,
)
def _(images):
    return images.mean(0)


@exercise.mistake("averaged over the images")
def _(images):
    return images.reshape(-1, 28, 28).mean(0)


@exercise.mistake(
    "a column in place of a vector",
    "The shape is (N, 1), a table with one column; (N,) is asked for. "
    "A slice such as `[:, 5:6]` and `keepdims=True` keep an axis of size 1.",
    see="01, Build: features and a linear model",
    when=lambda cases, values: _shapes(values) == [(len(images), 1) for (images,) in cases],
)
def _(images):
    return images.reshape(-1, 28, 28)[:, 11:17, 12:16].mean((1, 2))[:, None]


@exercise.mistake(
    "several numbers for each image",
    "You return more than one number per image. Decide on one, or combine them, for example by their mean or their difference.",
    see="01, Build: features and a linear model",
    when=lambda cases, values: all(len(shape) > 1 and shape[0] == len(case[0]) for shape, case in zip(_shapes(values), cases, strict=True)),
)
def _(images):
    return images.reshape(-1, 28, 28)[:, 11:17, 12:16].mean(1)


@exercise.mistake(
    "a number that is not finite",
    "For some images your feature is NaN or infinite. Does it divide by the ink of an empty patch, or take its logarithm? "
    "Subtract in place of dividing, or add a little first.",
    see="01, Build: features and a linear model",
    when=_not_finite,
)
def _(images):
    pixels = images.reshape(-1, 28, 28)
    return pixels[:, 11:14, 12:16].mean((1, 2)) / pixels[:, 14:17, 12:16].mean((1, 2))


@exercise.mistake(
    "the number stays with the place in the batch",
    "The images came a second time in another order, and the numbers stayed where they were. "
    "They depend on the place in the batch and not on what is in the image: is there a `sort` or an `arange`?",
    see="01, Build: features and a linear model",
    when=_stays_in_place,
)
def _(images):
    return np.arange(len(images)) / len(images)


@exercise.mistake("the number stays with the place in the batch")
def _(images):
    return np.sort(images.reshape(-1, 28, 28)[:, 11:17, 12:16].mean((1, 2)))


@exercise.mistake(
    "other images change the number",
    "The same image gets another number when other images are around it. Does a mean, a spread or a rank of the whole batch come in, "
    "or chance? An image that comes alone must get the same number.",
    see="01, Build: features and a linear model",
    when=_knows_others,
)
def _(images):
    ink = images.reshape(-1, 28, 28)[:, 11:17, 12:16].mean((1, 2))
    return (ink - ink.mean()) / (ink.std() + 1e-6)


@exercise.mistake(
    "the same number for every image",
    "All images get the same number, so no threshold can tell them apart. Choose a place where the two digits differ.",
    see="01, Build: features and a linear model",
    when=_constant,
)
def _(images):
    return images.reshape(-1, 28, 28)[:, 0, :].mean(1)


@exercise.mistake(
    "all the ink",
    "Your feature is the amount of ink in the image. A bold zero has as much as a fine eight, so no threshold is good. "
    "Ask where the ink is, not how much there is.",
    see="01, Build: features and a linear model",
    when=_is_ink,
)
def _(images):
    return images.mean(1)
