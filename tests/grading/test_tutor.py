"""check, hint and solution, as a learner calls them in a notebook."""

import sys

import numpy as np
import pytest

from dlcourse.grading import bank, check, hint, solution
from dlcourse.grading.progress import Progress
from dlcourse.grading.tutor import Note


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    return tmp_path


def softmax(logits):
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def columns(logits):
    return softmax(logits.T).T


def stub(logits):
    raise NotImplementedError("your code here")


def test_a_right_answer_passes_and_nothing_is_printed(capsys):
    report = check("softmax", softmax)
    assert (report.verdict, report.points) == ("passed", 100)
    assert capsys.readouterr() == ("", "")


def test_a_mistake_is_named_and_the_seed_repeats_it():
    report = check("softmax", columns)
    assert report.mistake == "softmax over the batch axis"
    assert check("softmax", columns, seed=report.seed).message == report.message


def test_each_attempt_has_its_own_seed():
    assert len({check("softmax", columns).seed for _ in range(5)}) > 1


def test_the_report_renders():
    assert "Your columns sum to 1" in check("softmax", columns)._repr_html_()


@pytest.mark.parametrize("function", [stub, None, np.exp, "text", bank])
def test_what_is_no_answer_is_not_attempted_and_no_attempt(function):
    assert check("softmax", function).verdict == "not attempted"
    assert Progress().of("softmax", 1)["attempts"] == 0


def test_a_wrapper_around_the_courses_own_is_not_attempted():
    from dlcourse.kernels.activations import softmax as theirs

    report = check("softmax", lambda logits: theirs(logits)[0])
    assert report.verdict == "not attempted"
    assert "`softmax` of dlcourse" in report.message


def test_a_wrapper_around_torch_is_not_attempted():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    report = check("softmax", lambda logits: torch.softmax(torch.from_numpy(logits), -1).numpy())
    assert report.verdict == "not attempted"
    assert "of torch" in report.message


def test_an_answer_with_a_vectorized_function_is_ones_own():
    report = check("sigmoid_backward", np.vectorize(lambda dy, x: dy * np.exp(-x) / (1 + np.exp(-x)) ** 2 if x > -500 else 0.0))
    assert report.verdict == "passed"


def test_the_kernels_profile_function_is_put_back():
    def profile(*_):
        return None

    sys.setprofile(profile)
    try:
        check("softmax", softmax)
        check("softmax", lambda logits: 1 / 0)
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)


def test_sys_exit_does_not_end_the_kernel():
    assert check("softmax", lambda logits: sys.exit()).verdict == "error"


def test_an_interrupt_reaches_the_learner():
    def interrupted(logits):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("softmax", interrupted)


def test_an_unknown_id_is_a_sentence():
    with pytest.raises(KeyError, match="Did you mean 'softmax'"):
        check("sofmax", softmax)


def test_hints_come_one_at_a_time():
    shown = [str(hint("softmax")) for _ in range(4)]
    assert [text[: len("Hint 1 of 3")] for text in shown] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert shown[0].endswith(bank.load("softmax").hints[0])
    assert "<p>" in hint("softmax")._repr_html_()


def test_a_note_sets_code_as_code_and_nothing_else():
    assert "<p>a &lt; <code>b</code></p>" in Note("Hint", "a < `b`")._repr_html_()
    assert "<pre>a &lt; `b`</pre>" in Note("Solution", "a < `b`", code=True)._repr_html_()


def test_the_solution_opens_after_an_attempt():
    assert "not yet" in str(solution("softmax"))
    check("softmax", stub)
    assert "def softmax" not in str(solution("softmax"))
    check("softmax", columns)
    assert "def softmax" in str(solution("softmax"))


def test_a_progress_file_that_cannot_be_written_is_one_sentence(monkeypatch, home, capsys):
    (home / "file").write_text("")
    monkeypatch.setenv("DLCOURSE_HOME", str(home / "file"))
    assert check("softmax", softmax).verdict == "passed"
    printed = capsys.readouterr()
    assert "could not be saved" in printed.out and printed.err == ""
