"""What must agree between files, and what no committed file may hold."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from dlcourse.grading.bank import ids, load

COURSE = Path(__file__).parents[2]

# in pieces, so that this file does not hold what it forbids
FOLDERS = ["ro" + "ot/", "wo" + "rk/", "fa" + "rm/", "ho" + r"me/\w+/", "Us" + r"ers/\w+/"]
HOSTS = ["py" + "pi.org", "pythonho" + "sted.org", "registry.np" + "mjs.org", "deb.deb" + "ian.org"]
MACHINE_PATHS = re.compile(rf"(?<![\w.])/({'|'.join(FOLDERS)})")
REGISTRY_HOSTS = re.compile("|".join(map(re.escape, HOSTS)))


@pytest.fixture(scope="module")
def pyproject():
    return tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read_yaml(name):
    return yaml.safe_load((COURSE / name).read_text(encoding="utf-8"))


def test_conda_environment_takes_python_and_extras_from_pyproject(pyproject):
    environment = read_yaml("environment.yml")
    python, pip, section = environment["dependencies"]
    assert python == "python" + pyproject["requires-python"]
    assert pip == "pip"
    *options, editable = section["pip"]
    extras = re.fullmatch(r"-e \.\[(.*)\]", editable)[1].split(",")
    assert extras == ["torch", "test"]
    assert set(extras) <= set(pyproject["optional-dependencies"])
    assert options == ["--extra-index-url https://download.pytorch.org/whl/cpu"]
    assert environment["name"] == pyproject["name"]


def test_conda_understands_the_environment():
    rattler = pytest.importorskip("rattler", reason="py-rattler, which reads conda's specifications, is not installed")
    for dependency in read_yaml("environment.yml")["dependencies"][:2]:
        assert rattler.MatchSpec(dependency, strict=True).name is not None


def test_workflow_gives_the_command_of_the_readme_on_three_systems():
    workflow = read_yaml(".github/workflows/ci.yml")
    assert True in workflow, "YAML reads `on` as true"
    job = workflow["jobs"]["test"]
    assert job["strategy"]["matrix"] == {"system": ["ubuntu-latest", "macos-latest", "windows-latest"], "python": ["3.11", "3.13"]}
    assert job["steps"][-1] == {"run": "python start.py test"}


def test_readme_names_every_exercise_of_the_grader_in_its_lesson_and_no_other():
    rows = re.findall(r"^\| (\d\d) .*\|(.*)\|$", (COURSE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {(number, id) for number, cell in rows for id in re.findall(r"`(\w+)`", cell)}
    assert named == {(load(id).lesson[:2], id) for id in ids()}


def test_readme_begins_with_both_commands():
    head = (COURSE / "README.md").read_text(encoding="utf-8")[:900]
    assert all(f"`{python} start.py{rest}`" in head for python in ("python3", "py") for rest in ("", " test"))


@pytest.fixture(scope="module")
def committed():
    """Every committed text file and what is in it."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=COURSE, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("this copy of the course is no git clone, so nothing tells which files are committed")
    paths = [COURSE / name for name in listing.stdout.split("\0") if name]
    return {path: text for path in paths if path.is_file() and (text := read(path)) is not None}


def read(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["path of a machine", "host of a registry"])
def test_no_committed_file_names_a(committed, pattern):
    found = [f"{path.relative_to(COURSE)}: {hit.group()}" for path, text in committed.items() for hit in pattern.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    ("pattern", "text", "bad"),
    [
        (MACHINE_PATHS, "see /ro" + "ot/x", True),
        (MACHINE_PATHS, '"/ho' + 'me/ada/x"', True),
        (MACHINE_PATHS, "my_wo" + "rk/lessons", False),
        (MACHINE_PATHS, "a ho" + "me/ of its own", False),
        (REGISTRY_HOSTS, "https://py" + "pi.org/simple", True),
        (REGISTRY_HOSTS, "https://download.pytorch.org/whl/cpu", False),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, text, bad):
    assert bool(pattern.search(text)) is bad
