"""A judge of generated digits: how far a set of images is from real ones, in the features of a classifier that has learned to read them."""

import numpy as np

from dlcourse import data
from dlcourse.models import MLP
from dlcourse.nn import Sequential
from dlcourse.optim import Adam
from dlcourse.train import fit, predict


class Judge:
    """A 2-layer perceptron trained on all 2,500 real images of H x H pixels, always from the same seed. Images are (N, H H) from 0 to 1."""

    def __init__(self, real, labels, features=32):
        rng = np.random.default_rng(0)
        self.classifier = MLP(real.shape[1], 128, features, 10, rng=rng)
        batches = data.DataLoader(real, labels, batch_size=50, epochs=20, rng=rng)
        for _ in fit(self.classifier, batches, optimizer=Adam(self.classifier.parameters())):
            pass
        self.to_features = Sequential(*list(self.classifier)[:-1])

    def distance(self, images, real):
        """The Fréchet distance of the features of two sets of images: 0 when their means and covariances are equal (Heusel et al. 2017)."""
        return frechet_distance(predict(self.to_features, images), predict(self.to_features, real))

    def labels(self, images):
        """What the classifier reads in each image."""
        return predict(self.classifier, images).argmax(1)


def frechet_distance(a, b):
    """|mean a - mean b|² + tr(cov a + cov b - 2 (cov a cov b)^(1/2)) for features (N, D)."""
    difference = a.mean(0) - b.mean(0)
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = np.sqrt(np.linalg.eigvals(cov_a @ cov_b).real.clip(0)).sum()  # the trace of the root
    return float(difference @ difference + np.trace(cov_a) + np.trace(cov_b) - 2 * root)


def small_digits(size=14):
    """MNIST with pixels from 0 to 1, averaged down to size x size: (x, y, x_test, y_test), x (N, size size)."""
    x, y, x_test, y_test = data.mnist()
    n = 28 // size
    return shrunk(x, size, n), y, shrunk(x_test, size, n), y_test


def shrunk(x, size, n):
    """The mean of each n x n pixels."""
    return x.reshape(-1, size, n, size, n).mean((2, 4)).reshape(len(x), size * size).astype(np.float32)
