"""The linear layer: every output is a weighted sum of all inputs, plus a bias."""

from dlcourse import functional as F
from dlcourse.nn.init import default_rng, linear_uniform
from dlcourse.nn.module import Module, Parameter
from dlcourse.tensor import Tensor


class Linear(Module):
    """x weightᵀ + bias for x (..., in_features) -> (..., out_features); weight is (out_features, in_features), as in PyTorch.

    Raises ValueError when x has another number of features, TypeError when its dtype is not the weight's.
    """

    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = default_rng(rng)
        self.weight = Parameter(linear_uniform((out_features, in_features), in_features, rng=rng))
        self.bias = Parameter(linear_uniform((out_features,), in_features, rng=rng)) if bias else None

    def forward(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        self._check(x)
        return F.linear(x, self.weight, self.bias)

    def _check(self, x):
        have, want, features = x.data.dtype, self.weight.data.dtype, self.in_features
        if have != want:
            raise TypeError(f"{self!r} expected {want} numbers, got {have}. Convert the input: x.astype(np.{want}).")
        if x.data.shape[-1:] != (features,):
            raise ValueError(f"{self!r} expected x of shape (..., {features}), got {x.shape}: the last axis holds one example's features.")

    def __repr__(self):
        return f"Linear({self.in_features}, {self.out_features}{'' if self.bias is not None else ', bias=False'})"
