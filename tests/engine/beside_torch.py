"""The same array in both libraries, and whether what was computed from it agrees, gradients too."""

import torch

from dlcourse import Tensor
from dlcourse.compare import relative_difference


def both(array):
    return Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)


def agree(ours, theirs, *leaves):
    """leaves: pairs of `both`."""
    ours.backward()
    theirs.backward()
    assert relative_difference(ours, theirs) < 1e-12
    assert all(relative_difference(a.grad, b.grad) < 1e-10 for a, b in leaves)
