"""The judge, with planted answers of every kind, most of them to one small exercise."""

import re

import numpy as np
import pytest

from dlcourse.grading.attempt import attempt
from dlcourse.grading.bank import load
from dlcourse.grading.equality import difference, same, show, show_both
from dlcourse.grading.exercise import Exercise
from dlcourse.grading.judge import CHANGES_INPUT, judge
from dlcourse.grading.mutation import hand_in
from dlcourse.grading.report import Failure, Outcome, Report


def double_and_sum(x):
    """The right answer to the exercise below: 2 x and the sum of x."""
    return 2 * x, x.sum()


@pytest.fixture
def exercise():
    exercise = Exercise("double_and_sum", lesson="02_the_neuron", minutes=1, difficulty=1, hints=("a", "b", "c"))
    exercise.reference = double_and_sum

    @exercise.cases
    def cases(rng):
        yield (rng.normal(size=(3, 4)),)
        yield (rng.normal(size=(2, 1)),)
        yield (np.array([[1000.0, -1, 2]]),)

    @exercise.mistake("halves", "You halve where you should double.", see="02, Build: doubling")
    def _(x):
        return x / 2, x.sum()

    @exercise.mistake("overflows", "exp is too large.")
    def _(x):
        return 2 * np.log(np.exp(x)), x.sum()

    @exercise.mistake("needs rows", "It fails for a single row.")
    def _(x):
        return 2 * np.stack([x[0], x[1]], 0) if len(x) == 2 else {}[0], x.sum()

    @exercise.convention("triples", "Some double by three.")
    def _(x):
        return 3 * x, x.sum()

    return exercise


def verdict(exercise, function, seed=0):
    return hand_in(exercise, function, seed).verdict


@pytest.mark.parametrize(
    "right",
    [
        lambda x: (x + x, np.sum(x)),
        lambda x: [x * 2, float(x.sum())],
        lambda x: (x.astype(np.float32) * 2, np.float32(x.sum())),
        lambda x: ((2 * x).tolist(), np.array(x.sum())),
        lambda x: (np.asfortranarray(2 * x), x.T.sum()),
    ],
)
def test_rewrites_of_the_right_answer_pass(exercise, right):
    report = hand_in(exercise, right)
    assert (report.verdict, report.points) == ("passed", 100)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda x: print(end=""), "is a `return` missing"),
        (lambda x: double_and_sum(x) if len(x) > 1 else None, "nothing here: is a `return` missing, perhaps after an `if`?"),
        (lambda x: 2 * x, "2 values are expected, with a comma"),
        (lambda x: (2 * x, x.sum(), 0), "2 values are expected; 3 came back"),
        (lambda x: (2 * x[:, 0], x.sum()), "The first of the 2 values: the shape should be (2, 1); yours is (2,)."),
        (lambda x: (2 * x, x.sum() + 0.01), "The second of the 2 values: the number is not right."),
        (lambda x: (2 * x, np.nan), "The second of the 2 values: there is NaN"),
        (lambda x: (2 * x > 0, x.sum()), "The first of the 2 values: a float64 array is expected; yours is a bool array."),
        (lambda x: (2 * x, str(x.sum())), "The second of the 2 values: a number is expected; yours is a text."),
        (lambda x: (2 * x, True), "The second of the 2 values: a number is expected; yours is a bool"),
        (lambda x: ([[1.0], [2.0, 3.0]], x.sum()), "yours is a list"),
        (lambda x: (2j * x, x.sum()), "a float64 array is expected"),
        (lambda x: (2 * x + [[0], [1]] * (len(x) == 2), x.sum()), "1 of the 2 numbers is not right."),
    ],
)
def test_wrong_answers_get_a_sentence_about_the_difference(exercise, wrong, sentence):
    report = hand_in(exercise, wrong)
    assert (report.verdict, report.points, report.mistake) == ("wrong", 0, None)
    assert sentence in report.message


def test_a_late_entry_of_a_long_list_is_named_by_its_place():
    assert difference([0, 1, 2, 3, 5, 5], [0, 1, 2, 3, 4, 5]) == "The one at [4] of the 6 values: the number is not right."


def test_the_smallest_case_that_fails_is_shown(exercise):
    report = hand_in(exercise, lambda x: (2 * x + (x.size > 2), x.sum()))
    assert report.example.arguments == (("x", "[[1000.   -1.    2.]]"),)
    assert "for       x = [[1000. -1. 2.]]" in report.message
    assert "expected  ([[2000. -2. 4.]], 1001)" in report.message
    assert "yours     ([[2001. -1. 5.]], 1001)" in report.message


