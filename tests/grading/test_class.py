"""A class, from `dlcourse grade FOLDER` to the gradebook: what one learner hands in changes nobody else's grade, and nothing is lost."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from submissions import NEURON, SOFTMAX, write_notebook

from dlcourse.cli import main
from dlcourse.grading import bank, classroom, fence, sheet
from dlcourse.grading.crew import Crew, Lost
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.process import Limits

WRONG = SOFTMAX.replace("-1", "0")
SLOW = f"import time\ntime.sleep(0.7)\n{SOFTMAX}"
LONG_AGO = 1_000_000_000


@pytest.fixture
def folder(tmp_path):
    """Three learners: one right, one with a known mistake, one with half of it."""
    folder = tmp_path / "class"
    hand_in(folder / "ada" / "03.ipynb", NEURON, SOFTMAX)
    hand_in(folder / "bob" / "03.ipynb", NEURON, WRONG)
    hand_in(folder / "cleo" / "03.ipynb", SOFTMAX)
    return folder


def hand_in(path, *cells, when=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_notebook(path, *cells)
    if when:
        os.utime(path, (when, when))


def grade(folder, *options, status=0):
    """Grade with few seconds and one process."""
    out = folder.parent / "gradebook.sqlite"
    assert main(["grade", str(folder), "--out", str(out), "--seed", "1", "--jobs", "1", "--time-limit", "2", *options]) == status
    return out


def points(out):
    """{learner: {exercise: points}} of what counts."""
    with Gradebook(out) as book:
        return {learner.name: {id: report.points for id, report in learner.counted.items()} for learner in book.learners()}


def read_table(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def query(out, sql):
    with closing(sqlite3.connect(out)) as db:
        return db.execute(sql).fetchall()


EXPECTED = {"ada": {"neuron": 100, "softmax": 100}, "bob": {"neuron": 100, "softmax": 0}, "cleo": {"softmax": 100}}


def test_a_class_is_graded(folder, capsys):
    out = grade(folder)
    assert points(out) == EXPECTED
    printed = capsys.readouterr().out
    assert "All learners get the same cases, those of seed 1" in printed
    assert "3 learners, 3 submissions, 0 late, 0 that could not be graded." in printed
    assert query(out, "SELECT mistake, version FROM grades WHERE points = 0") == [
        ("softmax over the batch axis", bank.load("softmax").version)
    ]


def test_what_is_done_is_not_done_again(folder, capsys):
    out = grade(folder)
    ids = query(out, "SELECT id FROM submissions")
    capsys.readouterr()
    grade(folder)
    assert "[" not in capsys.readouterr().out
    assert query(out, "SELECT id FROM submissions") == ids


def test_a_changed_file_is_graded_again_and_a_lost_one_forgotten(folder, capsys):
    grade(folder)
    hand_in(folder / "bob" / "03.ipynb", SOFTMAX)
    (folder / "cleo" / "03.ipynb").unlink()
    capsys.readouterr()
    assert points(grade(folder, status=2)) == {"ada": EXPECTED["ada"], "bob": {"softmax": 100}, "cleo": {}}
    printed = capsys.readouterr().out
    assert "bob/03.ipynb  100 points" in printed and "ada/03.ipynb" not in printed


@pytest.mark.parametrize("change", ["course", "seed", "limit"])
def test_other_rules_grade_everything_again(change, folder, capsys, monkeypatch):
    grade(folder)
    capsys.readouterr()
    if change == "course":
        monkeypatch.setattr(classroom, "edition", lambda: "another version")
    grade(folder, *{"course": [], "seed": ["--seed", "2"], "limit": ["--time-limit", "3"]}[change])
    assert "[3/3]" in capsys.readouterr().out


def test_the_edition_follows_every_exercise(monkeypatch, tmp_path):
    before = classroom.edition()
    (tmp_path / "softmax.py").write_text("version = 2")
    monkeypatch.setattr(fence, "GRADING", tmp_path)
    classroom.edition.cache_clear()
    assert classroom.edition() != before
    classroom.edition.cache_clear()


def test_without_a_seed_one_is_drawn_and_kept(folder):
    out = folder.parent / "drawn.sqlite"
    for _ in range(2):
        assert main(["grade", str(folder), "--out", str(out), "--jobs", "1"]) == 0
    assert len(query(out, "SELECT DISTINCT rules FROM submissions")) == 1
    [(seed,)] = query(out, "SELECT value FROM about WHERE name = 'seed'")
    assert f'"seed": {seed},' in query(out, "SELECT rules FROM submissions")[0][0]


HOSTILE = {
    "endless cell": ["while True: pass", NEURON],
    "endless function": ["def softmax(logits):\n    while True: pass"],
    "memory": ["import numpy as np\ndef softmax(logits): return np.ones(10 * 2**27)"],
    "end": ["import os\nos._exit(0)"],
    "a whole notebook of loops": ["while True: pass"] * 40 + [SOFTMAX],
    "grades changed": ["import sqlite3\nsqlite3.connect('{folder}/../gradebook.sqlite').execute('DELETE FROM grades')", SOFTMAX],
    "not every character": ["raise ValueError('\\ud800 \\x00 <script>alert(1)</script>')\ndef softmax(logits): return 1"],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_changes_nobody_elses_grade(name, folder, monkeypatch):
    cells = [cell.replace("{folder}", str(folder)) for cell in HOSTILE[name]]
    hand_in(folder / "ben" / "03.ipynb", *cells, "check('softmax', softmax)")
    monkeypatch.setattr("dlcourse.cli.grade_class.Limits", lambda: Limits(total=6))
    found = points(grade(folder, "--html", str(folder.parent / "pages"), "--csv", str(folder.parent / "grades.csv")))
    hostile = found.pop("ben")
    assert found == EXPECTED
    assert hostile["softmax"] == (100 if name == "grades changed" else 0)
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.parametrize("file", ["ada/03.ipynb", "../gradebook.sqlite"])
@pytest.mark.parametrize("isolation", [fence.BUBBLEWRAP, fence.AUDIT_HOOK])
def test_nobody_reads_what_is_anothers(isolation, file):
    if isolation == fence.BUBBLEWRAP and fence.best() != isolation:
        pytest.skip("bubblewrap does not run on this computer")
    with tempfile.TemporaryDirectory(dir="/var/tmp" if os.path.isdir("/var/tmp") else None) as place:  # /tmp is closed already
        folder = Path(place, "class")
        hand_in(folder / "ada" / "03.ipynb", SOFTMAX)
        hand_in(folder / "ben" / "03.ipynb", f"{over_the_hook(f'open({str(folder / file)!r}).close()')}\n{SOFTMAX}")
        assert points(grade(folder, "--isolation", isolation)) == {"ada": {"softmax": 100}, "ben": {"softmax": 0}}


def over_the_hook(line):
    """Under bubblewrap the file must be out of sight even for code that says it is a library's."""
    return f"exec(compile({line!r}, '/site-packages/a.py', 'exec'), {{}})"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"cells": []}', '{"cells": [{"cell_type": "code", "source": "x = 1"}]}'])
