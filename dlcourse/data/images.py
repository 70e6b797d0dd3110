"""Pictures to learn from: MNIST, 70,000 handwritten digits, of which 3,000 come with the course."""

import gzip

import numpy as np

from dlcourse.data import checksum
from dlcourse.data.home import downloads

PIXELS = 28 * 28
TRAIN, TEST = 2500, 500  # what the course brings along
EMBEDDED = checksum.EMBEDDED / "mnist" / "mnist.xz"
EMBEDDED_SHA256 = "8dbcc4170a77d652434b72f800a66bb35d14b997d7ca94c442b5a63659cc33b1"  # of the uncompressed bytes, like those below
IDX_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def mnist(*, full=False):
    """Handwritten digits (LeCun, Bottou, Bengio and Haffner 1998): 2,500 to train on and 500 to test, or all 70,000 with `full`.

    Returns x_train, y_train, x_test, y_test: images float32 (N, 784), 0 is paper and 1 is ink; labels int64 (N,), 0 to 9.
    Raises FileNotFoundError when the full set was not downloaded yet, checksum.Damaged (a ValueError) when a file is broken.
    """
    x_train, y_train, x_test, y_test = _read_full() if full else _read_embedded()
    return _scaled(x_train), y_train.astype(np.int64), _scaled(x_test), y_test.astype(np.int64)


def _scaled(images):
    return images.reshape(-1, PIXELS) / np.float32(255)


def _read_embedded():
    """The file holds 3,000 labels of one byte, then 3,000 pictures of 784 bytes; the training examples come first."""
    content = checksum.read_embedded(EMBEDDED, EMBEDDED_SHA256)
    labels, images = np.split(np.frombuffer(content, np.uint8), [TRAIN + TEST])
    images = images.reshape(-1, PIXELS)
    return images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:]


def _read_full():
    folder = downloads() / "mnist"
    paths = [folder / f"{name}.gz" for name in IDX_SHA256]
    if not all(path.exists() for path in paths):
        raise FileNotFoundError(
            f"The full MNIST is not in {folder} yet. Download it with `dlcourse data fetch mnist`, "
            "or call data.mnist() without full=True: 3,000 of the digits come with the course."
        )
    return [_read_idx(path, sha256) for path, sha256 in zip(paths, IDX_SHA256.values(), strict=True)]


def _read_idx(path, sha256):
    return parse_idx(checksum.read(path, gzip.open, sha256, "Download it again with `dlcourse data fetch mnist`."))


def parse_idx(content):
    """The uint8 array in the bytes of an IDX file: 0, 0, 8, the number of axes, one big-endian int32 per axis, then the values."""
    axes = content[3]
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
