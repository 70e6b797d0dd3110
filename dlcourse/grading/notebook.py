"""A notebook as the grader sees it: its code cells in order, and the exercises it holds."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from dlcourse.grading import bank

CHECK = re.compile(r"\bcheck\(\s*[\"'](\w+)[\"']")


class NotebookError(ValueError):
    """The file cannot be graded; the text says why and what to do."""


@dataclass(frozen=True)
class Notebook:
    """path: where it lies. cells: (number, source) of each code cell, counted from 1. exercises: ids in the order they appear."""

    path: Path
    cells: list
    exercises: list

    @property
    def folder(self):
        return self.path.resolve().parent


def read(path):
    """The Notebook in that file. Raises NotebookError when there is none, or none of this course."""
    path = Path(path)
    cells = list(enumerate(_code(_parse(path), path), 1))
    exercises = _exercises(source for _, source in cells)
    if not exercises:
        raise NotebookError(f"{path} holds no exercise of this course. Give a notebook from my_work/exercises, or see `dlcourse progress`.")
    return Notebook(path, cells, exercises)


def defines(source, name):
    """Whether a cell defines a function of that name at its left margin."""
    return re.search(rf"^def\s+{name}\b", source, re.MULTILINE) is not None


def _parse(path):
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotebookError(f"There is no file {path}. Run `dlcourse progress` to see the notebooks.") from error
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(
            f"{path} is not a notebook: its text is not valid JSON ({error}). "
            "Open it in JupyterLab and save it again, or take a fresh copy with `dlcourse new`."
        ) from error
    return content


def _code(content, path):
    """The source of every code cell."""
    try:
        return [_text(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code"]
    except (KeyError, TypeError) as error:
        raise NotebookError(f"{path} is not a notebook of format 4: it needs a list of cells, each with a type and a source.") from error


def _text(source):
    return source if isinstance(source, str) else "".join(source)


def _exercises(sources):
    """The known ids that the cells check or define, in order, each once."""
    found = {}
    for source in sources:
        named = [id for id in bank.ids() if defines(source, id)] + CHECK.findall(source)
        found.update(dict.fromkeys(id for id in named if id in bank.ids()))
    return list(found)