def test_the_first_difference_in_an_array_too_long_to_print():
    report = hand_in(load("accuracy"), lambda scores, labels: np.zeros(100))
    assert "The shape should be (); yours is (100,)." in report.message
    long = np.arange(100.0).reshape(4, 25)
    exercise = Exercise("f", lesson="02_the_neuron", minutes=1, difficulty=1, hints=())
    exercise.reference = lambda x: x
    exercise.cases(lambda rng: [(long,)])
    report = hand_in(exercise, lambda x: np.where(x == 30, 31, x))
    assert "1 of the 100 numbers is not right. The first is at [1, 5]: 30 is expected, yours is 31." in report.message
    assert "float64 of shape (4, 25)" in report.message


def test_a_mistake_comes_back_under_its_name_with_its_sentence(exercise):
    report = hand_in(exercise, lambda x: (0.5 * x, x.sum()), seed=7)
    assert (report.verdict, report.points, report.mistake, report.mistake_id) == ("mistake", 0, "halves", "halves")
    for part in ("You halve", 'This is exactly "halves".', "Look at lesson 02, Build: doubling.", "seed=7", 'hint("double_and_sum")'):
        assert part in report.message


def test_a_mistake_needs_to_agree_on_all_cases(exercise):
    assert verdict(exercise, lambda x: (0.5 * x if len(x) < 3 else 0.6 * x, x.sum())) == "wrong"


def test_a_mistake_is_known_by_its_nan_and_infinity(exercise):
    report = hand_in(exercise, lambda x: (2 * np.log(np.exp(x)), x.sum()))
    assert report.mistake == "overflows"
    assert verdict(exercise, lambda x: (2 * np.where(x > 999, 7, x), x.sum())) == "wrong"
    assert verdict(exercise, lambda x: (2 * np.where(x > 999, np.nan, x), x.sum())) == "wrong"


def test_a_mistake_is_known_by_its_exceptions(exercise):
    def needs_two_rows(x):
        return (2 * x, x.sum()) if len(x) == 2 else {}["no such key"]

    def raises_something_else(x):
        return (2 * x, x.sum()) if len(x) == 2 else [][0]

    assert hand_in(exercise, needs_two_rows).mistake == "needs rows"
    assert verdict(exercise, raises_something_else) == "error"


def test_a_convention_is_no_mistake_and_no_pass(exercise):
    report = hand_in(exercise, lambda x: (x + x + x, x.sum()))
    assert (report.verdict, report.points, report.mistake) == ("convention", 50, "triples")
    assert report.message.startswith("double_and_sum: almost. Some double by three.")


def test_writing_into_the_input_is_named_even_when_the_values_are_right(exercise):
    def writes(x):
        x *= 2
        return x, x.sum() / 2

    report = hand_in(exercise, writes)
    assert (report.verdict, report.mistake, report.points) == ("mistake", CHANGES_INPUT, 0)
    assert "writes into `x`" in report.message


def test_the_argument_that_was_written_into_is_named():
    def writes(w, b, x, y):
        right = load("perceptron_step").reference(w, b, x, y)
        x += 1
        return right

    assert "writes into `x`" in hand_in(load("perceptron_step"), writes).message


def test_a_named_mistake_goes_before_writing_into_the_input(exercise):
    def writes(x):
        total = x.sum()
        x /= 2
        return x, total

    assert hand_in(exercise, writes).mistake == "halves"


def test_an_error_shows_the_learners_line(exercise):
    def raises(x):
        return x @ x  # the learner's line

    report = hand_in(exercise, raises)
    assert report.verdict == "error"
    assert re.search(r"It stopped in line \d+: `return x @ x  # the learner's line` with ValueError", report.message)
    assert "yours     ValueError" in report.message


def test_an_error_inside_a_library_shows_the_learners_line_too(exercise):
    def raises(x):
        return np.linalg.inv(x)

    assert "`return np.linalg.inv(x)` with LinAlgError" in hand_in(exercise, raises).message


def test_an_error_is_an_error_where_properties_are_judged():
    assert verdict(load("feature"), lambda images: images.reshape(28, 28)) == "error"
    assert verdict(load("feature"), lambda images: None if len(images) else 0) == "wrong"


def test_an_error_in_one_case_only_is_shown_with_that_case(exercise):
    report = hand_in(exercise, lambda x: (2 * x, x.sum()) if len(x) < 3 else (1 / 0, 0))
    assert report.verdict == "error"
    assert "float64" not in report.message
    assert "ZeroDivisionError: division by zero" in report.message


def test_exit_is_an_error_and_ends_nothing(exercise):
    def leaves(x):
        raise SystemExit(0)

    assert "SystemExit" in hand_in(exercise, leaves).message


def test_not_attempted_needs_every_case(exercise):
    def half_done(x):
        if len(x) > 2:
            raise NotImplementedError
        return double_and_sum(x)

    assert verdict(exercise, half_done) == "error"
    assert verdict(exercise, lambda x: print(end="")) == "wrong"


def test_the_function_gets_copies(exercise):
    case = exercise.generate(0)
    kept = [array.copy() for (array,) in case]
    attempt(lambda x: x.fill(0), case)
    assert all(np.array_equal(array, copy) for (array,), copy in zip(case, kept, strict=True))


