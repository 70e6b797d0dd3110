"""LoRA (Hu et al. 2021, "LoRA: low-rank adaptation of large language models", eq. 3): a trained layer stays as it is, and the change that
fine-tuning makes to its weight is learned as a product of two thin matrices. D inputs, K outputs, r the rank, small beside both."""

import math

from dlcourse.nn import Linear, Module, Parameter
from dlcourse.nn.init import default_rng, uniform


class LoRALinear(Module):
    """x weightᵀ + bias + scale (x Aᵀ) Bᵀ, with scale = alpha / r. A (r, D) starts at random, B (K, r) at zero: so nothing changes at first.

    `linear` is frozen. Raises ValueError for a rank that is below 1 or not below D and K, where the product would save nothing.
    """

    def __init__(self, linear, rank=4, alpha=8.0, *, rng=None):
        outputs, inputs = linear.weight.shape
        if not 1 <= rank < min(inputs, outputs):
            raise ValueError(f"LoRALinear expected a rank from 1 to {min(inputs, outputs) - 1} for {linear!r}, got {rank}.")
        self.linear = linear.requires_grad_(False)
        self.scale = alpha / rank
        dtype = linear.weight.dtype
        self.A = Parameter(uniform((rank, inputs), math.sqrt(3 / inputs), rng=default_rng(rng)).astype(dtype))  # variance 1 / D
        self.B = Parameter(uniform((outputs, rank), 0.0, rng=default_rng(rng)).astype(dtype))

    def forward(self, x):
        return self.linear(x) + (x @ self.A.T) @ self.B.T * self.scale

    def merged(self):
        """The Linear that gives the same outputs: the change added to the weight, at no cost when it runs."""
        self.linear.weight.data = self.linear.weight.data + self.scale * (self.B.data @ self.A.data)
        return self.linear.requires_grad_()


def add_lora(model, rank=4, alpha=8.0, *, where=lambda name: True, rng=None):
    """Freeze a model and put adapters on its Linear layers, in place; returns the model.

    `where(name)` chooses the layers by their dotted names. Raises ValueError when it chooses none.
    """
    rng = default_rng(rng)
    chosen = [(parent, key) for name, parent, key in _linears(model) if where(name)]
    if not chosen:
        names = ", ".join(name for name, _, _ in _linears(model))
        raise ValueError(f"add_lora expected at least one Linear layer to be chosen, got none. The model has: {names or 'none'}.")
    model.requires_grad_(False)
    for parent, key in chosen:
        setattr(parent, key, LoRALinear(getattr(parent, key), rank, alpha, rng=rng))
    return model


def merge_lora(model):
    """Replace each adapter by the one Linear that it amounts to, in place; returns the model, as fast as before."""
    for parent, key, child in list(_children(model)):
        if isinstance(child, LoRALinear):
            setattr(parent, key, child.merged())
    return model.requires_grad_()


def lora_parameters(model):
    """The parameters that are trained: those of the adapters."""
    return [p for p in model.parameters() if p.requires_grad]


def _linears(model, prefix=""):
    """(dotted name, the module that holds it, the attribute) of each Linear layer."""
    for key, child in model.named_children():
        if isinstance(child, Linear):
            yield f"{prefix}{key}", model, key
        elif not isinstance(child, LoRALinear):
            yield from _linears(child, f"{prefix}{key}.")


def _children(model):
    for key, child in model.named_children():
        yield model, key, child
        yield from _children(child)
