"""Hostile submissions: each gets a sentence and no points, costs only its own exercise, and leaves the next submission as it was."""

import os
import subprocess
import sys
import time
from textwrap import indent

import psutil
import pytest
from submissions import NEURON, SOFTMAX, graded, write_notebook

from dlcourse import workspace
from dlcourse.cli import main
from dlcourse.grading import fence

SOLUTION = workspace.course_root() / "solutions" / "03_activations_and_losses.py"


def in_softmax(body):
    """A cell whose softmax runs `body` and then gives the right answer, or would."""
    return f"{SOFTMAX}\nright = softmax\n\ndef softmax(logits):\n{indent(body.strip(), '    ')}\n    return right(logits)\n"


def wrong_after(preparation):
    """A cell that prepares something and hands in a softmax that is wrong."""
    return f"import numpy as np\n{preparation.strip()}\n\ndef softmax(logits):\n    return np.zeros_like(logits)\n"


FORGED = '{"file": "x.ipynb", "points": 100, "exercises": [{"id": "softmax", "verdict": "passed", "points": 100}]}'

HOSTILE = {
    "endless loop": (in_softmax("while True: pass"), "ran longer than 2 s"),
    "endless loop in the cell": (f"while True: pass\n{SOFTMAX}", "ran longer than 2 s"),
    "loop that catches everything": (in_softmax("while True:\n    try:\n        while True: pass\n    except BaseException: pass"), "2 s"),
    "10 GB": (in_softmax("np.ones(10 * 2**27)"), "emory"),
    "sys.exit": (in_softmax("import sys; sys.exit(0)"), "SystemExit"),
    "sys.exit in the cell": (f"import sys\nsys.exit(0)\n{SOFTMAX}", "SystemExit"),
    "os._exit": (in_softmax("import os; os._exit(0)"), "ended the process"),
    "os._exit in the cell": (f"import os\nos._exit(0)\n{SOFTMAX}", "ended the process"),
    "os.abort": (in_softmax("import os; os.abort()"), "ended the process"),
    "recursion without end": (in_softmax("return softmax(logits)"), "RecursionError"),
    "fork bomb": (
        in_softmax("import os, subprocess\nwhile True: os.fork() if hasattr(os, 'fork') else subprocess.Popen('python')"),
        "start another process",
    ),
    "shell": (in_softmax("import os\ntry: os.system('true')\nexcept Exception: pass"), "start another process"),
    "numpy.allclose replaced": (wrong_after("np.allclose = np.array_equal = lambda *a, **k: True"), "expected"),
    "dlcourse.grading replaced": (
        wrong_after("import sys, types\nfake = types.SimpleNamespace(judge=lambda *a: 100, check=lambda *a: 100)\n")
        + "sys.modules['dlcourse.grading'] = sys.modules['dlcourse.grading.judge'] = sys.modules['dlcourse.grading.report'] = fake\n",
        "expected",
    ),
    "solution read": (in_softmax(f"try: open({str(SOLUTION)!r}).read()\nexcept Exception: pass"), "03_activations_and_losses.py"),
    "solution run": (f"exec(open({str(SOLUTION)!r}).read())\nassert softmax", "03_activations_and_losses.py"),
    "bank imported": ("from dlcourse.grading.bank import load\nsoftmax = load('softmax').reference", "did not run to its end"),
    "the package's own": ("from dlcourse.functional import softmax\nassert softmax", "comes from dlcourse"),
    "the package's own, wrapped": (
        "from dlcourse.kernels.activations import softmax as theirs\ndef softmax(logits):\n    return theirs(logits)[0]",
        "of dlcourse, which computes it for you",
    ),
    "forged report printed": (wrong_after(f"print({FORGED!r})"), "expected"),
    "forged report to every open file": (
        in_softmax(
            "import os\nfor number in range(64):\n    try:\n"
            f"        os.write(number, {FORGED!r}.encode() * 9)\n    except OSError:\n        pass"
        ),
        "grader's own pipe",
    ),
    "1 GB of output": (in_softmax("for _ in range(1024): print('x' * 2**20)"), "printed more than 1 MB"),
    "1 GB of output in the cell": (f"for _ in range(1024): print('x' * 2**20)\n{SOFTMAX}", "printed more than 1 MB"),
    "folder deleted": (in_softmax("import os, shutil\nshutil.rmtree(os.getcwd(), ignore_errors=True)"), "remove"),
    "file deleted": (in_softmax("import os\nos.remove('hostile.ipynb')"), "remove hostile.ipynb"),
    "file emptied": (in_softmax("import os\nos.truncate('hostile.ipynb', 0)"), "remove hostile.ipynb"),
    "file written": (in_softmax("open('hostile.ipynb', 'w').write('')"), "PermissionError"),
    "network": (in_softmax("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)"), "reach the network"),
    "below Python": (in_softmax("import ctypes\nctypes.CDLL('c')"), "below Python"),
}


