"""Each row of the table against its specification, against finite differences along a random direction, and against PyTorch."""

import weakref
from inspect import isfunction

import numpy as np
import pytest
import reference
import torch
from any_shape import ANY_SHAPE
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse import backend, kernels
from dlcourse.backend import to_device, to_host
from dlcourse.compare import TOLERANCE, relative_difference
from dlcourse.compare.parity import kernel_parity, upstream
from dlcourse.compare.rows import KERNELS

every_row = pytest.mark.parametrize("row", KERNELS, ids=str)


def test_every_kernel_has_a_row():
    public = {name for name, value in vars(kernels).items() if isfunction(value)}
    assert public - {row.kernel.__name__ for row in KERNELS} == {"unbroadcast"}


def test_every_kernel_is_tried_on_any_shape():
    assert {row.kernel.__name__ for row in KERNELS} - {kernel.__name__ for kernel in ANY_SHAPE} == {"dropout"}  # one mask for one shape


@pytest.mark.parametrize("row", [row for row in KERNELS if hasattr(reference, row.kernel.__name__)], ids=str)
def test_output_equals_the_specification(row):
    ys, _ = row.run(row.inputs())
    expected = getattr(reference, row.kernel.__name__)(*row.inputs(), **row.options)
    for y, e in zip(ys, expected if isinstance(expected, tuple) else (expected,), strict=True):
        assert relative_difference(to_host(y), e) < 1e-12


@every_row
def test_gradient_along_a_random_direction(row):
    inputs = row.inputs()
    ys, backward = row.run(inputs)
    dys = upstream(ys, np.float64)
    grads = backward(*map(to_device, dys))
    assert isinstance(grads, tuple) and len(grads) == len(inputs)
    assert all(g is None for g, x in zip(grads, inputs, strict=True) if x is None)
    rng = np.random.default_rng(3)
    directions = [x if x is None else rng.normal(size=x.shape) for x in inputs]
    h = 1e-6
    ahead, behind = (row.run([x if x is None else x + s * h * d for x, d in zip(inputs, directions, strict=True)])[0] for s in (1, -1))
    numerical = sum(((to_host(a) - to_host(b)) / (2 * h) * dy).sum() for a, b, dy in zip(ahead, behind, dys, strict=True))
    analytical = sum((to_host(g) * d).sum() for g, d in zip(grads, directions, strict=True) if d is not None)
    assert analytical == pytest.approx(numerical, rel=1e-6, abs=1e-7)


@every_row
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)
def test_equals_pytorch(row, dtype):
    compare_with_torch(row, row.inputs(dtype), dtype)


def compare_with_torch(row, inputs, dtype):
    bound = TOLERANCE[np.dtype(dtype).name]
    outputs, gradients = kernel_parity(row, dtype, inputs=inputs)
    assert outputs < bound and gradients < bound


@every_row
def test_nothing_is_written_into(row):
    inputs = row.inputs()
    ys, backward = row.run(inputs)
    dys = upstream(ys, np.float64)
    arrays = [x for x in (*inputs, *dys) if x is not None]
    before = [x.copy() for x in arrays]
    backward(*map(to_device, dys))
    first = [to_host(y).copy() for y in ys]
    backward(*map(to_device, dys))
    assert all((a == b).all() for a, b in zip(arrays, before, strict=True))
    assert all((to_host(y) == f).all() for y, f in zip(ys, first, strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)
@pytest.mark.parametrize("kernel", ANY_SHAPE, ids=lambda k: k.__name__)
def test_equals_pytorch_for_any_shape(kernel, dtype):
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(row=ANY_SHAPE[kernel], seed=st.integers(0, 99))
    def holds(row, seed):
        compare_with_torch(row, row.inputs(dtype, seed), dtype)

    holds()


def test_linear_leaves_out_the_gradient_of_its_input_when_told():
    rng = np.random.default_rng(0)
    _, backward = kernels.linear(rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), np.zeros(2), needs_dx=False)
    dx, dw, db = backward(np.ones((3, 2)))
    assert dx is None and dw.shape == (4, 2) and db.shape == (2,)


@pytest.mark.parametrize("kernel", [kernels.softmax, kernels.log_softmax, kernels.sigmoid, kernels.logsumexp], ids=lambda k: k.__name__)
def test_huge_numbers_stay_finite(kernel):
    y, backward = kernel(np.array([[1000.0, -1000.0, 0.0]]))
    assert np.isfinite(y).all() and np.isfinite(backward(np.ones_like(y))[0]).all()


def test_ties_share_the_gradient_as_in_pytorch():
    a, b = np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 0.0])
    for kernel in (kernels.maximum, kernels.minimum):
        twins = [torch.tensor(x, requires_grad=True) for x in (a, b)]
        getattr(torch, kernel.__name__)(*twins).sum().backward()
        for g, twin in zip(kernel(a, b)[1](np.ones(3)), twins, strict=True):
            assert (g == twin.grad.numpy()).all()


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_goes_block_by_block_through_any_layout(approximate, monkeypatch):
    """More numbers than one block holds, in reading order, transposed, backwards, and with gaps."""
    monkeypatch.setattr(backend, "block_size", lambda: 100)
    x = to_device(np.random.default_rng(0).normal(size=(3, 14, 10)))
    y, backward = kernels.gelu(x, approximate=approximate)
    dx = backward(x)[0]
    for view in (lambda a: a, lambda a: a.transpose(0, 2, 1), lambda a: a[:, ::-1], lambda a: a[:, :, ::2].transpose(2, 0, 1)):
        z, back = kernels.gelu(view(x), approximate=approximate)
        assert abs(z - view(y)).max() < 1e-14 and abs(back(view(x))[0] - view(dx)).max() < 1e-14


