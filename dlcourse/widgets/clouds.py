"""Clouds of points for the playground: the sets of `dlcourse.data.points`, moved and scaled to fill the plane from -2 to 2."""

from functools import partial

import numpy as np

from dlcourse.data import points

# name: (function, centre, scale, share of the noise): thin shapes bear less noise than round ones
SETS = {
    "xor": (points.xor, (0.5, 0.5), 2.0, 1.0),
    "circles": (points.circles, (0.0, 0.0), 1.5, 0.8),
    "moons": (points.moons, (0.5, 0.25), 1.2, 1.0),
    "spirals": (points.spirals, (0.0, 0.0), 1.8, 0.2),
    "blobs": (partial(points.blobs, classes=2), (0.0, 0.0), 1.0, 3.0),
}


def cloud(name, n, noise, rng):
    """n points (n, 3) of x₁, x₂ and class 0 or 1, the classes taking turns."""
    make, centre, scale, share = SETS[name]
    x, y = make(n, share * noise, rng)
    return np.column_stack([scale * (x - np.array(centre)), y]).astype(np.float32)


def checked(rows):
    """The learner's points as an array (N, 3). Raises ValueError, in a sentence, when they are something else."""
    rows = np.asarray(rows, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != 3 or len(rows) == 0:
        raise ValueError(f"points expected an array (N, 3) of x₁, x₂ and class, got shape {rows.shape}. Try np.column_stack([x, y]).")
    if not np.isfinite(rows).all():
        raise ValueError("points expected finite numbers, got NaN or infinity. Remove or fill those rows first.")
    if not np.isin(rows[:, 2], (0, 1)).all():
        raise ValueError(f"points expected the classes 0 and 1 in its last column, got {sorted(set(rows[:, 2].tolist()))[:5]}.")
    return rows


def span(values):
    """(low, high) around the values, a quarter of their range free on both sides."""
    low, high = float(values.min()), float(values.max())
    margin = 0.25 * (high - low) or 1.0
    return low - margin, high + margin
