"""The command `dlcourse`: its help, its answers to mistakes, and the commands lab and doctor."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from argparse import Namespace
from itertools import takewhile

import pytest

from dlcourse import cli
from dlcourse.cli import doctor, lab


def run(*arguments, **settings):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=dict(os.environ, **settings))


# the command


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_an_example(name, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert f"usage: dlcourse {name}" in said
    assert f"  dlcourse {name}" in said, "an example is missing"


def test_overview_lists_every_command(capsys):
    assert cli.main([]) == 2
    said = capsys.readouterr().out
    assert all(f"  {name} " in said and summary in said for name, summary in cli.COMMANDS.items())


def test_version_is_that_of_the_package():
    answer = run("-m", "dlcourse", "--version")
    assert answer.returncode == 0
    assert answer.stdout.startswith("dlcourse 0.")


def test_a_misspelt_command_gets_a_suggestion(capsys):
    assert cli.main(["grdae"]) == 2
    assert capsys.readouterr().err == "dlcourse: There is no command 'grdae'. Did you mean `dlcourse grade`?\n"


def test_a_foreign_command_gets_the_list(capsys):
    assert cli.main(["xylophone"]) == 2
    assert "The commands are lab, grade" in capsys.readouterr().err


@pytest.mark.parametrize("error", [ValueError("No such lesson."), OSError("No such file.")])
def test_a_mistake_in_the_call_is_one_sentence(monkeypatch, capsys, error):
    monkeypatch.setitem(sys.modules, "dlcourse.cli.lab", failing(error))
    assert cli.main(["lab"]) == 2
    assert capsys.readouterr().err == f"dlcourse: {error}\n"


def test_a_bug_and_a_wanted_traceback_are_not_hidden(monkeypatch):
    monkeypatch.setitem(sys.modules, "dlcourse.cli.lab", failing(TypeError("a bug")))
    with pytest.raises(TypeError):
        cli.main(["lab"])
    monkeypatch.setitem(sys.modules, "dlcourse.cli.lab", failing(ValueError("a mistake")))
    monkeypatch.setenv("DLCOURSE_TRACEBACK", "1")
    with pytest.raises(ValueError, match="a mistake"):
        cli.main(["lab"])


def failing(error):
    def fail(args):
        raise error

    return types.SimpleNamespace(__doc__="Fail.", add_arguments=lambda parser: None, run=fail)


def test_importing_the_package_loads_neither_torch_nor_matplotlib():
    listing = "import sys, dlcourse; print([name for name in ('torch', 'matplotlib', 'pandas', 'IPython') if name in sys.modules])"
    answer = run("-c", listing)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_the_command_line_loads_no_command_that_is_not_called():
    listing = "import sys, dlcourse.cli; print([name for name in sys.modules if name.startswith('dlcourse.cli.')])"
    assert run("-c", listing).stdout.strip() == "[]"


# lab


@pytest.fixture
def lessons(tmp_path):
    folder = tmp_path / "my_work" / "lessons"
    folder.mkdir(parents=True)
    for name in ("01_what_is_deep_learning", "02_the_neuron", "10_generalisation"):
        (folder / f"{name}.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    return folder


@pytest.fixture
def taken():
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("wanted", ["2", "02", "02_the_neuron", "02_the_neuron.ipynb"])
def test_a_lesson_is_found_by_number_and_by_name(lessons, wanted):
    assert lab.find_lesson(lessons, wanted).name == "02_the_neuron.ipynb"


@pytest.mark.parametrize("wanted", ["1", "0", "99", "neuron", ""])
def test_only_the_lesson_that_is_meant_is_found(lessons, wanted):
    if wanted == "1":
        assert lab.find_lesson(lessons, wanted).name == "01_what_is_deep_learning.ipynb"
    else:
        with pytest.raises(ValueError, match="The lessons are 01_what_is_deep_learning, 02_the_neuron, 10_generalisation"):
            lab.find_lesson(lessons, wanted)


def test_a_taken_port_is_said_and_a_free_one_used(lessons, taken, monkeypatch, capsys):
    served = []
    monkeypatch.setitem(sys.modules, "dlcourse.workspace", types.SimpleNamespace(prepare=lambda: lessons.parent))
    monkeypatch.setattr("dlcourse.workspace", sys.modules["dlcourse.workspace"], raising=False)
    monkeypatch.setattr(lab, "serve", lambda *arguments: served.append(arguments) or 0)
    assert lab.run(Namespace(lesson="02", port=taken, no_browser=True)) == 0
    [(folder, lesson, port, no_browser)] = served
    assert (folder, lesson.stem, no_browser) == (lessons.parent, "02_the_neuron", True)
    assert port > taken
    assert lab.is_free(port)
    assert f"Port {taken} is taken, so JupyterLab uses {port}." in capsys.readouterr().out


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(ValueError, match="from 1 to 65535"):
        lab.free_port(port)


def test_when_every_port_is_taken_it_says_so(monkeypatch):
    monkeypatch.setattr(lab, "is_free", lambda port: False)
    with pytest.raises(ValueError, match="The ports 65500 to 65535 are all taken"):
        lab.free_port(65500)


def test_jupyterlab_serves_the_folder_and_opens_the_lesson(lessons):
    port = lab.free_port(18888)
    code = f"""
