import copy

import numpy as np
import pytest
from PIL import Image

from dlcourse import functional as F
from dlcourse.models.efficientnet_lite import LITE0, EfficientNetLite, Stage, preprocess
from dlcourse.optim import SGD, Adam
from dlcourse.tensor import Tensor
from dlcourse.train import fit

SMALL = [Stage(1, 3, 1, 1, 4), Stage(2, 5, 2, 3, 6), Stage(1, 3, 1, 2, 7)]


def small(dtype="f4", **options):
    return EfficientNetLite(SMALL, channels=2, classes=3, stem=4, head=8, rng=np.random.default_rng(0), **options).astype(dtype)


def batch(dtype="f4"):
    rng = np.random.default_rng(1)
    return rng.normal(size=(8, 2, 11, 9)).astype(dtype), np.array([0, 1, 2, 1, 0, 2, 2, 1])


@pytest.mark.parametrize("size", [(11, 9), (1, 1), (2, 7), (32, 32)])
def test_takes_images_of_any_size(size):
    assert small().eval()(np.zeros((2, 2, *size), "f4")).shape == (2, 3)


def test_each_stride_halves_rounding_up():
    model, x = small(), Tensor(batch()[0])
    assert model.stem(x).shape == (8, 4, 6, 5)
    assert model.blocks(model.stem(x)).shape == (8, 7, 3, 3)


def test_lite0_has_the_published_number_of_parameters():
    model = EfficientNetLite(rng=np.random.default_rng(0))
    assert sum(p.data.size for p in model.parameters()) == 4_652_008
    assert len(model.blocks) == sum(stage.blocks for stage in LITE0) == 16


def test_narrow_ends_are_added_where_they_fit():
    assert [block.adds for block in small().blocks] == [True, False, True, False]


def test_overfits_one_batch():
    model, (x, y) = small(dropout=0), batch()
    losses = [loss for _, loss in fit(model, [(x, y)] * 60, F.cross_entropy, Adam(model.parameters(), 0.02))]
    assert losses[-1] < 0.02 < losses[0]


def test_trains_like_pytorch():
    """30 steps of SGD in training mode, where the normalisation uses the batch; all weights and running statistics stay together."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from dlcourse.compare import to_torch

    ours, (x, y) = small("f8", dropout=0), batch("f8")
    theirs = to_torch(copy.deepcopy(ours))
    optimizer, twin = SGD(ours.parameters(), 0.05), torch.optim.SGD(theirs.parameters(), 0.05)
    for _ in range(30):
        optimizer.zero_grad()
        F.cross_entropy(ours(x), y).backward()
        optimizer.step()
        twin.zero_grad()
        torch.nn.functional.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(y)).backward()
        twin.step()
    for name, array in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], array.numpy(), rtol=0, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("size", [(40, 56), (56, 40), (24, 24), (9, 13)])
def test_a_photograph_is_cut_and_scaled_as_pillow_does(size):
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    side, (height, width) = min(size), size
    left, top = (width - side) // 2, (height - side) // 2
    square = Image.fromarray(image).crop((left, top, left + side, top + side))
    expected = (np.asarray(square.resize((24, 24), Image.Resampling.BILINEAR), "f4").transpose(2, 0, 1) - 127) / 128
    found = preprocess(image, size=24)
    assert found.shape == (1, 3, 24, 24) and found.dtype == np.float32
    assert abs(found[0] - expected).max() < 1 / 128  # pillow rounds to bytes twice
