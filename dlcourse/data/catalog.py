"""The list of data sets: what each one is, where it comes from, under which licence, and whether it is here."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from dlcourse.data.cifar import ARCHIVE, SHA256, cifar10
from dlcourse.data.download import RemoteFile
from dlcourse.data.home import downloads
from dlcourse.data.images import FASHION_MNIST, MNIST, fashion_mnist, mnist
from dlcourse.data.series import co2, nile, sunspots
from dlcourse.data.tables import breast_cancer, diabetes, digits, iris, wine
from dlcourse.data.texts import names, sentence_pairs, shakespeare


def _examples(loaded):
    """Of x, y once or twice, for training and test."""
    return sum(len(x) for x in loaded[::2])


def _parts(loaded):
    """Of texts or lists, for training and validation."""
    return sum(len(part) for part in loaded)


def _rows(loaded):
    """Of columns that belong together."""
    return len(loaded[0])


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
    full: bool = False  # whether to load it with full=True
    count: Callable = _examples

    @property
    def folder(self):
        """Where the downloaded files lie."""
        return downloads() / self.name

    def is_here(self):
        """Whether nothing is left to be downloaded."""
        return all((self.folder / file.name).exists() for file in self.files)

    @property
    def call(self):
        """What to write in Python."""
        return f"data.{self.name}({'full=True' * self.full})"

    def read(self):
        """All of it, as the function of that name gives it."""
        return self.load(full=True) if self.full else self.load()

    def verify(self):
        """None when the data are there and intact, else a sentence that says what is wrong."""
        try:
            count = self.count(self.read())
        except (OSError, ImportError, ValueError) as error:
            return str(error)
        return None if count == self.examples else f"{count:,} examples instead of {self.examples:,}"


def _idx_files(idx_set):
    for name, sha256 in idx_set.idx_sha256.items():
        yield RemoteFile(f"{name}.gz", tuple(f"{mirror}{name}.gz" for mirror in idx_set.mirrors), sha256)


_CIFAR = RemoteFile(ARCHIVE, (f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}",), SHA256, opener=io.FileIO)
_COURSE, _SKLEARN = "the course", "scikit-learn"
DATA_SETS = (
    DataSet("mnist", 3_000, "digits, 28 x 28 pixels", "CC BY-SA 3.0", _COURSE, mnist),
    DataSet("mnist", 70_000, "digits, 28 x 28 pixels", "CC BY-SA 3.0", "download", mnist, tuple(_idx_files(MNIST)), True),
    DataSet("fashion_mnist", 2_000, "clothes, 28 x 28 pixels", "MIT", _COURSE, fashion_mnist),
    DataSet("fashion_mnist", 70_000, "clothes, 28 x 28 pixels", "MIT", "download", fashion_mnist, tuple(_idx_files(FASHION_MNIST)), True),
    DataSet("cifar10", 60_000, "photographs, 32 x 32", "not stated", "download", cifar10, (_CIFAR,)),
    DataSet("shakespeare", 1_115_014, "characters of nine plays", "CC BY 2.5", _COURSE, shakespeare, count=_parts),
    DataSet("sentence_pairs", 4_822, "English, Spanish", "public domain", _COURSE, sentence_pairs, count=_parts),
    DataSet("names", 5_163, "first names, frequencies", "public domain", _COURSE, names, count=_rows),
    DataSet("sunspots", 309, "years, from 1700", "public domain", _COURSE, sunspots),
    DataSet("co2", 2_284, "weeks, from 1958", "public domain", _COURSE, co2),
    DataSet("nile", 100, "years, from 1871", "public domain", _COURSE, nile),
    DataSet("digits", 1_797, "digits, 8 x 8 pixels", "BSD-3", _SKLEARN, digits),
    DataSet("iris", 150, "4 lengths, 3 species", "BSD-3", _SKLEARN, iris),
    DataSet("wine", 178, "13 measures, 3 growers", "BSD-3", _SKLEARN, wine),
    DataSet("breast_cancer", 569, "30 measures, 2 classes", "BSD-3", _SKLEARN, breast_cancer),
    DataSet("diabetes", 442, "10 measures, 1 number", "BSD-3", _SKLEARN, diabetes),
)
