"""CIFAR-10: 60,000 small colour photographs of ten kinds, once they are downloaded."""

import gzip
import io
import pickle
import tarfile

import numpy as np

from dlcourse.data import checksum
from dlcourse.data.home import downloads

CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
ARCHIVE = "cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"  # of the archive as it is
TRAIN, TEST = [f"data_batch_{i}" for i in range(1, 6)], ["test_batch"]


def cifar10():
    """Photographs of 32 x 32 pixels (Krizhevsky 2009, "Learning multiple layers of features from tiny images"): 50,000 and 10,000.

    Returns x_train, y_train, x_test, y_test: images float32 (N, 3, 32, 32) from 0 to 1; labels int64 (N,), k is CIFAR_CLASSES[k].
    Raises FileNotFoundError when the set was not downloaded yet, checksum.Damaged (a ValueError) when the archive is broken.
    """
    path = downloads() / "cifar10" / ARCHIVE
    if not path.exists():
        raise FileNotFoundError(
            f"CIFAR-10 is not in {path.parent} yet. Download it with `dlcourse data fetch cifar10` (170 MB), "
            "or take data.fashion_mnist(), which comes with the course."
        )
    content = checksum.read(path, io.FileIO, SHA256, "Download it again with `dlcourse data fetch cifar10`.")
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        return *_read(archive, TRAIN), *_read(archive, TEST)


def _read(archive, names):
    """The files are pickles, which could run anything; the checksum has shown that they are the published ones."""
    batches = [pickle.load(archive.extractfile(f"cifar-10-batches-py/{name}"), encoding="bytes") for name in names]
    images = np.concatenate([batch[b"data"] for batch in batches])
    return images.reshape(-1, 3, 32, 32) / np.float32(255), np.concatenate([batch[b"labels"] for batch in batches]).astype(np.int64)
