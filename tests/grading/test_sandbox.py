"""Honest notebooks in the sandbox: cells run as in Jupyter, each exercise stands for itself, and every harness is within reach."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from submissions import NEURON, SOFTMAX

from dlcourse.grading import bank, fence, process
from dlcourse.grading.process import Child, Limits
from dlcourse.grading.sandbox import Sandbox, isolation


@pytest.fixture(params=[fence.BUBBLEWRAP, fence.AUDIT_HOOK])
def wall(request):
    if request.param == fence.BUBBLEWRAP and fence.best() != fence.BUBBLEWRAP:
        pytest.skip("bubblewrap does not run on this computer")
    return request.param


def grade(folder, *cells, id="softmax", seed=1, wall=None):
    with Sandbox(enumerate(cells, 1), folder, isolation=wall) as sandbox:
        return sandbox.grade(bank.load(id), seed)


def test_every_reference_passes_as_a_submission(tmp_path, wall):
    cells = ["import numpy as np", *(bank.load(id).solution for id in bank.ids())]
    with Sandbox(enumerate(cells, 1), tmp_path, isolation=wall) as sandbox:
        assert {id: sandbox.grade(bank.load(id), 1).points for id in bank.ids()} == dict.fromkeys(bank.ids(), 100)


def test_a_cell_may_import_the_values_of_lesson_07_where_python_keeps_compiled_copies(tmp_path, wall):
    (fence.GRADING / "__pycache__").mkdir(exist_ok=True)  # Python looks there first, and it is closed
    cell = f"from dlcourse.grading.graph import Value\n{bank.load('value_backward').solution}"
    assert grade(tmp_path, cell, id="value_backward", wall=wall).points == 100


def test_a_mistake_is_named_as_in_the_notebook(tmp_path):
    report = grade(tmp_path, SOFTMAX.replace("-1", "0"))
    assert (report.verdict, report.mistake) == ("mistake", "softmax over the batch axis")


def test_a_cell_that_raises_costs_only_itself(tmp_path):
    cells = [(1, "1 / 0"), (2, NEURON), (3, f"[][3]\n{SOFTMAX}"), (4, "this is no Python")]
    with Sandbox(cells, tmp_path) as sandbox:
        assert sandbox.grade(bank.load("neuron"), 1).verdict == "passed"
        report = sandbox.grade(bank.load("softmax"), 1)
    assert report.verdict == "error"
    assert (
        "Cell 3, which holds it, did not run to its end. It stopped in `line 1" not in report.message
    )  # the line, not its number, is code
    assert "Cell 3, which holds it, did not run to its end. It stopped in line 1: `[][3]` with IndexError" in report.message


def test_a_function_that_ends_its_process_costs_only_itself(tmp_path):
    cells = [(1, NEURON), (2, "import os\ndef softmax(logits): os._exit(0)"), (3, "rest = 1")]
    with Sandbox(cells, tmp_path) as sandbox:
        for id, points in (("neuron", 100), ("softmax", 0), ("neuron", 100)):
            assert sandbox.grade(bank.load(id), 1).points == points


@pytest.mark.parametrize(
    "before",
    [
        "%matplotlib inline",
        "!ls",
        "name = !ls",
        "get_ipython().run_line_magic('timeit', '1')",
        "display('text')",
        "from dlcourse.grading import check, hint, solution\nassert check('softmax', 1).points == 0\nhint('softmax'), solution('softmax')",
        "print('x' * 1000)",
        "import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'x')\nwith tempfile.TemporaryDirectory() as folder: pass",
        "import os, tempfile\nwith tempfile.TemporaryDirectory() as f: os.makedirs(f + '/a/b'), open(f + '/a/b/c', 'w').close()",
        "import shutil\nfrom tempfile import mkdtemp\nshutil.move(shutil.copy('beside.py', mkdtemp()), mkdtemp())",
        "import beside\nassert beside.value == 3",
        "assert open('beside.py').read()",
        "import warnings\nwarnings.warn('careful')",
    ],
)
def test_what_works_in_jupyter_harms_nothing(before, tmp_path, wall):
    (tmp_path / "beside.py").write_text("value = 3")
    with Sandbox([(1, before), (2, SOFTMAX)], tmp_path, isolation=wall) as sandbox:
        assert sandbox.grade(bank.load("softmax"), 1).verdict == "passed"
        assert sandbox.failures == {}


def test_what_lessons_import_can_be_imported(tmp_path, wall):
    imports = """
