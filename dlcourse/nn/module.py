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

    def named_modules(self, prefix=""):
        """("", this module), then (name, module) for all below it. A shared one is named once."""
        first = {id(self): (prefix, self)}
        for name, child in self.named_children():
            for below, module in child.named_modules(f"{prefix}.{name}" if prefix else name):
                first.setdefault(id(module), (below, module))
        return list(first.values())

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
        """Freeze (False) or free all parameters below; returns the module. A frozen one has no gradient and stays as it is."""
        for p in self.parameters():
            p.requires_grad, p.grad = requires_grad, p.grad if requires_grad else None
        return self

    def state_dict(self):
        """{name: host array} of all parameters and buffers, copied; names and shapes are PyTorch's."""
        return {name: to_host(p.data).copy() for name, p in self._named((Parameter, Buffer))}

    def load_state_dict(self, state, strict=True):
        """Set parameters and buffers from {name: array}; returns (names that were missing, names that are not known).

        Raises ValueError when a shape differs or, if `strict`, when a name is missing or not known; then nothing was changed.
        """
        own = dict(self._named((Parameter, Buffer)))
        missing = [name for name in own if name not in state]
        unknown = [name for name in state if name not in own]
        known = {name: p for name, p in own.items() if name in state}
        problems = [
            f"{name} expected {p.shape}, got {np.shape(state[name])}" for name, p in known.items() if p.shape != np.shape(state[name])
        ]
        if strict:
            problems += [f"{name} is missing" for name in missing]
            problems += [f"{name} is not a parameter of this {type(self).__name__}" for name in unknown]
        if problems:
            raise ValueError(f"The weights don't fit: {_listed(sorted(problems))}.")
        for name, p in known.items():
            p.data = xp.array(state[name], dtype=p.dtype)
        return missing, unknown

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


def _listed(problems, most=12):
    """The first problems, and how many more there are."""
    more = [f"and {len(problems) - most} more"] if len(problems) > most else []
    return "; ".join(problems[:most] + more)
