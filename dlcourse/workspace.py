"""The learner's own folder, my_work/: copies of lessons and exercises, which git ignores and the course never overwrites."""

import os
import shutil
from datetime import date
from itertools import count
from pathlib import Path

KINDS = ("exercises", "lessons")


def course_root():
    """The clone: the folder that holds lessons/, exercises/ and this package."""
    return Path(__file__).resolve().parents[1]


def my_work():
    """Where the learner works (it may not exist yet)."""
    return course_root() / "my_work"


def prepare():
    """Copy every lesson and exercise that my_work/ lacks, and give back my_work/. What is there stays as it is.

    Raises FileNotFoundError when the course's notebooks are not beside the package.
    """
    for original in originals():
        copy = _copy_of(original)
        if not copy.exists():
            _copy(original, copy)
    return my_work()


def fresh_copy(name):
    """Put a fresh copy of a notebook into my_work/: (its path, the path where the old one is kept, or None).

    name: "03", "03_activations_and_losses" or a path that ends so; an exercise, unless the path says lessons. Raises ValueError
    for a name that no notebook has.
    """
    original = find(name)
    copy, kept = _copy_of(original), None
    if copy.exists():
        kept = _free_name(copy)
        copy.rename(kept)
    _copy(original, copy)
    return copy, kept


def find(name):
    """The original notebook that `name` means. Raises ValueError, with all names, when there is none."""
    path = Path(name)
    kinds = [path.parent.name] if path.parent.name in KINDS else KINDS
    number = f"{int(path.stem):02}_" if path.stem.isdecimal() else None
    for original in originals():
        known = original.stem == path.stem or (number and original.stem.startswith(number))
        if known and original.parent.name in kinds:
            return original
    names = ", ".join(f"{original.parent.name}/{original.stem}" for original in originals())
    raise ValueError(f"There is no notebook {name!r}. The notebooks are {names}.")


def originals():
    """The notebooks of the course, exercises first."""
    found = [path for kind in KINDS for path in sorted((course_root() / kind).glob("*.ipynb"))]
    if not found:
        where = f"There are no notebooks in {course_root()}."
        raise FileNotFoundError(f"{where} dlcourse runs from a clone of the course: clone it, then run `python3 start.py` there.")
    return found


def _copy_of(original):
    return my_work() / original.parent.name / original.name


def _copy(original, copy):
    """Whole or not at all: a copy that is broken off leaves no half notebook."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    half = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.copyfile(original, half)
    os.replace(half, copy)


def _free_name(path):
    """`03_x.ipynb` -> `03_x.2026-01-31.ipynb`, then `03_x.2026-01-31-2.ipynb`."""
    today = date.today().isoformat()
    endings = (today if number == 1 else f"{today}-{number}" for number in count(1))
    return next(name for name in (path.with_name(f"{path.stem}.{ending}{path.suffix}") for ending in endings) if not name.exists())
