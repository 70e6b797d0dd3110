"""A set of 28 x 28 pictures in MNIST's four files, whole once it is downloaded, and a selection that comes with the course."""

import gzip
from dataclasses import dataclass

import numpy as np

from dlcourse.data import checksum
from dlcourse.data.home import downloads

PIXELS = 28 * 28


@dataclass(frozen=True)
class IdxSet:
    """Where the pictures are and what they must be. Every sha256 is that of the uncompressed bytes."""

    name: str
    train: int  # examples that come with the course
    test: int
    embedded_sha256: str
    idx_sha256: dict  # of the files train-images, train-labels, t10k-images, t10k-labels
    mirrors: tuple

    @property
    def embedded(self):
        return checksum.EMBEDDED / self.name / f"{self.name}.xz"

    @property
    def folder(self):
        return downloads() / self.name

    def load(self, full):
        """x_train, y_train, x_test, y_test: pictures float32 (N, 784) from 0 to 1, labels int64 (N,)."""
        x_train, y_train, x_test, y_test = self._read_full() if full else self._read_embedded()
        return _scaled(x_train), y_train.astype(np.int64), _scaled(x_test), y_test.astype(np.int64)

    def _read_embedded(self):
        """The file holds all labels, of one byte, then all pictures, of 784 bytes; the training examples come first."""
        content = np.frombuffer(checksum.read_embedded(self.embedded, self.embedded_sha256), np.uint8)
        labels, images = np.split(content, [self.train + self.test])
        images = images.reshape(-1, PIXELS)
        return images[: self.train], labels[: self.train], images[self.train :], labels[self.train :]

    def _read_full(self):
        paths = [self.folder / f"{name}.gz" for name in self.idx_sha256]
        if not all(path.exists() for path in paths):
            raise FileNotFoundError(
                f"The full {self.name} is not in {self.folder} yet. Download it with `dlcourse data fetch {self.name}`, "
                f"or call data.{self.name}() without full=True: {self.train + self.test:,} of the pictures come with the course."
            )
        advice = f"Download it again with `dlcourse data fetch {self.name}`."
        return [parse_idx(checksum.read(path, gzip.open, sha, advice)) for path, sha in zip(paths, self.idx_sha256.values(), strict=True)]


def _scaled(images):
    return images.reshape(-1, PIXELS) / np.float32(255)


def parse_idx(content):
    """The uint8 array in the bytes of an IDX file: 0, 0, 8, the number of axes, one big-endian int32 per axis, then the values."""
    axes = content[3]
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
