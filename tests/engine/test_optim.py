"""Optimizers equal PyTorch's on recorded gradients; a training that was saved goes on exactly."""

import numpy as np
import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from dlcourse import functional as F
from dlcourse import nn
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import MLP
from dlcourse.optim import EMA, SGD, Adagrad, Adam, AdamW, Muon, Optimizer, RMSprop, Together, clip_grad_norm_, nearly_orthogonal
from dlcourse.schedule import CosineAnnealingLR
from dlcourse.train import Checkpoint, load, save

OPTIMIZERS = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "weight_decay": 0.03}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.02}),
    (Adagrad, {}),
    (Adagrad, {"lr": 0.3, "eps": 1e-4, "weight_decay": 0.02}),
    (RMSprop, {}),
    (RMSprop, {"lr": 0.02, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.02}),
    (Adam, {}),
    (Adam, {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.05}),
    (AdamW, {}),
    (AdamW, {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.3}),
    (Muon, {}),
    (Muon, {"lr": 0.02, "momentum": 0.8, "weight_decay": 0.3}),
]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def name_of(case):
    return "-".join([case[0].__name__, *case[1]])


def pair(rng, shapes, dtype):
    """The same parameters twice."""
    weights = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    return [nn.Parameter(w.copy()) for w in weights], [torch.tensor(w, requires_grad=True) for w in weights]


def give(rng, mine, yours):
    """The same random gradients to both."""
    for p, q in zip(mine, yours, strict=True):
        p.grad = rng.normal(size=p.shape).astype(p.dtype)
        q.grad = torch.tensor(p.grad)


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
@pytest.mark.parametrize(("dtype", "bound"), [("float32", 1e-5), ("float64", 1e-10)])
def test_200_steps_on_recorded_gradients_equal_pytorch(rng, case, dtype, bound, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda x: x)  # PyTorch's Muon rounds the gradient to three digits, for speed
    optimizer, options = case
    mine, yours = pair(rng, [(4, 3), (3, 5)] if optimizer is Muon else [(4, 3), (3,)], dtype)
    a, b = optimizer(mine, **options), getattr(torch.optim, optimizer.__name__)(yours, **options)
    for _ in range(200):
        give(rng, mine, yours)
        a.step()
        b.step()
    for p, q in zip(mine, yours, strict=True):
        assert p.dtype == dtype and relative_difference(p, q) < bound


def test_every_optimizer_is_tested():
    assert {case[0] for case in OPTIMIZERS} == {AdamW, *Optimizer.__subclasses__()}


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
def test_a_parameter_without_gradient_waits(rng, case):
    first, second = (nn.Parameter(rng.normal(size=(3, 4))) for _ in range(2))
    together, alone = case[0]([first, second], **{"lr": 0.1, **case[1]}), nn.Parameter(second.data.copy())
    twin = case[0]([alone], **{"lr": 0.1, **case[1]})
    for step in range(6):
        first.grad, second.grad = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)) if step % 2 else None
        alone.grad = second.grad
        together.step()
        twin.step()
    assert (second.data == alone.data).all()


def regression(rng, model, optimizer, steps):
    """Train on random batches of a fixed problem."""
    for _ in range(steps):
        x = rng.normal(size=(8, 4)).astype("f4")
        optimizer.zero_grad()
        F.mse_loss(model(x), np.sin(x[:, :2])).backward()
        optimizer.step()


def make(case):
    """A model with its optimizer, on matrices alone for Muon."""
    model = MLP(4, 6, 2, rng=np.random.default_rng(3))
    parameters = [p for p in model.parameters() if p.ndim == 2] if case[0] is Muon else model.parameters()
    return model, case[0](parameters, **{"lr": 0.1, **case[1]})


@pytest.mark.parametrize("case", OPTIMIZERS, ids=name_of)
def test_a_training_that_was_saved_goes_on_exactly(case, tmp_path):
    rng, (model, optimizer) = np.random.default_rng(1), make(case)
    regression(rng, model, optimizer, 20)

    rng, (first, its) = np.random.default_rng(1), make(case)
    regression(rng, first, its, 9)
    save(Checkpoint(model=first, optimizer=its), tmp_path / "run.safetensors")
    second, other = make(case)
    load(Checkpoint(model=second, optimizer=other), tmp_path / "run.safetensors")
    regression(rng, second, other, 11)
    assert all((array == second.state_dict()[name]).all() for name, array in model.state_dict().items())