def test_a_broken_or_foreign_file_gets_a_sentence(text, folder):
    (folder / "ben").mkdir()
    (folder / "ben" / "03.ipynb").write_text(text)
    out = grade(folder, status=2)
    assert points(out) == EXPECTED | {"ben": {}}
    [(problem,)] = query(out, "SELECT problem FROM submissions WHERE learner = 'ben'")
    assert problem.endswith(("empty.", "`.", "source."))
    assert str(folder) not in problem


@pytest.mark.skipif(os.name == "nt", reason="stopped by a signal")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_a_run_that_was_stopped_goes_on_where_it_was(name, tmp_path):
    folder = tmp_path / "class"
    for number in range(6):
        hand_in(folder / f"learner{number}" / "03.ipynb", SLOW, f"mark = {number}")
    out = tmp_path / "gradebook.sqlite"
    command = [sys.executable, "-m", "dlcourse", "grade", str(folder), "--out", str(out), "--jobs", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        while "[1/6]" not in run.stdout.readline():
            assert run.poll() is None
        family = psutil.Process(run.pid).children(recursive=True)
        run.send_signal(signal.Signals[name])
        assert run.stderr.read() == ""
    done = dict(query(out, "SELECT file, id FROM submissions"))
    assert 1 <= len(done) < 6
    _, alive = psutil.wait_procs(family, timeout=20)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []

    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"/{6 - len(done)}]" in text
    assert points(out) == {f"learner{number}": {"softmax": 100} for number in range(6)}
    assert done.items() <= dict(query(out, "SELECT file, id FROM submissions")).items()


def test_late_is_shown_and_costs_nothing(folder, capsys):
    hand_in(folder / "ada" / "03.ipynb", NEURON, SOFTMAX, when=LONG_AGO)
    for name in ("bob", "cleo"):
        os.utime(folder / name / "03.ipynb", (LONG_AGO - 1, LONG_AGO - 1))
    table = folder.parent / "grades.csv"
    assert points(grade(folder, "--due", "2001-09-09T00:16:40+00:00", "--csv", str(table))) == EXPECTED
    assert [row["late_hours"] for row in read_table(table)] == ["1.5", "1.5", "1.5"]
    assert points(grade(folder, "--due", "2001-09-09T01:46:39+00:00", "--csv", str(table))) == EXPECTED
    assert [row["late_hours"] for row in read_table(table)] == ["0.0", "", ""]
    assert "1 late" in capsys.readouterr().out


def test_the_latest_of_two_counts_and_both_are_listed(folder, capsys):
    hand_in(folder / "bob" / "again.ipynb", SOFTMAX, when=time.time() + 100)
    hand_in(folder / "cleo" / "before.ipynb", WRONG, when=LONG_AGO)
    found = points(grade(folder, "--html", str(folder.parent / "pages")))
    assert found == EXPECTED | {"bob": {"neuron": 100, "softmax": 100}}
    assert "bob handed in 2 times." in capsys.readouterr().out
    page = (folder.parent / "pages" / "bob.html").read_text()
    assert "bob/03.ipynb" in page and "bob/again.ipynb" in page


def test_copies_are_shown_to_the_teacher_only(folder, capsys):
    hand_in(folder / "copy" / "renamed.ipynb", NEURON + "\n\n", WRONG)
    for name in ("empty", "other"):
        hand_in(folder / name / "03.ipynb", "def softmax(logits):\n    raise NotImplementedError()")
    grade(folder, "--html", str(folder.parent / "pages"))
    assert "The same code: bob, copy.\n" in capsys.readouterr().out
    pages = {path.stem: path.read_text() for path in (folder.parent / "pages").iterdir()}
    assert "The same code as copy." in pages["index"]
    assert [name for name, page in pages.items() if "same code" in page] == ["index"]


def test_the_table_has_a_row_per_learner_and_a_column_per_exercise(folder):
    hand_in(folder / "=2+5" / "03.ipynb", SOFTMAX)
    table = folder.parent / "grades.csv"
    grade(folder, "--csv", str(table))
    rows = read_table(table)
    assert list(rows[0]) == [*sheet.HEAD, "neuron", "softmax", "notes"]
    assert [(row["learner"], row["points"], row["neuron"], row["softmax"]) for row in rows] == [
        ("'=2+5", "100", "", "100"),
        ("ada", "200", "100", "100"),
        ("bob", "100", "100", "0"),
        ("cleo", "100", "", "100"),
    ]


def test_only_the_lessons_asked_for_count(folder):
    table, pages = folder.parent / "grades.csv", folder.parent / "pages"
    grade(folder, "--lesson", "3", "--csv", str(table), "--html", str(pages))
    row = read_table(table)[0]
    assert (row["learner"], row["points"], row["softmax"], row["cross_entropy"]) == ("ada", "100", "100", "")
    assert "neuron" not in row
    assert "not handed in" in (pages / "ada.html").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "--out gradebook.sqlite"),
        (["--out", "{folder}/g.sqlite", "--json"], "--json is for notebooks"),
        (["--out", "{folder}/g.sqlite", "--jobs", "0"], "from 1 on"),
        (["--out", "{folder}/g.sqlite", "--html", "{folder}/pages"], "would be taken for one"),
        (["--out", "{folder}/ada/03.ipynb"], "cannot be used as a gradebook"),
        (["--out", "{folder}/none/g.sqlite"], "cannot be used as a gradebook"),
        (["{folder}", "--out", "{folder}/g.sqlite"], "one folder at a time"),
    ],
)
def test_a_call_that_cannot_be_meant_is_a_sentence(options, sentence, folder, capsys):
    assert main(["grade", str(folder), *(option.format(folder=folder) for option in options)]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "sentence"),
    [(["--due", "Friday"], "'Friday' is no time such as"), (["--lesson", "99"], "no exercises of a lesson '99'")],
)
def test_a_time_or_lesson_that_there_is_not_is_a_sentence(option, sentence, folder, capsys):
    with pytest.raises(SystemExit):
        main(["grade", str(folder), "--out", "g.sqlite", *option])
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("place", [fence.COURSE, sys.prefix])
def test_a_folder_that_holds_the_course_or_python_is_refused(place, tmp_path, capsys):
    assert main(["grade", str(place), "--out", str(tmp_path / "g.sqlite")]) == 2
    assert "a folder of their own" in capsys.readouterr().err


