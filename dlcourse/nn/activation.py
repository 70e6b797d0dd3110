"""Activations as modules, so that they can stand in a Sequential."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class ReLU(Module):
    """max(x, 0)."""

    def forward(self, x):
        return F.relu(x)


class LeakyReLU(Module):
    """x where x > 0, negative_slope * x elsewhere."""

    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def forward(self, x):
        return F.leaky_relu(x, self.negative_slope)


class Tanh(Module):
    """tanh x."""

    def forward(self, x):
        return F.tanh(x)


class Sigmoid(Module):
    """1 / (1 + exp(-x))."""

    def forward(self, x):
        return F.sigmoid(x)


class ReLU6(Module):
    """x held between 0 and 6."""

    def forward(self, x):
        return F.relu6(x)


class ELU(Module):
    """x where x > 0, alpha (exp x - 1) elsewhere."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        return F.elu(x, self.alpha)


class SiLU(Module):
    """x sigmoid(x), also called swish."""

    def forward(self, x):
        return F.silu(x)


class Hardswish(Module):
    """x relu6(x + 3) / 6."""

    def forward(self, x):
        return F.hardswish(x)


class Softplus(Module):
    """log(1 + exp(beta x)) / beta."""

    def __init__(self, beta=1.0):
        self.beta = beta

    def forward(self, x):
        return F.softplus(x, self.beta)


class Softmax(Module):
    """exp x / sum exp x over one dimension."""

    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, x):
        return F.softmax(x, self.dim)


class GELU(Module):
    """x times the probability that a standard normal variable is below x; `approximate` is "none" or "tanh"."""

    def __init__(self, approximate="none"):
        self.approximate = approximate

    def forward(self, x):
        return F.gelu(x, self.approximate)