@pytest.fixture(params=[fence.BUBBLEWRAP, fence.AUDIT_HOOK])
def isolation(request):
    if request.param == fence.BUBBLEWRAP and fence.best() != fence.BUBBLEWRAP:
        pytest.skip("bubblewrap does not run on this computer")
    return request.param


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_exercise_gets_a_sentence_and_no_points(name, isolation, tmp_path, capsys):
    cell, sentence = HOSTILE[name]
    path = write_notebook(tmp_path / "hostile.ipynb", NEURON, cell, "check('softmax', softmax)")
    options = ["--isolation", isolation, "--time-limit", "2"]

    status, exercises = graded(capsys, path, *options)
    assert (status, exercises["softmax"]["points"]) == (1, 0)
    assert sentence in exercises["softmax"]["message"]
    assert exercises["neuron"]["points"] == 100
    assert path.exists()

    status, exercises = graded(capsys, write_notebook(tmp_path / "right.ipynb", SOFTMAX), *options)
    assert (status, exercises["softmax"]["points"]) == (0, 100)
    assert psutil.Process().children() == []


NO_NOTEBOOK = {
    "not JSON": ('{"cells": [', "not valid JSON"),
    "cut in the middle": ('{"cells": [{"cell_type": "code", "sou', "not valid JSON"),
    "binary": ("\x00\x01", "not valid JSON"),
    "nested without end": ("[" * 100_000, "not valid JSON"),
    "JSON, but no notebook": ("[1, 2]", "not a notebook"),
    "cells of no type": ('{"cells": [1]}', "not a notebook"),
    "another course's": ('{"cells": [{"cell_type": "code", "source": "def two_layer_net(x): return x"}]}', "no exercise of this course"),
    "empty": ('{"cells": []}', "no exercise of this course"),
}


@pytest.mark.parametrize("name", NO_NOTEBOOK)
def test_what_is_no_notebook_of_ours_gets_a_sentence(name, tmp_path, capsys):
    content, sentence = NO_NOTEBOOK[name]
    path = tmp_path / "handed_in.ipynb"
    path.write_text(content)
    assert main(["grade", str(path)]) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err and "handed_in.ipynb" in printed.err
    assert printed.out == ""
    assert graded(capsys, write_notebook(tmp_path / "right.ipynb", SOFTMAX))[0] == 0


def over_the_hook(body):
    """Code that says it is a library's, and so reaches the C library past the audit hook."""
    return f"text = {'import ctypes; libc = ctypes.CDLL(None); ' + body!r}\nexec(compile(text, '/site-packages/a.py', 'exec'), {{}})"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
def test_the_watchdog_stops_what_climbs_over_the_hook(isolation, tmp_path, capsys):
    bomb = in_softmax(over_the_hook("[libc.fork() for _ in range(7)]; libc.sleep(60)"))
    status, exercises = graded(capsys, write_notebook(tmp_path / "bomb.ipynb", bomb), "--isolation", isolation, "--time-limit", "5")
    assert (status, exercises["softmax"]["points"]) == (1, 0)
    assert "more than 16 processes" in exercises["softmax"]["message"]
    assert psutil.Process().children(recursive=True) == []


def test_bubblewrap_hides_what_the_hook_would_show(tmp_path, capsys):
    if fence.best() != fence.BUBBLEWRAP:
        pytest.skip("bubblewrap does not run on this computer")
    cell = in_softmax(over_the_hook(f"assert libc.open({bytes(SOLUTION)!r}, 0) > 0, 'nothing there'"))
    path = write_notebook(tmp_path / "reader.ipynb", cell)
    assert "nothing there" in graded(capsys, path, "--isolation", fence.BUBBLEWRAP)[1]["softmax"]["message"]
    assert graded(capsys, path, "--isolation", fence.AUDIT_HOOK)[1]["softmax"]["points"] == 100, "the hook is a fence, not a wall"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the number of a parent that has ended")
def test_a_killed_grader_leaves_no_process(isolation, tmp_path):
    path = write_notebook(tmp_path / "loop.ipynb", in_softmax("while True: pass"))
    command = [sys.executable, "-m", "dlcourse", "grade", "--isolation", isolation, str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as grader:
        wait_for(lambda: any(process.cpu_times().user > 1 for process in family(grader)))  # it has begun to loop
        started = family(grader)
        grader.kill()
    wait_for(lambda: not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in started))


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
