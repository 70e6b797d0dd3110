"""Grey pictures in a grid: digits, clothes, feature maps."""

import math

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import show
from dlcourse.viz.style import WIDTH, figure, picture_axes


def images(x, labels=None, predictions=None, columns=10, *, alt, title=""):
    """Pictures x (N, H * W), square, or (N, H, W), the largest value white, row by row.

    `labels` (N,) stand below; with `predictions` (N,) the guess stands there, in vermillion and with the label where it is wrong.
    """
    pictures = _as_pictures(np.asarray(x))
    captions = _captions(len(pictures), labels, predictions)
    gap = pictures.shape[1] // (3 if captions else 10) + 1
    mosaic = _mosaic(pictures, columns, gap)
    fig, axes = figure(title=title, height=WIDTH * mosaic.shape[0] / mosaic.shape[1] + (0.35 if title else 0.1))
    picture_axes(axes)
    axes.imshow(mosaic, cmap="gray", interpolation="nearest")
    for index, (text, color) in enumerate(captions):
        row, column = divmod(index, columns)
        x_middle = column * (pictures.shape[2] + gap) + pictures.shape[2] / 2
        y_below = row * (pictures.shape[1] + gap) + pictures.shape[1]
        axes.text(x_middle, y_below, text, ha="center", va="top", fontsize=9, color=color)
    show(fig, alt)


def _as_pictures(x):
    side = math.isqrt(x.shape[-1])
    if x.ndim == 2 and side * side == x.shape[1]:
        return x.reshape(-1, side, side)
    if x.ndim == 3:
        return x
    raise ValueError(f"Pictures come as (N, H, W), or as (N, H * W) when they are square; got {x.shape}. For a single picture use x[None].")


def _captions(count, labels, predictions):
    """One `(text, colour)` for each picture, or none at all."""
    given = [len(names) for names in (labels, predictions) if names is not None]
    if any(length != count for length in given):
        raise ValueError(f"Each picture needs one label and one prediction: {count} pictures, but {given} names.")
    if predictions is None:
        return [(str(label), LIGHT["ink"]) for label in labels] if labels is not None else []
    if labels is None:
        return [(str(guess), LIGHT["ink"]) for guess in predictions]
    return [_verdict(label, guess) for label, guess in zip(labels, predictions, strict=True)]


def _verdict(label, guess):
    return (str(guess), LIGHT["ink"]) if guess == label else (f"{guess}, not {label}", LIGHT["positive"])


def _mosaic(pictures, columns, gap):
    """One image (H, W, RGBA-free) of all pictures with `gap` pixels right of and below each; the gaps are NaN, so they stay paper."""
    count, height, width = pictures.shape
    rows = math.ceil(count / columns)
    mosaic = np.full((rows * columns, height + gap, width + gap), np.nan)
    mosaic[:count, :height, :width] = pictures
    return mosaic.reshape(rows, columns, height + gap, width + gap).swapaxes(1, 2).reshape(rows * (height + gap), -1)[:, :-gap]
