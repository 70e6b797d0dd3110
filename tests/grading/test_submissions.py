"""Whose a file is, when it came, and why it cannot be graded: found from the folder alone, before any code runs."""

import os
from datetime import UTC, datetime

import pytest
from submissions import SOFTMAX, write_notebook

from dlcourse.grading import submissions
from dlcourse.grading.submissions import find, parse_time

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes with a name nor links for everyone")
LONG_AGO = 1_000_000_000  # seconds: 2001-09-09 01:46:40 UTC


def hand_in(path, *cells, when=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_notebook(path, *(cells or [SOFTMAX]))
    if when:
        os.utime(path, (when, when))
    return path


@pytest.mark.parametrize(
    ("file", "learner"),
    [
        ("ada/03.ipynb", "ada"),
        ("Ada Lovelace/deep/down/anything.ipynb", "Ada Lovelace"),
        ("ada_03_activations_and_losses.ipynb", "ada"),
        ("ada_lovelace_03_activations_and_losses (2).ipynb", "ada_lovelace"),
        ("student_12_03_activations_and_losses.ipynb", "student_12"),
        ("ada_homework.ipynb", "ada"),
        ("ada.ipynb", "ada"),
        ("03_activations_and_losses.ipynb", "03_activations_and"),
        ("submitted/ada/week3/03.ipynb", "ada"),
        ("Ada Lovelace_1234_assignsubmission_file_/03.ipynb", "Ada Lovelace"),
        ("A\u030astro\u0308m/03.ipynb", "\u00c5str\u00f6m"),
    ],
)
def test_layouts(file, learner, tmp_path):
    path = hand_in(tmp_path / file)
    [found] = find(tmp_path)
    assert (found.learner, found.path, found.problem) == (learner, path, "")


def test_checkpoints_and_hidden_files_are_passed_over(tmp_path):
    path = hand_in(tmp_path / "ada" / "03.ipynb")
    hand_in(tmp_path / "ada" / ".ipynb_checkpoints" / "03-checkpoint.ipynb")
    hand_in(tmp_path / ".trash" / "03.ipynb")
    (tmp_path / "grades.csv").write_text("mine")
    assert [found.path for found in find(tmp_path)] == [path]


def test_the_earlier_of_two_comes_first(tmp_path):
    late, early = hand_in(tmp_path / "ada" / "a.ipynb"), hand_in(tmp_path / "ada" / "b.ipynb", when=LONG_AGO)
    assert [found.path for found in find(tmp_path)] == [early, late]
    assert find(tmp_path)[0].when == datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)


def test_nbgraders_timestamp_counts_in_its_own_layout_only(tmp_path):
    for folder in ("submitted/ada/week3", "others/ada/week3"):
        hand_in(tmp_path / folder / "03.ipynb", when=LONG_AGO)
        (tmp_path / folder / "timestamp.txt").write_text("2026-11-20 15:58:23.948203 UTC\n")
    assert find(tmp_path)[0].when == datetime(2026, 11, 20, 15, 58, 23, 948203, tzinfo=UTC)
    assert find(tmp_path / "submitted")[0].when.year == 2026
    assert find(tmp_path / "others")[0].when.year == 2001, "a learner may have written it"


@pytest.mark.parametrize("text", ["", "yesterday", "9" * 99, "\x00"])
def test_a_timestamp_that_says_nothing_leaves_the_files_own(text, tmp_path):
    path = hand_in(tmp_path / "submitted/ada/week3/03.ipynb", when=LONG_AGO)
    (path.parent / "timestamp.txt").write_text(text)
    assert find(tmp_path)[0].when.year == 2001


@pytest.mark.parametrize("seconds", [-(10**10), 10**15])
def test_a_file_may_claim_any_time(seconds, tmp_path):
    hand_in(tmp_path / "ada" / "03.ipynb", when=seconds)
    assert find(tmp_path)[0].when.year in (1970, 2100)


def test_times_have_a_zone(monkeypatch):
    assert parse_time("2026-11-20T23:59+02:00") == datetime(2026, 11, 20, 21, 59, tzinfo=UTC)
    assert parse_time("2026-11-20T23:59") == datetime(2026, 11, 20, 23, 59).astimezone()


PROBLEMS = {
    "empty": (lambda path: path.write_text(""), "The file is empty"),
    "link": (lambda path: path.symlink_to("/etc/hostname"), "a link to another file"),
    "link to nowhere": (lambda path: path.symlink_to("nowhere"), "a link to another file"),
    "folder": (lambda path: path.mkdir(), "The folder is empty"),
    "pipe": (lambda path: os.mkfifo(path), "This is no file"),
    "huge": (lambda path: os.truncate(hand_in(path), submissions.LARGEST + 1), "has 50 MB"),
    "another kind of file": (lambda path: path.with_suffix(".pdf").write_text("x"), "no notebook in it, but x.pdf"),
    "nothing": (lambda path: None, "The folder is empty"),
}


@posix
@pytest.mark.parametrize("name", PROBLEMS)
def test_what_cannot_be_read_is_a_sentence(name, tmp_path):
    make, sentence = PROBLEMS[name]
    (tmp_path / "ada").mkdir()
    make(tmp_path / "ada" / "x.ipynb")
    [found] = find(tmp_path)
    assert found.learner == "ada"
    assert sentence in found.problem
    assert found.sha256 == ""


def test_a_folder_without_submissions_is_a_sentence(tmp_path):
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(ValueError, match="holds no submissions"):
        find(tmp_path)


@posix
def test_files_beside_the_notebook_belong_to_it(tmp_path):
    path = hand_in(tmp_path / "ada" / "03.ipynb")
    alone = find(tmp_path)[0].sha256
    (path.parent / "helper.py").write_text("x = 1")
    (path.parent / "link.py").symlink_to("/etc/hostname")
    [found] = find(tmp_path)
    assert [file.name for file in found.beside] == ["helper.py"]
    assert found.sha256 != alone
