"""The same weights in PyTorch: largest relative difference of the output and of every gradient, and the time, side by side.

The only part of the package that needs torch. Without it, each function says how to install it.
"""

from dlcourse.compare.comparison import Comparison, compare
from dlcourse.compare.difference import TOLERANCE, relative_difference, same_as_torch
from dlcourse.compare.ledger import ledger
from dlcourse.compare.twin import to_torch