def test_schedule_mean_and_several_optimizers_go_on_exactly_too(tmp_path):
    def begin():
        model = MLP(4, 6, 2, rng=np.random.default_rng(3))
        weights, biases = model.parameters()[::2], model.parameters()[1::2]
        both = Together(Muon(weights, lr=0.02), AdamW(biases, weight_decay=0.0))
        return Checkpoint(model=model, optimizer=both, schedule=CosineAnnealingLR(both, 15), average=EMA(model, 0.9))

    def work(training, rng, steps):
        for _ in range(steps):
            regression(rng, training.parts["model"], training.parts["optimizer"], 1)
            training.parts["schedule"].step()
            training.parts["average"].update(training.parts["model"])

    rng, whole = np.random.default_rng(1), begin()
    work(whole, rng, 20)
    rng, half, rest = np.random.default_rng(1), begin(), begin()
    work(half, rng, 9)
    save(half, tmp_path / "run.safetensors")
    work(load(rest, tmp_path / "run.safetensors"), rng, 11)
    a, b = whole.state_dict(), rest.state_dict()
    assert a.keys() == b.keys() and all((a[name] == b[name]).all() for name in a)


def test_the_learning_rate_is_part_of_the_state(rng):
    first, second = (SGD([nn.Parameter(np.ones(3))], 0.1) for _ in range(2))
    first.lr = 0.03
    second.load_state_dict(first.state_dict())
    assert second.lr == 0.03


def test_a_checkpoint_that_does_not_fit_changes_nothing(rng):
    def begin(optimizer, hidden=6):
        model = MLP(4, hidden, 2, rng=np.random.default_rng(hidden))
        return Checkpoint(model=model, optimizer=optimizer(model.parameters()))

    adam, wider, rms = begin(Adam), begin(Adam, 7), begin(RMSprop)
    for training in (adam, wider, rms):
        regression(rng, *training.parts.values(), 3)
    before = adam.state_dict()
    for other, words in [(wider, r"0.weight expected \(6, 4\), got \(7, 4\)"), (rms, "0.m is missing; 1.m is missing")]:
        with pytest.raises(ValueError, match=words):
            adam.load_state_dict(other.state_dict())
        assert all((array == before[name]).all() for name, array in adam.state_dict().items())
    with pytest.raises(ValueError, match="expected the parts model, optimizer, got average.updates too"):
        adam.load_state_dict(before | {"average.updates": np.array(1)})


def test_an_optimizer_follows_weights_that_are_converted_or_loaded(rng):
    model = MLP(4, 6, 2, rng=rng)
    optimizer = Adam(model.parameters(), 0.1)
    model.astype(np.float64)
    model.load_state_dict(MLP(4, 6, 2, rng=rng).state_dict())
    before = model.state_dict()
    F.mse_loss(model(rng.normal(size=(8, 4))), np.zeros((8, 2))).backward()
    optimizer.step()
    assert all((array != before[name]).any() and array.dtype == np.float64 for name, array in model.state_dict().items())
    assert optimizer.memory[0].m.dtype == np.float64


class Tied(nn.Module):
    """One weight used as embedding and as output, as in GPT-2."""

    def __init__(self, rng):
        self.into = nn.Linear(5, 3, rng=rng)
        self.out = nn.Linear(5, 3, rng=rng)
        self.out.weight = self.into.weight

    def forward(self, x):
        return self.out(self.into(x) @ self.into.weight)


class TorchTied(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.into, self.out = torch.nn.Linear(5, 3), torch.nn.Linear(5, 3)
        self.out.weight = self.into.weight
        self.double().load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})

    def forward(self, x):
        return self.out(self.into(x) @ self.into.weight)


@pytest.mark.parametrize("case", [case for case in OPTIMIZERS if case[0] is not Muon], ids=name_of)
def test_a_shared_weight_is_moved_once_and_stays_shared(rng, case):
    model = Tied(rng).astype(np.float64)
    twin = TorchTied(model)
    optimizer, options = case
    a, b = optimizer(model.parameters(), **options), getattr(torch.optim, optimizer.__name__)(twin.parameters(), **options)
    for _ in range(20):
        x, y = rng.normal(size=(6, 5)), rng.normal(size=(6, 3))
        for net, opt, loss, put in ((model, a, F.mse_loss, np.asarray), (twin, b, torch.nn.functional.mse_loss, torch.tensor)):
            opt.zero_grad()
            loss(net(put(x)), put(y)).backward()
            opt.step()
    assert model.into.weight is model.out.weight
    assert all(relative_difference(array, twin.state_dict()[name]) < 1e-10 for name, array in model.state_dict().items())
    other = Tied(rng)
    other.load_state_dict(model.state_dict())
    assert other.into.weight is other.out.weight and other.into.weight.dtype == np.float32


