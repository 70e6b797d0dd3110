"""The class as a table: a row per learner, a column per exercise."""

import csv

HEAD = ("learner", "points", "submitted", "late_hours", "submissions")


def write(path, learners, columns):
    """Write the CSV file. A cell is empty where an exercise was not handed in."""
    with open(path, "w", encoding="utf-8-sig", errors="replace", newline="") as file:  # the mark tells Excel that this is UTF-8
        sheet = csv.writer(file)
        sheet.writerow([*HEAD, *columns, "notes"])
        sheet.writerows(map(_row, learners, [columns] * len(learners)))


def notes(learner):
    """What a teacher should know of a learner's files, in one line."""
    return " ".join(f"{entry.file}: {entry.problem}" for entry in learner.entries if entry.problem)


def late_hours(learner):
    """Hours by which the latest submission missed its date, "" when it did not."""
    seconds = learner.entries[-1].late.total_seconds()
    return round(seconds / 3600, 2) if seconds else ""


def _row(learner, columns):
    counted = learner.counted
    points = [counted[id].points if id in counted else "" for id in columns]
    facts = (_harmless(learner.name), sum(filter(None, points)), learner.entries[-1].submitted, late_hours(learner), len(learner.entries))
    return [*facts, *points, _harmless(notes(learner))]


def _harmless(text):
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
