import numpy as np
import pytest
import torch

from dlcourse import kernels, nn


def few_values(shape):
    return np.random.default_rng(0).integers(0, 3, shape).astype(float)


@pytest.mark.parametrize("options", [{}, {"stride": 1}, {"stride": 2, "padding": 1}], ids=str)
def test_of_equal_maxima_the_first_in_reading_order_gets_the_gradient(options):
    x = torch.tensor(few_values((4, 3, 9, 9)), requires_grad=True)
    expected = torch.nn.functional.max_pool2d(x, 3, **options)
    y, backward = kernels.max_pool(x.detach().numpy(), kernel_size=(3, 3), **options)
    expected.backward(torch.arange(expected.numel(), dtype=float).reshape(expected.shape))
    assert (backward(np.arange(y.size, dtype=float).reshape(y.shape))[0] == x.grad.numpy()).all()


@pytest.mark.parametrize("pool", [kernels.max_pool, kernels.avg_pool], ids=lambda p: p.__name__)
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2)], ids=["channels-first", "channels-last"])
def test_an_image_keeps_its_memory_layout(pool, order):
    x = np.random.default_rng(0).normal(size=(4, 5, 6, 6)).transpose(order)
    y, backward = pool(x, kernel_size=(3, 3), stride=2, padding=1)
    by_stride = np.argsort(x.strides)
    assert (np.argsort(y.strides) == by_stride).all()
    assert (np.argsort(backward(np.ones_like(y))[0].strides) == by_stride).all()


def test_padding_may_differ_at_both_ends():
    x = np.array([[1.0, 2, 3, 4]])
    y, backward = kernels.max_pool(x, kernel_size=(2,), stride=2, padding=((1, 0),))
    assert (y == [[1, 3]]).all() and (backward(np.array([[5.0, 7]]))[0] == [[5, 0, 7, 0]]).all()
    y, _ = kernels.avg_pool(x, kernel_size=(2,), stride=2, padding=((1, 1),), count_include_pad=False)
    assert (y == [[1, 2.5, 4]]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.MaxPool2d(5)(np.ones((2, 3, 4, 4))), "at least 5 numbers, padding included, .*length=4"),
        (lambda: nn.MaxPool2d(2, padding=2)(np.ones((2, 3, 4, 4))), "padding of at most half a window"),
        (lambda: nn.AvgPool2d(2, stride=-1)(np.ones((2, 3, 4, 4))), "stride and dilation of at least 1"),
        (lambda: nn.MaxPool2d(2)(np.ones(4)), r"window of \(2, 2\) expected x with at least 2 axes, got \(4,\)"),
        (lambda: nn.AvgPool2d((2, 2, 2))(np.ones((2, 3, 4, 4, 4))), "expected 2 sizes"),
        (lambda: nn.AdaptiveAvgPool2d(0)(np.ones((2, 3, 4, 4))), "at least one part"),
        (lambda: nn.AvgPool2d(2, stride=(1, 2, 3))(np.ones((2, 3, 4, 4))), r"a number or 2 of them, got \(1, 2, 3\)"),
    ],
)
def test_bad_input_gets_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()
