"""Parameter: a Tensor that is learned. Buffer: one that is kept but not learned. Module: a function that owns both, and more modules."""

import numpy as np

from dlcourse.backend import to_host, xp
from dlcourse.tensor import Tensor


class Parameter(Tensor):
    """A Tensor that is learned: a Module finds it by its attribute's name."""

    def __init__(self, data):
        super().__init__(data, requires_grad=True)


class Buffer(Tensor):
    """Numbers that belong to the state but are not learned: the running statistics of batch_norm."""


class Module:
    """A function with parameters. Subclasses set parameters, buffers and modules as attributes and write `forward`."""

    training = True

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} expected a method forward(self, x).")

    def __call__(self, *inputs, **options):
        return self.forward(*inputs, **options)

    def named_children(self):
        """(name, module) for each module among the attributes, in the order in which they were set."""
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]

    def named_parameters(self):
        """(name, parameter) of this module and of all below it; names are joined by dots, as in PyTorch. A shared one is named once."""
        first = {}
        for name, p in self._named(Parameter):
            first.setdefault(id(p), (name, p))
        return list(first.values())

    def named_buffers(self):
        """(name, buffer) of this module and of all below it."""
        return self._named(Buffer)

    def parameters(self):
        """All parameters, for an optimizer."""
        return [p for _, p in self.named_parameters()]

    def zero_grad(self):
        """Forget all gradients, so that the next backward starts from nothing."""
        for p in self.parameters():
            p.grad = None

    def train(self, mode=True):
        """Training mode (dropout on) for this module and all below it; returns the module."""
        self.training = mode
        for _, child in self.named_children():
            child.train(mode)
        return self

    def eval(self):
        """Evaluation mode (dropout off); returns the module."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Freeze (False) or free all parameters below this module; returns the module. An optimizer leaves frozen ones alone."""
        for p in self.parameters():
            p.requires_grad = requires_grad
        return self

    def state_dict(self):
        """{name: host array} of all parameters and buffers, copied; names and shapes are PyTorch's."""
        return {name: to_host(p.data).copy() for name, p in self._named((Parameter, Buffer))}

    def load_state_dict(self, state):
        """Set all parameters and buffers from {name: array}.

        Raises ValueError when names are missing or unknown, or a shape differs; then nothing was changed.
        """
        own = dict(self._named((Parameter, Buffer)))
        problems = [f"{name} is missing" for name in own.keys() - state.keys()]
        problems += [f"{name} is not a parameter of this {type(self).__name__}" for name in state.keys() - own.keys()]
        problems += [
            f"{name} expected {own[name].shape}, got {np.shape(state[name])}"
            for name in own.keys() & state.keys()
            if own[name].shape != np.shape(state[name])
        ]
        if problems:
            raise ValueError("The weights don't fit: " + "; ".join(sorted(problems)) + ".")
        for name, p in own.items():
            p.data = xp.array(state[name], dtype=p.dtype)

    def astype(self, dtype):
        """Convert all parameters and buffers of floats to float32 or float64, in place; returns the module."""
        for _, p in self._named((Parameter, Buffer)):
            p.data = p.data.astype(dtype) if p.data.dtype.kind == "f" else p.data
        return self

    def _named(self, kind):
        own = [(name, value) for name, value in vars(self).items() if isinstance(value, kind)]
        return own + [(f"{name}.{below}", p) for name, child in self.named_children() for below, p in child._named(kind)]

    def __repr__(self):
        inside = ", ".join(f"{name}={child!r}" for name, child in self.named_children())
        return f"{type(self).__name__}({inside})"
