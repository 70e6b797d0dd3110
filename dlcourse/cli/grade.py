"""Grade an exercise notebook, or a folder of submissions: points for each exercise, and the mistake by its name.

Your code runs in a process of its own, with a time and a memory limit. Run all cells once in JupyterLab and save before you grade.

examples:
  dlcourse grade my_work/exercises/03_activations_and_losses.ipynb
  dlcourse grade my_work/exercises/*.ipynb
  dlcourse grade --seed 1234 FILE       the same numbers as in an earlier report
  dlcourse grade --json FILE            for programs: one object {"file", "points", "exercises"} per file and line

The exit status is 0 when everything is passed, 1 when something is not, 2 when a file cannot be graded.

for teachers, a class:
  dlcourse grade FOLDER --out gradebook.sqlite --csv grades.csv --html feedback/
  dlcourse grade FOLDER --out gradebook.sqlite --due 2026-11-20T23:59 --lesson 03

FOLDER holds FOLDER/learner/.../notebook.ipynb, or FOLDER/learner_lesson.ipynb, or nbgrader's submitted/learner/assignment/notebook.ipynb.
Submissions run side by side, each in its own sandbox; one that is broken, empty or hostile gets a sentence and changes no other's grade.
A second call, or one after a break, runs only what is new: a file is graded again when it, the exercises or the course have changed.
All learners get the same cases: the seed is drawn once per gradebook, unless you give one. Of an exercise that somebody has handed in
several times the latest counts. The exit status is 0, or 2 when something cannot be graded.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import indent

from dlcourse.cli import grade_class
from dlcourse.grading.fence import AUDIT_HOOK, BUBBLEWRAP
from dlcourse.grading.notebook import NotebookError
from dlcourse.grading.process import Limits
from dlcourse.grading.scoring import grade, points

HOUR = 3600


def add_arguments(parser):
    parser.add_argument("files", nargs="+", metavar="FILE", help="a notebook with exercises, or one folder of submissions")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seed", type=int, help="of the random cases (default: a new one for each exercise; for a folder one for all)")
    parser.add_argument("--time-limit", type=float, default=10.0, metavar="SECONDS", help="for each cell and each exercise (default: 10)")
    parser.add_argument("--isolation", choices=[BUBBLEWRAP, AUDIT_HOOK], help="what guards the answers (default: the stronger that works)")
    grade_class.add_arguments(parser.add_argument_group("for a folder"))


def run(args):
    """Grade each file in turn; one that cannot be graded does not stop the others."""
    if args.seed is not None and args.seed < 0:
        raise ValueError(f"A seed is a whole number from 0 on, got {args.seed}.")
    if not 0 < args.time_limit <= HOUR:
        raise ValueError(f"The time limit is a number of seconds above 0 and up to {HOUR}, got {args.time_limit:g}.")
    if any(Path(file).is_dir() for file in args.files):
        return grade_class.run(args)
    return max(_grade_file(file, args) for file in args.files)


def _grade_file(file, args):
    limits = replace(Limits(), seconds=args.time_limit)
    try:
        reports = grade(file, seed=args.seed, isolation=args.isolation, limits=limits)
        reports = list(reports) if args.json else _told(file, reports)
    except NotebookError as error:
        print(f"dlcourse: {error}", file=sys.stderr)
        return 2
    total = points(reports)
    print(json.dumps(_as_dict(file, total, reports)) if args.json else f"  {total} of 100 points")
    return int(any(report.verdict != "passed" for report in reports))


def _told(file, reports):
    """Print each report as soon as it is there; give back all."""
    told = []
    for report in reports:
        if not told:
            print(file)
        print(f"  {report.points:3}  {report.id}", flush=True)
        if report.verdict != "passed":
            print(indent(report.message, " " * 7), flush=True)
        told.append(report)
    return told


def _as_dict(file, total, reports):
    return {"file": str(file), "points": total, "exercises": [report.to_dict() for report in reports]}
