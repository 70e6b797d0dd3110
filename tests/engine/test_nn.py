import numpy as np
import pytest
import torch

from dlcourse import Tensor, nn
from dlcourse import functional as F
from dlcourse.compare import compare, relative_difference, to_torch
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Sigmoid, nn.GELU])
@pytest.mark.parametrize(("dtype", "bound"), [("float32", 1e-5), ("float64", 1e-10)])
def test_an_mlp_equals_pytorch(rng, activation, dtype, bound):
    model = MLP(7, 6, 5, 3, activation=activation, rng=rng).astype(dtype)
    table = compare(model, rng.normal(size=(4, 7)).astype(dtype), np.array([0, 2, 1, 2]), repeats=1)
    assert set(table.differences) >= {"output", "loss", "d 0.weight", "d 4.bias"}
    assert table.largest < bound
    assert "d 0.weight" in repr(table) and "<table>" in table._repr_html_()


def test_an_mlp_after_100_adam_steps_equals_pytorch_in_float64(rng):
    model = MLP(20, 16, 12, 5, rng=rng).astype(np.float64)
    twin = to_torch(model)
    a, b = Adam(model.parameters(), 1e-2), torch.optim.Adam(twin.parameters(), 1e-2)
    for _ in range(100):
        x, y = rng.normal(size=(32, 20)), rng.integers(0, 5, 32)
        a.zero_grad()
        F.cross_entropy(model(x), y).backward()
        a.step()
        b.zero_grad()
        torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(y)).backward()
        b.step()
    for (name, p), q in zip(model.named_parameters(), twin.parameters(), strict=True):
        assert relative_difference(p, q) < 1e-10, name


def test_one_float32_step_equals_pytorch(rng):
    model = MLP(20, 16, 5, rng=rng)
    twin = to_torch(model)
    a, b = Adam(model.parameters()), torch.optim.Adam(twin.parameters())
    x, y = rng.normal(size=(32, 20)).astype("f4"), rng.integers(0, 5, 32)
    F.cross_entropy(model(x), y).backward()
    torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(y)).backward()
    a.step()
    b.step()
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        assert relative_difference(p, q) < 1e-5


def test_the_first_layer_does_not_compute_the_gradient_of_the_data(rng):
    x = Tensor(np.ones((2, 3), "f4"))
    nn.Linear(3, 2, rng=rng)(x).sum().backward()
    assert x.grad is None


def test_state_dict_goes_to_pytorch_and_back(rng):
    model, other = MLP(4, 3, 2, rng=rng), MLP(4, 3, 2, rng=rng)
    twin = to_torch(model)
    assert list(twin.state_dict()) == list(model.state_dict())
    other.load_state_dict({name: p.numpy() for name, p in twin.state_dict().items()})
    x = rng.normal(size=(5, 4)).astype("f4")
    assert (model(x).data == other(x).data).all()


def test_weights_that_do_not_fit_are_all_named_and_nothing_changes(rng):
    model = MLP(4, 3, 2, rng=rng)
    before = model.state_dict()
    bad = {"0.weight": np.zeros((3, 5)), "0.bias": np.zeros(3), "2.weight": np.zeros((2, 3)), "9.bias": np.zeros(2)}
    with pytest.raises(ValueError, match=r"0.weight expected \(3, 4\), got \(3, 5\); 2.bias is missing; 9.bias is not a parameter"):
        model.load_state_dict(bad)
    assert all((before[name] == array).all() for name, array in model.state_dict().items())


def test_names_that_do_not_fit_are_returned_when_they_may(rng):
    model = MLP(4, 3, 2, rng=rng)
    before, bias = model.state_dict(), np.arange(3.0)
    assert model.load_state_dict({"0.bias": bias, "9.bias": np.zeros(2)}, strict=False) == (["0.weight", "2.weight", "2.bias"], ["9.bias"])
    assert (model[0].bias.data == bias).all() and (model[2].bias.data == before["2.bias"]).all()
    with pytest.raises(ValueError, match=r"The weights don't fit: 0.bias expected \(3,\), got \(2,\)\.$"):
        model.load_state_dict({"0.bias": np.zeros(2)}, strict=False)


def test_a_long_list_of_problems_is_cut(rng):
    with pytest.raises(ValueError, match=r"; other.15 is not a parameter of this MLP; and 12 more\.$"):
        MLP(4, 3, 2, rng=rng).load_state_dict({f"other.{i}": np.zeros(1) for i in range(20)})


