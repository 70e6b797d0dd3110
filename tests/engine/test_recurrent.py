import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlcourse import Tensor, kernels, nn
from dlcourse import functional as F
from dlcourse.compare import TOLERANCE, compare, relative_difference, to_torch
from dlcourse.compare.parity import flat, largest, upstream

LAYERS = [nn.RNN, nn.LSTM, nn.GRU]
CELLS = [nn.RNNCell, nn.LSTMCell, nn.GRUCell]
by_name = {"ids": lambda value: getattr(value, "__name__", None)}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@st.composite
def uses(draw):
    """A layer of any size and options, and the shape of a batch."""
    layer = draw(st.sampled_from(LAYERS))
    sizes = [draw(st.integers(1, 5)) for _ in range(2)]
    options = {"num_layers": draw(st.integers(1, 3)), "bidirectional": draw(st.booleans())}
    options |= {"batch_first": draw(st.booleans()), "bias": draw(st.booleans())}
    if layer is nn.RNN:
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    T, B = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    lengths = draw(st.none() | st.lists(st.integers(1, T), min_size=B, max_size=B))
    return layer, sizes, options, T, B, lengths, draw(st.booleans())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_layers_equal_pytorch_for_any_option(dtype):
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(use=uses())
    def holds(use):
        layer, sizes, options, T, B, lengths, with_state = use
        rng = np.random.default_rng(0)
        ours = layer(*sizes, **options, rng=rng).astype(dtype)
        shape = (B, T, sizes[0]) if ours.batch_first else (T, B, sizes[0])
        arrays = [rng.normal(size=shape)]
        if with_state:
            arrays += [rng.normal(size=(ours.num_layers * (1 + ours.bidirectional), B, sizes[1])) for _ in range(ours.states)]
        arrays = [a.astype(dtype) for a in arrays]
        compare_with_pytorch(ours, arrays, lengths, dtype)

    holds()


def compare_with_pytorch(ours, arrays, lengths, dtype):
    """Outputs, last states, and the gradients of x, first states and all parameters."""
    theirs = to_torch(ours)
    x, *state = [Tensor(a, requires_grad=True) for a in arrays]
    twins = [torch.tensor(a, requires_grad=True) for a in arrays]
    ys = flat(ours(x, state_of(state), lengths=lengths))
    expected = flat(packed(theirs, twins[0], state_of(twins[1:]), lengths))
    dys = upstream(expected, dtype)
    sum((y * dy).sum() for y, dy in zip(ys, dys, strict=True)).backward()
    torch.autograd.backward(expected, list(map(torch.from_numpy, dys)))
    gradients = [(a.grad, b.grad) for a, b in zip([x, *state], twins, strict=True)]
    gradients += [(p.grad, q.grad) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True)]
    assert largest(zip(ys, expected, strict=True), dtype) < TOLERANCE[dtype]
    assert largest(gradients, dtype) < TOLERANCE[dtype]


def state_of(tensors):
    """None, h, or (h, c), as the layers take it."""
    return None if not tensors else tuple(tensors) if len(tensors) == 2 else tensors[0]


def packed(layer, x, state, lengths):
    if lengths is None:
        return layer(x, state)
    T = x.shape[1 if layer.batch_first else 0]
    y, last = layer(pack_padded_sequence(x, torch.tensor(lengths), layer.batch_first, enforce_sorted=False), state)
    return pad_packed_sequence(y, layer.batch_first, total_length=T)[0], last


