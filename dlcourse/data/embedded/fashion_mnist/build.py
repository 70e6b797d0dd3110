"""Choose the 2,000 pictures of clothes that come with the course: `python build.py FOLDER`, with the four files of the Debian package.

The same number of each kind, drawn at random: 160 of each from the 60,000 training examples, 40 of each from the 10,000 test examples.
"""

import gzip
import sys
from pathlib import Path

from dlcourse.data.embedded.balanced import build
from dlcourse.data.images import FASHION_MNIST


def read_folder(folder):
    """The four IDX files in it."""
    return [gzip.decompress((Path(folder) / f"{name}.gz").read_bytes()) for name in FASHION_MNIST.idx_sha256]


if __name__ == "__main__":
    print(f"embedded_sha256 = {build(FASHION_MNIST, read_folder(sys.argv[1]))!r}")
