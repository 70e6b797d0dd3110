"""A small network with its gradient, right or with a bug planted in it, for lesson 06."""

import numpy as np

from dlcourse.kernels import cross_entropy, linear

SIZES = ((3, 4), (4,), (4, 3), (3,))  # of w1, b1, w2, b2
X, TARGETS = np.random.default_rng(5).normal(size=(6, 3)), np.array([0, 1, 2, 0, 1, 2])

BUGS = {  # the slope of tanh from its input x and output y
    "no bug": lambda x, y: 1 - y**2,
    "slope from the input": lambda x, y: 1 - x**2,
    "slope forgotten": lambda x, y: 1,
    "0.1 % too large": lambda x, y: 1 - y**2,
}


def network(p, bug="no bug"):
    """Loss of linear, tanh, linear, cross entropy with all weights in one array p, and its gradient."""
    w1, b1, w2, b2 = (part.reshape(size) for part, size in zip(np.split(p, [12, 16, 28]), SIZES, strict=True))
    z, linear1_backward = linear(X, w1, b1)
    a = np.tanh(z)
    scores, linear2_backward = linear(a, w2, b2)
    loss, loss_backward = cross_entropy(scores, target=TARGETS)
    da, dw2, db2 = linear2_backward(*loss_backward(1.0))
    _, dw1, db1 = linear1_backward(da * BUGS[bug](z, a))
    gradient = np.concatenate([dw1.ravel(), db1, dw2.ravel(), db2])
    return loss, gradient * (1.001 if "0.1 %" in bug else 1)
