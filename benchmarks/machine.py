"""Where a figure was measured: the processor as the system names it, its cores, the versions at work."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PAGES_KEPT = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}  # glibc gives no memory back


def machine():
    """For example {"cpu": "AMD EPYC", "cores": 2, "system": "Linux", "software": "Python 3.11.9, NumPy 2.4.0"}."""
    software = f"Python {platform.python_version()}, NumPy {version('numpy')}"
    return {"cpu": _cpu(), "cores": os.cpu_count(), "system": platform.system(), "software": software}


def _cpu():
    try:
        return _NAMED_BY[platform.system()]() or platform.machine()
    except (KeyError, OSError, subprocess.CalledProcessError):
        return platform.processor() or platform.machine()


def _linux():
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), None)


def _macos():
    return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True).strip()


_NAMED_BY = {"Linux": _linux, "Darwin": _macos}
