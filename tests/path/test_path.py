"""The map and the ten questions: what a new learner and a returning one see."""

import json
import re

import pytest

from dlcourse import path
from dlcourse.grading import bank
from dlcourse.grading.progress import Progress
from dlcourse.path.diagnostic import QUESTIONS, Question
from dlcourse.workspace import course_root

RIGHT = {question.lesson: question.answer for question in QUESTIONS}
LESSONS = sorted(course_root().glob("lessons/*.ipynb"))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def first_cell(path):
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def test_the_map_has_a_row_for_each_lesson_with_exercises():
    lessons = path.course_map()
    assert [lesson.file for lesson in lessons] == [f"{name}.ipynb" for name in bank.CONTENTS]
    assert all(lesson.needs and lesson.time and lesson.question for lesson in lessons)
    assert all(lesson.file in lessons._repr_html_() and lesson.question in repr(lessons) for lesson in lessons)


def test_the_map_counts_what_is_passed_and_says_what_is_next():
    first, second = list(bank.CONTENTS)[:2]
    assert path.course_map().summary.endswith("Next: lesson 01.")
    for id in bank.by_lesson(first):
        exercise = bank.load(id)
        Progress()._change(id, exercise.version, lambda entry: entry | {"passed": "2026-01-31"})
    lessons = path.course_map()
    assert (lessons[0].passed, lessons[1].passed) == (lessons[0].exercises, 0)
    assert lessons.summary.endswith(f"Next: lesson {second[:2]}.")


def test_the_map_escapes_what_a_lesson_says(tmp_path):
    text = "# 01 Is 1 < 2?\n\n- **You need:** `<b>` and\n  two lines.\n- **Time:** 5 minutes."
    cells = [{"cell_type": "markdown", "source": [text]}]
    (tmp_path / "01_what_is_deep_learning.ipynb").write_text(json.dumps({"cells": cells}))
    [lesson] = path.course_map(tmp_path)
    assert (lesson.question, lesson.needs, lesson.time) == ("Is 1 < 2?", "<b> and two lines", "5 minutes")
    assert "Is 1 &lt; 2?" in path.course_map(tmp_path)._repr_html_()


def test_one_question_for_each_lesson_and_no_letter_gives_them_away():
    assert [question.lesson for question in QUESTIONS] == list(range(1, 11))
    assert all(question.answer in question.letters for question in QUESTIONS)
    assert {letter: list(RIGHT.values()).count(letter) for letter in "abcd"}.keys() == set(RIGHT.values())
    assert max(list(RIGHT.values()).count(letter) for letter in "abcd") <= 4


def test_questions_are_shown_as_text_and_as_html():
    shown = path.questions()
    assert all(question.text in repr(shown) for question in QUESTIONS)
    assert "<code>softmax(x).sum()</code>" in shown._repr_html_()
    assert Question(1, "1 < 2?", ("yes",), "a").letters == "a"


@pytest.mark.parametrize(
    ("answers", "begin"),
    [({}, "01"), ({1: "a"}, "01"), ({**RIGHT, 1: "?"}, "01"), ({**RIGHT, 6: "?", 9: "?"}, "06"), ({1: "B", 2: " a "}, "03")],
)
def test_it_begins_at_the_first_question_not_answered_rightly(answers, begin):
    assert f"Begin with lesson {begin}." in repr(path.diagnose(answers))


def test_who_knows_all_is_sent_to_the_exercises():
    assert "10 of 10 right" in repr(path.diagnose(RIGHT))
    assert "exercises" in repr(path.diagnose(RIGHT))


def test_later_answers_are_compared_with_the_first(home):
    assert "first time" not in repr(path.diagnose(dict.fromkeys(RIGHT, "?")))
    assert not home.exists()  # nothing was answered, nothing is kept
    assert "first time" not in repr(path.diagnose({1: "b", 2: "d"}))
    later = path.diagnose({1: "b", 2: "a", 3: "c"})
    assert re.search(r"The first time, on \d{4}-\d\d-\d\d, it was 1; new: 2, 3\.", repr(later))
    assert path.diagnose({1: "?", 3: "c"}).first == (1,)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": 1, "right": [1]}', '{"day": "2026", "right": [77]}', '{"right": [1]}'])
def test_a_broken_file_is_no_obstacle(home, content):
    home.mkdir()
    (home / "diagnostic.json").write_text(content)
    assert path.diagnose({1: "b"}).first is None
    assert path.diagnose({1: "b"}).first == (1,)


def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "file"))
    assert path.diagnose({1: "b"}).right == (1,)


@pytest.mark.parametrize(
    ("answers", "sentence"), [({11: "a"}, "numbers 1 to 10, got 11"), ({3: "e"}, "Question 3 expected one of a, b, c, d")]
)
def test_an_answer_that_cannot_be_is_named(answers, sentence):
    with pytest.raises(ValueError, match=sentence):
        path.diagnose(answers)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_leads_back_to_the_map_and_on_to_the_next(lesson):
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    following = LESSONS[LESSONS.index(lesson) + 1 :][:1]
    before = LESSONS[1 : LESSONS.index(lesson)][-1:]
    for cell in (cells[0], cells[-1]):
        text = "".join(cell["source"])
        assert all(f"({other.name})" in text for other in (*before, *following))
        assert lesson is LESSONS[0] or "(00_start.ipynb)" in text
