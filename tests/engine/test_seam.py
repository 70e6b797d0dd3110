"""The same source on another array module: every kernel, layer and optimizer goes through `xp`."""

import sys

import numpy as np
import pytest
import standin

from dlcourse import Tensor, backend, device, nn
from dlcourse import functional as F
from dlcourse.backend import device_name, to_device, to_host, xp
from dlcourse.compare import relative_difference
from dlcourse.compare.parity import upstream
from dlcourse.compare.rows import KERNELS
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam
from dlcourse.train import evaluate, fit


@pytest.fixture
def gpu(monkeypatch):
    for name, module in standin.module().items():
        monkeypatch.setitem(sys.modules, name, module)
    backend._special.cache_clear()
    with device("gpu"):
        yield
    backend._special.cache_clear()


@pytest.mark.parametrize("row", KERNELS, ids=str)
def test_no_kernel_reaches_around_the_seam(row, gpu):
    inputs = row.inputs()
    options = {k: tuple(map(to_device_option, v)) if isinstance(v, tuple) else v for k, v in row.options.items()}
    arrays = [x if x is None else to_device(x) for x in inputs]
    y, backward = row.kernel(*arrays, **{k: to_device_option(v) for k, v in options.items()})
    ys = y if isinstance(y, tuple) else (y,)
    grads = backward(*map(to_device, upstream(ys, np.float64)))
    assert all(isinstance(a, standin.DeviceArray) for a in (*ys, *grads) if a is not None)
    with device("cpu"):
        expected, host_backward = row.run(inputs)
        for a, b in zip((*ys, *grads), (*expected, *host_backward(*upstream(expected, np.float64))), strict=True):
            assert a is b is None or relative_difference(to_host(a), b) < 1e-14


def to_device_option(value):
    return to_device(value) if isinstance(value, np.ndarray) else value


def train(optimizer):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 6)).astype("f4"), rng.integers(0, 3, 32)
    layers = [
        nn.Linear(6, 8, rng=rng),
        nn.GELU(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(8, 8, rng=rng),
        nn.LeakyReLU(),
        nn.Linear(8, 3, rng=rng),
    ]
    model = nn.Sequential(*layers, nn.Tanh(), nn.Sigmoid(), nn.ReLU())
    losses = [loss for _, loss in fit(model, [(x, y)] * 5, F.cross_entropy, optimizer(model.parameters()))]
    return losses, evaluate(model, x, y), model.state_dict()


@pytest.mark.parametrize("optimizer", [lambda p: SGD(p, 0.1, momentum=0.9), lambda p: Adam(p, 0.01)], ids=["sgd", "adam"])
def test_no_layer_or_optimizer_reaches_around_the_seam(gpu, optimizer):
    there = train(optimizer)
    with device("cpu"):
        here = train(optimizer)
    assert there[:2] == here[:2]
    assert all((there[2][name] == here[2][name]).all() for name in here[2])


def test_the_stand_in_notices_a_host_array(gpu):
    with pytest.raises(TypeError, match="does not support ufuncs"):
        np.exp(xp.ones(3))
    with pytest.raises(TypeError, match="around the seam"):
        xp.ones(3) + np.ones(3)


def test_state_crosses_the_seam_as_host_arrays(gpu):
    model = MLP(4, 3, 2, rng=np.random.default_rng(0))
    state = model.state_dict()
    assert all(isinstance(array, np.ndarray) for array in state.values())
    model.load_state_dict(state)
    assert isinstance(model[0].weight.data, standin.DeviceArray)


def test_the_device_is_put_back_after_an_error(gpu):
    with pytest.raises(KeyError), device("cpu"):
        raise KeyError
    assert device_name() == "gpu"


def test_a_missing_gpu_gets_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    before = device_name()
    with pytest.raises(RuntimeError, match="no GPU answers .* Install CuPy"), device("gpu"):
        pass
    assert device_name() == before


def test_an_unknown_device_gets_a_sentence():
    with pytest.raises(ValueError, match='"cpu" or "gpu", got \'tpu\''), device("tpu"):
        pass


def test_float32_stays_float32_through_a_tensor(gpu):
    assert (Tensor([1.0]) * 2.0).dtype == np.float32
