"""What keeps the learner's process from the answers: bubblewrap where it runs, an audit hook everywhere."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
COURSE = PACKAGE.parent
GRADING = PACKAGE / "grading"
OPEN = [GRADING / f"{name}.py" for name in ("__init__", "attempt", "borrowed", "cells", "child", "graph", "guard", "report", "wire")]
PRIVATE = ("/tmp", "/run")  # sockets and files of other programs

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


def command(isolation, folder, scratch):
    """The command that starts a child which works in `folder` and writes in `scratch`."""
    child = [sys.executable, "-P", "-m", "dlcourse.grading.child"]
    return [*_bubblewrap(), *_places(folder, scratch), *child] if isolation == BUBBLEWRAP else child


def hidden():
    """The files and folders that hold answers, or could: solutions, bank and judge, the history of the course, its tests."""
    answers = [COURSE / name for name in ("solutions", "tests", "build", ".git")]
    return [path for path in answers if path.exists()] + [path for path in GRADING.iterdir() if path not in OPEN]


def _bubblewrap():
    """No network, no other processes, no rights, and files to read only."""
    private = [argument for folder in PRIVATE if Path(folder).is_dir() for argument in ("--tmpfs", folder)]
    whole = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return ["bwrap", "--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session", *whole, *private]


def _places(folder, scratch):
    """What the child may see below the private folders, what is covered, and where it works."""
    needed = {Path(sys.prefix), Path(sys.base_prefix), COURSE, Path(folder).resolve()}
    seen = [argument for path in sorted(needed) if _is_private(path) for argument in ("--ro-bind", path, path)]
    covered = [argument for path in hidden() if path.parent != GRADING for argument in _cover(path)]
    opened = [argument for path in OPEN for argument in ("--ro-bind", path, path)]
    grading = ["--tmpfs", GRADING, *opened, "--remount-ro", GRADING]
    return list(map(str, [*seen, *covered, *grading, "--bind", scratch, scratch, "--chdir", Path(folder).resolve()]))


def _cover(path):
    return ("--tmpfs", path, "--remount-ro", path) if path.is_dir() else ("--ro-bind", os.devnull, path)


def _is_private(path):
    return any(path.is_relative_to(folder) for folder in PRIVATE)


def _bubblewrap_works():
    if not shutil.which("bwrap"):
        return False
    trial = [*_bubblewrap(), "--chdir", "/", sys.executable, "-c", ""]
    return subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
