"""Show the course map: each lesson, its exercises, what you have passed and in how many attempts.

Your progress lies in your data folder; the environment variable DLCOURSE_HOME moves it.

examples:
  dlcourse progress
  dlcourse progress --json    for programs: a list of {"lesson", "id", "minutes", "difficulty", "attempts", "points", "passed", "hints"}
"""

import json

from dlcourse.grading import bank
from dlcourse.grading.progress import Progress


def add_arguments(parser):
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args):
    progress = Progress()
    rows = list(_rows(progress))
    print(json.dumps(rows, indent=1) if args.json else _as_map(rows))
    if progress.note and not args.json:
        print(f"\n{progress.note}")
    return 0


def _rows(progress):
    """One dictionary per exercise, in the order of the course."""
    known = progress.all()
    for lesson in bank.CONTENTS:
        for id in bank.by_lesson(lesson):
            exercise = bank.load(id)
            facts = {"lesson": lesson, "id": id, "minutes": exercise.minutes, "difficulty": exercise.difficulty}
            yield facts | known(id, exercise.version)


def _as_map(rows):
    lessons = dict.fromkeys(row["lesson"] for row in rows)
    parts = [_lesson(lesson, [row for row in rows if row["lesson"] == lesson]) for lesson in lessons]
    done = sum(bool(row["passed"]) for row in rows)
    return "\n\n".join([*parts, f"{done} of {len(rows)} exercises passed. Work on them in my_work/exercises (`dlcourse lab` opens it)."])


def _lesson(lesson, rows):
    number, _, words = lesson.partition("_")
    done = sum(bool(row["passed"]) for row in rows)
    title = f"{number}  {words.replace('_', ' ').capitalize()} ({done} of {len(rows)})"
    return "\n".join([title, *map(_exercise, rows)])


def _exercise(row):
    mark = "x" if row["passed"] else " "
    return f"    [{mark}] {row['id']:24} {_state(row)}"


def _state(row):
    attempts = f"{row['attempts']} attempt{'s' if row['attempts'] != 1 else ''}"
    if row["passed"]:
        return f"passed on {row['passed']}, {attempts}"
    return f"not yet, {attempts}" if row["attempts"] else f"{row['minutes']} minutes, difficulty {row['difficulty']} of 3"
