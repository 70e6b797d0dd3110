"""The picture of a trainee at one moment: what it makes of the plane, what its neurons see, its losses, and how many points are right."""

import numpy as np

from dlcourse.widgets.frame import Frame
from dlcourse.widgets.panels import Table

SIDE, MOST = 41, 256  # samples along each side of the plane; points of a curve that are sent
TESTED = "After {step} steps {share:.0f} % of the training points and {test_share:.0f} % of the test points are right."
UNTESTED = "After {step} steps {right} of {count} points are right."
EMPTY = "No points yet. Choose a class and draw on the plane: with the pointer, or with the arrow keys and Enter."
UNTRAINED = "Your forward gets {right} of {count} points right. Step and Play train it when you pass parameters=[...], a list of Tensors."
DIVERGED = "The loss is no longer a number: the learning rate is too large. Choose a smaller one and start again."

SCORES = Table(label="How many are right", alt="{right} of {count} points.", rows="scores", head=("class", "points", "right"))


def plane(x_range, y_range):
    """The points (SIDE², 2) at which the plane is sampled, row by row from the lowest."""
    x1, x2 = np.meshgrid(*(np.linspace(*ends, SIDE, dtype=np.float32) for ends in (x_range, y_range)))
    return np.column_stack([x1.ravel(), x2.ravel()])


def portrait(trainee, grid, train, test, losses):
    """The frame. grid: what `plane` gave; train, test: rows (N, 3); losses: two lists, one number for each step so far."""
    right, tested = trainee.right(train), trainee.right(test)
    every = 1 + len(losses[0]) // MOST  # a long run is thinned, so that its pictures stay small
    return Frame(
        z=np.nan_to_num(trainee.output(grid)).reshape(SIDE, SIDE),
        points=train,
        count=len(train),
        right=right,
        scores=[[c, len(rows), trainee.right(rows)] for c in (0, 1) for rows in [train[train[:, 2] == c]]],
        share=100 * right / max(1, len(train)),
        test_share=100 * tested / max(1, len(test)),
        steps=np.arange(len(losses[0]))[::every],
        train_loss=np.array(losses[0][::every]),
        test_loss=np.array(losses[1][::every]),
        sentence=sentence(trainee, train, test, losses[0]),
        **tiles(*trainee.neurons(grid)),
    )


def tiles(names, outputs):
    """One small plane for each neuron: every second sample, and no value above 1, since tanh and sigmoid stay below."""
    if not names:
        return {}
    planes = outputs.reshape(-1, SIDE, SIDE)[:, ::2, ::2]
    seen = f"what each of {len(names)} hidden neurons gives" if "x₁" not in names else "the two inputs, there is no hidden neuron"
    return {"names": names, "seen": seen, "tiles": planes / np.maximum(1, abs(planes).max((1, 2), keepdims=True))}


def sentence(trainee, train, test, losses):
    """The template that fits."""
    if not len(train):
        return EMPTY
    if not np.isfinite(losses[-1]):
        return DIVERGED
    if not trainee.parameters:
        return UNTRAINED
    return TESTED if len(test) else UNTESTED
