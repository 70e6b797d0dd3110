"""Sources and what is made from them: build the notebooks, or say where they disagree."""

import os
from concurrent.futures import ProcessPoolExecutor

import nbformat

from dlcourse.authoring.exercise import exercise
from dlcourse.authoring.run import keep_volatile, run
from dlcourse.authoring.source import AuthoringError, read, tags

FOLDERS = ("lessons", "solutions")


def sources(root):
    """Every source of the course, lessons first."""
    return [path for folder in FOLDERS for path in sorted((root / folder).glob("*.py"))]


def build(path):
    """Make the notebook of one source, and for a solution its exercise; returns the paths written. A failure writes nothing."""
    notebook = run(read(path), path)
    target = path.with_suffix(".ipynb")
    if target.exists():
        keep_volatile(notebook, nbformat.read(target, 4))
    made = {target: notebook}
    if path.parent.name == "solutions":
        made[_exercise_path(path)] = exercise(notebook, path.stem)
    for name, content in made.items():
        _write(name, text(content))
    return list(made)


def build_all(paths, jobs):
    """Build several sources, `jobs` at a time; yields each source with the paths written or the AuthoringError."""
    with ProcessPoolExecutor(jobs) as pool:
        yield from zip(paths, pool.map(_attempt, paths), strict=True)


def disagreements(root):
    """One sentence for each notebook that is missing, left over, not run, or not what its source says."""
    found = [sentence for path in sources(root) for sentence in _source_disagreements(root, path)]
    return found + [f"{_name(root, path)} has no source. Remove it, or write {source}." for path, source in _left_over(root)]


def text(notebook):
    """The notebook as the bytes on disk say it."""
    return nbformat.writes(notebook) + "\n"


def _attempt(path):
    try:
        return build(path)
    except AuthoringError as error:
        return error


def _source_disagreements(root, path):
    remedy = f"Run `python -m dlcourse.authoring build {_name(root, path)}`."
    source, target = read(path), path.with_suffix(".ipynb")
    complaints = [_difference(source, target)]
    if path.parent.name == "solutions":
        complaints.append(_stale(exercise(source, path.stem), _exercise_path(path)))
    return [f"{_name(root, name)} {what}. {remedy}" for name, what in zip((target, _exercise_path(path)), complaints, strict=False) if what]


def _difference(source, target):
    """What is wrong with the notebook at `target`, or "": types, texts and tags as in the source, all cells run in order."""
    if not target.exists():
        return "is missing"
    cells = nbformat.read(target, 4).cells
    for number, (wanted, got) in enumerate(zip(source.cells, cells, strict=False), 1):
        if _key(wanted) != _key(got):
            return f"disagrees with {target.stem}.py in cell {number}"
    if len(cells) != len(source.cells):
        return f"has {len(cells)} cells, {target.stem}.py has {len(source.cells)}"
    counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
    return "" if counts == list(range(1, len(counts) + 1)) else "was not run from top to bottom"


def _key(cell):
    return cell.id, cell.cell_type, cell.source, tags(cell)


def _stale(wanted, target):
    if not target.exists():
        return "is missing"
    return "" if target.read_text("utf-8") == text(wanted) else "is not what its solution says"


def _left_over(root):
    """Notebooks without a source, each with the source it would need."""
    for folder, origin in (("lessons", "lessons"), ("solutions", "solutions"), ("exercises", "solutions")):
        for path in sorted((root / folder).glob("*.ipynb")):
            if not (root / origin / path.name).with_suffix(".py").exists():
                yield path, f"{origin}/{path.stem}.py"


def _exercise_path(path):
    return path.parent.parent / "exercises" / f"{path.stem}.ipynb"


def _name(root, path):
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _write(path, content):
    """Whole or not at all: a reader never meets half a notebook."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(content, "utf-8", newline="\n")
    os.replace(part, path)
