"""Figures that lessons call in one line. Each needs `alt`, a sentence that says what the picture shows; same numbers, same bytes."""

from dlcourse.viz.bars import bars
from dlcourse.viz.curves import lines
from dlcourse.viz.images import images
from dlcourse.viz.live import live
from dlcourse.viz.matrix import matrix
from dlcourse.viz.picture import Picture, show
from dlcourse.viz.points import boundary, scatter2d
from dlcourse.viz.style import figure

__all__ = ["Picture", "bars", "boundary", "figure", "images", "lines", "live", "matrix", "scatter2d", "show"]
