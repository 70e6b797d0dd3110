"""The benchmarks run, say what they should, and notice contestants that disagree. How fast they are is not tested."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import growth, memory, peers, startup, workloads
from benchmarks.__main__ import line
from benchmarks.clock import race

ROOT = Path(__file__).parents[2]
KEYS = {"name", "threads", "ours_ms", "torch_ms", "ratio", "agree"}


def test_quick_writes_one_row_per_name(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "xor", "import", "--quick", "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "rows.json").read_text())
    assert [(row["name"], row["threads"]) for row in rows] == [("xor", 1), ("import", 1)]
    assert all(set(row) == KEYS for row in rows)
    assert rows[0]["agree"] is True and rows[0]["ratio"] == pytest.approx(rows[0]["ours_ms"] / rows[0]["torch_ms"])
    assert (rows[1]["torch_ms"], rows[1]["ratio"], rows[1]["agree"]) == (None, None, None) and rows[1]["ours_ms"] > 0
    assert "xor" in done.stdout


@pytest.mark.parametrize("name", workloads.WORKLOADS)
def test_both_sides_of_a_workload_agree(name):
    _, _, agree = workloads.WORKLOADS[name]()
    assert agree


def test_a_wrong_gradient_does_not_agree(monkeypatch):
    losses = import_module("dlcourse.functional.losses")
    real = losses._bce_with_logits
    monkeypatch.setattr(losses, "_bce_with_logits", lambda logits, **options: real(logits, **options) * 1.01)
    assert not workloads.WORKLOADS["xor"]()[2]


def test_a_race_is_the_median_per_call():
    calls = []
    ours, theirs = race([lambda: calls.append(0), lambda: sum(range(20_000))], seconds=0.002, samples=3)
    assert 0 < ours < theirs and calls


def test_rows_that_compare_with_nothing_show_dashes():
    assert line(startup.row("import", 12.5)).split() == ["import", "1", "12.500", "-", "-", "-"]


def test_an_unknown_name_gets_a_sentence():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "xr"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "xr" in done.stderr and "mlp_64" in done.stderr


def test_peers_take_the_same_steps_and_a_wrong_one_is_seen(monkeypatch):
    assert peers.compare("xor", "pytorch", quick=True)["agree"] is True
    monkeypatch.setitem(peers.PEERS, "pytorch", lambda layers, x, y: peers.pytorch(layers, x + 0.1, y))
    assert peers.compare("xor", "pytorch", quick=True)["agree"] is False


def test_a_peer_that_is_not_there_is_named_with_the_reason(monkeypatch):
    monkeypatch.setitem(sys.modules, "micrograd.engine", None)
    row = peers.compare("xor", "micrograd")
    assert row["slower"] is None and "micrograd" in peers.line(row)


def test_the_slope_is_the_power_of_growth():
    assert growth.slope([1, 2, 4, 8], [3, 12, 48, 192]) == pytest.approx(2)


def test_growth_measures_every_size_on_both_sides(monkeypatch):
    monkeypatch.setitem(growth.GROWTHS, "depth", ((2, 3), lambda n: growth.mlp(batch=4, width=8, depth=n)))
    row = growth.measure("depth", quick=True)
    assert row["agree"] and len(row["ours_ms"]) == len(row["torch_ms"]) == 2 and "2: " in growth.line(row)


def test_a_gpu_that_is_not_there_gets_a_sentence():
    if "gpu" in os.environ.get("DLCOURSE_DEVICE", ""):
        pytest.skip("there is a GPU here")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "xor", "--device", "gpu"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2 and "no GPU answers" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not memory.CLEAR.exists(), reason="the peak of a process is read from /proc, which only Linux has")
def test_a_larger_batch_takes_more_memory():
    small, large = (memory.in_a_process("ours", batch) for batch in (2, 16))
    assert 0 < small < large
