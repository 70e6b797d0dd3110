"""How long a class takes: `python -m benchmarks.grading` makes 200 submissions of ten exercises and grades them.

They are what a class hands in: right answers, mistakes that the bank knows by name, stubs and errors, half of them with a plot and some
with a cell that computes for a second; and beside them five that are hostile: endless loops, memory without end, an early end.
"""

import argparse
import ast
import inspect
import json
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from dlcourse.cli import main as dlcourse
from dlcourse.grading import bank

EXERCISES = (
    *("neuron", "perceptron_step", "signed_distance", "softmax", "cross_entropy", "cross_entropy_backward"),
    *("relu_backward", "sigmoid_backward", "softmax_backward", "unbroadcast"),
)
KINDS = {"right": 0.6, "mistake": 0.28, "stub": 0.07, "error": 0.05}
SETUP = "import numpy as np\nfrom dlcourse.grading import check, hint, solution"
PLOT = "import matplotlib.pyplot as plt\nplt.plot(np.tanh(np.linspace(-3, 3)))\nplt.show()"
TRAINING = "import time\nend = time.process_time() + 1\nwhile time.process_time() < end:\n    np.tanh(np.ones((100, 100)))"
HOSTILE = {
    "loop": ["def neuron(x, w, b):\n    while True: pass", "def softmax(logits):\n    while True: pass"],
    "loop_in_a_cell": ["while True: pass", "while True: pass"],
    "memory": ["kept = []\nwhile True: kept.append(np.ones(2**22))"],
    "end": ["import os\nos._exit(0)", "def softmax(logits): os._exit(0)"],
    "reader": [f"open({str(bank.__file__)!r}).read()", "import socket\nsocket.create_connection(('192.0.2.1', 80))"],
}


def submissions(folder, count, rng):
    """Write one notebook for each of `count` learners; the last of them are the hostile ones."""
    for number in range(count - len(HOSTILE)):
        extras = [PLOT] * bool(rng.random() < 0.5) + [TRAINING] * bool(rng.random() < 0.1)
        write(folder / f"learner_{number:03}", [SETUP, *extras, *answers(rng)])
    for name, cells in HOSTILE.items():
        write(folder / f"hostile_{name}", [SETUP, *answers(rng), *cells])


def answers(rng):
    """Two cells for each exercise, the answer and its check."""
    for id in EXERCISES:
        yield answer(id, rng.choice(list(KINDS), p=list(KINDS.values())), rng)
        yield f'check("{id}", {id})'


def answer(id, kind, rng):
    exercise = bank.load(id)
    if kind == "mistake":
        return rng.choice(wrong(id))
    stub = f"def {id}(*arguments):\n    "
    return {"right": exercise.solution, "stub": stub + 'raise NotImplementedError("your code here")', "error": stub + "return 1 / 0"}[kind]


@cache
def wrong(id):
    """The source of each mistake of the bank that is a function of its own, under the name of the exercise."""
    module = ast.parse(inspect.getsource(sys.modules[f"{bank.__name__}.{id}"]))
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    helpers = [ast.unparse(node) for node in functions if not node.decorator_list]
    mistakes = [node for node in functions if any("mistake" in ast.unparse(decorator) for decorator in node.decorator_list)]
    for node in mistakes:
        node.name, node.decorator_list = id, []
    return ["\n\n".join([*helpers, source]) for source in map(ast.unparse, mistakes) if "exercise" not in source]


def write(folder, sources):
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None} for source in sources]
    folder.mkdir(parents=True)
    folder.joinpath("ten.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def measure(count, jobs, limit):
    """Seconds of the clock for a first call, and for a second one that finds everything done; `limit` seconds for a cell or exercise."""
    with tempfile.TemporaryDirectory(prefix="class-") as place:
        submissions(Path(place, "class"), count, np.random.default_rng(0))
        command = [
            "grade",
            f"{place}/class",
            "--out",
            f"{place}/gradebook.sqlite",
            "--csv",
            f"{place}/grades.csv",
            "--html",
            f"{place}/html",
        ]
        command += ["--jobs", str(jobs), "--seed", "1", "--time-limit", str(limit)]
        first, again = timed(command), timed(command)
        pages = sum(path.stat().st_size for path in Path(place, "html").iterdir())
    return {
        "submissions": count,
        "exercises": len(EXERCISES),
        "jobs": jobs,
        "seconds": first,
        "again": again,
        "pages_mb": pages / 2**20,
    }


def timed(command):
    begin = time.perf_counter()
    if dlcourse(command):
        raise RuntimeError("A submission could not be graded.")
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.grading", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=200, metavar="N")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="submissions at a time (default: one per core)")
    parser.add_argument(
        "--time-limit", type=float, default=10.0, metavar="SECONDS", help="for each cell and exercise, as in dlcourse grade"
    )
    parser.add_argument("--json", metavar="FILE", help="also write the row to FILE")
    args = parser.parse_args()
    row = measure(args.submissions, args.jobs, args.time_limit)
    print("\n{submissions} submissions of {exercises} exercises, {jobs} at a time: {seconds:.0f} s".format(**row))
    print("once more, with nothing to do: {again:.1f} s; {pages_mb:.1f} MB of pages".format(**row))
    if args.json:
        Path(args.json).write_text(json.dumps(row | machine(), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
