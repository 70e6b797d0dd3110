"""The learner's folder: filled with what is missing, never overwritten, and a fresh copy keeps the old one."""

import json

import pytest

from dlcourse import workspace
from dlcourse.cli import main


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course: one lesson and two exercise notebooks."""
    for name in ("lessons/02_the_neuron", "exercises/02_the_neuron", "exercises/03_activations_and_losses"):
        path = tmp_path / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"cells": [name]}))
    monkeypatch.setattr(workspace, "course_root", lambda: tmp_path)
    return tmp_path


def test_prepare_copies_what_is_missing(course):
    assert workspace.prepare() == course / "my_work"
    copies = sorted(path.relative_to(course / "my_work").as_posix() for path in (course / "my_work").rglob("*.ipynb"))
    assert copies == ["exercises/02_the_neuron.ipynb", "exercises/03_activations_and_losses.ipynb", "lessons/02_the_neuron.ipynb"]


def test_prepare_overwrites_nothing(course):
    mine = workspace.prepare() / "exercises" / "02_the_neuron.ipynb"
    mine.write_text("my work")
    (course / "exercises" / "02_the_neuron.ipynb").write_text("a newer version")
    (course / "my_work" / "lessons" / "02_the_neuron.ipynb").unlink()
    workspace.prepare()
    assert mine.read_text() == "my work"
    assert (course / "my_work" / "lessons" / "02_the_neuron.ipynb").exists()


def test_a_copy_that_breaks_off_leaves_nothing_half_done(course, monkeypatch):
    def broken(original, copy):
        copy.write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(workspace.shutil, "copyfile", broken)
        workspace.prepare()
    assert list((course / "my_work").rglob("*.ipynb")) == []
    workspace.prepare()
    assert len(list((course / "my_work").rglob("*.ipynb"))) == 3


@pytest.mark.parametrize("name", ["3", "03", "03_activations_and_losses", "exercises/03_activations_and_losses.ipynb", "softmax"])
def test_new_finds_the_exercises_by_any_name(name, course, capsys):
    assert main(["new", name]) == 0
    assert (course / "my_work" / "exercises" / "03_activations_and_losses.ipynb").exists()
    assert "03_activations_and_losses.ipynb" in capsys.readouterr().out


def test_new_keeps_every_old_copy(course, capsys):
    workspace.prepare()
    folder = course / "my_work" / "exercises"
    for text in ("first", "second"):
        (folder / "02_the_neuron.ipynb").write_text(text)
        assert main(["new", "02"]) == 0
    kept = sorted(folder.glob("02_the_neuron.*-*.ipynb"), key=lambda path: len(path.name))
    assert [path.read_text() for path in kept] == ["first", "second"]
    assert kept[1].name in capsys.readouterr().out
    assert "cells" in (folder / "02_the_neuron.ipynb").read_text()


def test_new_takes_a_lesson_when_told(course):
    copy, kept = workspace.fresh_copy("lessons/02_the_neuron")
    assert (copy, kept) == (course / "my_work" / "lessons" / "02_the_neuron.ipynb", None)


def test_an_unknown_name_is_a_sentence_with_all_names(course, capsys):
    assert main(["new", "softmaxx"]) == 2
    assert "exercises/03_activations_and_losses" in capsys.readouterr().err


def test_a_package_without_its_notebooks_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "course_root", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="clone"):
        workspace.prepare()
