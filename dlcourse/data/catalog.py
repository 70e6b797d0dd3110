"""The list of data sets: what each one is, where it comes from, under which licence, and whether it is here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dlcourse.data.download import RemoteFile
from dlcourse.data.home import downloads
from dlcourse.data.images import IDX_SHA256, mnist
from dlcourse.data.tables import breast_cancer, diabetes, digits, iris, wine
from dlcourse.data.texts import shakespeare

MNIST_MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")


def _examples(loaded):
    """Of x, y once or twice, for training and test."""
    return sum(len(x) for x in loaded[::2])


def _parts(loaded):
    """Of texts or lists, for training and validation."""
    return sum(len(part) for part in loaded)


@dataclass(frozen=True)
class DataSet:
    """One data set. `load()` checks what it reads, `count` says how many examples are in what it gave."""

    name: str
    examples: int
    content: str
    licence: str
    source: str
    load: Callable
    files: tuple = ()  # those to be downloaded, as RemoteFile
    count: Callable = _examples

    @property
    def folder(self):
        """Where the downloaded files lie."""
        return downloads() / self.name

    def is_here(self):
        """Whether nothing is left to be downloaded."""
        return all((self.folder / file.name).exists() for file in self.files)

    def verify(self):
        """None when the data are there and intact, else a sentence that says what is wrong."""
        try:
            count = self.count(self.load())
        except (OSError, ImportError, ValueError) as error:
            return str(error)
        return None if count == self.examples else f"{count:,} examples instead of {self.examples:,}"


def _mnist_files():
    for name, sha256 in IDX_SHA256.items():
        yield RemoteFile(f"{name}.gz", tuple(f"{mirror}{name}.gz" for mirror in MNIST_MIRRORS), sha256)


_COURSE, _SKLEARN = "the course", "scikit-learn"
DATA_SETS = (
    DataSet("mnist", 3_000, "28 x 28 handwritten digits", "CC BY-SA 3.0", _COURSE, mnist),
    DataSet("mnist", 70_000, "28 x 28 handwritten digits", "CC BY-SA 3.0", "download", partial(mnist, full=True), tuple(_mnist_files())),
    DataSet("shakespeare", 1_115_014, "characters of nine plays", "CC BY 2.5", _COURSE, shakespeare, count=_parts),
    DataSet("digits", 1_797, "8 x 8 handwritten digits", "BSD-3", _SKLEARN, digits),
    DataSet("iris", 150, "4 lengths, 3 species", "BSD-3", _SKLEARN, iris),
    DataSet("wine", 178, "13 measurements, 3 growers", "BSD-3", _SKLEARN, wine),
    DataSet("breast_cancer", 569, "30 measurements, 2 classes", "BSD-3", _SKLEARN, breast_cancer),
    DataSet("diabetes", 442, "10 measurements, 1 number", "BSD-3", _SKLEARN, diabetes),
)
