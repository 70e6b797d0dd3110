"""LeNet and ResNet: shapes, one batch by heart, and PyTorch's steps in float64."""

import numpy as np
import pytest
import torch

from dlcourse import Tensor
from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import LeNet, ResNet
from dlcourse.optim import SGD, Adam

MODELS = {
    "lenet": (lambda rng: LeNet(rng=rng), (1, 28, 28)),
    "resnet": (lambda rng: ResNet((1, 2), (8, 12), rng=rng), (3, 12, 12)),
}
every_model = pytest.mark.parametrize(("make", "shape"), MODELS.values(), ids=MODELS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@every_model
def test_one_batch_is_learned_by_heart(rng, make, shape):
    model, x, y = make(rng), rng.random((20, *shape), dtype="f4"), rng.integers(0, 10, 20)
    optimizer = Adam(model.parameters(), 5e-3)
    for _ in range(100):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(Tensor(x)), y)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1


def test_shapes(rng):
    lenet, resnet = LeNet(3, 7, rng=rng), ResNet(rng=rng)
    assert lenet(rng.random((2, 3, 28, 28), dtype="f4")).shape == (2, 7)
    assert resnet(rng.random((2, 3, 32, 32), dtype="f4")).shape == (2, 10)
    assert ResNet((1, 1), (4, 8), channels=1, classes=3, rng=rng)(rng.random((2, 1, 28, 28), dtype="f4")).shape == (2, 3)


def test_resnet_20_has_the_papers_layers_and_parameters(rng):
    """Table 6: 0.27 million parameters. 19 convolutions and a linear layer, beside the two convolutions on the shortcuts."""
    state = ResNet(rng=rng).state_dict()
    weights = [name for name, array in state.items() if array.ndim > 1]
    assert sum("shortcut" not in name for name in weights) == 20 and sum("shortcut" in name for name in weights) == 2
    assert round(sum(array.size for name, array in state.items() if "running" not in name) / 1e6, 2) == 0.27


def test_a_block_that_learned_nothing_lets_its_input_pass(rng):
    block = ResNet((2,), (4,), rng=rng).stages[1].eval()
    block.conv2.weight.data[...] = 0
    x = rng.random((2, 4, 5, 5), dtype="f4")
    np.testing.assert_array_equal(block(Tensor(x)).numpy(), x)


@every_model
def test_forty_steps_equal_pytorchs_in_float64(rng, make, shape):
    model = make(rng).astype(np.float64)
    twin = to_torch(model)
    ours, theirs = SGD(model.parameters(), 0.05, momentum=0.9), torch.optim.SGD(twin.parameters(), 0.05, momentum=0.9)
    for _ in range(40):
        x, y = rng.random((8, *shape)), rng.integers(0, 10, 8)
        ours.zero_grad()
        F.cross_entropy(model(x), y).backward()
        ours.step()
        theirs.zero_grad()
        torch.nn.functional.cross_entropy(twin(torch.from_numpy(x)), torch.from_numpy(y)).backward()
        theirs.step()
    expected = twin.state_dict()
    for name, array in model.state_dict().items():
        assert relative_difference(array, expected[name]) < 1e-10, name
