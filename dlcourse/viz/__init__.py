"""Figures that lessons call in one line. Each needs `alt`, a sentence that says what the picture shows; same numbers, same bytes."""

from dlcourse.viz.barchart import bars
from dlcourse.viz.curves import lines
from dlcourse.viz.grid import images
from dlcourse.viz.heat import matrix
from dlcourse.viz.picture import Picture, show
from dlcourse.viz.points import boundary, scatter2d
from dlcourse.viz.style import figure
from dlcourse.viz.terrain import contours
from dlcourse.viz.training import live
