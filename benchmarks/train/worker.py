"""`python -m benchmarks.train.worker PACKAGE NAME SEED`: train once in this process and print what came out as JSON."""

import json
import math
import sys
import time
from contextlib import redirect_stdout
from datetime import date
from importlib import import_module

import numpy as np

from benchmarks.machine import machine


def train(task, seed):
    """The figure of one training, its seconds of processor time, and the day and machine. Raises ValueError when it is not finite."""
    start = time.process_time()  # what else the machine does hardly lengthens it
    figure = float(task.run(np.random.default_rng(seed)))
    seconds = time.process_time() - start
    if not math.isfinite(figure):
        raise ValueError(f"{task.name} ended with the figure {figure}.")
    return {"seed": seed, "figure": figure, "seconds": round(seconds, 2), "date": date.today().isoformat(), **machine()}


def described(task):
    """What the task promises, without what it runs."""
    return {key: getattr(task, key) for key in ("figure", "unit", "goal", "least", "higher_is_better")}


def main(package, name, seed):
    with redirect_stdout(sys.stderr):  # standard output is for the result alone
        task = import_module(f"{package}.{name}").TASK
        run = train(task, int(seed))
    print(json.dumps({**described(task), "run": run}))


if __name__ == "__main__":
    main(*sys.argv[1:])
