"""Optimizers: how a gradient moves a parameter. In order of increasing complexity."""

import math

from dlcourse.backend import xp


class Optimizer:
    """Holds parameters; `step` moves each that has a gradient, `zero_grad` forgets the gradients.

    Raises ValueError for an empty list or a learning rate that is not positive.
    """

    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("An optimizer expected parameters, got an empty list. Pass model.parameters().")
        if not lr > 0:
            raise ValueError(f"An optimizer expected a learning rate above 0, got {lr}.")
        self.lr = lr

    def zero_grad(self):
        """Forget all gradients."""
        for p in self.parameters:
            p.grad = None

    def step(self):
        """Move every parameter that has a gradient, in place."""
        for i, p in enumerate(self.parameters):
            if p.grad is not None:
                self.update(i, p)

    def update(self, i, p):
        """Move the i-th parameter p."""
        raise NotImplementedError


class SGD(Optimizer):
    """w -= lr v with v = momentum v + g; without momentum, w -= lr g."""

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = momentum
        self.velocity = [xp.zeros_like(p.data) for p in self.parameters] if momentum else None

    def update(self, i, p):
        v = p.grad
        if self.momentum:
            v = self.velocity[i]
            v *= self.momentum
            v += p.grad
        p.data -= self.lr * v


class Adam(Optimizer):
    """w -= lr m̂ / (sqrt v̂ + eps), with m and v running means of g and g² (Kingma and Ba 2015, algorithm 1)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self.betas, self.eps = betas, eps
        self.steps = [0] * len(self.parameters)
        self.m = [xp.zeros_like(p.data) for p in self.parameters]
        self.v = [xp.zeros_like(p.data) for p in self.parameters]
        self.scratch = [xp.empty_like(p.data) for p in self.parameters]  # no temporary arrays in the update

    def update(self, i, p):
        b1, b2 = self.betas
        g, m, v, s = p.grad, self.m[i], self.v[i], self.scratch[i]
        self.steps[i] += 1
        m *= b1
        m += g  # m is kept without its factor 1 - b1, v without 1 - b2:
        v *= b2
        v += xp.multiply(g, g, s)
        m_hat = (1 - b1) / (1 - b1 ** self.steps[i])  # they join the bias corrections, as scalars
        v_hat = math.sqrt((1 - b2) / (1 - b2 ** self.steps[i]))
        xp.sqrt(v, s)
        s += self.eps / v_hat
        xp.divide(m, s, s)
        s *= self.lr * m_hat / v_hat
        p.data -= s
