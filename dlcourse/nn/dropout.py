"""Dropout: in training each number is set to zero with probability p (Srivastava et al. 2014)."""

from dlcourse import functional as F
from dlcourse.nn.init import default_rng
from dlcourse.nn.module import Module


class Dropout(Module):
    """Zero with probability p, else x / (1 - p), so that the mean stays; in evaluation x itself.

    Raises ValueError when p is outside 0 <= p < 1.
    """

    def __init__(self, p=0.5, *, rng=None):
        if not 0 <= p < 1:
            raise ValueError(f"Dropout expected a probability 0 <= p < 1, got {p}. p is the share that is dropped, not kept.")
        self.p = p
        self.rng = default_rng(rng)

    def forward(self, x):
        return F.dropout(x, self.p, self.training, rng=self.rng)

    def __repr__(self):
        return f"Dropout({self.p})"
