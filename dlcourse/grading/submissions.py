"""What has been handed in: the notebooks in a folder, whose each is, when it came, and why it cannot be read, in a sentence."""

import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from dlcourse.grading.bank import CONTENTS

NOTEBOOK = ".ipynb"
LARGEST = 50 << 20  # bytes of a notebook
BESIDE = 10 << 20  # bytes of all files beside it
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()  # a file may claim any time
MOODLE = re.compile(r"_\d+_assignsubmission_file_?$")


@dataclass(frozen=True)
class Submission:
    """One file, or a learner's folder without a notebook. `problem` is "" or says why there is nothing to grade.

    beside: other files of the learner's in the same folder, which the notebook may import or read.
    """

    path: Path
    learner: str
    when: datetime
    problem: str = ""
    beside: tuple = ()

    @property
    def sha256(self):
        """Of the notebook, and of what lies beside it; empty where there is nothing to grade."""
        if self.problem:
            return ""
        digest = sha256(self.path.read_bytes())
        for path in self.beside:
            digest.update(os.fsencode(path.name) + b"\0" + path.read_bytes())
        return digest.hexdigest()


def find(folder):
    """All Submissions in a folder, by learner and time. Raises ValueError when there is none.

    Three layouts, also mixed: FOLDER/learner/.../notebook.ipynb, FOLDER/learner_lesson.ipynb, and nbgrader's
    submitted/learner/assignment/notebook.ipynb, whose timestamp.txt says when it was handed in. Hidden files are passed over.
    """
    root = root_of(folder)
    entries = [path for path in sorted(root.iterdir()) if not path.name.startswith(".")]
    flat = [_submission(path, _owner(path.stem)) for path in entries if path.suffix == NOTEBOOK and not _is_folder(path)]
    found = flat + [submission for path in entries if _is_folder(path) for submission in _of_learner(path, root)]
    if not found:
        raise ValueError(f"{folder} holds no submissions: neither notebooks nor folders with notebooks.")
    return sorted(found, key=lambda submission: (submission.learner, submission.when, submission.path))


def parse_time(text):
    """An ISO time, or nbgrader's `2026-11-20 15:58:23.9 UTC`. Without a zone it is local. Raises ValueError."""
    return datetime.fromisoformat(text.strip().replace(" UTC", "+00:00")).astimezone(UTC)


def text_of(path):
    """A path as text that can be stored, whatever bytes its name holds."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "replace"))


def root_of(folder):
    """The folder in which the learners' files or folders lie."""
    submitted = Path(folder, "submitted")
    return submitted if submitted.is_dir() else Path(folder)


def _of_learner(folder, root):
    """What one learner's folder holds."""
    learner = MOODLE.sub("", text_of(folder.name))
    files = sorted(_files(folder))
    notebooks = [path for path in files if path.suffix == NOTEBOOK]
    if not notebooks:
        return [Submission(folder, learner, _modified(folder), _no_notebook(files))]
    return [_submission(path, learner, _stamp(path, root), _beside(path)) for path in notebooks]


def _files(folder):
    """Every file below; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in names if not name.startswith("."))


def _submission(path, learner, when=None, beside=()):
    return Submission(path, learner, when or _modified(path), _problem(path), beside)


def _beside(notebook):
    """The plain files next to a notebook, or none when they are too large to be meant for it."""
    files = [path for path in sorted(notebook.parent.iterdir()) if path.is_file() and not path.is_symlink()]
    files = [path for path in files if path.suffix != NOTEBOOK and not path.name.startswith(".")]
    return tuple(files) if sum(path.stat().st_size for path in files) <= BESIDE else ()


def _problem(path):
    if path.is_symlink():
        return "This is a link to another file. Hand in the notebook itself."
    if not path.is_file():
        return "This is no file."
    size = path.stat().st_size
    if size == 0:
        return "The file is empty."
    return (
        f"The file has {size >> 20} MB, too much for a notebook. Clear its outputs, save, and hand it in again." if size > LARGEST else ""
    )


def _no_notebook(files):
    names = ", ".join(text_of(path.name)[:60] for path in files[:3])
    return f"There is no notebook in it, but {names}. What is graded is the file that ends in .ipynb." if files else "The folder is empty."


def _owner(stem):
    """`ada_03_activations_and_losses` -> `ada`; of an unknown lesson's file, what stands before the last underscore."""
    stem = text_of(stem)
    found = next((stem.find(lesson) for lesson in CONTENTS if lesson in stem), -1)
    owner = stem[:found] if found > 0 else stem.rpartition("_")[0]
    return owner.strip(" _-") or stem


def _stamp(path, root):
    """The time that nbgrader wrote beside the notebook. Elsewhere such a file would be the learner's own word."""
    stamp = path.parent / "timestamp.txt"
    if root.name != "submitted" or path.parent.parent.parent != root or stamp.is_symlink() or not stamp.is_file():
        return None
    try:
        with open(stamp, encoding="utf-8") as file:
            return parse_time(file.read(100))
    except (ValueError, OverflowError, OSError):
        return None


def _modified(path):
    return datetime.fromtimestamp(min(max(path.lstat().st_mtime, 0), LATEST), UTC).replace(microsecond=0)


def _is_folder(path):
    return path.is_dir() and not path.is_symlink()
