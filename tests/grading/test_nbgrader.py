"""Exercises go through nbgrader: released with their signatures, graded with the points of `check`. For `pip install -e ".[nbgrader]"`."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dlcourse import workspace
from dlcourse.grading import bank

pytest.importorskip("nbgrader", reason='nbgrader is an optional extra: pip install -e ".[nbgrader]"')

NAME = "03_activations_and_losses"
README = (workspace.course_root() / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """nbgrader's folder of a course, with the settings of the README, three submissions, graded."""
    course = tmp_path_factory.mktemp("course")
    settings = README.partition("    c = get_config()")[2].partition("\n\n")[0]
    course.joinpath("nbgrader_config.py").write_text("c = get_config()\n" + "\n".join(line.strip() for line in settings.splitlines()))
    (course / "source" / "03").mkdir(parents=True)
    shutil.copy(workspace.course_root() / "exercises" / f"{NAME}.ipynb", course / "source" / "03")
    nbgrader(course, "generate_assignment", "03")
    hand_in(course, "right", lambda id, stub: bank.load(id).solution)
    hand_in(course, "wrong", lambda id, stub: bank.load(id).solution.replace("logits.max(-1", "2 * logits.max(0"))
    hand_in(course, "empty", lambda id, stub: stub)
    nbgrader(course, "autograde", "03")
    return course


def nbgrader(course, *command):
    places = {"DLCOURSE_HOME": str(course / "home"), "PATH": str(Path(sys.executable).parent), "HOME": str(course)}
    subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=course, check=True, capture_output=True, env=places)


def released(course):
    return json.loads((course / "release" / "03" / f"{NAME}.ipynb").read_text(encoding="utf-8"))


def hand_in(course, learner, answer):
    notebook, folder = released(course), course / "submitted" / learner / "03"
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution"):
            cell["source"] = answer(mark["grade_id"], "".join(cell["source"]))
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_a_release_keeps_signatures_and_statements(course):
    text = "".join("".join(cell["source"]) for cell in released(course)["cells"])
    for id in bank.by_lesson(NAME):
        assert f"def {id}(" in text
        assert bank.load(id).solution not in text


def test_the_points_are_those_of_check(course):
    with closing(sqlite3.connect(course / "gradebook.db")) as db:
        sql = "SELECT s.student_id, sum(g.auto_score) FROM submitted_assignment s JOIN submitted_notebook n ON n.assignment_id = s.id "
        scores = dict(db.execute(sql + "JOIN grade g ON g.notebook_id = n.id GROUP BY s.student_id").fetchall())
    assert scores["right"] == 100 and scores["empty"] == 0
    assert 0 <= scores["wrong"] < 100