def test_a_missing_outcome_is_not_overlooked(exercise):
    with pytest.raises(ValueError, match="zip"):
        judge(exercise, lambda cases: [Outcome(double_and_sum(*cases[0]))], 0)


def test_replacing_numpy_in_the_kernel_does_not_help(exercise, monkeypatch):
    for name in ("allclose", "array_equal", "isclose", "all", "absolute", "abs", "asarray", "isfinite", "isnan"):
        monkeypatch.setattr(np, name, lambda *arguments, **options: True)
    assert not same(1.0, 2.0)
    assert same(1.0, 1.0)


@pytest.mark.parametrize(
    ("value", "expected", "equal"),
    [
        (1.00005, 1.0, True),
        (1.0002, 1.0, False),
        (5e-7, 0.0, True),
        (2e-6, 0.0, False),
        (1, 1.0, True),
        (True, 1.0, False),
        (1.0, True, False),
        (True, True, True),
        (np.True_, True, True),
        (float("nan"), 1.0, False),
        (float("inf"), float("inf"), True),
        (1.0, float("inf"), False),
        (1e300, float("inf"), False),
        ("a", "a", True),
        ("a", "b", False),
        ([1, 2], (1, 2), True),
        ((1, 2), [1, 3], False),
        (np.ones((2, 1)), np.ones(2), False),
        (np.ones(2, np.float16), np.ones(2), True),
        ({}, 1.0, False),
        (None, None, False),
    ],
)
def test_same(value, expected, equal):
    assert same(value, expected) is equal


def test_nan_equals_only_where_it_is_asked_for():
    assert not same(np.nan, np.nan)
    assert same(np.nan, np.nan, equal_nan=True)
    assert same((1, np.array([np.nan, 2])), (1, np.array([np.nan, 2])), equal_nan=True)


def test_numbers_are_printed_so_that_a_difference_shows():
    assert show_both(1.0, 1.00001) == ("1", "1.00001")
    assert show_both(np.array([0.5]), np.array([0.5002])) == ("[0.5]", "[0.5002]")
    assert show((np.arange(3), 2.5, "text", None)) == "([0 1 2],\n 2.5,\n 'text',\n None)"
    assert show(1e9) == "1e+09"
    assert (show((3,)), show((2, 1)), show(())) == ("(3,)", "(2,\n 1)", "()")
    assert show(np.array([-0.0, 1])) == "[0. 1.]"
    assert (show(1e-5), show(0.0)) == ("1e-05", "0")
    assert show([np.ones((24, 15))] * 7) == "[7 times float64 of shape (24, 15)]"


REPORT = Report("softmax", 1, "mistake", 7, "Use `np.exp` & <not> 2.", "no <b> tags", "03, Build: softmax")


def test_a_report_as_a_dictionary():
    keys = ["id", "version", "verdict", "points", "mistake", "message", "seed"]
    assert list(REPORT.to_dict()) == keys
    assert REPORT.to_dict()["message"] == str(REPORT) == repr(REPORT)


def test_a_table_takes_the_colours_of_the_notebook(exercise):
    html = hand_in(exercise, lambda x: (x, x.sum()))._repr_html_()
    assert html.count('<th scope="col"') == 3
    assert html.count('" style="color: inherit;') == html.count("<table aria-label=") == 2
    assert not re.search(r"(?<!-)\b(color|background)\s*:(?! inherit)", html)


def test_a_report_as_html_is_escaped_named_and_without_colours_of_its_own_for_text():
    html = REPORT._repr_html_()
    assert "<code>np.exp</code> &amp; &lt;not&gt; 2." in html
    assert "no &lt;b&gt; tags" in html
    assert 'role="group" aria-label="softmax: not yet."' in html
    assert not re.search(r"(?<!-)\b(color|background)\s*:(?! inherit)", html)


def test_a_passed_report_shows_neither_seed_nor_advice(exercise):
    texts = [str(hand_in(exercise, double_and_sum, seed)) for seed in (11, 12)]
    assert texts == ["double_and_sum: passed. Right on all 3 cases."] * 2


def test_failures_of_the_child_are_told_like_errors(exercise):
    late = Outcome(error=Failure("TimeoutError", "it ran for more than 5 s"))
    report = judge(exercise, lambda cases: [late for _ in cases], 0)
    assert "It stopped with TimeoutError: it ran for more than 5 s" in report.message


def test_the_graph_harness_reads_every_gradient_back():
    from dlcourse.grading.graph import fill_grads

    def backward(root):
        root.grad = 1
        for parent, slope in zip(root.parents, root.local_grads, strict=True):
            parent.grad += slope

    assert fill_grads(backward, [[], [], [0, 1, 1]], [[], [], [2.0, 3.0, 4.0]]).tolist() == [2, 7, 1]
    outcome = attempt(lambda root: print(end=""), [([[]], [[]])], fill_grads)[0]
    assert outcome.value.tolist() == [0]
