import gc
import threading
import weakref

import numpy as np
import pytest
import torch

from dlcourse import Tensor, differentiable, no_grad
from dlcourse import functional as F
from dlcourse.compare import same_as_torch


def leaf(*shape, seed=0):
    return Tensor(np.random.default_rng(seed).normal(size=shape), requires_grad=True)


def test_a_diamond_adds_both_paths():
    x = Tensor(np.array(3.0), requires_grad=True)
    y = x * x
    (y + y * x).backward()
    assert x.grad == 2 * 3 + 3 * 3**2


def test_gradients_accumulate_over_two_losses():
    x = leaf(3)
    (x * 2.0).sum().backward()
    (x * 5.0).sum().backward()
    assert (x.grad == 7).all()


def test_a_chain_of_20000_products():
    x = Tensor(np.array(1.0), requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * x
    y.backward()
    assert x.grad == 20_001


def test_a_long_chain_that_is_thrown_away_does_not_overflow_the_stack():
    y = leaf(1)
    for _ in range(100_000):
        y = -y
    del y


def test_operators_equal_pytorch():
    a, b = leaf(3, 4), leaf(4, seed=1)
    twins = [torch.tensor(t.data, requires_grad=True) for t in (a, b)]

    def expression(a, b):
        return ((2.0 - a * b / 3.0 + 1.0) ** 2 @ b - 1.0 / (b[1:2] ** 2 + 1.0)).mean() + (-a).T[0].sum() + a.reshape(2, 6).max()

    expression(a, b).backward()
    expression(*twins).backward()
    for ours, theirs in zip((a, b), twins, strict=True):
        same_as_torch(ours.grad, theirs.grad)


def test_numpy_on_the_left_leaves_the_operation_to_tensor():
    x = leaf(3)
    y = np.ones(3) * x
    assert isinstance(y, Tensor) and y.requires_grad


def test_functional_speaks_of_dim():
    x = leaf(2, 3, 4)
    twin = torch.tensor(x.data)
    same_as_torch(F.softmax(x, dim=1), twin.softmax(dim=1))
    same_as_torch(F.log_softmax(x, dim=0), twin.log_softmax(dim=0))
    same_as_torch(F.logsumexp(x, dim=1, keepdim=True), twin.logsumexp(dim=1, keepdim=True))
    same_as_torch(F.concatenate([x, x], dim=2), torch.cat([twin, twin], dim=2))
    same_as_torch(F.stack([x, x], dim=1), torch.stack([twin, twin], dim=1))
    same_as_torch(F.flatten(x), twin.flatten(1))
    same_as_torch(F.clip(x, -0.5, 0.5), twin.clip(-0.5, 0.5))
    same_as_torch(F.broadcast_to(x[0], (5, 3, 4)), twin[0].broadcast_to(5, 3, 4))
    same_as_torch(x.sum(dim=1, keepdim=True), twin.sum(dim=1, keepdim=True))


def test_python_floats_become_float32_and_arrays_keep_their_dtype():
    assert Tensor([1.0, 2.0]).dtype == np.float32
    assert Tensor(np.ones(2)).dtype == np.float64
    assert Tensor([1, 2]).dtype == np.int64
    assert (Tensor([1.0]) * 2.5).dtype == np.float32


def test_no_grad_records_nothing_and_only_in_its_own_thread():
    x, elsewhere = leaf(2), []
    with no_grad():
        thread = threading.Thread(target=lambda: elsewhere.append((x * 2.0).requires_grad))
        thread.start()
        thread.join()
        assert not (x * 2.0).requires_grad
    assert elsewhere == [True] and (x * 2.0).requires_grad


def test_constants_get_no_gradient():
    x, constant = leaf(2), Tensor(np.ones(2))
    (x * constant).sum().backward()
    assert constant.grad is None


def test_no_two_leaves_share_a_gradient():
    a, b, c = leaf(3), leaf(3), leaf(3)
    (a + b + c.reshape(3)).sum().backward()
    a.grad *= 0
    assert (b.grad == 1).all() and (c.grad == 1).all()


def test_the_gradient_that_was_passed_in_is_not_kept():
    x, gradient = leaf(3), np.ones(3)
    (x + 0.0).backward(gradient)
    x.grad *= 0
    assert (gradient == 1).all()


def test_a_graph_is_freed_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        x = leaf(3)
        middle = F.tanh(x * 2.0)
        gone = weakref.ref(middle)
        loss = F.relu(middle).sum()
        del middle
        loss.backward()
        assert gone() is None, "after backward the graph is gone"
        middle = x * 2.0
        gone = weakref.ref(middle)
        del middle
        assert gone() is None, "a graph that is dropped is gone"
    finally:
        gc.enable()


def test_memory_is_freed_while_backward_runs():
    alive, refs = [], {}

    class Kept:
        """What a kernel keeps for its backward."""

    @differentiable
    def spy(x, *, name):
        kept = Kept()
        refs[name] = weakref.ref(kept)

        def backward(dy):
            assert kept
            alive.append("".join(name for name, ref in refs.items() if ref()))
            return (dy,)

        return x + 0.0, backward

    spy(spy(spy(leaf(1), name="a"), name="b"), name="c").sum().backward()
    assert alive == ["abc", "ab", "a"]


def test_a_result_that_no_gradient_needs_is_not_kept():
    a = leaf(3) + 1.0
    b = a * 2.0  # the gradient of a is twice that of b, whatever a was
    result = weakref.ref(a)
    del a
    assert result() is None
    b.sum().backward()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: leaf(3).__mul__(2.0).backward(), ValueError, r"starts from a single number, got shape \(3,\)"),
        (lambda: Tensor([1.0]).backward(), RuntimeError, "remembers nothing"),
        (lambda: (leaf(3) * 2.0).backward(np.ones(4)), ValueError, r"gradient of shape \(3,\), got \(4,\)"),
        (lambda: Tensor([1, 2], requires_grad=True), TypeError, "expected floats, got int64"),
        (lambda: Tensor(Tensor([1.0])), TypeError, "got a Tensor"),
    ],
)
def test_bad_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_second_backward_gets_a_sentence():
    loss = (leaf(3) * 2.0).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="Compute the loss again"):
        loss.backward()


@differentiable
def sum_and_difference(a, b):
    zero = np.zeros_like(a)

    def backward(dsum, ddifference):
        dsum, ddifference = (zero if d is None else d for d in (dsum, ddifference))
        return dsum + ddifference, dsum - ddifference

    return (a + b, a - b), backward


@pytest.mark.parametrize("used", ["both", "first", "second", "first twice"])
def test_a_kernel_with_several_outputs(used):
    a, b = (Tensor(np.array([x, 2.0]), requires_grad=True) for x in (3.0, 5.0))
    s, d = sum_and_difference(a, b)
    loss = {"both": s * s + s * d, "first": s * s, "second": d * d, "first twice": s * s + s}[used].sum()
    loss.backward()
    x, y = (torch.tensor(t.numpy(), requires_grad=True) for t in (a, b))
    s, d = x + y, x - y
    {"both": s * s + s * d, "first": s * s, "second": d * d, "first twice": s * s + s}[used].sum().backward()
    assert (a.grad == x.grad.numpy()).all() and (b.grad == y.grad.numpy()).all()


def test_several_outputs_without_recording_remember_nothing():
    s, d = sum_and_difference(np.ones(2), Tensor([1.0, 2.0]))
    assert not s.requires_grad and d.node is None
