"""Points in the plane, the smallest data sets that show what a network can and cannot separate.

Each function returns x (N, 2) float32 and y (N,) int64, the classes taking turns, so that every first half is balanced too.
`noise` is the standard deviation of what is added to both coordinates.
"""

import math

import numpy as np


def xor(n=4, noise=0.0, rng=None):
    """Exclusive or: n points on the corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, class 1 where the coordinates differ."""
    corner = np.arange(_count(n)) % 4
    x1, x2 = corner // 2, corner % 2
    return _points(x1, x2, noise, rng), (x1 != x2).astype(np.int64)


def moons(n=200, noise=0.1, rng=None):
    """Two half circles of radius 1 that reach into each other."""
    rng, y = np.random.default_rng(rng), _labels(n, 2)
    angle = rng.uniform(0, math.pi, n)
    x1 = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return _points(x1, x2, noise, rng), y


def circles(n=200, noise=0.1, rng=None):
    """A circle of radius 1 (class 0) around one of radius 0.5 (class 1)."""
    rng, y = np.random.default_rng(rng), _labels(n, 2)
    return _points(*_polar(1 - 0.5 * y, rng.uniform(0, 2 * math.pi, n)), noise, rng), y


def spirals(n=200, noise=0.03, rng=None, classes=2):
    """Arms that wind around the origin, 1.35 turns from radius 0.1 to 1: one arm for each class."""
    rng, y = np.random.default_rng(rng), _labels(n, classes)
    radius = rng.uniform(0.1, 1, n)
    return _points(*_polar(radius, 3 * math.pi * radius + 2 * math.pi * y / classes), noise, rng), y


def blobs(n=200, noise=0.3, rng=None, classes=3):
    """Round clouds, their centres at equal distances on a circle of radius 1: one cloud for each class."""
    y = _labels(n, classes)
    return _points(*_polar(1, 2 * math.pi * y / classes), noise, rng), y


def _labels(n, classes):
    return np.arange(_count(n), dtype=np.int64) % classes


def _polar(radius, angle):
    return radius * np.cos(angle), radius * np.sin(angle)


def _points(x1, x2, noise, rng):
    if noise < 0:
        raise ValueError(f"noise is a standard deviation, at least 0; got {noise!r}.")
    x = np.column_stack([x1, x2])
    return (x + np.random.default_rng(rng).normal(0, noise, x.shape)).astype(np.float32)


def _count(n):
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"n is the number of points, a whole number of at least 1; got {n!r}.")
    return n
