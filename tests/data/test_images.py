"""MNIST: the digits that come with the course, and the full set once it is downloaded."""

import gzip
import hashlib
import lzma
import struct

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import images
from dlcourse.data.embedded.mnist import build
from dlcourse.data.home import downloads


def idx(array):
    """The bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def small_full_set(tmp_path, monkeypatch):
    """A folder that holds a full set of 7 + 3 pictures, with checksums to match."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, shape, np.uint8) for shape in ((7, 28, 28), (7,), (3, 28, 28), (3,))]
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    for name, array in zip(images.IDX_SHA256, arrays, strict=True):
        (tmp_path / "data" / "mnist" / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
    checksums = [hashlib.sha256(idx(array)).hexdigest() for array in arrays]
    monkeypatch.setattr(images, "IDX_SHA256", dict(zip(images.IDX_SHA256, checksums, strict=True)))
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return arrays


def test_digits_that_come_with_the_course():
    x_train, y_train, x_test, y_test = data.mnist()
    for x, y, n in ((x_train, y_train, 2500), (x_test, y_test, 500)):
        assert x.shape == (n, 784)
        assert x.dtype == np.float32
        assert (x.min(), x.max()) == (0, 1)
        assert y.dtype == np.int64
        assert np.bincount(y).tolist() == [n // 10] * 10
    assert not {x.tobytes() for x in x_train} & {x.tobytes() for x in x_test}
    assert len(np.unique(y_train[:50])) == 10, "the classes must be mixed"


def test_digits_look_like_digits():
    """The nearest mean picture already tells four in five apart, so labels and pictures belong together."""
    x_train, y_train, x_test, y_test = data.mnist()
    means = np.stack([x_train[y_train == digit].mean(0) for digit in range(10)])
    nearest = ((x_test[:, None] - means) ** 2).sum(-1).argmin(1)
    assert (nearest == y_test).mean() > 0.75
    assert x_train.reshape(-1, 28, 28)[:, :2].mean() < 0.01, "the margin is paper"


def test_each_call_gives_arrays_of_its_own():
    first = data.mnist()
    for array in first:
        array[:] = 0
    assert data.mnist()[0].max() == 1


@pytest.mark.parametrize(
    "spoil", [lambda content: content[:-1000], lambda content: b"", lambda content: b"<html>", lambda content: lzma.compress(b"others")]
)
def test_damaged_embedded_file_is_not_taken_for_data(spoil, tmp_path, monkeypatch):
    broken = tmp_path / "mnist.xz"
    broken.write_bytes(spoil(images.EMBEDDED.read_bytes()))
    monkeypatch.setattr(images, "EMBEDDED", broken)
    with pytest.raises(ValueError, match=r"mnist.xz is damaged: .* Install the course again"):
        data.mnist()


def test_full_set(small_full_set):
    x_train, y_train, x_test, y_test = data.mnist(full=True)
    images_train, labels_train, images_test, labels_test = small_full_set
    np.testing.assert_array_equal(x_train, images_train.reshape(7, 784) / np.float32(255))
    np.testing.assert_array_equal(x_test, images_test.reshape(3, 784) / np.float32(255))
    np.testing.assert_array_equal(y_train, labels_train)
    np.testing.assert_array_equal(y_test, labels_test)
    assert x_train.dtype == np.float32
    assert y_train.dtype == np.int64


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-20],
        lambda content: b"<html>",
        lambda content: content[:10] + b"\xff",
        lambda content: gzip.compress(b"others"),
    ],
)
def test_damaged_full_set_says_how_to_mend_it(spoil, small_full_set):
    path = downloads() / "mnist" / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte.gz is damaged: .* `dlcourse data fetch mnist`"):
        data.mnist(full=True)


def test_full_set_that_is_not_there_offers_the_embedded_one(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"`dlcourse data fetch mnist`, or call data.mnist\(\) without full=True"):
        data.mnist(full=True)


def test_choice_is_balanced_and_without_repetition():
    labels = np.random.default_rng(0).integers(0, 10, 1000)
    chosen = build.choose(labels, 200, np.random.default_rng(1))
    assert len(set(chosen.tolist())) == 200
    assert np.bincount(labels[chosen]).tolist() == [20] * 10


def test_embedded_digits_are_the_choice_that_the_script_makes():
    folder = downloads() / "mnist"
    if not folder.exists():
        pytest.skip("the full MNIST is not downloaded, so the choice cannot be repeated: dlcourse data fetch mnist")
    parts = [images.parse_idx(gzip.decompress((folder / f"{name}.gz").read_bytes())) for name in images.IDX_SHA256]
    assert hashlib.sha256(build.subset(*parts)).hexdigest() == images.EMBEDDED_SHA256
