"""The map: each lesson with its question, what it needs, how long it takes, and what of its exercises is done.

What a lesson asks and needs is read from its first cell, where the learner reads it too.
"""

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dlcourse.grading import bank
from dlcourse.grading.progress import Progress
from dlcourse.workspace import course_root

TITLE = re.compile(r"^# (\d\d) (.+)$", re.MULTILINE)
POINT = r"\*\*{}:\*\* (.+?)(?=\n\s*\n|\n- |\Z)"
CELL = 'style="text-align: left; vertical-align: top; padding: 0.2em 1.2em 0.2em 0"'
HEAD = ("lesson", "you need", "time", "exercises")


@dataclass(frozen=True)
class Lesson:
    """One row of the map. `passed` of `exercises` are done."""

    file: str
    number: str
    question: str
    needs: str
    time: str
    exercises: int
    passed: int


class CourseMap(list):
    """The Lessons in their order, as a table for people."""

    def __repr__(self):
        return "\n".join([*map(_line, self), "", self.summary])

    def _repr_html_(self):
        head = "".join(f'<th scope="col" {CELL}>{name}</th>' for name in HEAD)
        rows = "".join(f"<tr>{''.join(f'<td {CELL}>{cell}</td>' for cell in _cells(lesson))}</tr>" for lesson in self)
        table = f'<table aria-label="The lessons"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        return f'<div style="overflow-x: auto">{table}</div><p>{self.summary}</p>'

    @property
    def summary(self):
        """How much is done, and what comes next."""
        done, all_ = sum(lesson.passed for lesson in self), sum(lesson.exercises for lesson in self)
        after = next((lesson for lesson in self if lesson.passed < lesson.exercises), None)
        goes_on = f" Next: lesson {after.number}." if after else " All of them: well done."
        return f"{done} of {all_} exercises passed.{goes_on}"


def course_map(folder=None):
    """The CourseMap of the lessons in `folder`, by default the course's own."""
    known = Progress().all()
    paths = sorted(Path(folder or course_root() / "lessons").glob("*.ipynb"))
    return CourseMap(lesson for lesson in (_lesson(path, known) for path in paths) if lesson.exercises)


def _lesson(path, known):
    text = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    number, question = TITLE.search(text).groups()
    exercises = [bank.load(id) for id in bank.by_lesson(path.stem)]
    passed = sum(bool(known(exercise.id, exercise.version)["passed"]) for exercise in exercises)
    return Lesson(path.name, number, question, _point("You need", text), _point("Time", text), len(exercises), passed)


def _point(name, text):
    """What stands behind this bold word of the list, as one plain line."""
    found = re.search(POINT.format(name), text, re.DOTALL)
    return re.sub(r"[`*]", "", " ".join(found[1].split())).rstrip(".") if found else ""


def _cells(lesson):
    link = f'<a href="{lesson.file}">{lesson.number} {escape(lesson.question)}</a>'
    return link, escape(lesson.needs), escape(lesson.time), f"{lesson.passed} of {lesson.exercises}"


def _line(lesson):
    return f"{lesson.number}  {lesson.question}  ({lesson.passed} of {lesson.exercises} exercises)"