@pytest.mark.parametrize(("layer", "cell"), list(zip(LAYERS, CELLS, strict=True)), **by_name)
def test_a_layer_is_its_cell_step_by_step(rng, layer, cell):
    layer, cell = layer(4, 3, rng=rng).astype("float64"), cell(4, 3, rng=rng).astype("float64")
    cell.load_state_dict({name.removesuffix("_l0"): w for name, w in layer.state_dict().items()})
    x, state, outputs = Tensor(rng.normal(size=(6, 2, 4))), None, []
    for t in range(6):
        state = cell(x[t], state)
        outputs.append(flat(state)[0])
    (y, last), dy = layer(x), rng.normal(size=(6, 2, 3))
    for a, b in zip([y, *flat(last)], [F.stack(outputs), *flat(state)], strict=True):
        assert relative_difference(a.data.reshape(b.shape), b) < 1e-14
    (y * dy).sum().backward()
    (F.stack(outputs) * dy).sum().backward()
    for (name, p), q in zip(layer.named_parameters(), cell.parameters(), strict=True):
        assert relative_difference(p.grad, q.grad) < 1e-13, name


@pytest.mark.parametrize("layer", LAYERS, **by_name)
def test_parameters_are_pytorchs(rng, layer):
    ours = layer(3, 4, num_layers=2, bidirectional=True, rng=rng)
    theirs = getattr(torch.nn, layer.__name__)(3, 4, num_layers=2, bidirectional=True)
    assert [(name, p.shape) for name, p in ours.named_parameters()] == [(name, tuple(p.shape)) for name, p in theirs.named_parameters()]
    drawn = np.concatenate([p.ravel() for p in ours.state_dict().values()])
    assert np.abs(drawn).max() <= 0.5 and drawn.std() == pytest.approx(0.5 / np.sqrt(3), rel=0.1)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("kernel", "gates", "states"), [(kernels.rnn, 1, 1), (kernels.lstm, 4, 2), (kernels.gru, 3, 1)], **by_name)
def test_padding_is_never_read_and_an_empty_sequence_keeps_its_state(rng, kernel, gates, states, reverse):
    first = [rng.normal(size=(3, 2)) for _ in range(states)]
    weights = [rng.normal(size=s) for s in [(4, 2 * gates), (2, 2 * gates), (2 * gates,), (2 * gates,)]]
    x, lengths = rng.normal(size=(5, 3, 4)), np.array([3, 0, 5])
    dy, dlast = rng.normal(size=(5, 3, 2)), [rng.normal(size=(3, 2)) for _ in first]
    results = []
    for padding in (7.0, np.nan):
        x[3:, 0] = x[:, 1] = padding
        (y, *last), backward = kernel(x, *first, *weights, lengths=lengths, reverse=reverse)
        results.append([y, *last, *backward(dy, *dlast)])
    for a, b in zip(*results, strict=True):
        assert (a == b).all()
    y, *last, dx = results[0][: states + 2]
    dfirst = results[0][states + 2 : 2 * states + 2]
    assert not y[3:, 0].any() and not y[:, 1].any() and not dx[3:, 0].any() and not dx[:, 1].any()
    assert all((s[1] == f[1]).all() for s, f in zip(last, first, strict=True))
    assert all((d[1] == e[1]).all() for d, e in zip(dfirst, dlast, strict=True))


@pytest.mark.parametrize("layer", LAYERS, **by_name)
def test_a_batch_of_nothing_and_a_sequence_of_no_steps(layer, rng):
    layer = layer(3, 2, rng=rng)
    for shape in [(4, 0, 3), (0, 5, 3)]:
        x = Tensor(np.zeros(shape, "f4"), requires_grad=True)
        y, last = layer(x)
        assert y.shape == (*shape[:2], 2) and flat(last)[0].shape == (1, shape[1], 2)
        y.sum().backward()
        assert x.grad.shape == shape and not layer.weight_hh_l0.grad.any()


def test_only_the_last_state_may_be_used(rng):
    layer, x = nn.LSTM(3, 2, rng=rng).astype("float64"), rng.normal(size=(4, 2, 3))
    twin = to_torch(layer)
    layer(x)[1][1].sum().backward()
    twin(torch.tensor(x))[1][1].sum().backward()
    assert all(relative_difference(p.grad, q.grad) < 1e-12 for p, q in zip(layer.parameters(), twin.parameters(), strict=True))