def test_a_word_that_does_not_fit_has_an_infinite_loss_or_none():
    """Two equal characters want a blank between them, so two steps are too few."""
    logits, word, steps, length = map(to_device, (np.zeros((2, 1, 3)), np.array([[1, 1]]), np.array([2]), np.array([2])))
    for zero_infinity, expected in ((False, np.inf), (True, 0.0)):
        loss, backward = kernels.ctc(logits, target=word, input_lengths=steps, target_lengths=length, zero_infinity=zero_infinity)
        assert loss == expected and (backward(to_device(np.ones(())))[0] == 0).all()


def word(**changed):
    """Good options for ctc, but for those that are changed."""
    return {"target": np.ones((2, 2), int), "input_lengths": np.array([5, 4]), "target_lengths": np.array([2, 1])} | changed


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: kernels.cross_entropy(np.zeros((4, 3)), target=np.array([0, 1, 2, 3])), ValueError, "labels from 0 to 2 .* got .* 0 to 3"),
        (lambda: kernels.cross_entropy(np.zeros((4, 3)), target=np.array([0, -1, 2, 1])), ValueError, "got labels from -1 to 2"),
        (lambda: kernels.cross_entropy(np.zeros((4, 3)), target=np.zeros(4)), TypeError, "integer class labels, got float64"),
        (lambda: kernels.cross_entropy(np.zeros((4, 3)), target=np.zeros((4, 1), int)), ValueError, r"got \(4, 3\) and \(4, 1\)"),
        (lambda: kernels.cross_entropy(np.zeros((0, 3)), target=np.zeros(0, int)), ValueError, "at least one example"),
        (lambda: kernels.mse(np.zeros((4, 1)), target=np.zeros(4)), ValueError, r"one shape, got \(4, 1\) and \(4,\)"),
        (lambda: kernels.mse(np.zeros(0), target=np.zeros(0)), ValueError, "at least one example"),
        (lambda: kernels.bce_with_logits(np.zeros((4, 1)), target=np.zeros(4)), ValueError, "one shape"),
        (lambda: kernels.l1(np.zeros(2), target=np.zeros(3)), ValueError, "l1 expected x and target of one shape"),
        (lambda: kernels.huber(np.zeros(2), target=np.zeros(3)), ValueError, "huber expected x and target of one shape"),
        (lambda: kernels.kl_div(np.zeros(2), target=np.zeros(3)), ValueError, "kl_div expected log_q and target of one shape"),
        (lambda: kernels.mse(np.zeros(3), target=np.zeros(3), reduction="average"), ValueError, '"mean", "sum" or "none", got \'average\''),
        (lambda: kernels.nll(np.zeros((2, 3)), target=np.array([0, 3])), ValueError, "nll expected labels from 0 to 2"),
        (lambda: kernels.cross_entropy(np.zeros((2, 3)), target=np.full(2, -100)), ValueError, "all 2 are labelled with ignore_index"),
        (lambda: kernels.cross_entropy(np.zeros((2, 3)), target=np.ones((2, 4))), ValueError, r"one shape, got \(2, 3\) and \(2, 4\)"),
        (lambda: kernels.ctc(np.zeros((5, 2, 3)), **word(target=np.ones((2, 2, 2), int))), ValueError, r"target \(2, S\)"),
        (lambda: kernels.ctc(np.zeros((5, 2, 3)), **word(target=np.full((2, 2), 3))), ValueError, "labels from 0 to 2, got 0 to 3"),
        (lambda: kernels.ctc(np.zeros((5, 2, 3)), **word(input_lengths=np.array([6, 1]))), ValueError, "input_lengths from 1 to 5"),
        (lambda: kernels.ctc(np.zeros((5, 2, 3)), **word(target_lengths=np.array([2, 3]))), ValueError, "target_lengths from 0 to 2"),
        (lambda: kernels.ctc(np.zeros((5, 2, 3)), **word(reduction="all")), ValueError, "got 'all'"),
        (lambda: kernels.var(np.zeros((3, 1)), axis=1), ValueError, r"more than 1 numbers along axis 1, got shape \(3, 1\)"),
        (lambda: kernels.split(np.zeros((3, 4)), sizes=(1, 2), axis=1), ValueError, r"add up to 4, the length of axis 1, got \(1, 2\)"),
        (lambda: kernels.pad(np.zeros(3), widths=((0, 3),), mode="reflect"), ValueError, r"margins of at most \(2,\)"),
        (lambda: kernels.pad(np.zeros(3), widths=((0, 3),), mode="wrap"), ValueError, "got 'wrap'"),
        (lambda: kernels.gelu(np.zeros(3), approximate="erf"), ValueError, '"none" or "tanh"'),
    ],
)
def test_bad_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("shapes", [((3, 4), (4, 2)), ((4,), (4, 2)), ((2, 3, 4), (4, 5))])
def test_the_backward_of_a_product_does_not_keep_it(shapes):
    y, _backward = kernels.matmul(*map(np.ones, shapes))
    memory = weakref.ref(y if y.base is None else y.base)
    del y
    assert memory() is None
