import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse.data import DataLoader
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam
from dlcourse.train import evaluate, fit, load, predict, save


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4)).astype("f4")
    return MLP(4, 16, 2, rng=rng), x, (x[:, 0] > x[:, 1]).astype(int), rng


def test_fit_learns_and_yields_every_step(problem):
    model, x, y, rng = problem
    steps = list(fit(model, DataLoader(x, y, batch_size=20, epochs=60, rng=rng), F.cross_entropy, Adam(model.parameters(), 0.01)))
    assert [s for s, _ in steps] == list(range(1, 181))
    assert steps[-1][1] < 0.2 * steps[0][1]
    assert evaluate(model, x, y) > 0.95


def test_an_mlp_overfits_one_batch(problem):
    model, x, _, rng = problem
    labels = rng.integers(0, 2, 16)
    losses = [loss for _, loss in fit(model, [(x[:16], labels)] * 500, F.cross_entropy, Adam(model.parameters(), 0.03))]
    assert losses[-1] < 0.01


def test_a_loss_that_is_not_finite_stops_before_the_step(problem):
    model, x, y, _ = problem
    bad = x.copy()
    bad[3, 2] = np.nan
    before = model.state_dict()
    with pytest.raises(FloatingPointError, match="loss is nan at step 1, .* The batch itself holds NaN"):
        list(fit(model, [(bad, y)], F.cross_entropy, SGD(model.parameters(), 0.1)))
    assert all((before[name] == p).all() for name, p in model.state_dict().items())


def test_weights_that_are_not_finite_are_named(problem):
    model, x, y, _ = problem
    model[2].weight.data[0, 0] = np.inf
    with np.errstate(invalid="ignore"), pytest.raises(FloatingPointError, match="first parameter that is not finite is 2.weight"):
        list(fit(model, [(x, y)], F.cross_entropy, SGD(model.parameters(), 0.1)))


@pytest.mark.parametrize(
    ("batches", "words"),
    [([(np.zeros((0, 4), "f4"), np.zeros(0, int))], "an empty one at step 1"), ([], "at least one batch, got none")],
)
def test_nothing_to_learn_from_gets_a_sentence(problem, batches, words):
    model = problem[0]
    with pytest.raises(ValueError, match=words):
        list(fit(model, batches, F.cross_entropy, SGD(model.parameters(), 0.1)))


def test_a_missing_optimizer_gets_a_sentence(problem):
    with pytest.raises(ValueError, match="expected an optimizer"):
        list(fit(problem[0], []))


def test_evaluate_checks_lengths(problem):
    model, x, y, _ = problem
    with pytest.raises(ValueError, match="got 60 and 59"):
        evaluate(model, x, y[1:])


def test_predict_leaves_the_mode_as_it_was(problem):
    model, x, _, _ = problem
    assert predict(model.train(), x, batch_size=7).shape == (60, 2) and model.training


def test_save_and_load(problem, tmp_path):
    model, x, _, rng = problem
    save(model, tmp_path / "model.safetensors")
    twin = load(MLP(4, 16, 2, rng=rng), tmp_path / "model.safetensors")
    assert (predict(model, x) == predict(twin, x)).all()
    assert os.listdir(tmp_path) == ["model.safetensors"]


def test_a_file_that_fails_to_be_written_leaves_the_old_one(problem, tmp_path, monkeypatch):
    model, _, _, _ = problem
    save(model, tmp_path / "model.safetensors")
    before = (tmp_path / "model.safetensors").read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        save(model, tmp_path / "model.safetensors")
    assert (tmp_path / "model.safetensors").read_bytes() == before and len(os.listdir(tmp_path)) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "model.safetensors"
    code = (
        "from dlcourse.models import MLP\nfrom dlcourse.train import save\nm = MLP(300, 300, 2)\nprint(flush=True)\nwhile 1: save(m, {!r})"
    )
    for wait in (0.01, 0.03, 0.05):
        with subprocess.Popen([sys.executable, "-c", code.format(str(path))], stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            while not path.exists():
                time.sleep(0.001)
            time.sleep(wait)
            child.send_signal(signal.SIGKILL)
        load(MLP(300, 300, 2), path)


@pytest.mark.parametrize("damage", [lambda b: b[:-10], lambda b: b"PK" + b[2:], lambda b: b""], ids=["truncated", "foreign", "empty"])
def test_a_damaged_file_gets_a_sentence(problem, tmp_path, damage):
    model, path = problem[0], tmp_path / "model.safetensors"
    save(model, path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="damaged or not a safetensors file"):
        load(model, path)
