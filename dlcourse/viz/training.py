"""A learning curve that grows while the network learns, and stays as one figure."""

import os
import time

import numpy as np

from dlcourse.palette import LIGHT
from dlcourse.viz.picture import Picture, show
from dlcourse.viz.style import POINT, figure

PAUSE = 0.2  # seconds from one frame to the next, at least
SHARE = 0.2  # of the time may go into drawing, at most


def live(steps, *, alt, every=10, title="", ylabel="loss"):
    """Run the generator `steps` of `(step, loss)`, as `fit` gives it, to its end and draw the losses meanwhile; returns them, (T,).

    Each point of the curve is the mean of `every` losses. Interrupted or failed, the figure up to there stays.
    With TQDM_DISABLE=1, which silences the progress bar, only the last figure is drawn.
    """
    curve = LearningCurve(every, title, ylabel, alt)
    try:
        for _, loss in steps:
            curve.losses.append(loss)
            if time.monotonic() >= curve.next_frame:
                curve.draw()
    finally:
        curve.draw()
    return np.array(curve.losses)


class LearningCurve:
    """The losses so far, and their one figure on the page."""

    def __init__(self, every, title, ylabel, alt):
        self.every, self.title, self.ylabel, self.alt = every, title, ylabel, alt
        self.losses, self.page = [], None
        self.next_frame = float("inf") if os.environ.get("TQDM_DISABLE") else 0.0

    def draw(self):
        """Show the curve, in place of the one before."""
        began = time.monotonic()
        if self.losses and self.page is None:
            self.page = show(self.figure(), self.alt, display_id=True)
        elif self.losses:
            self.page.update(Picture.of(self.figure(), self.alt))
        self.next_frame = began + max(PAUSE, (time.monotonic() - began) / SHARE)

    def figure(self):
        """Every loss in grey, the means of `every` losses in blue."""
        losses = np.array(self.losses)
        blocks = losses[: len(losses) // self.every * self.every].reshape(-1, self.every)
        fig, axes = figure(title=self.title, xlabel="step", ylabel=self.ylabel)
        axes.plot(losses, color=LIGHT["grid"], linewidth=POINT)
        axes.plot((np.arange(len(blocks)) + 0.5) * self.every - 0.5, blocks.mean(1), color=LIGHT["negative"], linewidth=2 * POINT)
        axes.set_ylim(bottom=0)
        return fig
