"""Building: the same bytes twice, nothing half-made, and every disagreement of a pair found."""

import shutil

import nbformat
import pytest

from dlcourse.authoring.__main__ import main
from dlcourse.authoring.exercise import cut
from dlcourse.authoring.pairs import build, disagreements
from dlcourse.authoring.source import AuthoringError, read

LESSON = """# %% [markdown]
# # A lesson

# %%
import os
import sys

from IPython.display import display

print("a")
print({"b", "c", "d"})

# %% tags=["volatile"]
import time

time.perf_counter_ns()

# %% tags=["raises-exception"]
[1, 2][3]

# %%
display({"text/plain": "a widget", "application/vnd.jupyter.widget-view+json": {"model_id": os.urandom(8).hex()}}, raw=True)
os.environ["OMP_NUM_THREADS"], os.environ["TQDM_DISABLE"], os.path.exists(os.environ["DLCOURSE_HOME"])
"""

SOLUTION = '''# %% [markdown]
# # Exercises

# %%
class Passed:
    points = 100

    def __repr__(self):
        return "passed"


def check(id, function):
    return Passed()

# %% [markdown] tags=["solution"]
# Why this is so.

# %% tags=["solution"]
def double(x):
    """Twice x."""
    # no loop
    y = x + x

    return y

# %% tags=["check"]
check("double", double)

# %% tags=["solution"]
def half(x):
    return x / 2

# %%
half(4)

# %% tags=["check"]
check("half", half)
'''


@pytest.fixture
def course(tmp_path):
    """A course of one lesson and one solution, not yet built."""
    for folder, text in (("lessons", LESSON), ("solutions", SOLUTION)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01_try.py").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The notebooks of a built course, by folder."""
    root = tmp_path_factory.mktemp("course")
    for folder, text in (("lessons", LESSON), ("solutions", SOLUTION)):
        (root / folder).mkdir()
        (root / folder / "01_try.py").write_text(text, "utf-8")
    assert main(["--root", str(root), "build"]) == 0
    return root


def cells(path):
    return nbformat.read(path, 4).cells


def test_building_twice_gives_the_same_bytes(built):
    paths = [built / folder / "01_try.ipynb" for folder in ("lessons", "solutions", "exercises")]
    first = [path.read_bytes() for path in paths]
    assert main(["--root", str(built), "build", "--jobs", "1"]) == 0
    assert [path.read_bytes() for path in paths] == first


def test_outputs_carry_nothing_of_the_machine(built):
    path = built / "lessons" / "01_try.ipynb"
    notebook = nbformat.read(path, 4)
    stdout, failure, widget, value = [notebook.cells[index].outputs[0] for index in (1, 3, 4)] + [notebook.cells[4].outputs[1]]
    assert stdout.text.startswith("a\n{")
    assert failure.traceback == ["IndexError: list index out of range"]
    assert widget.data == {"text/plain": "a widget"}
    assert value.data["text/plain"] == "('1', '1', True)"
    assert "widgets" not in notebook.metadata and "version" not in notebook.metadata.language_info
    assert str(built) not in path.read_text("utf-8")


def test_a_volatile_output_goes_with_its_source(course):
    lesson = course / "lessons" / "01_try.py"
    build(lesson)
    first = cells(lesson.with_suffix(".ipynb"))[2].outputs
    lesson.write_text(LESSON.replace("perf_counter_ns()", "perf_counter_ns() + 1"), "utf-8")
    build(lesson)
    assert cells(lesson.with_suffix(".ipynb"))[2].outputs != first


def test_an_edit_moves_no_other_id(course):
    lesson = course / "lessons" / "01_try.py"
    before = [cell.id for cell in read(lesson).cells]
    lesson.write_text(LESSON.replace('print("a")', 'print("z")'), "utf-8")
    after = [cell.id for cell in read(lesson).cells]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True, True, True]


def test_equal_cells_have_ids_of_their_own(tmp_path):
    (tmp_path / "x.py").write_text("# %%\n1\n\n# %%\n1\n\n# %%\n1\n", "utf-8")
    assert len({cell.id for cell in read(tmp_path / "x.py").cells}) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('# %% tags=["volatil"]\n1\n', "unknown volatil"),
        ("# %% collapsed=true\n1\n", "unknown collapsed"),
        ("# %% [raw]\n# a\n", "raw cell"),
        ("# %%\n\n# %%\n1\n", "cell 1 is empty"),
        ("# %%\n1 / 0\n", "ZeroDivisionError"),
        ("# %%\nimport sys\n\nprint('oh', file=sys.stderr)\n", "wrote to stderr"),
        ("# %%\nimport warnings\n\nwarnings.warn('oh')\n", "wrote to stderr"),
    ],
)
def test_what_cannot_be_built_is_said_and_nothing_is_written(tmp_path, text, sentence):
    path = tmp_path / "x.py"
    path.write_text(text, "utf-8")
    path.with_suffix(".ipynb").write_text("the last good one", "utf-8")
    with pytest.raises(AuthoringError, match=sentence):
        build(path)
    assert path.with_suffix(".ipynb").read_text("utf-8") == "the last good one"