from pathlib import Path
from dlcourse.cli.lab import serve
folder = Path({str(lessons.parent)!r})
serve(folder, folder / "lessons" / "02_the_neuron.ipynb", {port}, no_browser=True)
"""
    settings = dict(os.environ, JUPYTER_RUNTIME_DIR=str(lessons.parent / "runtime"))
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings) as server:
        try:
            said = list(takewhile(lambda line: "http://127.0.0.1" not in line, server.stdout))
            address, token = re.search(r"(http://localhost:\d+/lab/tree/.*)\?token=(\w+)", said[-1]).groups()
            found = ask(f"http://127.0.0.1:{port}/api/contents/lessons?token={token}")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/lab?token={token}", timeout=30) as reply:
                page = reply.read().decode()
        finally:
            server.terminate()
    assert address == f"http://localhost:{port}/lab/tree/lessons/02_the_neuron.ipynb"
    assert {entry["name"] for entry in found["content"]} == {path.name for path in lessons.iterdir()}
    assert len(said) < 10, "JupyterLab says more than the address"
    assert re.search(r'"disabledExtensions": \["@jupyterlab/apputils-extension:announcements"\]', page), "it would ask about news"


def test_a_lesson_computes_on_one_thread_unless_told(lessons, monkeypatch):
    from jupyterlab.labapp import LabApp

    seen = []
    monkeypatch.setattr(
        LabApp, "launch_instance", lambda options: seen.append((os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]))
    )
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "3"})
    lab.serve(lessons.parent, lessons / "02_the_neuron.ipynb", 8888, no_browser=True)
    assert seen == [("1", "3")]


def ask(url, seconds=30):
    """The JSON at an address; JupyterLab prints it a moment before it listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=seconds) as reply:
                return json.load(reply)
        except urllib.error.URLError:
            assert time.monotonic() < end, "JupyterLab does not answer"
            time.sleep(0.05)


# doctor


def test_doctor_finds_this_computer_in_order(capsys):
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    for name in ("Python", "numpy", "jupyterlab", "PyTorch", "processor cores", "NVIDIA GPU", "CuPy", "grading sandbox", "your data"):
        assert f"\n{name} " in f"\n{said}"


def test_doctor_speaks_json(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "examine", lambda: [doctor.Finding("numpy", "missing", "install it", True)])
    assert cli.main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [{"name": "numpy", "found": "missing", "advice": "install it", "broken": True}]


@pytest.mark.parametrize("version", [None, "0.1"])
def test_doctor_says_what_to_do_about_a_missing_or_old_package(monkeypatch, version):
    monkeypatch.setattr(doctor, "_version", lambda name: version)
    numpy = next(finding for finding in doctor.packages() if finding.name == "numpy")
    assert numpy.broken
    assert numpy.found == (version or "missing")
    assert "start.py" in numpy.advice


def test_doctor_does_without_torch_and_tells_why(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert doctor.torch().found == "missing"
    assert not doctor.torch().broken


def test_doctor_names_missing_test_tools(monkeypatch):
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "pytest" else "1")
    assert "missing: pytest" in doctor.test_tools().found
    assert "start.py test" in doctor.test_tools().advice


def test_doctor_asks_the_driver_and_believes_its_silence(monkeypatch):
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, "A GPU, 80 GiB\n"))
    assert doctor.nvidia().found == "A GPU, 80 GiB"
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 9, ""))
    assert "restart its driver" in doctor.nvidia().advice


def test_doctor_looks_at_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "not" / "there"))
    finding = doctor.data_folder()
    assert str(tmp_path / "not" / "there") in finding.found
    assert not finding.broken
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    assert doctor.data_folder().broken


def test_chromium_is_taken_from_the_path_first(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/there/google-chrome" if name == "google-chrome" else None)
    assert doctor.chromium() == "/there/google-chrome"
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "_playwright_chromium", lambda: None)
    assert doctor.browser().found == "missing"
    assert "playwright install chromium" in doctor.browser().advice
