"""`python -m benchmarks.train`: a killed run goes on with what is missing, a failing task stops no other, a figure must be reached."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import train
from benchmarks.machine import machine
from benchmarks.train.__main__ import main
from benchmarks.train.results import Results, summary

ROOT = Path(__file__).parents[2]
TASK = """
from pathlib import Path
import time
from benchmarks.train.task import Task

def run(rng):
    with open({log!r}, "a") as log:
        log.write("trained ")
    print("progress")
    while {waits}:
        time.sleep(0.02)
    return rng.random() / {divisor}

TASK = Task(name={name!r}, figure="a number", unit="units", goal={goal}, least=0.0, run=run)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of fake tasks: `good`, `broken` (cannot be imported), `failing`, `infinite`, `short` of its goal."""
    folder = tmp_path / "fake_tasks"
    folder.mkdir()
    (folder / "__init__.py").write_text('MODULES = ("broken", "failing", "infinite", "good", "short")\n')
    (folder / "broken.py").write_text("import a_package_that_nobody_has\n")
    write(folder, "good")
    write(folder, "short", goal=1e9)
    write(folder, "failing", divisor="'nothing'")
    write(folder, "infinite", divisor="float('nan')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    return tmp_path


def write(folder, name, *, goal=0.0, divisor="1", waits="False"):
    log = str(folder.parent / f"{name}.log")
    (folder / f"{name}.py").write_text(TASK.format(name=name, goal=goal, divisor=divisor, log=log, waits=waits))


def trained(package, name):
    """How often `run` of the task was called."""
    return len((package / f"{name}.log").read_text().split())


def run_fake(package, *arguments):
    return main([*arguments, "--json", str(package / "results.json")], package="fake_tasks")


def test_each_seed_is_a_row_and_the_table_says_what_was_reached(package, capsys):
    assert run_fake(package, "good", "--seeds", "3") == 0
    runs = json.loads((package / "results.json").read_text())["good"]["runs"]
    assert [run["seed"] for run in runs] == [0, 1, 2]
    assert len({run["figure"] for run in runs}) == 3, "each seed gives another rng"
    assert all({"seconds", "date", "cpu", "cores", "software", "threads"} <= set(run) for run in runs)
    assert re.search(r"good +3 .* yes +a number, units", capsys.readouterr().out)


def test_what_is_done_is_not_done_again_unless_fresh(package, capsys):
    run_fake(package, "good", "--seeds", "2")
    before = (package / "results.json").read_text()
    run_fake(package, "good", "--seeds", "3")
    assert trained(package, "good") == 3
    assert "2 of 3 are done already" in capsys.readouterr().out
    run_fake(package, "good", "--seeds", "2", "--fresh")
    assert trained(package, "good") == 5
    figures = [[run["figure"] for run in json.loads(text)["good"]["runs"]] for text in (before, (package / "results.json").read_text())]
    assert figures[0] == figures[1], "the same seed gives the same figure"


def test_a_run_that_is_killed_goes_on_with_what_is_missing(package):
    log, go = package / "slow.log", package / "go"
    write(package / "fake_tasks", "slow", waits=f"len(open({str(log)!r}).read().split()) > 1 and not Path({str(go)!r}).exists()")
    (package / "fake_tasks" / "__init__.py").write_text('MODULES = ("slow",)\n')
    code = f"from benchmarks.train.__main__ import main; main(['--jobs', '1', '--json', {str(package / 'r.json')!r}], package='fake_tasks')"
    first = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE)
    wait_until(lambda: log.exists() and trained(package, "slow") == 2)  # seed 1 is in the middle of its training
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert [run["seed"] for run in json.loads((package / "r.json").read_text())["slow"]["runs"]] == [0]
    go.touch()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert [run["seed"] for run in json.loads((package / "r.json").read_text())["slow"]["runs"]] == [0, 1, 2, 3, 4]
    assert trained(package, "slow") == 6, "only the training that was killed began again"


def wait_until(holds, limit=30):
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_tasks_that_fail_say_why_and_do_not_stop_the_others(package, capsys):
    assert run_fake(package, "--seeds", "1") == 1
    out = capsys.readouterr().out
    assert "broken, seed 0: failed. ModuleNotFoundError: No module named 'a_package_that_nobody_has'" in out
    assert re.search(r"failing, seed 0: failed. .*Error", out)
    assert "infinite, seed 0: failed. ValueError: infinite ended with the figure nan." in out
    assert re.search(r"good, seed 0: [\d.]+ units", out)
    assert set(json.loads((package / "results.json").read_text())) == {"good", "short"}


def test_a_figure_that_is_not_reached_fails_the_run(package, capsys):
    assert run_fake(package, "short", "--seeds", "1") == 1
    assert " NO " in capsys.readouterr().out


@pytest.mark.parametrize(
    "higher, figures, reached",
    [
        (True, [0.9, 0.95, 0.96], True),
        (True, [0.9, 0.94, 0.96], False),  # the median is short of the goal
        (True, [0.89, 0.95, 0.96], False),  # the worst is below the least
        (True, [0.95, 0.96], False),  # a seed is missing
        (False, [0.9, 0.95, 1.0], True),
        (False, [0.9, 0.96, 1.0], False),
        (False, [0.9, 0.95, 1.1], False),
    ],
)
def test_median_and_worst_both_count(higher, figures, reached):
    task = {"goal": 0.95, "least": 0.9 if higher else 1.0, "higher_is_better": higher}
    runs = [{"seed": seed, "figure": figure, "seconds": 1} for seed, figure in enumerate(figures)]
    found = summary({**task, "runs": runs}, seeds=3)
    assert found["reached"] is reached
    assert (found["least"], found["greatest"]) == (min(figures), max(figures))


def test_a_file_that_holds_something_else_gets_a_sentence(tmp_path):
    (tmp_path / "r.json").write_text("{half of a")
    with pytest.raises(ValueError, match="r.json does not hold results .* Name another file"):
        Results(tmp_path / "r.json").read()


def test_an_unknown_task_gets_a_sentence(capsys):
    with pytest.raises(SystemExit):
        main(["mpl"])
    assert "there is no task mpl; the tasks are" in capsys.readouterr().err


def test_the_machine_is_named():
    found = machine()
    assert found["cpu"] and found["cores"] >= 1 and "NumPy 2" in found["software"]


@pytest.mark.parametrize("name", train.MODULES)
def test_a_task_promises_what_it_can_hold(name):
    """Its name is the module's, and its worst seed may not be asked for more than its median."""
    task = import_module(f"benchmarks.train.{name}").TASK
    assert task.name == name
    assert task.least <= task.goal if task.higher_is_better else task.least >= task.goal


def test_every_task_module_is_listed():
    folder = Path(train.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "\nTASK = " in path.read_text(encoding="utf-8")}
    assert modules == set(train.MODULES)