def test_dropout_keeps_the_mean_and_is_off_in_evaluation(rng):
    layer, x = nn.Dropout(0.3, rng=rng), Tensor(np.ones((100, 1000), "f4"))
    y = layer(x).data
    assert set(np.unique(y)) == {0, np.float32(1 / 0.7)} and y.dtype == np.float32
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert layer.eval()(x) is x


def test_the_same_rng_gives_the_same_weights():
    a, b = (MLP(4, 3, 2, rng=np.random.default_rng(5)).state_dict() for _ in range(2))
    assert all((a[name] == b[name]).all() for name in a)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: m(np.zeros((2, 5), "f4")), ValueError, r"Linear\(4, 3\) expected x of shape \(..., 4\), got \(2, 5\)"),
        (lambda m: m(np.zeros((2, 4))), TypeError, "expected float32 numbers, got float64"),
        (lambda m: m(np.zeros((2, 4), int)), TypeError, "expected float32 numbers, got int64"),
        (lambda m: MLP(4), ValueError, "at least two sizes"),
        (lambda m: nn.Dropout(1.0), ValueError, "0 <= p < 1, got 1.0"),
        (lambda m: nn.Module()(1), NotImplementedError, "Module expected a method forward"),
    ],
)
def test_bad_input_gets_a_sentence(rng, call, error, words):
    with pytest.raises(error, match=words):
        call(MLP(4, 3, 2, rng=rng))


class Counting(nn.Module):
    def __init__(self, rng):
        self.tied = nn.Linear(3, 3, rng=rng)
        self.again = self.tied
        self.seen = nn.Buffer(np.zeros(2, np.float32))

    def forward(self, x):
        return self.again(self.tied(x))


def test_buffers_belong_to_the_state_but_are_not_learned():
    model = Counting(np.random.default_rng(0))
    assert "seen" in model.state_dict() and "seen" not in dict(model.named_parameters())
    state = model.state_dict() | {"seen": np.array([1.0, 2.0])}
    model.load_state_dict(state)
    assert (model.seen.numpy() == [1, 2]).all() and model.seen.dtype == np.float32
    assert model.astype(np.float64).seen.dtype == np.float64


def test_a_shared_weight_is_one_parameter_under_two_names():
    model = Counting(np.random.default_rng(0))
    assert [name for name, _ in model.named_parameters()] == ["tied.weight", "tied.bias"]
    assert {"tied.weight", "again.weight"} <= model.state_dict().keys()


def test_modules_have_pytorchs_names(rng):
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 3, rng=rng), nn.Tanh()), nn.ReLU())
    assert [name for name, _ in model.named_modules()] == [name for name, _ in to_torch(model).named_modules()]
    assert [name for name, _ in Counting(rng).named_modules()] == ["", "tied"]


def test_a_gradient_from_before_freezing_moves_nothing(rng):
    layer = nn.Linear(3, 2, rng=rng)
    layer(np.ones((2, 3), np.float32)).sum().backward()
    layer.requires_grad_(False)
    before = layer.state_dict()
    SGD(layer.parameters(), 0.1, momentum=0.9, weight_decay=0.1).step()
    assert all((before[name] == array).all() for name, array in layer.state_dict().items())


def test_frozen_parameters_get_no_gradient_and_stay():
    model = nn.Sequential(nn.Linear(3, 4, rng=np.random.default_rng(0)), nn.Linear(4, 1, rng=np.random.default_rng(1)))
    model[0].requires_grad_(False)
    before = model.state_dict()
    loss = model(np.ones((2, 3), np.float32)).sum()
    optimizer = SGD(model.parameters(), 0.1)
    loss.backward()
    optimizer.step()
    assert model[0].weight.grad is None
    assert (model.state_dict()["0.weight"] == before["0.weight"]).all() and (model.state_dict()["1.weight"] != before["1.weight"]).any()
    assert model.requires_grad_()[0].weight.requires_grad


def test_a_module_list_holds_but_does_not_run():
    layers = nn.ModuleList(*(nn.Linear(2, 2, rng=np.random.default_rng(i)) for i in range(2)))
    assert len(layers) == 2 and [name for name, _ in layers.named_parameters()][2] == "1.weight"
    with pytest.raises(NotImplementedError):
        layers(np.zeros((1, 2), np.float32))
