"""Each exercise of the bank, graded by mutation: it must know every right answer and every wrong one it has a name for."""

import ast
import inspect
import pickle
import pkgutil
import re

import numpy as np
import pytest

from dlcourse.grading import bank, mutation
from dlcourse.grading.bank import CONTENTS, by_lesson, ids, load
from dlcourse.grading.exercise import SOLUTIONS
from dlcourse.grading.mutation import hand_in, mutate


@pytest.fixture(params=ids())
def exercise(request):
    return load(request.param)


def test_every_known_answer_is_recognised(exercise):
    assert mutate(exercise).slips == ()


def test_kill_rate(record_property):
    table = mutation.table(mutation.all_rows(seeds=[3]))
    line = next(line for line in table.splitlines() if line.startswith("kill rate"))
    record_property("grader", line)
    assert line.startswith("kill rate 100.0%"), table


def test_mutation_sees_a_grader_that_is_too_kind(exercise, monkeypatch):
    monkeypatch.setattr("dlcourse.grading.judge.same", lambda value, expected, equal_nan=False: True)
    monkeypatch.setattr(exercise, "complaint", exercise.complaint and (lambda cases, values: ""))
    row = mutate(exercise, seeds=[0])
    assert row.rejected < row.wrong
    assert row.slips


def test_mutation_sees_a_grader_that_is_too_strict(exercise, monkeypatch):
    monkeypatch.setattr("dlcourse.grading.judge.same", lambda value, expected, equal_nan=False: False)
    monkeypatch.setattr("dlcourse.grading.judge.difference", lambda value, expected: "no")
    monkeypatch.setattr(exercise, "complaint", exercise.complaint and (lambda cases, values: "no"))
    row = mutate(exercise, seeds=[0])
    assert row.accepted == 0
    assert row.slips


def _stub(*arguments):
    raise NotImplementedError("your code here")


def _empty(*arguments):
    """Only a docstring."""


def _dots(*arguments): ...


@pytest.mark.parametrize("stub", [_stub, _empty, _dots, lambda *arguments: None, lambda *arguments: ...])
def test_a_stub_is_not_attempted(exercise, stub):
    report = hand_in(exercise, stub)
    assert (report.verdict, report.points) == ("not attempted", 0)


def test_the_reference_gets_all_points_and_says_nothing_that_changes(exercise):
    reports = [hand_in(exercise, exercise.reference, seed) for seed in (1, 2)]
    assert [report.points for report in reports] == [100, 100]
    assert str(reports[0]) == str(reports[1])


def test_five_mistakes_or_more_each_with_a_sentence_and_a_place_to_read(exercise):
    names = {answer.name for answer in exercise.mistakes}
    assert len(names) >= 5
    assert len({answer.id for answer in exercise.mistakes + exercise.conventions}) == len(names | {a.name for a in exercise.conventions})
    for answer in exercise.mistakes:
        assert answer.sentence[-1] in ".?", answer.name
        assert answer.see.split(",")[0] in {lesson[:2] for lesson in CONTENTS}, answer.name
    for answer in exercise.conventions:
        assert answer.sentence[-1] in ".?", answer.name


def test_the_place_to_read_is_there(exercise):
    """`03, Build: softmax` is a heading of lesson 03 that begins so. Lessons 06 and 07 are still to be written."""
    lessons = {path.name[:2]: path.read_text("utf-8") for path in (SOLUTIONS.parent / "lessons").glob("*.py")}
    for lesson, place in {tuple(answer.see.split(", ", 1)) for answer in exercise.mistakes}:
        heading = place.removeprefix("Build: ")
        pattern = rf"^# ##+ (\d+\. )?(The )?{heading}\b"
        assert lesson not in lessons or re.search(pattern, lessons[lesson], re.IGNORECASE | re.MULTILINE), (lesson, place)


ODD = [None, "text", {}, [], (), [[1.0], [1.0, 2.0]], [None], (None,) * 4, ([1.0], "a"), 1j, np.array([]), np.zeros((0, 3)), np.array("a")]


def test_whatever_comes_back_gets_a_verdict(exercise):
    for value in ODD:
        report = hand_in(exercise, lambda *arguments, value=value: (arguments, value)[1])
        assert report.verdict in ("wrong", "mistake"), value
        assert str(report)
        assert report._repr_html_()


def test_three_hints_two_equivalents_and_a_time(exercise):
    assert len(exercise.hints) == 3
    assert len(exercise.equivalents) >= 2
    assert 1 <= exercise.minutes <= 30
    assert exercise.difficulty in (1, 2, 3)