def test_isolation_stands_in_the_gradebook(folder, capsys):
    out = grade(folder, "--isolation", fence.AUDIT_HOOK)
    assert query(out, "SELECT DISTINCT isolation FROM submissions") == [(fence.AUDIT_HOOK,)]
    assert "a fence and no wall" in capsys.readouterr().out


def test_a_worker_that_ends_or_hangs_costs_its_own_task_only():
    end, hang = "__import__('os')._exit(3)", "__import__('time').sleep(60)"
    with Crew("builtins:eval", 2, patience=4) as crew:
        found = dict(crew.each(["1 + 1", end, "print('noise')", hang, "2 * 3", "7"]))
    assert [type(found.pop(task)) for task in (end, hang)] == [Lost, Lost]
    assert found == {"1 + 1": 2, "print('noise')": None, "2 * 3": 6, "7": 7}
    assert psutil.Process().children() == []


def test_what_the_grader_could_not_do_is_tried_again(folder, monkeypatch):
    def lost(self, tasks):
        yield from ((task, Lost("No luck.")) for task in tasks)

    with monkeypatch.context() as patch:
        patch.setattr(Crew, "each", lost)
        assert points(grade(folder, status=2)) == dict.fromkeys(EXPECTED, {})
    assert points(grade(folder)) == EXPECTED
