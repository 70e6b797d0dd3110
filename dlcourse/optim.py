"""Optimizers: how a gradient moves a parameter. In order of increasing complexity; then what goes around a step: clipping, averaging."""

import math
from copy import deepcopy
from types import SimpleNamespace

from dlcourse.backend import to_host, xp


class Optimizer:
    """Holds parameters; `step` moves each that has a gradient, `zero_grad` forgets the gradients.

    Weight decay is the gradient of weight_decay / 2 * |w|², or, decoupled, a share lr * weight_decay of w itself
    (Loshchilov and Hutter 2019). Raises ValueError for an empty list or a learning rate that is not positive.
    """

    decoupled = False
    keeps = ()  # the arrays kept for each parameter, zeros at first
    initial_lr = None  # a schedule notes here where it began

    def __init__(self, parameters, lr, weight_decay=0.0):
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("An optimizer expected parameters, got an empty list. Pass model.parameters().")
        if not lr > 0:
            raise ValueError(f"An optimizer expected a learning rate above 0, got {lr}.")
        self.lr, self.weight_decay = lr, weight_decay
        self.memory = [None] * len(self.parameters)  # made at a parameter's first step, in the dtype that it then has

    @property
    def groups(self):
        """The optimizers with a learning rate of their own: this one."""
        return [self]

    def zero_grad(self):
        """Forget all gradients."""
        for p in self.parameters:
            p.grad = None

    def step(self):
        """Move every parameter that has a gradient, in place."""
        for i, p in enumerate(self.parameters):
            if p.grad is not None:
                kept = self.memory[i] = self.memory[i] or self._begin(p)
                kept.steps += 1
                self.update(p, self._decayed(p), kept)

    def update(self, p, g, kept):
        """Move the parameter p by its gradient g; `kept` is what is remembered of its earlier steps."""
        raise NotImplementedError(f"{type(self).__name__} expected a method update(self, p, g, kept).")

    def _begin(self, p):
        return SimpleNamespace(steps=0, **{name: xp.zeros_like(p.data) for name in self.keeps})

    def _decayed(self, p):
        """The gradient to use, after weight decay."""
        if self.weight_decay and self.decoupled:
            p.data *= 1 - self.lr * self.weight_decay
        elif self.weight_decay:
            return p.grad + self.weight_decay * p.data
        return p.grad

    def state_dict(self):
        """{name: host array} of the learning rate and of all that is remembered, copied, so that a training can go on exactly.

        "3.steps" belongs to the fourth parameter. The other settings are the constructor's.
        """
        known = [(i, kept) for i, kept in enumerate(self.memory) if kept]
        arrays = {f"{i}.{name}": to_host(getattr(kept, name)).copy() for i, kept in known for name in ("steps", *self.keeps)}
        return {"lr": to_host(self.lr), **arrays}

    def load_state_dict(self, state):
        """Go on where another of the same kind stopped. Raises ValueError when names or shapes don't fit; then nothing was changed."""
        begun = [i for i in range(len(self.memory)) if f"{i}.steps" in state]
        shapes = {f"{i}.{name}": self.parameters[i].shape for i in begun for name in self.keeps}
        shapes |= {"lr": ()} | {f"{i}.steps": () for i in begun}
        problems = [f"{name} is missing" for name in shapes.keys() - state.keys()]
        problems += [f"{name} is not known to this {type(self).__name__}" for name in state.keys() - shapes.keys()]
        problems += [
            f"{name} expected {s}, got {state[name].shape}" for name, s in shapes.items() if name in state and state[name].shape != s
        ]
        if problems:
            raise ValueError("The optimizer's state doesn't fit: " + "; ".join(sorted(problems)) + ".")
        self.lr = float(state["lr"])
        self.memory = [self._remembered(i, state) if i in begun else None for i in range(len(self.memory))]

    def _remembered(self, i, state):
        kept = self._begin(self.parameters[i])
        kept.steps = int(state[f"{i}.steps"])
        for name in self.keeps:
            getattr(kept, name)[...] = xp.asarray(state[f"{i}.{name}"])
        return kept


