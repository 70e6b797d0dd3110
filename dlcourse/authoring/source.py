"""A source is a .py file of cells in jupytext's percent format; read, it is a notebook that has not run yet."""

import copy
import hashlib
from collections import Counter

import jupytext
from nbformat.v4 import nbformat_minor, new_code_cell, new_markdown_cell, new_notebook

TAGS = {
    "volatile": "its output differs from run to run (a time, a device): kept while its source is unchanged, never compared",
    "raises-exception": "it is meant to fail",
    "solution": "the answer of an exercise, one function, cut in the generated exercise; or a text that only the solution has",
    "check": "the check of an exercise, check(id, id)",
}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"},
}


class AuthoringError(Exception):
    """A sentence for the author: which file, which cell, what to do."""


def read(path):
    """The notebook of a source, without outputs."""
    cells = [_cell(path, number, cell) for number, cell in enumerate(jupytext.read(path, fmt="py:percent").cells, 1)]
    return notebook(cells)


def notebook(cells):
    """A notebook of these cells, each with an id made from its content, so that a change moves no other id."""
    seen = Counter()
    for cell in cells:
        cell.id = _id(cell, seen)
    return new_notebook(cells=cells, metadata=copy.deepcopy(METADATA), nbformat_minor=nbformat_minor)


def tags(cell):
    """The tags of a cell, as a set."""
    return set(cell.metadata.get("tags", ()))


def _cell(path, number, cell):
    unknown = tags(cell) - TAGS.keys() or cell.metadata.keys() - {"tags", "lines_to_next_cell"}  # the latter is jupytext's own note
    if unknown:
        raise AuthoringError(f"{path.name}, cell {number}: unknown {', '.join(sorted(unknown))}. The tags are {', '.join(TAGS)}.")
    if not cell.source.strip():
        raise AuthoringError(f"{path.name}, cell {number} is empty. Remove it, or write something.")
    new = {"code": new_code_cell, "markdown": new_markdown_cell}.get(cell.cell_type)
    if new is None:
        raise AuthoringError(f"{path.name}, cell {number} is a {cell.cell_type} cell. Cells are code (# %%) or text (# %% [markdown]).")
    return new(cell.source, metadata={"tags": sorted(tags(cell))} if tags(cell) else {})


def _id(cell, seen):
    """Eight hexadecimal digits of type and text, with a count behind them for the second cell of the same text."""
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
