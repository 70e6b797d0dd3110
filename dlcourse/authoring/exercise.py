"""An exercise is a solution with its answers cut: statement and check stay, and a last cell adds up the points."""

import ast
import copy
from itertools import pairwise

from nbformat.v4 import new_code_cell, new_markdown_cell

from dlcourse.authoring.source import AuthoringError, notebook, tags

STUB = 'raise NotImplementedError("your code here")'
POINTS = "## Your points\n\nThe mean over the exercises of this notebook, from 0 to 100."


def exercise(solution, name):
    """The exercise notebook for the notebook of solutions/<name>.py, none of its cells run."""
    cells = [_open(cell, name) for cell in solution.cells if not _only_in_the_solution(cell)]
    cells += _points([cell.source for cell in cells if "check" in tags(cell)])
    tries = [cell for before, cell in pairwise(cells) if "solution" in tags(before) and cell.cell_type == "code" and not tags(cell)]
    for cell in cells:
        cell.metadata.pop("tags", None)
    for cell in tries:
        cell.metadata["tags"] = ["raises-exception"]  # until the function is written it raises, and Run All goes on
    cells[0].metadata["generated"] = f"from solutions/{name}.py by `python -m dlcourse.authoring build`: change that, not this"
    return notebook(cells)


def cut(source):
    """The source of one function with its answer cut: signature and docstring stay."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1:
        raise AuthoringError(f"A cell tagged solution holds exactly one function; this one holds {len(functions)}:\n{source}")
    body = functions[0].body[1 if ast.get_docstring(functions[0]) else 0 :]
    if not body:
        raise AuthoringError(f"There is no answer to cut in {functions[0].name}.")
    lines = source.splitlines()
    start, end = body[0].lineno - 1, body[-1].end_lineno
    return "\n".join([*_without_comments(lines[:start]), " " * body[0].col_offset + STUB, *lines[end:]])


def _without_comments(lines):
    """Comments and blank lines right before the answer belong to the answer."""
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines = lines[:-1]
    return lines


def _only_in_the_solution(cell):
    return cell.cell_type == "markdown" and "solution" in tags(cell)


def _open(cell, name):
    """The cell as the learner gets it: not run, and with its answer cut if it is one."""
    cell = copy.deepcopy(cell)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        if "solution" in tags(cell):
            cell.source = cut(cell.source)
            cell.metadata["nbgrader"] = _nbgrader(_function(cell.source), solution=True)
    return cell


def _function(source):
    return next(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))


def _points(checks):
    """The cells that add up: a number at the end is what nbgrader reads as the grade."""
    listed = "".join(f"    {check}.points,\n" for check in checks)
    cell = new_code_cell(f"points = [\n{listed}]\nsum(points) / len(points)")
    cell.metadata["nbgrader"] = _nbgrader("points", solution=False) | {"points": 100}
    return [new_markdown_cell(POINTS), cell]


def _nbgrader(grade_id, *, solution):
    """nbgrader's cell metadata, schema 3: an answer that is not graded itself, or a locked cell that is."""
    return {
        "cell_type": "code",
        "grade": not solution,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
