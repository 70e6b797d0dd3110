"""MNIST, Fashion-MNIST and CIFAR-10: the pictures that come with the course, and the full sets once they are downloaded."""

import gzip
import hashlib
import io
import lzma
import pickle
import struct
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import checksum, cifar, images
from dlcourse.data.embedded import balanced
from dlcourse.data.home import downloads
from dlcourse.data.idx import parse_idx

IDX_SETS = ["MNIST", "FASHION_MNIST"]


def idx(array):
    """The bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture(params=IDX_SETS)
def small_full_set(request, tmp_path, monkeypatch):
    """A folder that holds a full set of 7 + 3 pictures, with checksums to match; its loader and the arrays."""
    idx_set = getattr(images, request.param)
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, shape, np.uint8) for shape in ((7, 28, 28), (7,), (3, 28, 28), (3,))]
    (tmp_path / "data" / idx_set.name).mkdir(parents=True)
    for name, array in zip(idx_set.idx_sha256, arrays, strict=True):
        (tmp_path / "data" / idx_set.name / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
    checksums = [hashlib.sha256(idx(array)).hexdigest() for array in arrays]
    monkeypatch.setattr(images, request.param, replace(idx_set, idx_sha256=dict(zip(idx_set.idx_sha256, checksums, strict=True))))
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return getattr(data, idx_set.name), arrays


@pytest.mark.parametrize("load, train, test", [(data.mnist, 2500, 500), (data.fashion_mnist, 1600, 400)])
def test_pictures_that_come_with_the_course(load, train, test):
    x_train, y_train, x_test, y_test = load()
    for x, y, n in ((x_train, y_train, train), (x_test, y_test, test)):
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


def test_clothes_look_like_clothes():
    """The nearest mean picture tells two in three apart, and the classes have the right names."""
    x_train, y_train, x_test, y_test = data.fashion_mnist()
    means = np.stack([x_train[y_train == k].mean(0) for k in range(10)])
    nearest = ((x_test[:, None] - means) ** 2).sum(-1).argmin(1)
    assert (nearest == y_test).mean() > 0.6
    mean = dict(zip(data.FASHION_CLASSES, means.reshape(-1, 28, 28), strict=True))
    assert mean["trousers"][24, 14] < 0.5 * mean["trousers"][24, 10], "there is air between the legs"
    assert mean["ankle boot"][5:10].mean() > 4 * mean["sneaker"][5:10].mean(), "a boot is higher than a shoe"
    assert min(mean, key=lambda name: mean[name].mean()) == "sandal"


def test_each_call_gives_arrays_of_its_own():
    first = data.mnist()
    for array in first:
        array[:] = 0
    assert data.mnist()[0].max() == 1


@pytest.mark.parametrize("name", IDX_SETS)
@pytest.mark.parametrize(
    "spoil", [lambda content: content[:-1000], lambda content: b"", lambda content: b"<html>", lambda content: lzma.compress(b"others")]
)
def test_damaged_embedded_file_is_not_taken_for_data(spoil, name, tmp_path, monkeypatch):
    idx_set = getattr(images, name)
    content = idx_set.embedded.read_bytes()
    monkeypatch.setattr(checksum, "EMBEDDED", tmp_path)
    idx_set.embedded.parent.mkdir()
    idx_set.embedded.write_bytes(spoil(content))
    with pytest.raises(ValueError, match=rf"{idx_set.name}.xz is damaged: .* Install the course again"):
        idx_set.load(full=False)


def test_full_set(small_full_set):
    load, (images_train, labels_train, images_test, labels_test) = small_full_set
    x_train, y_train, x_test, y_test = load(full=True)
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
    load, _ = small_full_set
    path = downloads() / load.__name__ / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"t10k-labels-idx1-ubyte.gz is damaged: .* `dlcourse data fetch {load.__name__}`"):
        load(full=True)


def test_full_set_that_is_not_there_offers_the_embedded_one(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"`dlcourse data fetch mnist`, or call data.mnist\(\) without full=True"):
        data.mnist(full=True)


@pytest.fixture
def small_cifar(tmp_path, monkeypatch):
    """An archive like CIFAR-10's with four pictures in each of its six files; the pictures and the labels."""
    rng = np.random.default_rng(0)
    pictures, labels = rng.integers(0, 256, (24, 3072), np.uint8), rng.integers(0, 10, 24)
    path = tmp_path / "data" / "cifar10" / cifar.ARCHIVE
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        for i, name in enumerate(cifar.TRAIN + cifar.TEST):
            part = slice(4 * i, 4 * i + 4)
            content = pickle.dumps({b"data": pictures[part], b"labels": labels[part].tolist()}, protocol=2)
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    monkeypatch.setattr(cifar, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return pictures, labels


def test_cifar10(small_cifar):
    pictures, labels = small_cifar
    x_train, y_train, x_test, y_test = data.cifar10()
    assert x_train.shape == (20, 3, 32, 32) and x_test.shape == (4, 3, 32, 32) and len(data.CIFAR_CLASSES) == 10
    assert x_train.dtype == np.float32 and y_train.dtype == np.int64
    np.testing.assert_array_equal(x_train[7, 1, 2, 3], pictures[7, 1024 + 2 * 32 + 3] / np.float32(255))
    np.testing.assert_array_equal(x_test[3].ravel(), pictures[23] / np.float32(255))
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), labels)


@pytest.mark.parametrize("spoil", [lambda content: content[:-20], lambda content: b"<html>", lambda content: content + b" "])
def test_a_damaged_archive_is_not_unpickled(spoil, small_cifar, monkeypatch):
    path = downloads() / "cifar10" / cifar.ARCHIVE
    path.write_bytes(spoil(path.read_bytes()))
    monkeypatch.setattr(pickle, "load", lambda *args, **options: pytest.fail("it was unpickled"))
    with pytest.raises(ValueError, match=r"cifar-10-python.tar.gz is damaged: .* `dlcourse data fetch cifar10`"):
        data.cifar10()


def test_cifar10_that_is_not_there_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"`dlcourse data fetch cifar10` .* or take data.fashion_mnist\(\)"):
        data.cifar10()


def test_choice_is_balanced_and_without_repetition():
    labels = np.random.default_rng(0).integers(0, 10, 1000)
    chosen = balanced.choose(labels, 200, np.random.default_rng(1))
    assert len(set(chosen.tolist())) == 200
    assert np.bincount(labels[chosen]).tolist() == [20] * 10


@pytest.mark.parametrize("name", IDX_SETS)
def test_embedded_pictures_are_the_choice_that_the_script_makes(name):
    idx_set = getattr(images, name)
    if not idx_set.folder.exists():
        pytest.skip(f"the full {name} is not downloaded, so the choice cannot be repeated: dlcourse data fetch {idx_set.name}")
    parts = [parse_idx(gzip.decompress((idx_set.folder / f"{name}.gz").read_bytes())) for name in idx_set.idx_sha256]
    assert hashlib.sha256(balanced.subset(idx_set, *parts)).hexdigest() == idx_set.embedded_sha256


def test_a_choice_from_other_files_is_refused():
    with pytest.raises(ValueError, match="not the public files of fashion_mnist"):
        balanced.build(images.FASHION_MNIST, [b"", b"", b"", b""])
