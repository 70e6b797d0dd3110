"""nbval as conftest.py makes it: a small notebook is built, differences are planted in its committed outputs, and each cell must say so."""

import copy
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse.authoring.pairs import build
from dlcourse.viz import Picture, figure

ROOT = Path(__file__).parents[2]
SOURCE = """
# %%
from dlcourse.viz import lines

# %%
print("loss", 2.3026)

# %%
print("learned", 467, "of 500")

# %%
lines({"loss": [3, 2, 1, 1]}, xlabel="step", ylabel="loss", title="The loss falls", alt="A falling line")

# %% tags=["raises-exception"]
raise ValueError("shapes do not fit")

# %% tags=["volatile"]
import time

time.time()

# %%
_ = 5;
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """`{(notebook, cell): "PASSED" or "FAILED"}` for notebooks in which differences are planted."""
    source, folder = tmp_path_factory.mktemp("built") / "built.py", tmp_path_factory.mktemp("planted")
    source.write_text(SOURCE.lstrip(), "utf-8")
    built = nbformat.read(build(source)[0], 4)
    for plant in (harmless, harmful, incomplete):
        planted = copy.deepcopy(built)
        plant(planted.cells)
        nbformat.write(planted, folder / f"{plant.__name__}.ipynb")
    return run_nbval(folder)


def run_nbval(folder):
    """The outcome of each cell in `folder`, under the project's own settings."""
    shutil.copy(ROOT / "conftest.py", folder)
    settings = ["-c", ROOT / "pyproject.toml", "--rootdir", folder, "-n", "0", "-p", "no:cacheprovider", "-rA", "--color=no"]
    ran = subprocess.run([sys.executable, "-m", "pytest", *settings, folder], capture_output=True, text=True, timeout=300, cwd=folder)
    found = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL) (\w+)\.ipynb::Cell (\d+)", ran.stdout, re.MULTILINE)
    assert found, ran.stdout + ran.stderr
    return {(name, int(cell)): outcome for outcome, name, cell in found}


def harmless(cells):
    """The last digit of a float, and anything in a volatile cell."""
    cells[1].outputs[0].text = "loss 2.3027\n"
    cells[5].outputs[0].data["text/plain"] = "12.5"


def harmful(cells):
    """A number, a count, a picture and an exception that the code does not give."""
    cells[1].outputs[0].text = "loss 2.2026\n"
    cells[2].outputs[0].text = "learned 468 of 500\n"
    cells[3].outputs[0].data["image/png"] = other_picture()
    cells[4].outputs[0].evalue = "shapes fit"


def incomplete(cells):
    """An output too many and one too few, a cell that no one ran, another kind of exception, and an exception where there was none."""
    cells[0].outputs = [nbformat.v4.new_output("stream", text="hello\n")]
    cells[1].outputs = []
    cells[2].execution_count, cells[2].outputs = None, []
    cells[4].outputs[0].ename = "TypeError"
    cells[6].source = "1 / 0"


def other_picture():
    fig, axes = figure(title="The loss falls", xlabel="step", ylabel="loss")
    axes.plot([3, 2.5, 2, 1])
    data, _ = Picture.of(fig, "A falling line")._repr_mimebundle_()
    return data["image/png"]


def failures(outcomes, notebook):
    """The cells of one notebook that failed; all seven were tried."""
    tried = {cell: outcome for (name, cell), outcome in outcomes.items() if name == notebook}
    assert sorted(tried) == list(range(7))
    return [cell for cell, outcome in sorted(tried.items()) if outcome != "PASSED"]


def test_the_same_outputs_another_last_digit_and_a_volatile_cell_pass(outcomes):
    assert failures(outcomes, "harmless") == []


def test_a_changed_number_count_picture_and_exception_fail(outcomes):
    assert failures(outcomes, "harmful") == [1, 2, 3, 4]


def test_missing_and_added_outputs_unrun_cells_and_other_exceptions_fail(outcomes):
    assert failures(outcomes, "incomplete") == [0, 1, 2, 4, 6]
