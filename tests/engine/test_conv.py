import numpy as np
import pytest
import torch

from dlcourse import Tensor, kernels, nn
from dlcourse import functional as F
from dlcourse.backend import pieces, xp


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_channels_stay_together_in_memory(rng):
    x = Tensor(rng.normal(size=(2, 3, 8, 8)), requires_grad=True)
    y = F.conv2d(x, rng.normal(size=(5, 3, 3, 3)), padding=1)
    y.sum().backward()
    assert y.data.transpose(0, 2, 3, 1).flags.c_contiguous and x.grad.transpose(0, 2, 3, 1).flags.c_contiguous


@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (0, 2, 3, 1), (3, 2, 1, 0)])
def test_any_order_in_memory_gives_the_same_numbers(rng, axes):
    x, w = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 3))
    elsewhere = np.ascontiguousarray(x.transpose(axes)).transpose(np.argsort(axes))
    y, backward = kernels.conv2d(x, w, None)
    other_y, other_backward = kernels.conv2d(elsewhere, w, None)
    dy = rng.normal(size=y.shape)
    assert (other_y == y).all()
    assert all((a == b).all() for a, b in zip(backward(dy)[:2], other_backward(np.asfortranarray(dy))[:2], strict=True))


@pytest.mark.parametrize("block", [1, 7000, 50_000])
@pytest.mark.parametrize("channels", [1, 8])
def test_blocks_of_any_size_give_the_same_numbers(rng, monkeypatch, block, channels):
    x, w = rng.normal(size=(3, channels, 20, 17)), rng.normal(size=(4, channels, 3, 3))
    y, backward = kernels.conv2d(x, w, None, padding=1)
    dy = rng.normal(size=y.shape)
    expected = backward(dy)
    monkeypatch.setattr("dlcourse.kernels.conv.block_size", lambda: block)
    small_y, small_backward = kernels.conv2d(x, w, None, padding=1)
    for a, b in zip((small_y, *small_backward(dy)[:2]), (y, *expected[:2]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kernel", [kernels.conv2d, kernels.conv_transpose2d], ids=lambda k: k.__name__)
def test_the_gradient_of_the_input_is_left_out_when_told(rng, kernel):
    y, backward = kernel(rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(3, 3, 2, 2)), np.zeros(3), needs_dx=False)
    dx, dw, db = backward(np.ones_like(y))
    assert dx is None and dw.shape == (3, 3, 2, 2) and db.shape == (3,)


def test_transposed_convolution_is_the_adjoint(rng):
    """<conv(x), y> = <x, transposed(y)>, for sizes that the stride does not divide too."""
    x, w = rng.normal(size=(2, 3, 8, 7)), rng.normal(size=(4, 3, 3, 3))
    convolved, _ = kernels.conv2d(x, w, None, stride=2, padding=1)
    y = rng.normal(size=convolved.shape)
    back, _ = kernels.conv_transpose2d(y, w, None, stride=2, padding=1, output_padding=(1, 0))
    assert back.shape == x.shape and (convolved * y).sum() == pytest.approx((x * back).sum())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda rng: nn.Conv1d(8, 12, 5, groups=2, rng=rng), lambda: torch.nn.Conv1d(8, 12, 5, groups=2)),
        (lambda rng: nn.Conv2d(8, 12, (3, 5), groups=4, rng=rng), lambda: torch.nn.Conv2d(8, 12, (3, 5), groups=4)),
        (lambda rng: nn.ConvTranspose2d(8, 12, 4, groups=2, rng=rng), lambda: torch.nn.ConvTranspose2d(8, 12, 4, groups=2)),
    ],
    ids=["Conv1d", "Conv2d", "ConvTranspose2d"],
)
def test_first_weights_have_pytorchs_shapes_and_bounds(rng, ours, theirs):
    mine = ours(rng).state_dict()
    for name, expected in theirs().state_dict().items():
        assert mine[name].shape == tuple(expected.shape) and mine[name].dtype == np.float32
    bound = 1 / np.sqrt(mine["weight"][0].size)
    for array in mine.values():
        assert abs(array).max() <= bound and (array.size < 100 or abs(array).max() > 0.95 * bound)