from dlcourse import Tensor, data, functional as F
x_train, y_train, x_test, y_test = data.mnist()
import matplotlib.pyplot as plt
plt.plot([1, 2]), plt.savefig
import sklearn.datasets
sklearn.datasets.load_iris()
"""
    with Sandbox([(1, imports), (2, SOFTMAX)], tmp_path, isolation=wall) as sandbox:
        assert sandbox.grade(bank.load("softmax"), 1).verdict == "passed"
        assert sandbox.failures == {}


def test_code_under_a_cell_magic_counts(tmp_path):
    assert grade(tmp_path, f"%%time\n{SOFTMAX}").verdict == "passed"


def test_the_last_definition_counts(tmp_path):
    assert grade(tmp_path, "def softmax(logits): return 0", SOFTMAX).verdict == "passed"
    assert grade(tmp_path, SOFTMAX, "def softmax(logits): return 0").verdict != "passed"


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("x = 1", "No cell defines a function named `softmax`."),
        ("softmax = [1]", "should be a function; here it is a list"),
        ("from scipy.special import softmax", "comes from scipy"),
        ("from functools import partial\nfrom scipy.special import softmax\nsoftmax = partial(softmax, axis=-1)", "comes from scipy"),
        ("import numpy as np\nsoftmax = np.exp", "comes from numpy"),
        ("from dlcourse.nn import Linear as softmax", "comes from dlcourse"),
        ("def softmax(logits):\n    raise NotImplementedError('your code here')", "not attempted"),
        ("def softmax(logits):\n    '''Nothing yet.'''", "not attempted"),
    ],
)
def test_what_is_no_answer_of_ones_own_is_not_attempted(cell, sentence, tmp_path):
    report = grade(tmp_path, cell)
    assert report.verdict == "not attempted"
    assert sentence in report.message


def test_an_exception_comes_with_the_learners_line(tmp_path):
    report = grade(tmp_path, "def softmax(logits):\n    x = logits\n    return x[99]")
    assert report.verdict == "error"
    assert "line 3: `return x[99]` with IndexError" in report.message


def test_writing_into_the_input_is_named(tmp_path):
    report = grade(tmp_path, SOFTMAX.replace("e = ", "logits -= 0.5\n    e = "))
    assert report.mistake == "changes its input"


def test_the_same_seed_gives_the_same_report(tmp_path):
    wrong = "def softmax(logits): return logits"
    assert grade(tmp_path, wrong, seed=5).message == grade(tmp_path, wrong, seed=5).message
    assert grade(tmp_path, wrong, seed=5).message != grade(tmp_path, wrong, seed=6).message


def test_the_watchdog_sees_memory_where_the_system_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_system_limits", lambda limits: {})
    limits = replace(Limits(), memory=300 << 20)
    cell = "import time\nimport numpy as np\ndef softmax(logits):\n    kept = np.ones(2**26)\n    time.sleep(60)"
    with Sandbox([(1, cell)], tmp_path, limits=limits) as sandbox:
        assert "took more than 300 MB of memory" in sandbox.grade(bank.load("softmax"), 1).message


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(process.tempfile, "tempdir", str(tmp_path))
    assert grade(tmp_path, "import os, tempfile\nopen(tempfile.mkstemp()[1], 'w').write('x')", SOFTMAX).verdict == "passed"
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_does_not_start_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(fence, "command", lambda *_: [fence.sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(OSError, match=r"did not start.*no such luck.*dlcourse doctor"):
        Child(tmp_path, fence.AUDIT_HOOK, Limits())


def test_the_child_gets_inputs_and_no_answers(tmp_path, monkeypatch):
    """Everything that is written to the child, searched for the expected values."""
    written = []
    monkeypatch.setattr(process, "send", lambda stream, token, value: (written.append(value), process_send(stream, token, value)))
    exercise = bank.load("softmax")
    assert grade(tmp_path, SOFTMAX, seed=3).verdict == "passed"
    expected = [exercise.reference(*case) for case in exercise.generate(3)]
    sent = [array for array in _arrays(written) if array.shape == expected[0].shape]
    assert any(np.array_equal(array, exercise.generate(3)[0][0]) for array in sent)
    assert not any(np.allclose(array, values) for values in expected for array in sent if array.shape == values.shape)


process_send = process.send


def _arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [array for item in value for array in _arrays(item)] if isinstance(value, (list, tuple)) else []


def test_bubblewrap_closes_the_home_folder(tmp_path):
    if fence.best() != fence.BUBBLEWRAP:
        pytest.skip("bubblewrap does not run on this computer")
    with tempfile.NamedTemporaryFile(dir=Path.home(), prefix=".dlcourse-") as secret:
        cells = [(1, f"import os\nassert not os.path.exists({secret.name!r})"), (2, SOFTMAX)]
        with Sandbox(cells, tmp_path, isolation=fence.BUBBLEWRAP) as sandbox:
            assert sandbox.grade(bank.load("softmax"), 1).verdict == "passed"
            assert sandbox.failures == {}


def test_isolation_says_which_one_is_at_work(monkeypatch):
    for name in (fence.BUBBLEWRAP, fence.AUDIT_HOOK):
        monkeypatch.setattr(fence, "best", lambda name=name: name)
        assert isolation().startswith(name)


def test_bubblewrap_is_not_promised_where_it_does_not_run(tmp_path, monkeypatch):
    monkeypatch.setattr(fence, "best", lambda: fence.AUDIT_HOOK)
    with pytest.raises(ValueError, match="install bubblewrap"):
        Sandbox([], tmp_path, isolation=fence.BUBBLEWRAP)
