"""How long a learner waits: `import dlcourse` in a fresh process, and `python3 start.py` until JupyterLab answers."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
IMPORT = "import time; start = time.perf_counter(); import dlcourse; print(1000 * (time.perf_counter() - start))"


def import_row(quick):
    """Milliseconds of the first `import dlcourse` in a new Python, NumPy included."""
    times = [float(subprocess.check_output([sys.executable, "-c", IMPORT])) for _ in range(5 if quick else 15)]
    return row("import", median(times))


def start_row(quick):
    """Milliseconds of a warm `python3 start.py` until JupyterLab answers."""
    return row("start", median([lab_answers() for _ in range(2 if quick else 5)]))


def row(name, milliseconds):
    return {"name": name, "threads": 1, "ours_ms": milliseconds, "torch_ms": None, "ratio": None, "agree": None}


def lab_answers(port=9300, limit=60):
    """Start the course, wait for the server's first answer, stop it; the milliseconds between."""
    begin = time.perf_counter()
    command = [sys.executable, str(ROOT / "start.py"), "lab", "--no-browser", "--port", str(port)]
    lab = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        address = address_of(lab)
        while not answers(address):
            if time.perf_counter() - begin > limit or lab.poll() is not None:
                raise RuntimeError(f"JupyterLab did not answer within {limit} s. Try it by hand: {' '.join(command)}")
            time.sleep(0.02)
        return 1000 * (time.perf_counter() - begin)
    finally:
        stop(lab)


def address_of(lab):
    """The server's address, from the first line that names one."""
    for text in lab.stdout:
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+", text):
            return found[0]
    raise RuntimeError("start.py ended before JupyterLab had an address.")


def answers(address):
    try:
        return urllib.request.urlopen(f"{address}/api", timeout=1).status == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def stop(process):
    """End the process and all that it started."""
    if os.name == "nt":
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


STARTUPS = {"import": import_row, "start": start_row}
