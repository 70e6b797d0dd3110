"""Data parallelism: each thread works through its share of the batch with a tape of its own, and the gradients are added up.

NumPy lets other threads run while it calculates, so two threads use two cores. Its own threads are then in the way: OPENBLAS_NUM_THREADS=1.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from copy import deepcopy
from itertools import pairwise

import numpy as np

from dlcourse.backend import xp
from dlcourse.tensor import Tensor


def loss_and_gradients(model, loss, x, target, share=1.0):
    """share * loss(model(x), target) as a number. Its gradients are added to the model's, unless it is not finite."""
    value = loss(model(Tensor(x)), target)
    number = value.item()
    if math.isfinite(number):
        value.backward(xp.full_like(value.data, share))
    return share * number


class DataParallel:
    """`loss_and_gradients` in several threads: the gradients of the whole batch, where the loss is a mean over its examples.

    Layers that look at all examples together, as BatchNorm does, see one share; the model keeps the buffers of the first.
    """

    def __init__(self, model, loss, threads=2):
        self.loss, self.pool = loss, ThreadPoolExecutor(threads)
        self.replicas = [model, *(_replica(model, i) for i in range(1, threads))]

    def __call__(self, x, target, share=1.0):
        """share * the loss of the batch as a number. Its gradients are added to the model's."""
        model, *others = self.replicas
        for replica in others:
            _follow(replica, model)
        n, size = len(self.replicas), len(x)
        cuts = pairwise(size * i // n for i in range(n + 1))
        shares = [
            (m, self.loss, x[a:b], target[a:b], share * (b - a) / size) for m, (a, b) in zip(self.replicas, cuts, strict=True) if b > a
        ]
        running = [self.pool.submit(copy_context().run, loss_and_gradients, *each) for each in shares]
        total = sum(each.result() for each in running)
        for replica in others:
            _add_gradients(model, replica)
        return total


def _replica(model, i):
    """The i-th copy. Its random numbers are its own: two threads must not drop the same neurons."""
    replica = deepcopy(model)
    for _, module in replica.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, np.random.Generator):
                setattr(module, name, value.spawn(i)[-1])
    return replica


def _follow(replica, model):
    """Let the replica stand as the model does, on the model's own weights."""
    for (_, m), (_, r) in zip(model.named_modules(), replica.named_modules(), strict=True):
        r.training = m.training
    for p, q in zip(model.parameters(), replica.parameters(), strict=True):
        q.data, q.requires_grad, q.grad = p.data, p.requires_grad, None


def _add_gradients(model, replica):
    for p, q in zip(model.parameters(), replica.parameters(), strict=True):
        if q.grad is not None:
            p.grad = q.grad if p.grad is None else p.grad + q.grad
