"""Each row of the table against its specification, against finite differences along a random direction, and against PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_table import KERNELS

from dlcourse import kernels
from dlcourse.backend import to_device, to_host
from dlcourse.compare import TOLERANCE, relative_difference

every_row = pytest.mark.parametrize("row", KERNELS, ids=str)


def run(row, inputs, dtype=np.float64):
    options = {key: to_device(v) if isinstance(v, np.ndarray) else v for key, v in row.options_as(dtype).items()}
    y, backward = row.kernel(*map(to_device, inputs), **options)
    return y, backward


def upstream(y, dtype=np.float64, seed=7):
    """A random gradient: a check through .sum() is blind where all gradients of the sum are zero."""
    return np.asarray(np.random.default_rng(seed).normal(size=y.shape), dtype)


def test_every_kernel_has_a_row():
    assert set(kernels.__all__) - {row.kernel.__name__ for row in KERNELS} == {"unbroadcast"}


@pytest.mark.parametrize("row", [row for row in KERNELS if row.specification], ids=str)
def test_output_equals_the_specification(row):
    y, _ = run(row, row.inputs())
    assert relative_difference(to_host(y), row.specification(*row.inputs(), **row.options)) < 1e-12


@every_row
def test_gradient_along_a_random_direction(row):
    inputs = row.inputs()
    y, backward = run(row, inputs)
    dy = upstream(y)
    grads = backward(to_device(dy))
    assert isinstance(grads, tuple) and len(grads) == len(inputs)
    rng = np.random.default_rng(3)
    directions = [rng.normal(size=x.shape) for x in inputs]
    h = 1e-6
    ahead, behind = (run(row, [x + s * h * d for x, d in zip(inputs, directions, strict=True)])[0] for s in (1, -1))
    numerical = ((to_host(ahead) - to_host(behind)) / (2 * h) * dy).sum()
    analytical = sum((to_host(g) * d).sum() for g, d in zip(grads, directions, strict=True))
    assert analytical == pytest.approx(numerical, rel=1e-6, abs=1e-7)


@every_row
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda d: d.__name__)
def test_equals_pytorch(row, dtype):
    compare_with_torch(row, row.inputs(dtype), dtype)


def compare_with_torch(row, inputs, dtype):
    y, backward = run(row, inputs, dtype)
    twins = [torch.from_numpy(x.copy()).requires_grad_() for x in inputs]
    expected = row.torch(*twins, **row.options_as(dtype))
    dy = upstream(y, dtype)
    expected.backward(torch.from_numpy(dy))
    bound = TOLERANCE[np.dtype(dtype).name]
    assert relative_difference(y, expected) < bound
    for g, twin in zip(backward(to_device(dy)), twins, strict=True):
        assert g.dtype == dtype
        assert relative_difference(g, twin.grad) < bound


@every_row
def test_nothing_is_written_into(row):
    inputs = row.inputs()
    y, backward = run(row, inputs)
    dy = upstream(y)
    before = [x.copy() for x in (*inputs, dy)]
    backward(dy)
    first = to_host(y).copy()
    backward(dy)
    assert all((a == b).all() for a, b in zip((*inputs, dy), before, strict=True))
    assert (to_host(y) == first).all()


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.integers(1, 5), min_size=1, max_size=3), d=st.integers(1, 6), k=st.integers(1, 6), seed=st.integers(0, 99))
def test_linear_equals_pytorch_for_any_shape(rows, d, k, seed):
    row = next(r for r in KERNELS if r.kernel is kernels.linear)
    rng = np.random.default_rng(seed)
    compare_with_torch(row, [rng.normal(size=s) for s in ((*rows, d), (d, k), (k,))], np.float64)


@settings(max_examples=40, deadline=None)
@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data())
def test_broadcasting_equals_pytorch_for_any_shape(shape, data):
    other = [data.draw(st.sampled_from([1, n])) for n in shape][data.draw(st.integers(0, len(shape) - 1)) :]
    row = next(r for r in KERNELS if r.kernel is kernels.mul)
    rng = np.random.default_rng(len(shape))
    compare_with_torch(row, [rng.normal(size=shape), rng.normal(size=other)], np.float64)


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
        (lambda: kernels.gelu(np.zeros(3), approximate="erf"), ValueError, '"none" or "tanh"'),
    ],
)
def test_bad_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()
