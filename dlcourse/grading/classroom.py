"""Grade a class: the submissions of a folder side by side, each in a sandbox of its own, all on the same cases, into one gradebook."""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from dlcourse import __version__
from dlcourse.grading import bank, fence, notebook, submissions
from dlcourse.grading.crew import Crew, Lost
from dlcourse.grading.exercise import SOLUTIONS
from dlcourse.grading.gradebook import Entry, utc
from dlcourse.grading.process import Limits
from dlcourse.grading.sandbox import Sandbox

LONGEST = 4000  # characters of one sentence: an exception says what it likes
OVERTIME = 60.0  # seconds beyond the limit for a whole notebook, to start it and to judge it


@dataclass(frozen=True)
class Rules:
    """By what a class is graded. `closed` are files and folders that no submission may read."""

    seed: int
    due: str = ""
    limits: Limits = Limits()
    isolation: str = fence.AUDIT_HOOK
    closed: tuple = ()

    def __str__(self):
        """What a grade depends on, as text."""
        return json.dumps({"course": edition(), "seed": self.seed, "seconds": self.limits.seconds, "total": self.limits.total})


@dataclass(frozen=True)
class Result:
    """What the process that graded a submission gives back. A result that is not `final` is sought again the next time."""

    reports: tuple = ()
    code: str = ""
    problem: str = ""
    final: bool = True


def grade(folder, book, rules, jobs):
    """Bring the gradebook up to date with a folder: yield (Entry, number done, number to do) for each submission graded now.

    Submissions that the gradebook holds already, by these rules, are not run again. Raises ValueError for a folder that cannot be used.
    """
    folder = _usable(folder)
    found = [(submission, _entry(submission, folder, rules)) for submission in submissions.find(folder)]
    book.forget_all_but(str(folder), {entry.file for _, entry in found})
    book.update([entry for _, entry in found])
    todo = [(submission, entry) for submission, entry in found if not book.holds(entry.folder, entry.file, entry.sha256, entry.rules)]
    for number, entry in enumerate(_graded(todo, rules, jobs), 1):
        book.record(entry)
        yield entry, number, len(todo)


@cache
def edition():
    """The version of the course, and a digest of the files that decide on grades: the versions of all exercises are in it."""
    files = sorted([*fence.GRADING.rglob("*.py"), *SOLUTIONS.glob("*.py")])
    return f"{__version__} {sha256(b''.join(path.read_bytes() for path in files)).hexdigest()[:12]}"


def work(task):
    """Grade one submission, a pair of Submission and Rules: the Result, whatever happens."""
    submission, rules = task
    try:
        return _run(submission, rules)
    except notebook.NotebookError as error:
        return Result(problem=str(error).replace(str(submission.path), submission.path.name))
    except Exception as error:
        return Result(problem=f"The grader could not go on: {type(error).__name__}: {str(error)[:500]}", final=False)


def _graded(todo, rules, jobs):
    """One complete Entry for each (Submission, Entry)."""
    yield from (entry for submission, entry in todo if submission.problem)
    tasks = {(submission, rules): entry for submission, entry in todo if not submission.problem}
    with Crew(f"{__name__}:{work.__name__}", min(jobs, max(len(tasks), 1)), rules.limits.total + OVERTIME) as crew:
        for task, result in crew.each(tasks):
            yield _filled(tasks[task], Result(problem=str(result), final=False) if isinstance(result, Lost) else result)


def _run(submission, rules):
    read = notebook.read(submission.path)
    code = sha256("\0".join(source.strip() for _, source in read.cells).encode(errors="replace")).hexdigest()
    with tempfile.TemporaryDirectory() as place:
        for path in submission.beside:
            shutil.copyfile(path, Path(place, path.name))
        with Sandbox(read.cells, place, isolation=rules.isolation, limits=rules.limits, closed=rules.closed) as sandbox:
            reports = [sandbox.grade(bank.load(id), rules.seed) for id in read.exercises]
    return Result(tuple(replace(report, sentence=report.sentence[:LONGEST]) for report in reports), code)


def _entry(submission, folder, rules):
    """The Entry before anything is graded."""
    file = submissions.text_of(submission.path.relative_to(folder))
    when = utc(submission.when)
    problem = submission.problem
    return Entry(str(folder), file, submission.learner, when, rules.due, submission.sha256, "", str(rules), rules.isolation, problem)


def _filled(entry, result):
    rules = entry.rules if result.final else ""
    return replace(entry, reports=result.reports, code=result.code, problem=result.problem, rules=rules)


def _usable(folder):
    """The folder's full path. What is in it will be closed to the submissions, so neither Python nor the course may be."""
    folder = Path(folder).resolve()
    inside = [path for path in (fence.COURSE, sys.prefix, tempfile.gettempdir()) if Path(path).resolve().is_relative_to(folder)]
    if inside:
        raise ValueError(f"{folder} holds more than submissions: {inside[0]} lies in it. Put the submissions into a folder of their own.")
    return folder
