"""The file of results: what each task promises, and what came of each seed. A kill at any moment leaves the old file or the new one."""

import json
import os
from pathlib import Path
from statistics import median


class Results:
    """{task: {figure, unit, goal, least, higher_is_better, runs: [{seed, figure, seconds, date, ...}]}}, in a JSON file."""

    def __init__(self, path):
        self.path = Path(path)

    def read(self):
        """Everything in the file, or nothing if there is none. Raises ValueError when it holds something else."""
        if not self.path.exists():
            return {}
        try:
            return json.loads(self.path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{self.path} does not hold results ({error}). Name another file, or remove it.") from error

    def has(self, name, seed):
        return any(run["seed"] == seed for run in self.read().get(name, {}).get("runs", []))

    def add(self, name, result):
        """Take in one run with its task's description; a run of the same seed gives way."""
        everything = self.read()  # anew, since another process may have added to it
        others = [run for run in everything.get(name, {}).get("runs", []) if run["seed"] != result["run"]["seed"]]
        task = {key: result[key] for key in result if key != "run"}
        everything[name] = {**task, "runs": sorted([*others, result["run"]], key=lambda run: run["seed"])}
        self._write(everything)

    def forget(self, names):
        """Drop all runs of these tasks."""
        self._write({name: task for name, task in self.read().items() if name not in names})

    def _write(self, everything):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        os.replace(part, self.path)


def summary(task, seeds):
    """{runs, median, least, greatest, seconds, reached} of a task's runs with seeds 0 .. seeds - 1; None when there are none."""
    runs = [run for run in task["runs"] if run["seed"] < seeds]
    if not runs:
        return None
    figures = [run["figure"] for run in runs]
    middle, sign = median(figures), 1 if task["higher_is_better"] else -1
    worst = min(figures, key=lambda figure: sign * figure)
    return {
        "runs": len(runs),
        "median": middle,
        "least": min(figures),
        "greatest": max(figures),
        "seconds": median(run["seconds"] for run in runs),
        "reached": len(runs) == seeds and sign * middle >= sign * task["goal"] and sign * worst >= sign * task["least"],
    }
