import gc
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from dlcourse import Tensor, nn
from dlcourse import functional as F
from dlcourse.compare import relative_difference
from dlcourse.compare.parity import flat
from dlcourse.compare.rows.layers import LAYERS
from dlcourse.data import DataLoader
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam
from dlcourse.trace import Rewind, first_bad_layer
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


class Log(nn.Module):
    def forward(self, x):
        return F.log(x)


class Block(nn.Module):
    """Counts its calls, drops numbers, and takes a logarithm: of a negative number at the third call."""

    def __init__(self, rng):
        self.drop, self.attention, self.calls = (
            nn.Dropout(0.5, rng=rng),
            nn.Sequential(nn.Linear(4, 4, rng=rng), Log()),
            nn.Buffer(np.zeros(())),
        )

    def forward(self, x):
        self.calls.data = self.calls.data + 1
        return x + self.attention[1](1.0 + self.drop(x) * 0.0 - 2.0 * (self.calls.item() == 3)) + self.attention[0](x)


class Deep(nn.Module):
    def __init__(self, rng):
        self.blocks = nn.ModuleList(nn.Sequential(nn.Tanh()), Block(rng))
        self.head = nn.Linear(4, 2, rng=rng)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_layer_in_which_nan_first_appeared_is_named_and_the_last_good_state_kept(problem, threads):
    _, x, y, rng = problem
    model = Deep(rng)
    states, optimizer = [], Adam(model.parameters())
    words = r"loss is nan at step 3, so no step was taken. It began in the layer blocks.1.attention.1, Log\(\): parameters and batch are"
    with np.errstate(invalid="ignore"), pytest.raises(FloatingPointError, match=words):
        for _ in fit(model, [(x, y)] * 5, F.cross_entropy, optimizer, threads=threads):
            states.append(model.state_dict())
    assert all((array == states[-1][name]).all() for name, array in model.state_dict().items())
    assert model.blocks[1].calls.item() == 2, "the running statistics are those of the last good step, too"
    assert "forward" not in vars(model.blocks[1]), "nobody listens any more"


class Ratio(nn.Linear):
    def forward(self, x):
        y = super().forward(x)
        return y / (y - y)


def test_the_model_itself_and_the_loss_are_named(problem):
    _, x, y, rng = problem
    model = Ratio(4, 2, rng=rng)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="It began in the forward of Ratio itself"):
        list(fit(model, [(x, y)], F.cross_entropy, SGD(model.parameters(), 0.1)))
    model = nn.Linear(4, 2, rng=rng)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="outputs of all layers are finite, so it is the loss"):
        list(fit(model, [(x, y)], lambda out, _: F.log(0.0 * out.sum()), SGD(model.parameters(), 0.1)))


def test_a_gradient_that_is_not_finite_stops_before_the_step(problem):
    _, x, y, rng = problem
    model = MLP(4, 8, 8, 2, rng=rng)
    model[4].bias.requires_grad = False

    def loss(output, target):
        return F.cross_entropy(output, target) + F.sqrt(0.0 * output * output).sum()  # the root of 0 has an infinite slope

    before = model.state_dict()
    words = r"The loss is 0\.\d+ at step 1, but the gradient of 4.weight is not finite, so no step was taken"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=words):
        list(fit(model, [(x, y)] * 2, loss, Adam(model.parameters())))
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_numbers_that_overflow_are_traced_to_their_layer(problem):
    _, x, _, rng = problem
    model = MLP(4, 8, 8, 2, rng=rng)
    assert first_bad_layer(model, x) is None
    model[2].weight.data *= np.float32(1e38)
    assert first_bad_layer(model, x * 1000) == "2"


def test_rewind_repeats_a_forward_pass_exactly(problem):
    x, rng = problem[1], problem[3]
    block = Block(rng)
    before = Rewind(block)
    before.mark()
    block(Tensor(x))
    first, second = (block.drop(Tensor(x)).data for _ in range(2))
    before.back()
    assert block.calls.item() == 0
    block(Tensor(x))
    assert (block.drop(Tensor(x)).data == first).all() and (first != second).any()


@pytest.mark.parametrize("threads", [1, 2])
def test_accumulated_batches_are_one_batch(problem, threads):
    _, x, y, rng = problem
    cut, whole = (MLP(4, 16, 2, rng=np.random.default_rng(1)).astype(np.float64) for _ in range(2))
    x = x.astype(np.float64)
    small = [(x[a : a + 16], y[a : a + 16]) for a in range(0, 60, 16)] * 3 + [(x[:5], y[:5])]  # 16, 16, 16, 12 make one step
    large = [(x, y)] * 3 + [(x[:5], y[:5])]
    a = list(fit(cut, small, F.cross_entropy, Adam(cut.parameters()), accumulate=4, threads=threads))
    b = list(fit(whole, large, F.cross_entropy, Adam(whole.parameters())))
    assert [step for step, _ in a] == [1, 2, 3, 4] and [loss for _, loss in a] == pytest.approx([loss for _, loss in b], rel=1e-12)
    assert all(relative_difference(p, q) < 1e-10 for p, q in zip(cut.parameters(), whole.parameters(), strict=True))


def test_clipped_gradients_are_no_longer_than_that(problem):
    model, x, y, _ = problem
    before = model.state_dict()
    list(fit(model, [(x, y)], F.cross_entropy, SGD(model.parameters(), 1.0), clip=0.01))
    moved = [array - before[name] for name, array in model.state_dict().items()]
    assert np.sqrt(sum((d**2).sum() for d in moved)) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)
def test_a_step_through_a_layer_leaves_nothing_for_the_collector(case):
    layer = case.make(np.random.default_rng(0)).astype(np.float64)
    inputs = [Tensor(x, requires_grad=True) if x.dtype.kind == "f" else x for x in case.inputs(np.random.default_rng(0))]

    def step():
        flat(layer(*inputs))[0].sum().backward()

    step()  # the first one may import
    gc.collect()
    gc.disable()
    try:
        step()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_training_leaves_nothing_for_the_collector(problem, monkeypatch):
    model, x, y, _ = problem
    monkeypatch.setenv("TQDM_DISABLE", "1")
    list(fit(model, [(x, y)], F.cross_entropy, Adam(model.parameters()), threads=2))
    gc.collect()
    gc.disable()
    try:
        list(fit(model, [(x, y)] * 5, F.cross_entropy, Adam(model.parameters()), accumulate=2, clip=1.0))
        assert gc.collect() == 0
    finally:
        gc.enable()


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
