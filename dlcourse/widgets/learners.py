"""Three ways to read handwritten digits: rules, hand-made features with a linear model, and a deep network on raw pixels.

Each learner is a function (x_train, y_train, x_test, rng) -> labels (N,), images (N, 784) in [0, 1].
"""

import numpy as np

from dlcourse.data import DataLoader
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam
from dlcourse.train import fit, predict

SIDE, INK, BATCH = 28, 0.4, 64  # a pixel above INK belongs to the stroke


def rules(x_train, y_train, x_test, rng):
    """Rules written by a person. They learn nothing, so the training images change nothing."""
    return np.array([digit_by_rules(image) for image in x_test.reshape(-1, SIDE, SIDE)])


def linear(x_train, y_train, x_test, rng):
    """Classical machine learning: a person chooses the features, a linear model learns how to weigh them."""
    train, test = features(x_train), features(x_test)
    center, spread = train.mean(0), train.std(0) + 0.05  # 0.05, so that a feature that hardly varies isn't blown up
    train, test = (train - center) / spread, (test - center) / spread
    model = MLP(train.shape[1], 10, rng=rng)
    return trained(model, Adam(model.parameters(), lr=3e-3), train, y_train, rng, test)


def deep(x_train, y_train, x_test, rng):
    """Deep learning: layers between the raw pixels and the answer, which find their own features."""
    model = MLP(784, 256, 128, 10, rng=rng)
    return trained(model, SGD(model.parameters(), lr=0.1, momentum=0.9), x_train, y_train, rng, x_test)


LEARNERS = {"rules": rules, "features + linear": linear, "deep": deep}


def trained(model, optimizer, x, y, rng, x_test, epochs=20, least_steps=300):
    """Train for `epochs` epochs, more when the images are few; the labels that the model then gives to x_test."""
    epochs = max(epochs, least_steps * BATCH // max(len(x), BATCH))
    for _ in fit(model, DataLoader(x, y, BATCH, epochs, rng=rng), optimizer=optimizer):
        pass
    return predict(model, x_test).argmax(-1)


def features(images):
    """66 numbers a person might choose: (N, 784) -> (N, 66) float32.

    Ink per row (28) and per column (28), strokes crossed along 4 rows and 4 columns, and how far the picture equals its mirror images.
    """
    pictures = images.reshape(-1, SIDE, SIDE)
    mirrored = [_overlap(pictures, pictures[:, :, ::-1]), _overlap(pictures, pictures[:, ::-1])]
    crossed = [_strokes(pictures[:, 4:24:5]), _strokes(pictures[:, :, 4:24:5].transpose(0, 2, 1))]
    return np.concatenate([pictures.mean(2), pictures.mean(1), *crossed, np.stack(mirrored, 1)], 1).astype(np.float32)


def digit_by_rules(image):
    """The digit in one picture (28, 28), by counting holes and looking where the ink leans."""
    rows, columns = np.flatnonzero((image > INK).any(1)), np.flatnonzero((image > INK).any(0))
    box = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > INK
    found = holes(box)
    if len(found) >= 2:
        return 8
    if len(found) == 1:
        return _digit_with_a_hole(found[0])
    return 1 if box.shape[1] < 0.4 * box.shape[0] else _digit_without_holes(box)


def holes(ink, least=4):
    """The patches of paper that ink (H, W) encloses, each as a mask (H, W); patches of fewer than `least` pixels don't count."""
    paper = np.pad(~ink, 1, constant_values=True)
    inside, found = paper & ~_connected(paper, (0, 0)), []
    while inside.any():
        patch = _connected(inside, tuple(np.argwhere(inside)[0]))
        inside &= ~patch
        if patch.sum() >= least:
            found.append(patch[1:-1, 1:-1])
    return found


def _digit_with_a_hole(hole):
    height = np.argwhere(hole)[:, 0].mean() / len(hole)  # 0 at the top, 1 at the bottom
    if hole.mean() > 0.2 and 0.3 < height < 0.7:
        return 0
    if height > 0.55:
        return 6
    return 9 if height < 0.45 else 0


def _digit_without_holes(box):
    top, _, bottom = np.array_split(box, 3)
    if _strokes(box[None, [len(box) // 5]])[0, 0] >= 2 and bottom.sum() < 1.2 * top.sum():
        return 4
    if _lean(bottom) < 0.55 and top.sum() > 1.3 * bottom.sum():
        return 7
    above, below = _lean(box[len(box) // 6 : len(box) // 2 - 1]), _lean(box[len(box) // 2 + 1 : -(len(box) // 6)])
    if above > 0.55 and below < 0.45:
        return 2
    return 5 if above < 0.47 and below > 0.5 else 3


def _connected(free, start):
    """The part of `free` that can be reached from `start` by steps up, down, left and right."""
    reached = np.zeros_like(free)
    reached[start] = True
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= free
        if (grown == reached).all():
            return reached
        reached = grown


def _strokes(lines):
    """How often each line (..., W) enters ink."""
    ink = np.pad(lines > INK, [(0, 0)] * (lines.ndim - 1) + [(1, 0)])
    return (ink[..., 1:] & ~ink[..., :-1]).sum(-1)


def _lean(part):
    """Where the ink of a part (H, W) lies on average: 0 at the left, 1 at the right."""
    return np.argwhere(part)[:, 1].mean() / part.shape[1] if part.any() else 0.5


def _overlap(a, b):
    return (a * b).sum((1, 2)) / (a * a).sum((1, 2))
