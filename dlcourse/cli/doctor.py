"""Look at this computer: versions, devices, what is missing and what to do about it.

examples:
  dlcourse doctor          a table; the exit status is 1 when something that every lesson needs is missing
  dlcourse doctor --json   the same for programs: a list of {"name", "found", "advice", "broken"}
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from typing import NamedTuple

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
REPAIR = "`python3 start.py` installs it."


class Finding(NamedTuple):
    """One thing looked at. `advice` says what to do; `broken` means that lessons cannot run without it."""

    name: str
    found: str
    advice: str = ""
    broken: bool = False


def add_arguments(parser):
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args):
    findings = examine()
    print(as_json(findings) if args.json else as_table(findings))
    return int(any(finding.broken for finding in findings))


def examine():
    """Every finding, in the order in which it is shown."""
    return [python(), *packages(), test_tools(), torch(), processors(), nvidia(), cupy(), sandbox(), browser(), data_folder()]


def as_json(findings):
    return json.dumps([finding._asdict() for finding in findings], indent=1)


def as_table(findings):
    width = max(len(finding.name) for finding in findings)
    lines = [f"{finding.name:{width}}  {finding.found}" for finding in findings]
    advice = [f"- {finding.name}: {finding.advice}" for finding in findings if finding.advice]
    return "\n".join([*lines, "", "What to do:" if advice else "Nothing is missing.", *advice])


def python():
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})"
    wanted = metadata.metadata("dlcourse")["Requires-Python"]
    old = not _fits(wanted, platform.python_version())
    return Finding("Python", found, f"Python {wanted} is needed." if old else "", old)


def packages():
    """One finding for each package that every lesson needs."""
    return [_package(requirement) for requirement in _requirements()]


def _package(requirement):
    version = _version(requirement.name)
    if version and _fits(str(requirement.specifier), version):
        return Finding(requirement.name, version)
    return Finding(requirement.name, version or "missing", f"{requirement} is needed. {REPAIR}", True)


def test_tools():
    """One finding for all that only the tests need."""
    missing = [r.name for r in _requirements("test") if not _version(r.name)]
    if missing:
        return Finding("test tools", f"missing: {', '.join(missing)}", "`python3 start.py test` installs them; lessons need none of them.")
    return Finding("test tools", "complete")


def torch():
    """The peer of every Check table: its version and its CUDA device."""
    try:
        import torch
    except ImportError:
        return Finding("PyTorch", "missing", f"Without it the Check tables stay empty. {REPAIR}")
    except OSError as error:  # on Windows a library that it needs can be missing
        return Finding("PyTorch", f"does not load: {error}", "On Windows, install the Microsoft Visual C++ Redistributable.")
    cuda = torch.cuda.get_device_name() if torch.cuda.is_available() else "no CUDA device"
    return Finding("PyTorch", f"{torch.__version__}, {cuda}")


def processors():
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("processor cores", str(usable))


def nvidia():
    try:
        answer = subprocess.run(["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"], capture_output=True, text=True)
    except OSError:
        return Finding("NVIDIA GPU", "none")
    if answer.returncode:
        return Finding("NVIDIA GPU", "nvidia-smi does not answer", "Lessons run without a GPU. To use it, install or restart its driver.")
    return Finding("NVIDIA GPU", "; ".join(answer.stdout.splitlines()))


def cupy():
    """Does the array seam reach a GPU? Advice is given only where there is one."""
    from dlcourse.backend import device

    try:
        with device("gpu"):
            return Finding("CuPy", f"{_version('cupy-cuda12x') or 'found'}, a GPU answers")
    except RuntimeError as error:
        return Finding("CuPy", "no GPU through it", str(error) if shutil.which("nvidia-smi") else "")


def sandbox():
    """What `dlcourse grade` runs handed-in code in; the sentence says itself what would be stronger."""
    from dlcourse.grading.sandbox import isolation

    return Finding("grading sandbox", isolation())


def browser():
    path = chromium()
    advice = f"Only the widgets' tests need it: {sys.executable} -m playwright install chromium"
    return Finding("Chromium for tests", path or "missing", "" if path else advice)


def chromium():
    """The path of the Chromium that the tests use: one on the PATH, else Playwright's own, else None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None) or _playwright_chromium()


def _playwright_chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def data_folder():
    from dlcourse.data.home import home

    folder = home()
    there = next(path for path in [folder, *folder.parents] if path.exists())
    free = shutil.disk_usage(there).free / 1e9
    if not os.access(there, os.W_OK):
        return Finding("your data", str(folder), "It cannot be written. Set DLCOURSE_HOME to a folder of yours.", True)
    advice = "Little room is left; DLCOURSE_HOME moves the folder to another disk." if free < 1 else ""
    return Finding("your data", f"{folder} ({free:.1f} GB free)", advice)


def _requirements(extra=""):
    """What the course requires on this computer, with what an extra adds, from the installed metadata."""
    from packaging.requirements import Requirement

    everything = [Requirement(line) for line in metadata.requires("dlcourse") or []]
    return [r for r in everything if r.marker is None or r.marker.evaluate({"extra": extra})]


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _fits(wanted, version):
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(wanted).contains(version, prereleases=True)
