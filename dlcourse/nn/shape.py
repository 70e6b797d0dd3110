"""The same numbers in another shape, as a module."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class Flatten(Module):
    """All dimensions from `start_dim` on become one: (B, C, H, W) -> (B, C H W)."""

    def __init__(self, start_dim=1):
        self.start_dim = start_dim

    def forward(self, x):
        return F.flatten(x, self.start_dim)
