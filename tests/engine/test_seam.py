"""The same source on another array module: every kernel, layer and optimizer goes through `xp`."""

import sys

import numpy as np
import pytest
import standin

from dlcourse import Tensor, backend, device, nn
from dlcourse import functional as F
from dlcourse.backend import device_name, to_device, to_host, xp
from dlcourse.compare import relative_difference
from dlcourse.compare.parity import flat, upstream
from dlcourse.compare.rows import KERNELS
from dlcourse.compare.rows.layers import LAYERS
from dlcourse.compare.rows.models import MODELS
from dlcourse.models import GPT, MLP, Transformer
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
    ys, backward = row.run(inputs)
    grads = backward(*map(to_device, upstream(ys, np.float64)))
    assert all(isinstance(a, standin.DeviceArray) for a in (*ys, *grads) if a is not None)
    with device("cpu"):
        expected, host_backward = row.run(inputs)
        for a, b in zip((*ys, *grads), (*expected, *host_backward(*upstream(expected, np.float64))), strict=True):
            assert a is b is None or relative_difference(to_host(a), b) < 1e-14


def outputs_and_gradients(case):
    """Of a layer or model, on the device at work, as host arrays."""
    model = case.make(np.random.default_rng(0)).astype(np.float64)
    ys = flat(model(*(Tensor(x) if x.dtype.kind == "f" else x for x in case.inputs(np.random.default_rng(1)))))
    if model.parameters():
        sum((y * to_device(dy)).sum() for y, dy in zip(ys, upstream(ys, np.float64), strict=True)).backward()
    return [to_host(y.data) for y in ys] + [to_host(p.grad) for p in model.parameters() if p.requires_grad]


@pytest.mark.parametrize("case", LAYERS + MODELS, ids=str)
def test_no_layer_or_model_reaches_around_the_seam(case, gpu):
    there = outputs_and_gradients(case)
    with device("cpu"):
        here = outputs_and_gradients(case)
    assert all(relative_difference(a, b) < 1e-14 for a, b in zip(there, here, strict=True))


def test_texts_are_written_on_the_device(gpu):
    rng = np.random.default_rng(0)
    gpt, transformer = GPT(7, 6, layers=1, heads=2, channels=8, rng=rng), Transformer(7, 7, layers=1, heads=2, channels=8, rng=rng)
    ids = rng.integers(1, 7, (2, 4))
    there = gpt.generate(ids, 5, temperature=0), transformer.translate(ids, begin=1, end=2, length=5)
    with device("cpu"):
        gpt.load_state_dict(gpt.state_dict())
        transformer.load_state_dict(transformer.state_dict())
        here = gpt.generate(ids, 5, temperature=0), transformer.translate(ids, begin=1, end=2, length=5)
    assert all((a == b).all() for a, b in zip(there, here, strict=True))


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