def test_a_failed_build_exits_with_1_and_builds_the_others(course, capsys):
    (course / "lessons" / "02_bad.py").write_text("# %%\n1 / 0\n", "utf-8")
    assert main(["--root", str(course), "build"]) == 1
    said = capsys.readouterr()
    assert "02_bad.py did not run to its end" in said.err and "ZeroDivisionError" in said.err and "\x1b" not in said.err
    assert (course / "exercises" / "01_try.ipynb").exists() and not (course / "lessons" / "02_bad.ipynb").exists()


def test_the_exercise_is_the_solution_without_its_answers(built):
    exercise = cells(built / "exercises" / "01_try.ipynb")
    assert [cell.source for cell in exercise if cell.cell_type == "code"][1:] == [
        'def double(x):\n    """Twice x."""\n    raise NotImplementedError("your code here")',
        'check("double", double)',
        'def half(x):\n    raise NotImplementedError("your code here")',
        "half(4)",
        'check("half", half)',
        'points = [\n    check("double", double).points,\n    check("half", half).points,\n]\nsum(points) / len(points)',
    ]
    assert not any("Why" in cell.source for cell in exercise)
    assert "solutions/01_try.py" in exercise[0].metadata.generated
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in exercise)


def test_run_all_goes_on_where_an_answer_is_missing(built):
    exercise = cells(built / "exercises" / "01_try.ipynb")
    assert [(cell.source, cell.metadata.tags) for cell in exercise if "tags" in cell.metadata] == [("half(4)", ["raises-exception"])]


def test_the_exercise_opens_nbgraders_door(built):
    marks = [cell.metadata.nbgrader for cell in cells(built / "exercises" / "01_try.ipynb") if "nbgrader" in cell.metadata]
    assert [(mark.grade_id, mark.solution, mark.grade, mark.locked) for mark in marks] == [
        ("double", True, False, False),
        ("half", True, False, False),
        ("points", False, True, True),
    ]
    assert {mark.schema_version for mark in marks} == {3} and marks[-1].points == 100


@pytest.mark.parametrize("source", ["x = 1", "def a(): pass\ndef b(): pass", 'def a():\n    """Nothing else."""'])
def test_a_cell_without_one_answer_is_refused(source):
    with pytest.raises(AuthoringError):
        cut(source)


@pytest.fixture
def copy_of_built(built, tmp_path):
    return shutil.copytree(built, tmp_path / "course")


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_built_course_agrees(built, capsys):
    assert disagreements(built) == []
    assert main(["--root", str(built), "check"]) == 0
    assert "2 sources" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("lessons/01_try.py", "A lesson", "Another lesson", "lessons/01_try.ipynb disagrees with 01_try.py in cell 1"),
        ("lessons/01_try.py", '# %% tags=["volatile"]', "# %%", "disagrees with 01_try.py in cell 3"),
        ("lessons/01_try.py", "# %%\nimport os", "# %%\n1\n\n# %%\nimport os", "disagrees with 01_try.py in cell 2"),
        ("lessons/01_try.ipynb", "A lesson", "Another lesson", "disagrees with 01_try.py in cell 1"),
        ("lessons/01_try.ipynb", '"execution_count": 2', '"execution_count": 7', "was not run from top to bottom"),
        ("solutions/01_try.py", "Twice x", "Two times x", "exercises/01_try.ipynb is not what its solution says"),
        ("exercises/01_try.ipynb", "Twice x", "Two times x", "exercises/01_try.ipynb is not what its solution says"),
        ("exercises/01_try.ipynb", '"outputs": []', '"outputs":  []', "exercises/01_try.ipynb is not what its solution says"),
    ],
)
def test_an_edit_by_hand_is_found(copy_of_built, capsys, name, old, new, sentence):
    edit(copy_of_built / name, old, new)
    assert main(["--root", str(copy_of_built), "check"]) == 1
    said = capsys.readouterr().out
    assert sentence in said and "dlcourse.authoring build" in said


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lessons/01_try.ipynb", "lessons/01_try.ipynb is missing"),
        ("exercises/01_try.ipynb", "exercises/01_try.ipynb is missing"),
        ("lessons/01_try.py", "lessons/01_try.ipynb has no source"),
        ("solutions/01_try.py", "exercises/01_try.ipynb has no source"),
    ],
)
def test_a_missing_half_is_found(copy_of_built, name, sentence):
    (copy_of_built / name).unlink()
    assert any(sentence in found for found in disagreements(copy_of_built))