def test_each_optimizer_of_several_has_its_own_settings(rng):
    weights, biases = (nn.Parameter(np.ones(3)) for _ in range(2))
    both = Together(SGD([weights], 0.1, weight_decay=1.0), SGD([biases], 0.5))
    weights.grad, biases.grad = np.ones(3), np.ones(3)
    both.step()
    assert np.allclose(weights.data, 1 - 0.1 * 2) and np.allclose(biases.data, 0.5)
    assert both.parameters == [weights, biases]
    both.zero_grad()
    assert weights.grad is biases.grad is None


@pytest.mark.parametrize("shape", [(6, 6), (3, 8), (8, 3), (1, 4), (5, 1)])
def test_muon_brings_the_singular_values_near_one(rng, shape):
    g = rng.normal(size=shape)
    u, _, vt = np.linalg.svd(g, full_matrices=False)
    o = nearly_orthogonal(g)
    in_its_directions = u.T @ o @ vt.T
    singular = np.diag(in_its_directions)
    assert o.shape == shape and np.allclose(in_its_directions, np.diag(singular)) and (abs(singular - 1) < 0.35).all()


@pytest.mark.parametrize("max_norm", [0.5, 1e3])
def test_clipping_equals_pytorch(rng, max_norm):
    mine, yours = pair(rng, [(4, 3), (3,), (2, 2)], np.float64)
    give(rng, mine, yours)
    mine[2].grad = yours[2].grad = None
    before = [p.grad for p in mine]
    norm = clip_grad_norm_(mine, max_norm)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(yours, max_norm).item(), rel=1e-12)
    for p, q in zip(mine[:2], yours[:2], strict=True):
        assert relative_difference(p.grad, q.grad) < 1e-12
    assert mine[2].grad is None and (max_norm < 1 or mine[0].grad is before[0])


def test_clipping_does_not_write_into_what_backward_left():
    p, gradient = nn.Parameter(np.ones(3)), np.broadcast_to(np.array(5.0), 3)
    p.grad = gradient
    clip_grad_norm_([p], 1.0)
    assert np.allclose(p.grad, 1 / np.sqrt(3)) and (gradient == 5).all()


def test_clipping_nothing():
    assert clip_grad_norm_([nn.Parameter(np.ones(3))], 1.0) == 0.0


def test_the_running_mean_of_weights_equals_pytorch(rng):
    model = nn.Sequential(nn.Linear(4, 3, rng=rng), nn.Tanh(), nn.Linear(3, 2, rng=rng)).astype(np.float64)
    model[0].count = nn.Buffer(np.zeros(()))
    average, twin = EMA(model, 0.9), to_torch(MLP(4, 3, 2, activation=nn.Tanh, rng=rng).astype(np.float64))
    theirs = AveragedModel(twin, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    for _ in range(200):
        for p, q in zip(model.parameters(), twin.parameters(), strict=True):
            p.data = rng.normal(size=p.shape)
            q.data = torch.tensor(p.data)
        model[0].count.data = model[0].count.data + 1
        average.update(model)
        theirs.update_parameters(twin)
    for p, q in zip(average.model.parameters(), theirs.module.parameters(), strict=True):
        assert relative_difference(p, q) < 1e-12
    assert average.model[0].count.item() == 200 and not average.model[0].weight.requires_grad and model[0].weight.requires_grad


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: Adam([]), ValueError, "got an empty list"),
        (lambda p: SGD([p], -1), ValueError, "above 0, got -1"),
        (lambda p: SGD([p], 0.1, nesterov=True), ValueError, "nesterov=True expected a momentum"),
        (lambda p: Muon([p]), ValueError, r"expected matrices, got a parameter of shape \(3,\). .* AdamW"),
        (lambda p: Optimizer([p], 0.1).step(), NotImplementedError, "expected a method update"),
        (lambda p: SGD([p], 0.1).load_state_dict({}), ValueError, "lr is missing"),
        (
            lambda p: SGD([p], 0.1, 0.9).load_state_dict({"lr": np.array(1.0), "4.steps": np.array(2)}),
            ValueError,
            "4.steps is not known to this SGD",
        ),
    ],
)
def test_bad_input_gets_a_sentence(call, error, words):
    p = nn.Parameter(np.ones(3))
    p.grad = np.ones(3)
    with pytest.raises(error, match=words):
        call(p)