class SGD(Optimizer):
    """w -= lr v with v = momentum v + g (Polyak 1964); without momentum, w -= lr g.

    `nesterov` looks one step ahead: w -= lr (g + momentum v) (Sutskever et al. 2013). Raises ValueError when it has no momentum.
    """

    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(parameters, lr, weight_decay)
        if nesterov and not momentum:
            raise ValueError("SGD with nesterov=True expected a momentum above 0, got 0. Try momentum=0.9.")
        self.momentum, self.nesterov = momentum, nesterov
        self.keeps = ("velocity",) if momentum else ()

    def update(self, p, g, kept):
        v = g
        if self.momentum:
            v = kept.velocity
            v *= self.momentum
            v += g
        if self.nesterov:
            v = g + self.momentum * v
        p.data -= self.lr * v


class Adagrad(Optimizer):
    """w -= lr g / (sqrt s + eps) with s the sum of all g² so far: weights that rarely move take longer steps (Duchi et al. 2011)."""

    keeps = ("s",)

    def __init__(self, parameters, lr=0.01, eps=1e-10, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.eps = eps

    def update(self, p, g, kept):
        kept.s += g * g
        p.data -= self.lr * g / (xp.sqrt(kept.s) + self.eps)


class RMSprop(Optimizer):
    """w -= lr g / (sqrt v + eps) with v a running mean of g², so that old gradients fade (Tieleman and Hinton 2012)."""

    keeps = ("v",)

    def __init__(self, parameters, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.alpha, self.eps = alpha, eps

    def update(self, p, g, kept):
        kept.v *= self.alpha
        kept.v += (1 - self.alpha) * g * g
        p.data -= self.lr * g / (xp.sqrt(kept.v) + self.eps)


class Adam(Optimizer):
    """w -= lr m̂ / (sqrt v̂ + eps), with m and v running means of g and g² (Kingma and Ba 2015, algorithm 1)."""

    keeps = ("m", "v")

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        self.betas, self.eps = betas, eps

    def _begin(self, p):
        kept = super()._begin(p)
        kept.scratch = xp.empty_like(p.data)  # no temporary arrays in the update
        return kept

    def update(self, p, g, kept):
        b1, b2 = self.betas
        m, v, s = kept.m, kept.v, kept.scratch
        m *= b1
        m += g  # m is kept without its factor 1 - b1, v without 1 - b2:
        v *= b2
        v += xp.multiply(g, g, s)
        m_hat = (1 - b1) / (1 - b1**kept.steps)  # they join the bias corrections, as scalars
        v_hat = math.sqrt((1 - b2) / (1 - b2**kept.steps))
        xp.sqrt(v, s)
        s += self.eps / v_hat
        xp.divide(m, s, s)
        s *= self.lr * m_hat / v_hat
        p.data -= s


class AdamW(Adam):
    """Adam with decoupled weight decay: all weights shrink by the same share, whatever their gradients (Loshchilov and Hutter 2019)."""

    decoupled = True

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, betas, eps, weight_decay)


class Muon(Optimizer):
    """w -= lr sqrt(max(1, rows / columns)) O with O the nearest orthogonal matrix to Nesterov's g + momentum v (Jordan 2024).

    For the weight matrices inside a network: a step changes all directions by the same amount, not only the few that dominate the
    gradient. Raises ValueError for a parameter that is not a matrix.
    """

    decoupled = True
    keeps = ("velocity",)

    def __init__(self, parameters, lr=1e-3, momentum=0.95, weight_decay=0.1):
        super().__init__(parameters, lr, weight_decay)
        self.momentum = momentum
        if others := [p.shape for p in self.parameters if p.ndim != 2]:
            raise ValueError(
                f"Muon expected matrices, got a parameter of shape {others[0]}. "
                "Give the others to AdamW: Together(Muon(matrices), AdamW(others))."
            )

    def update(self, p, g, kept):
        v = kept.velocity
        v *= self.momentum
        v += g
        rows, columns = p.shape
        p.data -= self.lr * math.sqrt(max(1, rows / columns)) * nearly_orthogonal(g + self.momentum * v)


def nearly_orthogonal(g, steps=5):
    """U Vᵀ for g = U S Vᵀ, approximately: each step applies 3.4445 s - 4.775 s³ + 2.0315 s⁵ to the singular values s.

    That pushes them towards 1 fast rather than exactly: they end between about 0.7 and 1.2 (Jordan 2024, "Newton-Schulz iteration").
    """
    x = g if len(g) <= len(g.T) else g.T  # the smaller of the two products x xᵀ
    x = x / xp.maximum(xp.linalg.norm(x), 1e-7)  # no singular value above 1
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (2.0315 * a @ a - 4.775 * a) @ x
    return x if x.shape == g.shape else x.T


class Together:
    """Several optimizers as one, for parameters that want different settings: Together(AdamW(weights), AdamW(biases, weight_decay=0))."""

    def __init__(self, *optimizers):
        self.groups = optimizers

    @property
    def parameters(self):
        return [p for optimizer in self.groups for p in optimizer.parameters]

    def zero_grad(self):
        """Forget all gradients."""
        for optimizer in self.groups:
            optimizer.zero_grad()

    def step(self):
        """Let each optimizer move its parameters."""
        for optimizer in self.groups:
            optimizer.step()

    def state_dict(self):
        """The states of all optimizers, their names preceded by the optimizer's number."""
        return {f"{i}.{name}": array for i, optimizer in enumerate(self.groups) for name, array in optimizer.state_dict().items()}

    def load_state_dict(self, state):
        """Go on where others stopped. Raises ValueError when one does not fit."""
        for i, optimizer in enumerate(self.groups):
            mine = {name.removeprefix(f"{i}."): array for name, array in state.items() if name.startswith(f"{i}.")}
            optimizer.load_state_dict(mine)


def clip_grad_norm_(parameters, max_norm):
    """Shrink all gradients together so that their joint length is at most max_norm; returns the length before (Pascanu et al. 2013)."""
    learned = [p for p in parameters if p.grad is not None]
    if not learned:
        return 0.0
    norm = float(xp.linalg.norm(xp.stack([xp.linalg.norm(p.grad) for p in learned])))
    if norm > max_norm:
        for p in learned:
            p.grad = p.grad * (max_norm / (norm + 1e-6))  # PyTorch's 1e-6
    return norm


class EMA:
    """A copy of the model whose weights are the running mean of its weights: `average.model` is steadier than the model itself.

    Call `update(model)` after each step; the first one copies, the others take 1 - decay of the way (Polyak and Juditsky 1992).
    """

    def __init__(self, model, decay=0.999):
        self.model, self.decay, self.updates = deepcopy(model).requires_grad_(False), decay, 0

    def update(self, model):
        """Move the mean towards the model's weights; buffers are copied."""
        for (_, mean), (_, p) in zip(self.model.named_parameters(), model.named_parameters(), strict=True):
            mean.data = mean.data + (1 - self.decay) * (p.data - mean.data) if self.updates else p.data.copy()
        for (_, mean), (_, b) in zip(self.model.named_buffers(), model.named_buffers(), strict=True):
            mean.data = b.data.copy()
        self.updates += 1

    def state_dict(self):
        """{name: host array} of the mean weights and the number of updates."""
        return {"updates": to_host(self.updates)} | {f"model.{name}": array for name, array in self.model.state_dict().items()}

    def load_state_dict(self, state):
        """Go on where another mean stopped. Raises ValueError when it does not fit the model."""
        self.model.load_state_dict({name.removeprefix("model."): array for name, array in state.items() if name != "updates"})
        self.updates = int(state["updates"])
