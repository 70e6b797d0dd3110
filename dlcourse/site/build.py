"""From notebooks to pages: lessons are copied, their widgets made anew as pieces of a page, and Sphinx does the rest."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat

from dlcourse.authoring.run import run

HERE = Path(__file__).parent
OURS = ".dlcourse-site"  # marks a folder that an earlier build has written
MISSING = "Sphinx is not installed here. `python3 start.py site` installs it, and what else the site needs, into .venv."
FOREIGN = "{} is not empty, and not a site that was built here. Name another folder with --out, or empty it."
INDEX = """# Deep learning from one neuron to GPT

Lessons to read, with widgets that work in the page. To write and run code yourself, and to have your exercises graded, open the
course in JupyterLab: `python3 start.py`.

```{{toctree}}
:caption: Lessons
:maxdepth: 1
{lessons}
```

```{{toctree}}
:caption: Exercises
:maxdepth: 1
{exercises}
```
"""


class BuildError(Exception):
    """A sentence for whoever builds the site."""


def build(course, out, jobs=2):
    """Build the site of the course in the folder `course` into the folder `out`; its first page is returned.

    The folder is exchanged when all is done, so that an interrupted build leaves the old site. Raises BuildError.
    """
    if importlib.util.find_spec("sphinx") is None or importlib.util.find_spec("myst_nb") is None:
        raise BuildError(MISSING)
    if out.exists() and any(out.iterdir()) and not (out / OURS).exists():
        raise BuildError(FOREIGN.format(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".site-") as work:
        source, made = Path(work) / "source", Path(work) / "site"
        write_source(course, source, jobs)
        make_pages(source, made)
        (made / OURS).touch()
        if out.exists():
            out.rename(Path(work) / "old")
        made.rename(out)
    return out / "index.html"


def write_source(course, source, jobs):
    """Notebooks in the folders of the course, so that links between them hold, and the first page."""
    names = {}
    for folder in ("lessons", "exercises"):
        (source / folder).mkdir(parents=True)
        names[folder] = sorted(path.name for path in (course / folder).glob("*.ipynb"))
    here, there = ([folder / "lessons" / name for name in names["lessons"]] for folder in (course, source))
    with ProcessPoolExecutor(jobs) as pool:  # a notebook's client leaves an event loop to the thread that ran it
        list(pool.map(copy_lesson, here, there))
    for name in names["exercises"]:
        shutil.copy(course / "exercises" / name, source / "exercises" / name)
    lists = {folder: "\n".join(f"{folder}/{Path(name).stem}" for name in names[folder]) for folder in names}
    (source / "index.md").write_text(INDEX.format(**lists), encoding="utf-8")


def copy_lesson(path, to):
    """The notebook with its outputs as they are, but each widget that lives without a kernel as a piece of the page."""
    notebook = nbformat.read(path, as_version=4)
    cells = [i for i, cell in enumerate(notebook.cells) if shows_widget(cell)]
    if cells:
        for i, outputs in zip(cells, widgets_of(notebook, cells, path), strict=True):
            notebook.cells[i].outputs = outputs
    nbformat.write(notebook, to)


def shows_widget(cell):
    """Does an output begin with the name of a class that the cell calls? So a widget introduces itself."""
    texts = [output.data.get("text/plain", "") for output in cell.get("outputs", ()) if "image/png" in output.get("data", ())]
    names = [text.partition(": ")[0] for text in texts]
    return any(name.isidentifier() and f"{name}(" in cell.source for name in names)


def widgets_of(notebook, cells, path):
    """The outputs of these cells when the notebook is run as far as the last of them, with widgets as pieces of a page."""
    first = nbformat.v4.new_code_cell("from dlcourse.site.embed import embed\n\nembed()")
    part = nbformat.v4.new_notebook(cells=[first, *notebook.cells[: cells[-1] + 1]], metadata=notebook.metadata)
    done = run(nbformat.from_dict(part), path)
    return [done.cells[i + 1].outputs for i in cells]


def make_pages(source, out):
    """Run Sphinx; its warnings, such as a link that leads nowhere, are errors."""
    options = ["-q", "-W", "--keep-going", "-b", "html", "-c", HERE, "-d", source.parent / "doctrees"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, source, out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise BuildError(f"Sphinx could not build the pages:\n{done.stdout.strip().replace(f'{source}{os.sep}', '')}")