def test_dropout_stands_between_the_layers(rng):
    layer, x = nn.GRU(3, 4, num_layers=2, dropout=0.5, rng=rng), rng.normal(size=(5, 2, 3)).astype("f4")
    assert (layer(x)[0].data != layer(x)[0].data).any()
    assert (layer(x)[1][0].data != 0).all()
    layer.eval()
    assert (layer(x)[0].data == layer(x)[0].data).all()
    single = nn.GRU(3, 4, dropout=0.5, rng=rng)
    assert (single(x)[0].data == single(x)[0].data).all()


def test_the_gradient_of_a_constant_input_is_not_computed(rng):
    x, w_ih, w_hh = Tensor(rng.normal(size=(3, 2, 4))), nn.Parameter(rng.normal(size=(5, 4))), nn.Parameter(rng.normal(size=(5, 5)))
    y, _ = F.rnn(x, None, w_ih, w_hh)
    gradients = y.node.parents[0].backward((rng.normal(size=y.shape), None))
    assert [g is None for g in gradients] == [True, True, False, False, True, True]


X = np.zeros((5, 2, 3), "f4")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.LSTM(3, 4)(np.zeros((5, 2, 4), "f4")), ValueError, r"LSTM\(3, 4\) expected x of shape \(T, B, 3\), got \(5, 2, 4\)"),
        (lambda: nn.GRU(3, 4, batch_first=True)(X[0]), ValueError, r"batch_first=True\) expected x of shape \(B, T, 3\), got \(2, 3\)"),
        (lambda: nn.RNN(3, 4)(X.astype("f8")), TypeError, r"expected float32 numbers, got float64. Convert"),
        (lambda: nn.RNN(3, 4)(X, np.zeros((2, 4), "f4")), ValueError, r"B, hidden_size\) = \(1, 2, 4\), got \(2, 4\)"),
        (lambda: nn.LSTM(3, 4)(X, np.zeros((1, 2, 4), "f4")), ValueError, r"expected the state \(h, c\), got one of shape \(1, 2, 4\)"),
        (lambda: nn.RNN(3, 4)(X, np.zeros((1, 2, 4))), TypeError, "expected float32 numbers, got float64"),
        (lambda: nn.GRU(3, 4)(X, lengths=[3]), ValueError, r"expected 2 whole numbers as lengths, got int64 of shape \(1,\)"),
        (lambda: nn.GRU(3, 4)(X, lengths=[3.0, 1.0]), ValueError, "expected 2 whole numbers as lengths, got float64"),
        (lambda: nn.GRU(3, 4)(X, lengths=[6, 1]), ValueError, r"expected lengths from 0 to the 5 steps of x, got \[6, 1\]"),
        (lambda: nn.GRU(3, 4)(X, lengths=[-1, 1]), ValueError, r"got \[-1, 1\]"),
        (lambda: nn.RNN(3, 4, nonlinearity="sin")(X), ValueError, '"tanh" or "relu", got \'sin\''),
        (lambda: nn.RNNCell(3, 4, nonlinearity="sin"), ValueError, '"tanh" or "relu", got \'sin\''),
        (lambda: nn.LSTMCell(3, 4)(X), ValueError, r"LSTMCell\(3, 4\) expected x of shape \(B, 3\), got \(5, 2, 3\)"),
        (lambda: nn.GRUCell(3, 4)(X[0], np.zeros((1, 4), "f4")), ValueError, r"expected a state of shape \(2, 4\), got \(1, 4\)"),
    ],
)
def test_bad_input_gets_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_recurrent_layer_can_be_compared_by_its_outputs(rng):
    x, target = rng.normal(size=(5, 2, 3)).astype("f4"), rng.normal(size=(5, 2, 4)).astype("f4")
    table = compare(nn.LSTM(3, 4, rng=rng), x, target, F.mse_loss, repeats=1)
    assert table.largest < 1e-5 and "d weight_hh_l0" in table.differences
