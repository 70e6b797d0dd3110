"""The gradebook: one SQLite file that says who handed in what, and what each exercise came to.

Every submission is written in one transaction, so that a run which is killed goes on where it stopped.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from dlcourse.grading import bank
from dlcourse.grading.report import Example, Report

SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL,
    file TEXT NOT NULL,       -- in that folder
    learner TEXT NOT NULL,
    submitted TEXT NOT NULL,  -- ISO times, UTC
    due TEXT NOT NULL,        -- or empty
    sha256 TEXT NOT NULL,     -- of the file
    code TEXT NOT NULL,       -- a digest of its code cells alone
    rules TEXT NOT NULL,      -- what it was graded by: the course's version and digest, the seed, the time limit
    isolation TEXT NOT NULL,
    problem TEXT NOT NULL,    -- why it could not be graded, or empty
    UNIQUE (folder, file)
);
CREATE TABLE IF NOT EXISTS grades (
    submission INTEGER NOT NULL REFERENCES submissions ON DELETE CASCADE,
    exercise TEXT NOT NULL,
    version INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    points INTEGER NOT NULL,
    mistake TEXT,
    report TEXT NOT NULL,     -- all that is said to the learner, as JSON
    PRIMARY KEY (submission, exercise)
);
"""
COLUMNS = ("folder", "file", "learner", "submitted", "due", "sha256", "code", "rules", "isolation", "problem")
INSERT = f"INSERT INTO submissions ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"


@dataclass(frozen=True)
class Entry:
    """One submission as the gradebook holds it; its texts are those of the table, `reports` one Report per exercise."""

    folder: str
    file: str
    learner: str
    submitted: str
    due: str
    sha256: str
    code: str
    rules: str
    isolation: str
    problem: str
    reports: tuple = ()

    @property
    def late(self):
        """By how much it missed the date it was due, as a timedelta; zero when it did not, or none was set."""
        if not self.due:
            return timedelta()
        return max(datetime.fromisoformat(self.submitted) - datetime.fromisoformat(self.due), timedelta())


@dataclass(frozen=True)
class Learner:
    """One learner's entries, the earliest first."""

    name: str
    entries: tuple

    @property
    def counted(self):
        """The Report that counts for each exercise, in the order of the course: that of the latest entry which holds it."""
        latest = {report.id: report for entry in self.entries for report in entry.reports}
        return {id: latest[id] for id in bank.ids() if id in latest}

    @property
    def points(self):
        """The sum over the exercises. It depends on nobody else's work."""
        return sum(report.points for report in self.counted.values())


class Gradebook:
    """The file at `path`, made when it is missing. A context manager. Raises ValueError for a file that is no gradebook."""

    def __init__(self, path):
        try:
            self.db = sqlite3.connect(path, timeout=30)
            self.db.execute("PRAGMA foreign_keys = ON")
            self.db.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise ValueError(f"{path} cannot be used as a gradebook: {error}.") from error
        self.db.row_factory = sqlite3.Row

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.db.close()

    def remembered(self, name, value):
        """What was written under that name the first time: `value`, if this is it."""
        with self.db:
            self.db.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (name, value))
        return self.db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()[0]

    def holds(self, folder, file, sha256, rules):
        """Whether this very file has been graded by these rules."""
        found = self.db.execute("SELECT sha256, rules FROM submissions WHERE folder = ? AND file = ?", (folder, file)).fetchone()
        return found is not None and tuple(found) == (sha256, rules)

    def record(self, entry):
        """Write an Entry over the one of the same file."""
        row = {name: getattr(entry, name) for name in COLUMNS}
        with self.db:
            self.db.execute("DELETE FROM submissions WHERE folder = ? AND file = ?", (entry.folder, entry.file))
            submission = self.db.execute(INSERT, row).lastrowid
            self.db.executemany("INSERT INTO grades VALUES (?, ?, ?, ?, ?, ?, ?)", [_grade(submission, it) for it in entry.reports])

    def update(self, entries):
        """Set learner, time and due date of entries whose grades stay."""
        rows = [(entry.learner, entry.submitted, entry.due, entry.folder, entry.file) for entry in entries]
        with self.db:
            self.db.executemany("UPDATE submissions SET learner = ?, submitted = ?, due = ? WHERE folder = ? AND file = ?", rows)

    def forget_all_but(self, folder, files):
        """Remove the entries of a folder whose file is no longer there."""
        known = self.db.execute("SELECT file FROM submissions WHERE folder = ?", (folder,)).fetchall()
        gone = [(folder, file) for (file,) in known if file not in files]
        with self.db:
            self.db.executemany("DELETE FROM submissions WHERE folder = ? AND file = ?", gone)

    def learners(self):
        """All Learners, by name."""
        grades = {}
        with closing(self.db.execute("SELECT submission, report FROM grades ORDER BY rowid")) as rows:
            for submission, report in rows:
                grades.setdefault(submission, []).append(_report(report))
        entries = {}
        for row in self.db.execute("SELECT * FROM submissions ORDER BY learner, submitted, id"):
            entry = Entry(*(row[name] for name in COLUMNS), tuple(grades.get(row["id"], ())))
            entries.setdefault(entry.learner, []).append(entry)
        return [Learner(name, tuple(own)) for name, own in entries.items()]


def copies(learners):
    """The names of all whose code cells are the same as another's, by digest. Untouched exercises do not count."""
    owners = {}
    for learner in learners:
        for entry in learner.entries:
            if any(report.verdict != "not attempted" for report in entry.reports):
                owners.setdefault(entry.code, set()).add(learner.name)
    return {code: sorted(names) for code, names in owners.items() if len(names) > 1}


def utc(moment):
    """A time as the gradebook writes it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _grade(submission, report):
    said = json.dumps(asdict(report))
    return submission, report.id, report.version, report.verdict, report.points, report.mistake, said


def _report(text):
    fields = json.loads(text)
    example = fields.pop("example")
    if example:
        example["arguments"] = tuple(map(tuple, example["arguments"]))
    return Report(**fields, example=Example(**example) if example else None)
