"""How far two arrays are apart, relative to the largest number."""

import numpy as np

from dlcourse.backend import to_host
from dlcourse.tensor import Tensor

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


def relative_difference(a, b):
    """max|a - b| / max|b|: 0 when equal, about 1e-7 for float32 and 1e-16 for float64 that were rounded differently.

    Raises ValueError when the shapes differ.
    """
    a, b = as_host(a), as_host(b)
    if a.shape != b.shape:
        raise ValueError(f"relative_difference expected two arrays of one shape, got {a.shape} and {b.shape}.")
    largest = np.abs(b).max(initial=0)
    return float(np.abs(a - b).max(initial=0) / (largest or 1))


def same_as_torch(ours, theirs, tolerance=None):
    """Assert that two arrays are equal up to rounding; returns True, so that a cell shows it.

    `tolerance` is a relative difference, 1e-5 for float32 and 1e-10 for float64 unless told. Raises AssertionError with the difference.
    """
    tolerance = tolerance or max(TOLERANCE.get(str(as_host(x).dtype), 1e-10) for x in (ours, theirs))
    difference = relative_difference(ours, theirs)
    if not difference <= tolerance:
        raise AssertionError(f"Ours differs from PyTorch's by {difference:.1e} of the largest value; up to {tolerance:.0e} is rounding.")
    return True


def as_host(x):
    """The host array of a Tensor, of PyTorch's tensor or of an array."""
    if isinstance(x, Tensor):
        return x.numpy()
    return x.detach().cpu().numpy() if hasattr(x, "detach") else to_host(x)