def test_a_layer_shows_what_was_asked_for():
    layers = [nn.Conv2d(1, 6, 5, padding=2), nn.Conv1d(4, 4, 3, groups=4, bias=False), nn.ConvTranspose2d(8, 4, 4, 2, 1, output_padding=1)]
    assert [repr(layer) for layer in layers] == [
        "Conv2d(1, 6, 5, padding=2)",
        "Conv1d(4, 4, 3, groups=4, bias=False)",
        "ConvTranspose2d(8, 4, 4, stride=2, padding=1, output_padding=1)",
    ]


X = np.zeros((2, 4, 5, 6))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kernels.conv2d(X[0], np.zeros((3, 4, 3, 3)), None), r"expected x \(B, C, H, W\) .* got shapes \(4, 5, 6\)"),
        (lambda: kernels.conv1d(X, np.zeros((3, 4, 3)), None), r"expected x \(B, C, T\) .* got shapes \(2, 4, 5, 6\)"),
        (lambda: kernels.conv2d(X, np.zeros((3, 1, 3, 3)), None), r"expected 1 channels for a weight \(3, 1, 3, 3\) with groups=1"),
        (lambda: kernels.conv2d(X, np.zeros((3, 2, 3, 3)), None, groups=2), "channels that fall into groups=2"),
        (lambda: kernels.conv2d(X, np.zeros((3, 4, 3, 3)), np.zeros(4)), r"bias of shape \(3,\).* got \(4,\)"),
        (lambda: kernels.conv2d(X, np.zeros((3, 4, 3, 3)), None, stride=0), r"stride=\(0, 0\)"),
        (lambda: kernels.conv2d(X, np.zeros((3, 4, 3, 3)), None, padding=(0, -1)), r"padding=\(\(0, 0\), \(-1, -1\)\)"),
        (lambda: kernels.conv2d(X, np.zeros((3, 4, 3, 3)), None, dilation=3), r"its window, \(7, 7\) pixels, got \(5, 6\)"),
        (lambda: kernels.conv_transpose2d(X, np.zeros((3, 4, 3, 3)), None), "expected 3 channels"),
        (lambda: kernels.conv_transpose2d(X, np.zeros((4, 3, 3, 3)), None, output_padding=1), "output_padding below stride or dilation"),
        (lambda: kernels.conv_transpose2d(X, np.zeros((4, 3, 1, 1)), None, padding=3), r"an output of \(-1, 0\)"),
        (lambda: nn.Conv2d(4, 3, 3)(X.astype("f4")[:, :3]), r"Conv2d\(4, 3, 3\) expected x of shape \(B, 4, H, W\), got \(2, 3, 5, 6\)"),
        (lambda: nn.Conv1d(4, 3, 3)(X.astype("f4")), r"expected x of shape \(B, 4, T\), got"),
        (lambda: nn.Conv2d(4, 6, 3, groups=3), "groups that divide 4 and 6 channels, got 3"),
    ],
)
def test_bad_input_gets_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_another_dtype_gets_a_sentence():
    with pytest.raises(TypeError, match=r"expected float32 numbers, got float64. Convert the input"):
        nn.ConvTranspose2d(4, 3, 3)(X)


@pytest.mark.parametrize("rows", [1, 39, 196, 784, 787, 14112])
@pytest.mark.parametrize("size", [9, 4608, 36864])
def test_pieces_are_equal_and_small_or_one(rows, size):
    n = pieces(rows, size)
    assert rows % n == 0
    assert n == 1 or (rows // n >= 40 and rows // n * size <= 10**6 and rows * size > 10**6)
    assert pieces(784, 4608) == 4  # four images of 14 x 14, from 16 to 32 channels by 3 x 3


def test_on_a_device_a_product_is_whole(monkeypatch):
    monkeypatch.setattr(xp, "device_name", "gpu")
    assert pieces(784, 4608) == 1
