"""`dlcourse grade` and `dlcourse progress`, from the words typed to the exit status."""

import json

import pytest
from submissions import NEURON, SOFTMAX, write_notebook

from dlcourse import workspace
from dlcourse.cli import main
from dlcourse.grading import bank
from dlcourse.grading.progress import Progress

WRONG = SOFTMAX.replace("-1", "0")
STUB = "def softmax(logits):\n    raise NotImplementedError('your code here')"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))


def test_all_passed_is_status_0(tmp_path, capsys):
    path = write_notebook(tmp_path / "mine.ipynb", NEURON, SOFTMAX)
    assert main(["grade", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\n  100  neuron\n  100  softmax\n  100 of 100 points\n"


@pytest.mark.parametrize("cell", [WRONG, STUB, "check('softmax', softmax)"])
def test_anything_else_is_status_1_and_a_sentence(cell, tmp_path, capsys):
    assert main(["grade", str(write_notebook(tmp_path / "mine.ipynb", NEURON, cell))]) == 1
    printed = capsys.readouterr().out
    assert "    0  softmax\n       softmax: not" in printed
    assert printed.endswith("  50 of 100 points\n")


def test_json_has_the_fields_that_were_promised(tmp_path, capsys):
    path = write_notebook(tmp_path / "mine.ipynb", "print('{}')", NEURON, WRONG)
    assert main(["grade", "--json", "--seed", "7", str(path)]) == 1
    graded = json.loads(capsys.readouterr().out)
    assert list(graded) == ["file", "points", "exercises"]
    assert (graded["file"], graded["points"]) == (str(path), 50)
    assert list(graded["exercises"][1]) == ["id", "version", "verdict", "points", "mistake", "message", "seed"]
    assert [exercise["seed"] for exercise in graded["exercises"]] == [7, 7]
    assert graded["exercises"][1]["mistake"] == "softmax over the batch axis"


def test_a_file_that_cannot_be_graded_does_not_stop_the_next(tmp_path, capsys):
    path = write_notebook(tmp_path / "mine.ipynb", SOFTMAX)
    assert main(["grade", "--json", str(tmp_path / "none.ipynb"), str(path)]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out)["points"] == 100
    assert "There is no file" in printed.err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seed", "-1"], "from 0 on"),
        (["--time-limit", "0"], "above 0"),
        (["--time-limit", "nan"], "above 0"),
        (["--time-limit", "inf"], "3600"),
    ],
)
def test_options_out_of_range_are_sentences(options, sentence, tmp_path, capsys):
    assert main(["grade", *options, str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err


def test_a_folder_without_submissions_is_a_sentence(tmp_path, capsys):
    assert main(["grade", str(tmp_path), "--out", str(tmp_path / "gradebook.sqlite")]) == 2
    assert "holds no submissions" in capsys.readouterr().err


def test_the_order_is_the_notebooks_and_a_check_names_an_exercise(tmp_path, capsys):
    path = write_notebook(tmp_path / "mine.ipynb", SOFTMAX, 'check("split", split)', "x = softmax(y)\nneuron = 3")
    main(["grade", "--json", str(path)])
    assert [exercise["id"] for exercise in json.loads(capsys.readouterr().out)["exercises"]] == ["softmax", "split"]


@pytest.mark.parametrize(("folder", "attempts"), [("my_work/exercises", 1), ("my_work/lessons", 0), ("handed_in", 0)])
def test_only_ones_own_notebooks_count_as_progress(folder, attempts, tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "course_root", lambda: tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    main(["grade", str(write_notebook(tmp_path / folder / "mine.ipynb", SOFTMAX))])
    assert Progress().of("softmax", bank.load("softmax").version)["attempts"] == attempts


def test_progress_is_a_map_of_the_course(tmp_path, capsys):
    exercise = bank.load("softmax")
    Progress().record(type("Passed", (), {"id": "softmax", "version": exercise.version, "verdict": "passed", "points": 100}))
    assert main(["progress"]) == 0
    printed = capsys.readouterr().out
    assert f"03  Activations and losses (1 of {len(bank.by_lesson('03_activations_and_losses'))})" in printed
    assert "[x] softmax" in printed and "[ ] neuron" in printed
    assert f"1 of {len(bank.ids())} exercises passed" in printed


def test_progress_as_json_has_a_row_per_exercise(capsys):
    assert main(["progress", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == bank.ids()
    assert rows[0] | {"minutes": 0, "difficulty": 0} == {
        "lesson": "01_what_is_deep_learning",
        "id": bank.ids()[0],
        "minutes": 0,
        "difficulty": 0,
        "attempts": 0,
        "points": 0,
        "passed": "",
        "hints": 0,
    }


def test_progress_tells_of_a_broken_file(tmp_path, capsys):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "progress.json").write_text("{")
    main(["progress"])
    assert "kept as" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["grade", "progress", "new"])
def test_help_shows_examples(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert "examples:" in capsys.readouterr().out
