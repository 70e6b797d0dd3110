import builtins
import sys

import numpy as np
import pytest
import torch

from dlcourse import nn
from dlcourse.compare import compare, relative_difference, same_as_torch, to_torch
from dlcourse.models import MLP


def test_relative_difference_is_of_the_largest():
    assert relative_difference(np.array([1.0, 10.0]), np.array([1.5, 10.0])) == pytest.approx(0.05)
    assert relative_difference(np.zeros(3), np.zeros(3)) == 0


def test_a_difference_is_seen():
    with pytest.raises(AssertionError, match="differs from PyTorch's by 1.0e-03"):
        same_as_torch(np.array([1.001]), torch.tensor([1.0], dtype=torch.float64))
    with pytest.raises(AssertionError, match="nan"):
        same_as_torch(np.array([np.nan]), torch.tensor([1.0]))
    with pytest.raises(ValueError, match="one shape"):
        same_as_torch(np.zeros(3), torch.zeros(3, 1))
    assert same_as_torch(np.float32(1) + np.float32(1e-7), torch.tensor(1.0))


def test_compare_finds_a_wrong_gradient(monkeypatch):
    model = MLP(3, 4, 2, rng=np.random.default_rng(0))
    monkeypatch.setattr(sys.modules["dlcourse.functional.matmul"], "_linear", wrong_linear)
    assert compare(model, np.ones((2, 3), "f4"), np.array([0, 1]), repeats=1).differences["d 0.bias"][0] > 0.1


def test_compare_leaves_the_model_as_it_was():
    model = MLP(3, 4, 2, rng=np.random.default_rng(0)).eval()
    gradient = model[0].weight.grad = np.ones((4, 3), "f4")
    compare(model, np.ones((2, 3), "f4"), np.array([0, 1]), repeats=1)
    assert model[0].weight.grad is gradient and (gradient == 1).all()
    assert not model.training


def wrong_linear(x, weight, bias, *, needs_dx):
    from dlcourse import kernels
    from dlcourse.tensor import differentiable

    def kernel(x, weight, bias):
        y, backward = kernels.linear(x, weight.T, bias)
        return y, lambda dy: (backward(dy)[0], backward(dy)[1].T, 2 * backward(dy)[2])

    return differentiable(kernel)(x, weight, bias)


def test_without_pytorch_the_table_says_so(monkeypatch):
    real = builtins.__import__
    absent = lambda name, *rest: (_ for _ in ()).throw(ModuleNotFoundError(name)) if name == "torch" else real(name, *rest)  # noqa: E731
    monkeypatch.setattr(builtins, "__import__", absent)
    table = compare(MLP(3, 2), np.ones((2, 3), "f4"), np.array([0, 1]))
    assert "pip install torch" in repr(table) and "pip install torch" in table._repr_html_() and table.largest == 0


def test_a_layer_without_counterpart_gets_a_sentence():
    class Odd(nn.Module):
        pass

    with pytest.raises(TypeError, match="got Odd"):
        to_torch(nn.Sequential(Odd()))
