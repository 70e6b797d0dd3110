"""Multi-layer perceptron: linear layers with an activation between them (Rumelhart, Hinton and Williams 1986).
B batch, D features, K classes."""

from itertools import pairwise

from dlcourse.nn import Linear, ReLU, Sequential
from dlcourse.nn.init import default_rng


class MLP(Sequential):
    """MLP(784, 256, 128, 10): features, hidden widths, outputs. `activation` is a module class; the last layer has none.

    Raises ValueError for fewer than two sizes.
    """

    def __init__(self, *sizes, activation=ReLU, rng=None):
        if len(sizes) < 2:
            raise ValueError(f"MLP expected at least two sizes, the features and the outputs, got {sizes}.")
        rng = default_rng(rng)
        layers = []
        for fan_in, fan_out in pairwise(sizes):
            layers += [Linear(fan_in, fan_out, rng=rng), activation()]
        super().__init__(*layers[:-1])  # (B, D) -> (B, K)
