"""How the pictures that come with the course were chosen: the same number of each class, drawn at random."""

import hashlib
import lzma

import numpy as np

from dlcourse.data.idx import parse_idx

SEED = 0
LZMA2 = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0}]  # smallest of the settings tried


def build(idx_set, files):
    """Write the selection from the four IDX files, given as bytes; returns the checksum of what is in it.

    Raises ValueError when they are not the public files.
    """
    if [hashlib.sha256(content).hexdigest() for content in files] != list(idx_set.idx_sha256.values()):
        raise ValueError(f"These are not the public files of {idx_set.name}: their checksums differ.")
    content = subset(idx_set, *map(parse_idx, files))
    idx_set.embedded.write_bytes(lzma.compress(content, filters=LZMA2))
    return hashlib.sha256(content).hexdigest()


def subset(idx_set, x_train, y_train, x_test, y_test):
    """The bytes that go into the file: the labels, then the pictures, training before test."""
    rng = np.random.default_rng(SEED)
    train, test = choose(y_train, idx_set.train, rng), choose(y_test, idx_set.test, rng)
    return b"".join(part.tobytes() for part in (y_train[train], y_test[test], x_train[train], x_test[test]))


def choose(labels, n, rng):
    """Indices of n examples in random order, n / 10 of each of the ten classes."""
    chosen = [rng.choice(np.flatnonzero(labels == k), n // 10, replace=False) for k in range(10)]
    return rng.permutation(np.concatenate(chosen))
