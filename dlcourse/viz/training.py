"""A learning curve that grows while the network learns, and stays as one figure."""

import os
import time

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import Picture, show
from dlcourse.viz.style import POINT, figure

PAUSE = 0.2  # seconds between two frames, at most five a second


def live(steps, *, alt, every=10, title="", ylabel="loss"):
    """Run the generator `steps` of `(step, loss)`, as `fit` gives it, to its end and draw the losses meanwhile; returns them, (T,).

    Each point of the curve is the mean of `every` losses. Interrupted or failed, the figure up to there stays.
    With TQDM_DISABLE=1, which silences the progress bar, only the last figure is drawn.
    """
    losses, handle, drawn_at = [], None, -PAUSE
    try:
        for _, loss in steps:
            losses.append(loss)
            if len(losses) > every and time.monotonic() - drawn_at >= PAUSE and not os.environ.get("TQDM_DISABLE"):
                handle = _draw(handle, losses, every, title, ylabel, alt)
                drawn_at = time.monotonic()
    finally:
        if losses:
            _draw(handle, losses, every, title, ylabel, alt)
    return np.array(losses)


def _draw(handle, losses, every, title, ylabel, alt):
    fig = _curve(np.array(losses), every, title, ylabel)
    if handle is None:
        return show(fig, alt, display_id=True)
    handle.update(Picture.of(fig, alt))
    return handle


def _curve(losses, every, title, ylabel):
    fig, axes = figure(title=title, xlabel="step", ylabel=ylabel)
    whole = len(losses) // every * every
    means = losses[:whole].reshape(-1, every).mean(1)
    axes.plot(np.arange(len(losses)), losses, color=LIGHT["grid"], linewidth=POINT)
    axes.plot(np.arange(len(means)) * every + (every - 1) / 2, means, color=LIGHT["negative"], linewidth=2 * POINT)
    axes.set_ylim(bottom=0)
    return fig
