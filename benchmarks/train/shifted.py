"""Pictures moved a little, and mirrored, at random: their labels stay the same, so that few examples teach as much as many."""

import numpy as np


class Shifted:
    """The batches (x, y) of another loader, each image of x (B, C, H, W) moved by up to `pixels`, and mirrored or not if `mirror`."""

    def __init__(self, batches, pixels, *, mirror=False, rng):
        self.batches, self.pixels, self.mirror, self.rng = batches, pixels, mirror, rng

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        for x, y in self.batches:
            yield shifted(mirrored(x, rng=self.rng) if self.mirror else x, self.pixels, rng=self.rng), y


def shifted(x, pixels, *, rng):
    """x (B, C, H, W) with each image moved on its own, up or down and sideways; zeros come in at the edge."""
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pixels, pixels), (pixels, pixels)))
    corners = rng.integers(0, 2 * pixels + 1, (len(x), 2))
    return np.stack([image[:, i : i + height, j : j + width] for image, (i, j) in zip(padded, corners, strict=True)])


def mirrored(x, *, rng):
    """x (B, C, H, W) with left and right exchanged in about half of the images."""
    return np.where(rng.random((len(x), 1, 1, 1)) < 0.5, x, x[..., ::-1])
