import numpy as np
import pytest
import torch

from dlcourse import Tensor, kernels, nn
from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("layer", [nn.BatchNorm2d(3, momentum=0.3), nn.BatchNorm2d(3, affine=False)], ids=["momentum", "no-weights"])
def test_running_statistics_follow_pytorch_and_serve_in_evaluation(rng, layer):
    twin = to_torch(layer)
    for _ in range(3):
        x = rng.normal(2, 3, size=(4, 3, 2, 5)).astype("f4")
        layer(x)
        twin(torch.from_numpy(x))
    for name, theirs in twin.state_dict().items():
        assert relative_difference(layer.state_dict()[name], theirs) < 1e-6, name
    layer.eval(), twin.eval()
    assert relative_difference(layer(x), twin(torch.from_numpy(x))) < 1e-5
    assert layer.state_dict()["num_batches_tracked"] == 3


def test_evaluation_leaves_the_running_statistics_alone(rng):
    layer = nn.BatchNorm1d(3).eval()
    before = layer.state_dict()
    layer(rng.normal(size=(4, 3)).astype("f4"))
    assert all((before[name] == array).all() for name, array in layer.state_dict().items())


@pytest.mark.parametrize("norm", [kernels.batch_norm, lambda *a: kernels.group_norm(*a, groups=2)], ids=["batch", "group"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2)], ids=["channels-first", "channels-last"])
def test_an_image_keeps_its_memory_layout(rng, norm, order):
    x, dy = (rng.normal(size=(4, 6, 5, 6)).transpose(order) for _ in range(2))
    channels = np.ones(x.shape[1])
    y, backward = norm(x, channels, channels)
    assert y.strides == backward(dy)[0].strides == x.strides


@pytest.mark.parametrize("shift", [0, 100], ids=str)
def test_float32_keeps_its_digits_on_many_numbers_far_from_zero(rng, shift):
    x = (rng.normal(size=(64, 28, 28, 16)) + shift).astype("f4").transpose(0, 3, 1, 2)
    y, _ = kernels.batch_norm(x)
    expected, _ = kernels.batch_norm(x.astype("f8"))
    assert relative_difference(y, expected) < 1e-5


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.LayerNorm(4)(np.ones((2, 3), "f4")), r"LayerNorm\(\(4,\)\) expected x of shape \(..., 4\), got \(2, 3\)"),
        (lambda: nn.RMSNorm((2, 4))(np.ones((3, 4), "f4")), r"shape \(..., 2, 4\), got \(3, 4\)"),
        (lambda: nn.BatchNorm2d(4)(np.ones((2, 3, 5, 5), "f4")), r"shape \(B, 4, ...\), got \(2, 3, 5, 5\): the second axis"),
        (lambda: nn.BatchNorm1d(4)(np.ones((1, 4), "f4")), r"more than one number per channel in training, got x \(1, 4\)"),
        (lambda: nn.GroupNorm(2, 4)(np.ones((2, 6), "f4")), r"shape \(B, 4, ...\), got \(2, 6\)"),
        (lambda: nn.GroupNorm(4, 6), "multiple of the groups, got 6 and 4"),
        (lambda: kernels.group_norm(np.ones((2, 6)), groups=4), r"C a multiple of 4 groups, got \(2, 6\)"),
    ],
)
def test_bad_input_gets_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_frozen_batch_norm_still_passes_the_gradient_on(rng):
    layer = nn.BatchNorm1d(3).requires_grad_(False)
    x = Tensor(rng.normal(size=(4, 3)).astype("f4"), requires_grad=True)
    (layer(x) * rng.normal(size=(4, 3)).astype("f4")).sum().backward()
    assert x.grad.any() and layer.weight.grad is None


def test_an_array_is_normalised_as_a_constant(rng):
    x, running = rng.normal(size=(6, 3)), [Tensor(np.zeros(3)), Tensor(np.ones(3))]
    y = F.batch_norm(x, *running, training=True, momentum=1.0)
    assert not y.requires_grad and np.allclose(y.numpy().std(0), 1, atol=1e-4)
    assert np.allclose(running[0].numpy(), x.mean(0)) and np.allclose(running[1].numpy(), x.var(0, ddof=1))
