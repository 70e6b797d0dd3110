"""What keeps the learner's process from the answers: bubblewrap where it runs, an audit hook everywhere."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from dlcourse.data.home import downloads

PACKAGE = Path(__file__).parents[1]
COURSE = PACKAGE.parent
GRADING = PACKAGE / "grading"
OPEN = [
    GRADING / f"{name}.py"
    for name in (
        "__init__",
        "arrays",
        "attempt",
        "borrowed",
        "cells",
        "child",
        "claims",
        "draws",
        "descent",
        "graph",
        "guard",
        "report",
        "training",
        "wire",
    )
]
PRIVATE = ("/tmp", "/run", os.path.realpath(os.path.expanduser("~")))  # sockets and files of other programs; keys and letters

BUBBLEWRAP = "bubblewrap"
AUDIT_HOOK = "audit hook"


@cache
def best():
    """The strongest isolation that works on this computer."""
    return BUBBLEWRAP if _bubblewrap_works() else AUDIT_HOOK


def chosen(isolation=None):
    """The isolation of that name, or the best. Raises ValueError for one that does not work here."""
    if isolation == BUBBLEWRAP and best() != BUBBLEWRAP:
        raise ValueError("bubblewrap does not run on this computer. On Debian and Ubuntu `sudo apt install bubblewrap` brings it.")
    return isolation or best()


def command(isolation, folder, scratch, closed=()):
    """The command that starts a child which works in `folder`, writes in `scratch` and cannot read what is `closed`."""
    child = [sys.executable, "-P", "-m", "dlcourse.grading.child"]
    if isolation == AUDIT_HOOK:
        return child
    places = ["--bind", scratch, scratch, "--chdir", Path(folder).resolve()]
    return [str(part) for part in (*_bubblewrap(folder), *_covers(closed), *places, *child)]


def hidden():
    """The files and folders that hold answers, or could: solutions, bank and judge, the history of the course, its tests."""
    answers = [COURSE / name for name in ("solutions", "tests", "build", ".git")]
    return [path for path in answers if path.exists()] + [path for path in GRADING.iterdir() if path not in OPEN]


def _bubblewrap(folder):
    """No network, no other processes, no rights, and files to read only; of the private folders only what the child needs."""
    rights = ["--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session"]
    whole = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    private = [argument for path in PRIVATE if Path(path).is_dir() and path != "/" for argument in ("--tmpfs", path)]
    seen = [argument for path in _needed(folder) if _is_private(path) for argument in ("--ro-bind", path, path)]
    return ["bwrap", *rights, *whole, *private, *seen]


def _needed(folder):
    """What the child reads: Python with its libraries, the course, data sets, the notebook's folder. A folder before those in it."""
    python = [Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path]
    places = [*python, *(path.resolve() for path in python), COURSE, downloads(), Path(folder).resolve()]
    return sorted({path for path in places if path.is_absolute() and path.exists()})


def _covers(closed):
    """An empty folder over each one that is hidden; of this package only what the child runs."""
    paths = [path for path in hidden() if path.parent != GRADING] + [Path(path).resolve() for path in closed]
    covered = [argument for path in paths for argument in _cover(path)]
    opened = [argument for path in OPEN for argument in ("--ro-bind", path, path)]
    return [*covered, "--tmpfs", GRADING, *opened, "--remount-ro", GRADING]


def _cover(path):
    return ("--tmpfs", path, "--remount-ro", path) if path.is_dir() else ("--ro-bind", os.devnull, path)


def _is_private(path):
    return any(path.is_relative_to(folder) for folder in PRIVATE)


def _bubblewrap_works():
    if not shutil.which("bwrap"):
        return False
    trial = [*_bubblewrap(COURSE), "--chdir", "/", sys.executable, "-c", "import numpy"]
    return subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
