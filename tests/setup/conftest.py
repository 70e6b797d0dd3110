"""A throw-away copy of the course: the real start.py, venv and pip, but packages of a few bytes and no network."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2]

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "dlcourse"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["numbers-for-all==1.0"]

[project.optional-dependencies]
torch = ["torch==1.0"]
site = ["pages==1.0"]
test = ["checker==1.0"]

[tool.dlcourse]
weights = ["numbers-learned==1.0"]
"""

# builds the editable wheel, and does what a test has written into the file `plan`: wait, or fail with some words
BACKEND = """
import pathlib, time, zipfile

HERE = pathlib.Path(__file__).parent

def build_editable(folder, config_settings=None, metadata_directory=None):
    plan = HERE / "plan"
    while plan.exists() and plan.read_text() == "wait":
        (HERE / "waiting").touch()
        time.sleep(0.05)
    if plan.exists():
        raise SystemExit(plan.read_text())
    name = "dlcourse-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("dlcourse.pth", str(HERE))
        META
    return name
"""

METADATA = """
        wheel.writestr("dlcourse-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: dlcourse\\nVersion: 1.0\\n" + REQUIRES)
        wheel.writestr("dlcourse-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("dlcourse-1.0.dist-info/RECORD", "")
"""
REQUIRES = (
    "Requires-Dist: numbers-for-all==1.0\\nRequires-Dist: checker==1.0; extra == 'test'\\nProvides-Extra: test\\n"
    "Requires-Dist: pages==1.0; extra == 'site'\\nRequires-Dist: pages==1.0; extra == 'test'\\nProvides-Extra: site\\n"
)

REPORT = """
import json, os, sys
keys = "VIRTUAL_ENV", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TQDM_DISABLE"
print(json.dumps({"program": NAME, "arguments": sys.argv[1:], **{key: os.environ.get(key) for key in keys}}))
"""


def write_wheel(folder, name, requires=""):
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


class Clone:
    """A folder with the start.py under test, and the environment in which it is called."""

    def __init__(self, folder):
        self.folder = folder
        self.venv = folder / ".venv"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp = self.venv / "set-up.json"
        self.settings = {}

    def environment(self):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PIP_") and key not in ("VIRTUAL_ENV", "CI")}
        wheels = (self.folder / "wheels").as_uri()
        offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "PIP_RETRIES": "0"}
        return clean | offline | {"PYTHONUNBUFFERED": "1"} | self.settings

    @contextlib.contextmanager
    def open(self, *arguments):
        """Start it, and leave it running; afterwards nothing that it has started lives on."""
        command = [sys.executable, str(self.folder / "start.py"), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=self.environment(), start_new_session=True, **pipes) as process:
            try:
                yield process
            finally:
                end(process)

    def start(self, *arguments):
        """Start it, and wait for its end; return exit status, standard output, standard error."""
        with self.open(*arguments) as process:
            out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def lose(self, package):
        """Take an installed package away again."""
        [module] = self.venv.glob(f"**/site-packages/{package}.py")
        module.unlink()
        shutil.rmtree(module.parent / f"{package}-1.0.dist-info")

    def plan(self, what):
        """What the course's own installation will do: "wait", or fail with these words."""
        (self.folder / "plan").write_text(what)

    def forget_plan(self):
        (self.folder / "plan").unlink()


def end(process):
    if os.name == "nt":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def write_clone(folder):
    shutil.copy(COURSE / "start.py", folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND.replace("META\n", METADATA.strip() + "\n").replace("REQUIRES", f'"{REQUIRES}"'))
    (folder / "dlcourse" / "cli").mkdir(parents=True)
    (folder / "dlcourse" / "__init__.py").touch()
    (folder / "dlcourse" / "__main__.py").write_text(REPORT.replace("NAME", "'dlcourse'"))
    (folder / "dlcourse" / "cli" / "__init__.py").touch()
    (folder / "dlcourse" / "cli" / "doctor.py").write_text("def chromium():\n    return 'chromium'\n")
    (folder / "dlcourse" / "site.py").write_text(REPORT.replace("NAME", "'site'"))
    (folder / "pytest.py").write_text(REPORT.replace("NAME", "'pytest'") + "sys.exit(3)\n")
    (folder / "wheels").mkdir()
    for name in ("torch", "numbers_for_all", "checker", "pages"):
        write_wheel(folder / "wheels", name)
    write_wheel(folder / "wheels", "numbers_learned", requires="Requires-Dist: software-of-its-makers==1.0\n")
    return Clone(folder)


@pytest.fixture(scope="session")
def ready_clone(tmp_path_factory):
    """A clone after its first start, with what that start said. Not to be changed."""
    clone = write_clone(tmp_path_factory.mktemp("ready"))
    clone.first = clone.start()
    return clone


@pytest.fixture
def clone(ready_clone, tmp_path):
    """A clone of a test's own, with a sound .venv that no start.py has finished yet."""
    folder = tmp_path / "a clone"
    shutil.copytree(ready_clone.folder, folder, symlinks=True)
    (folder / ".venv" / "set-up.json").unlink()
    return Clone(folder)
