import math

import pytest
import torch

from dlcourse.value import Value


def test_an_expression_equals_pytorch():
    def expression(a, b):
        c = (a * b - 2.0 / b) ** 2 + 1 - a
        return c.tanh() + (c * 0.1).exp() - (b + 3).log() * a.relu()

    a, b = Value(0.7), Value(-1.3)
    expression(a, b).backward()
    twins = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (0.7, -1.3)]
    expression(*twins).backward()
    assert [a.grad, b.grad] == pytest.approx([t.grad.item() for t in twins], rel=1e-12)


def test_a_diamond_and_a_second_backward_accumulate():
    x = Value(3.0)
    y = x * x
    z = y + y
    z.backward()
    assert x.grad == 12
    z.backward()
    assert x.grad == 24


def test_a_chain_of_20000():
    y = x = Value(1.0)
    for _ in range(20_000):
        y = y + x
    y.backward()
    assert x.grad == 20_001


def test_finite_difference():
    h = 1e-6
    x = Value(0.4)
    (x.exp() / (x + 1)).backward()
    f = lambda v: math.exp(v) / (v + 1)  # noqa: E731
    assert x.grad == pytest.approx((f(0.4 + h) - f(0.4 - h)) / (2 * h), rel=1e-8)


def test_arrays_get_a_sentence():
    with pytest.raises(TypeError, match="expected a number, got list"):
        Value([1.0])
