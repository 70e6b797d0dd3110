"""What a learner has done, in one small file of the user's data folder that survives a crash and a second process.

A change is read, made and written under a lock; the new file is complete on the disk before it takes the old one's place.
"""

import json
import os
from contextlib import suppress
from datetime import date
from pathlib import Path

from dlcourse.data.home import home
from dlcourse.grading.lock import locked

EMPTY = {"attempts": 0, "points": 0, "passed": "", "hints": 0}


class Progress:
    """Attempts, best points, date of the first pass and hints read, for each exercise and version.

    Never raises for a file that is broken or cannot be written: `note` then holds a sentence for the learner.
    """

    def __init__(self, folder=None):
        self.path = Path(folder or home()) / "progress.json"
        self.lock = self.path.with_suffix(".lock")
        self.note = ""

    def of(self, id, version):
        """What is known of one exercise: a dictionary like EMPTY."""
        return self.all()(id, version)

    def all(self):
        """`of` for many exercises, from one look at the file."""
        entries = self._entries()
        return lambda id, version: EMPTY | entries.get(_key(id, version), {})

    def record(self, report):
        """Add an attempt. An empty function is none."""
        if report.verdict != "not attempted":
            self._change(report.id, report.version, lambda entry: _with_attempt(entry, report))

    def next_hint(self, id, version, count):
        """The number, from 1, of the hint to read now; the last one stays."""
        entry = self._change(id, version, lambda entry: entry | {"hints": min(entry["hints"] + 1, count)})
        return max(entry["hints"], 1)

    def _change(self, id, version, change):
        """Replace one entry by `change(entry)`, and give it back."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.lock):
                entries = self._read()
                entry = entries[_key(id, version)] = change(EMPTY | entries.get(_key(id, version), {}))
                self._write(entries)
        except OSError as error:
            entry = change(self.of(id, version))
            self.note = f"Your progress could not be saved in {self.path.parent}: {error}. Set DLCOURSE_HOME to a folder you may write in."
        return entry

    def _entries(self):
        """All entries, read under the lock where there can be one."""
        if not self.path.exists():
            return {}
        try:
            with locked(self.lock):
                return self._read()
        except OSError:  # a folder to read only
            return self._read()

    def _read(self):
        try:
            return _entries(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError:
            self._keep_aside()
            return {}

    def _keep_aside(self):
        """Move a broken file out of the way, under a name that is free."""
        names = (self.path.with_name(f"progress.broken-{number}.json") for number in range(1, 1000))
        kept = next(name for name in names if not name.exists())
        with suppress(OSError):
            os.replace(self.path, kept)
            self.note = f"{self.path.name} could not be read. It is kept as {kept}, and your progress begins anew."

    def _write(self, entries):
        """All or nothing: a temporary file, made complete, then renamed."""
        temporary = self.path.with_suffix(".new")  # the lock is held: nobody else writes it
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"format": 1, "exercises": entries}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)


def _with_attempt(entry, report):
    passed = entry["passed"] or (date.today().isoformat() if report.verdict == "passed" else "")
    return entry | {"attempts": entry["attempts"] + 1, "points": max(entry["points"], report.points), "passed": passed}


def _entries(content):
    """The entries of a progress file. Raises ValueError when it is not one."""
    entries = content.get("exercises") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not all(map(_is_entry, entries.values())):
        raise ValueError("This is no progress file.")
    return entries


def _is_entry(entry):
    return isinstance(entry, dict) and all(type(entry.get(name, empty)) is type(empty) for name, empty in EMPTY.items())


def _key(id, version):
    return f"{id}@{version}"
