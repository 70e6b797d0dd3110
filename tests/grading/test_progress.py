"""Progress: nothing is lost by a kill, a second writer, a broken file or a folder that cannot be written."""

import json
import os
import random
import subprocess
import sys
import time

import pytest

from dlcourse.grading.progress import EMPTY, Progress
from dlcourse.grading.report import Report

WRITER = """
import sys
from dlcourse.grading.progress import Progress
from dlcourse.grading.report import Report

print("ready", flush=True)
sys.stdin.readline()
for number in range(1, int(sys.argv[2]) + 1):
    progress = Progress(sys.argv[1])
    progress.record(Report(sys.argv[3], 1, "wrong", seed=0))
    assert not progress.note, progress.note
    print(number, flush=True)
"""


def report(verdict="wrong", id="softmax", version=1):
    return Report(id, version, verdict, seed=0)


def writers(folder, count, *ids):
    """One process per id that records `count` attempts and says each one done; all begin together."""
    command = [sys.executable, "-c", WRITER, str(folder), str(count)]
    processes = [subprocess.Popen([*command, id], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for id in ids]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def test_attempts_points_and_the_first_pass_are_kept(tmp_path):
    for verdict in ("wrong", "convention", "passed", "wrong", "not attempted"):
        Progress(tmp_path).record(report(verdict))
    entry = Progress(tmp_path).of("softmax", 1)
    assert (entry["attempts"], entry["points"]) == (4, 100)
    assert len(entry["passed"]) == len("2026-01-31")


def test_a_new_version_begins_anew(tmp_path):
    Progress(tmp_path).record(report("passed"))
    assert Progress(tmp_path).of("softmax", 2) == EMPTY


def test_hints_come_one_at_a_time_and_the_last_stays(tmp_path):
    assert [Progress(tmp_path).next_hint("softmax", 1, 3) for _ in range(5)] == [1, 2, 3, 3, 3]


def test_reading_makes_no_files(tmp_path):
    assert Progress(tmp_path / "none").of("softmax", 1) == EMPTY
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_dlcourse_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    Progress().record(report())
    assert (tmp_path / "home" / "progress.json").exists()


def test_a_kill_at_any_moment_loses_nothing_that_was_recorded(tmp_path):
    rng, recorded = random.Random(0), 0
    for _ in range(12):
        (process,) = writers(tmp_path, 10_000, "softmax")
        time.sleep(rng.uniform(0, 0.1))
        process.kill()
        said = process.communicate()[0].split()
        known = Progress(tmp_path)
        attempts = known.of("softmax", 1)["attempts"]
        assert known.note == ""
        assert recorded + len(said) <= attempts <= recorded + len(said) + 1  # one may be written and not yet said
        recorded = attempts
    assert recorded > 12


def test_two_writers_at_once_lose_nothing(tmp_path):
    for process in writers(tmp_path, 60, "softmax", "softmax", "neuron"):
        process.communicate()
        assert process.returncode == 0
    assert Progress(tmp_path).of("softmax", 1)["attempts"] == 120
    assert Progress(tmp_path).of("neuron", 1)["attempts"] == 60


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"exercises": 3}', '{"exercises": {"softmax@1": {"attempts": "many"}}}', "\x00" * 50])
def test_a_broken_file_is_kept_aside(content, tmp_path):
    (tmp_path / "progress.json").write_text(content)
    progress = Progress(tmp_path)
    progress.record(report())
    assert "kept as" in progress.note
    assert (tmp_path / "progress.broken-1.json").read_text() == content
    assert Progress(tmp_path).of("softmax", 1)["attempts"] == 1


def test_a_second_broken_file_does_not_replace_the_first(tmp_path):
    for content in ("first", "second"):
        (tmp_path / "progress.json").write_text(content)
        Progress(tmp_path).of("softmax", 1)
    assert (tmp_path / "progress.broken-1.json").read_text() == "first"
    assert (tmp_path / "progress.broken-2.json").read_text() == "second"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    progress = Progress(tmp_path / "file" / "home")
    progress.record(report("passed"))
    assert "could not be saved" in progress.note and "DLCOURSE_HOME" in progress.note
    assert progress.next_hint("softmax", 1, 3) == 1


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch):
    Progress(tmp_path).record(report())

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    progress = Progress(tmp_path)
    progress.record(report("passed"))
    assert "No space left" in progress.note
    assert json.loads((tmp_path / "progress.json").read_text())["exercises"]["softmax@1"]["attempts"] == 1
