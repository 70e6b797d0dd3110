"""A race: contestants take turns, so that a noisy machine slows both, and the median of quiet samples counts."""

import os
import subprocess
import sys
import time
from statistics import median

QUIET = 0.95  # below this share of processor time another process held the core


def race(contestants, *, seconds, samples, rest=0.0):
    """Milliseconds per call of each function: the median over `samples` turns of about `seconds` each.

    `rest` seconds of sleep before each turn let the other library's spinning threads go to sleep.
    """
    calls = [_calls_in(run, seconds) for run in contestants]
    taken = [[] for _ in contestants]
    for _ in range(samples):
        for run, n, times in zip(contestants, calls, taken, strict=True):
            time.sleep(rest)
            times.append(_sample(run, n))
    return [_quiet_median(times) for times in taken]


def on_one_thread(module):
    """Begin this process again with one thread for every library, unless it has: they read the number once, when they are loaded."""
    if os.environ.get("OMP_NUM_THREADS") != "1":
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        sys.exit(subprocess.call([sys.executable, "-m", module, *sys.argv[1:]], env={**os.environ, **limits}))


def _calls_in(run, seconds):
    run()
    _, wall, _ = _sample(run, 3)
    return max(1, round(seconds / wall))


def _sample(run, n):
    cpu, start = time.process_time(), time.perf_counter()
    for _ in range(n):
        run()
    wall = time.perf_counter() - start
    return (time.process_time() - cpu) / wall, wall / n, n


def _quiet_median(times):
    quiet = [wall for share, wall, _ in times if share > QUIET]
    return 1000 * median(quiet if len(quiet) >= 3 else [wall for _, wall, _ in times])
