"""Points on a wave, and polynomials fitted to points, with three brakes."""

import numpy as np

NEVER = "never"


def fitted(x, y, degree, l2, p, stop):
    """Coefficients after `stop` steps of gradient descent from 0, in closed form.

    The loss is the mean squared error + l2 |w|² + p / (1 - p) Σ w² mean(x²), the mean over all masks of dropout on the powers x, x² ...
    """
    powers = np.vander(x, degree + 1, increasing=True)
    curvature = powers.T @ powers / len(x)
    penalty = l2 + p / (1 - p) * np.diag(curvature)
    penalty[0] = 0  # the constant pays nothing
    s, v = np.linalg.eigh(curvature + np.diag(penalty))
    s = np.maximum(s, 1e-13 * s[-1])
    gone = 1.0 if stop == NEVER else 1 - (1 - s / s[-1]) ** stop  # the share of the way, in each direction
    return v @ (gone / s * (v.T @ (powers.T @ y) / len(x)))


def value(w, x):
    """The polynomial at x."""
    return np.vander(x, len(w), increasing=True) @ w


def wave(n, noise, rng):
    """n points (n, 2) of a sine with noise; x is random in each of n equal parts of -1 to 1."""
    x = 2 * (np.arange(n) + rng.random(n)) / n - 1
    return np.column_stack([x, np.sin(np.pi * x) + noise * rng.normal(size=n)])


def checked(points):
    """The points as floats (N, 2). Raises ValueError for what cannot be fitted and tested."""
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 6 or not np.isfinite(points).all() or not np.ptp(points[:, 0]):
        raise ValueError(f"points expected an array (N, 2) of finite x and y, N at least 6, x not all equal; got shape {points.shape}.")
    return points