def test_a_seed_makes_the_same_cases_and_another_seed_others(exercise):
    first, again, other = (exercise.generate(seed) for seed in (5, 5, 6))
    assert pickle.dumps(first) == pickle.dumps(again) != pickle.dumps(other)
    assert len(first) == len(other)


def test_cases_are_data_that_fit_through_a_pipe(exercise):
    for case in exercise.generate(0):
        assert isinstance(case, tuple)
        assert all(_is_data(part) for part in case)
        assert len(case) == len(exercise.arguments)


def _is_data(value):
    if isinstance(value, (list, tuple)):
        return all(map(_is_data, value))
    return isinstance(value, (int, float, str)) or isinstance(value, np.ndarray) and value.dtype.kind in "bif"


def test_the_harness_is_found_by_name(exercise):
    assert pkgutil.resolve_name(exercise.harness_name) is exercise.harness


def test_the_statement_says_the_same_as_the_exercise(exercise):
    """Difficulty, minutes and the three tagged things stand in the solution notebook too."""
    text = exercise.solutions.read_text("utf-8")
    section = text.split(f"def {exercise.id}(")[0].rsplit("# ## ", 1)[1]
    assert f"Difficulty {exercise.difficulty} of 3, {exercise.minutes} minutes." in section
    assert f'# %% tags=["check"]\ncheck("{exercise.id}", {exercise.id})\n' in text
    assert f'# %% tags=["solution"]\ndef {exercise.id}(' in text


def test_the_solution_is_the_reference_in_words(exercise):
    assert exercise.solution.startswith(f"def {exercise.id}(")
    assert ast.get_docstring(ast.parse(exercise.solution).body[0])
    assert exercise.reference.__code__.co_filename == str(exercise.solutions)


def test_the_reference_owes_nothing_to_the_course(exercise):
    """It is judged against: a bug in the course's own kernels must not become the truth."""
    modules = {value.__name__ for value in inspect.getclosurevars(exercise.reference).globals.values() if inspect.ismodule(value)}
    assert modules <= {"numpy"}
    assert "check" not in exercise.reference.__globals__


def test_the_contents_list_the_modules_that_are_there():
    assert sorted(ids()) == sorted(module.name for module in pkgutil.iter_modules(bank.__path__) if module.name != "__main__")
    assert [load(id).id for id in ids()] == ids()
    assert {id: load(id).lesson for id in ids()} == {id: lesson for lesson in CONTENTS for id in by_lesson(lesson)}
    assert sorted(CONTENTS) == sorted(path.stem for path in SOLUTIONS.glob("*.py"))
    assert by_lesson("99_nothing") == []


def test_an_unknown_id_gets_a_suggestion():
    with pytest.raises(KeyError, match="softmax_backward|softmax"):
        load("sofmax")
    with pytest.raises(KeyError, match="All ids: accuracy, split"):
        load("../../etc/passwd")


SLIPS = {
    "neuron": {
        "the-bias-is-subtracted": "1 / (1 + np.exp(-x @ w + b))",
        "brackets-are-missing-around-the-denominator": "1 / 1 + np.exp(-(x @ w + b))",
        "w-stands-before-x": "1 / (1 + np.exp(-(np.dot(w, x) + b)))",
    },
    "perceptron_step": {
        "a-margin-of-1": "(w + y * x, b + y) if y * (w @ x + b) < 1 else (w, b)",
        "1-is-added-to-the-bias": "(w + y * x, b + 1) if y * (w @ x + b) <= 0 else (w, b)",
    },
    "relu_backward": {"one-question-for-the-whole-array": "dy if x > 0 else np.zeros_like(x)"},
}


@pytest.mark.parametrize(("id", "name", "text"), [(id, name, text) for id, slips in SLIPS.items() for name, text in slips.items()])
def test_slips_that_learners_made_come_back_under_their_name(id, name, text):
    function = eval(f"lambda {', '.join(load(id).arguments)}: {text}", {"np": np})
    assert hand_in(load(id), function).mistake_id == name


@pytest.mark.parametrize("id", ["neuron", "signed_distance", "relu_backward"])
def test_an_error_of_another_origin_gets_no_name(id):
    def raises(*arguments):
        raise ValueError("something else")

    report = hand_in(load(id), raises)
    assert (report.verdict, report.mistake) == ("error", None)
