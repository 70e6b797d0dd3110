"""`dlcourse grade FOLDER`: what is asked for, what is printed, and which files are written."""

import argparse
import os
import secrets
from collections import Counter
from dataclasses import replace
from pathlib import Path

from dlcourse.grading import bank, classroom, feedback, fence, sheet, submissions
from dlcourse.grading.gradebook import Gradebook, copies, utc
from dlcourse.grading.process import Limits


def add_arguments(parser):
    parser.add_argument("--out", type=Path, metavar="FILE", help="the gradebook, an SQLite file: made, or brought up to date")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table: a row per learner, a column per exercise")
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="write a page of feedback per learner, and index.html for you")
    parser.add_argument("--due", type=_due, metavar="TIME", help="what comes later is shown as late, such as 2026-11-20T23:59")
    parser.add_argument(
        "--lesson", action="append", type=_lesson, metavar="NN", help="count this lesson alone, or several (default: all handed in)"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="submissions at a time (default: one per core)")


def run(args):
    """Grade the one folder in `args`. Exit status 2 when a submission could not be graded."""
    _check(args)
    isolation = fence.chosen(args.isolation)
    with Gradebook(args.out) as book:
        seed = book.remembered("seed", str(secrets.randbelow(1_000_000))) if args.seed is None else args.seed
        closed = tuple(path.resolve() for path in (Path(args.files[0]), args.out, args.csv, args.html) if path and path.exists())
        rules = classroom.Rules(int(seed), args.due or "", replace(Limits(), seconds=args.time_limit), isolation, closed)
        about = f"All learners get the same cases, those of seed {seed}, in version {classroom.edition()} of the course."
        print(_guarded_by([isolation]), about, sep="\n")
        for entry, number, count in classroom.grade(args.files[0], book, rules, args.jobs):
            print(f"[{number:{len(str(count))}}/{count}] {_line(entry)}", flush=True)
        learners = book.learners()
    _write(args, learners, [_guarded_by(entry.isolation for learner in learners for entry in learner.entries), about])
    print(*_summary(learners), sep="\n")
    return 2 if any(entry.problem for learner in learners for entry in learner.entries) else 0


def _check(args):
    """Raise ValueError for a call that cannot be meant so."""
    if len(args.files) > 1:
        raise ValueError("Give one folder at a time, and nothing beside it.")
    if args.json:
        raise ValueError("--json is for notebooks; a folder's grades go to --out, an SQLite file, and --csv.")
    if args.out is None:
        raise ValueError(f"Say where the grades go: dlcourse grade {args.files[0]} --out gradebook.sqlite")
    if args.jobs < 1:
        raise ValueError(f"--jobs is a number from 1 on, got {args.jobs}.")
    if args.html and args.html.resolve().is_relative_to(submissions.root_of(args.files[0]).resolve()):
        raise ValueError(f"{args.html} lies among the submissions and would be taken for one. Name a folder beside {args.files[0]}.")


def _write(args, learners, about):
    exercises = [id for lesson in args.lesson or bank.CONTENTS for id in bank.by_lesson(lesson)]
    handed_in = {id for learner in learners for id in learner.counted}
    columns = [id for id in exercises if args.lesson or id in handed_in]
    if args.csv:
        sheet.write(args.csv, learners, columns)
        print(f"Grades: {args.csv}")
    if args.html:
        print(f"Feedback: {feedback.write(args.html, learners, columns, about, everyone=bool(args.lesson))}")


def _guarded_by(isolations):
    if set(isolations) <= {fence.BUBBLEWRAP}:
        return "Each submission runs in a sandbox of bubblewrap: no network, no answers, nobody else's work."
    return "Submissions run behind an audit hook, which is a fence and no wall: on Linux, install bubblewrap and grade them again."


def _line(entry):
    points = sum(report.points for report in entry.reports)
    late = "  late" if entry.late else ""
    return f"{entry.learner}  {entry.file}  {entry.problem or f'{points} points'}{late}"


def _summary(learners):
    entries = [entry for learner in learners for entry in learner.entries]
    count = Counter(late=sum(bool(entry.late) for entry in entries), problems=sum(bool(entry.problem) for entry in entries))
    yield f"{len(learners)} learners, {len(entries)} submissions, {count['late']} late, {count['problems']} that could not be graded."
    yield from (f"{learner.name} handed in {len(learner.entries)} times." for learner in learners if len(learner.entries) > 1)
    yield from (f"The same code: {', '.join(names)}." for names in copies(learners).values())


def _due(text):
    try:
        return utc(submissions.parse_time(text))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-20T23:59") from None


def _lesson(number):
    found = [lesson for lesson in bank.CONTENTS if lesson == number or (number.isdecimal() and lesson.startswith(f"{int(number):02}_"))]
    if not found:
        raise argparse.ArgumentTypeError(f"there are no exercises of a lesson {number!r}; there are {', '.join(bank.CONTENTS)}")
    return found[0]
