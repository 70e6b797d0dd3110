"""Recurrent layers. RNN, LSTM and GRU read whole sequences, in several layers and one or both directions; the cells take a single step."""

from dlcourse import functional as F
from dlcourse.backend import to_host, xp
from dlcourse.functional.constant import constant
from dlcourse.nn.dropout import Dropout
from dlcourse.nn.init import default_rng, linear_uniform
from dlcourse.nn.module import Module, Parameter
from dlcourse.tensor import Tensor


class _Recurrent(Module):
    """What RNN, LSTM and GRU share. Each layer and direction has parameters weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, ...

    `layer(x, state, lengths)` takes x (T, B, input_size), or (B, T, input_size) with `batch_first`; the first state (num_layers *
    directions, B, hidden_size), or None for zeros; `lengths` (B,) when the batch is padded. An LSTM's state is the pair (h, c). It returns
    the outputs of the last layer (T, B, directions * hidden_size), zero beyond each end, and the last state.
    `dropout` stands between the layers.
    Raises ValueError for shapes or lengths that don't fit, TypeError for another dtype than the weights'.
    """

    gates, states = 1, 1

    def __init__(self, input_size, hidden_size, num_layers=1, *, bias=True, batch_first=False, dropout=0.0, bidirectional=False, rng=None):
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout, self.bidirectional = bias, batch_first, dropout, bidirectional
        rng = default_rng(rng)
        self.drop = Dropout(dropout, rng=rng)
        for layer in range(num_layers):
            for suffix in self._suffixes(layer):
                width = hidden_size * (1 + bidirectional) if layer else input_size
                _draw_weights(self, width, suffix, rng)

    def forward(self, x, state=None, lengths=None):
        x, first, lengths = self._checked(x, state, lengths)
        x, last = x.swapaxes(0, 1) if self.batch_first else x, []
        for layer in range(self.num_layers):
            x = self.drop(x) if layer else x
            outputs = []
            for suffix in self._suffixes(layer):
                start = [None if s is None else s[len(last)] for s in first]
                y, *end = self._read(x, start, _weights(self, suffix), lengths, "reverse" in suffix)
                outputs.append(y)
                last.append(end)
            x = F.concatenate(outputs, dim=-1) if self.bidirectional else y
        last = tuple(F.stack(states) for states in zip(*last, strict=True))
        return x.swapaxes(0, 1) if self.batch_first else x, last if self.states > 1 else last[0]

    def _suffixes(self, layer):
        return [f"_l{layer}", f"_l{layer}_reverse"][: 1 + self.bidirectional]

    def _checked(self, x, state, lengths):
        """x as a Tensor, the states as a list, None for those that are zeros, and the lengths as an array of the device or None."""
        x = _as_floats(self, x, self.weight_ih_l0.dtype)
        if x.ndim != 3 or x.shape[2] != self.input_size:
            shape = f"(B, T, {self.input_size})" if self.batch_first else f"(T, B, {self.input_size})"
            raise ValueError(f"{self!r} expected x of shape {shape}, got {x.shape}.")
        T, B = x.shape[1::-1] if self.batch_first else x.shape[:2]
        state = [None] * self.states if state is None else self._checked_state(state, B)
        return x, state, None if lengths is None else self._checked_lengths(constant(lengths), T, B)

    def _checked_state(self, state, B):
        state, shape = state if self.states > 1 else (state,), (self.num_layers * (1 + self.bidirectional), B, self.hidden_size)
        if not isinstance(state, tuple | list):
            raise ValueError(f"{self!r} expected the state (h, c), got one of shape {state.shape}.")
        state = [_as_floats(self, s, self.weight_ih_l0.dtype) for s in state]
        for s in state:
            if s.shape != shape:
                raise ValueError(f"{self!r} expected a first state (layers and directions, B, hidden_size) = {shape}, got {s.shape}.")
        return state

    def _checked_lengths(self, lengths, T, B):
        if lengths.shape != (B,) or lengths.dtype.kind not in "iu":
            raise ValueError(f"{self!r} expected {B} whole numbers as lengths, got {lengths.dtype} of shape {lengths.shape}.")
        if B and (to_host(lengths.min()) < 0 or to_host(lengths.max()) > T):  # beyond the end a GPU would wrap around
            raise ValueError(f"{self!r} expected lengths from 0 to the {T} steps of x, got {to_host(lengths).tolist()}.")
        return lengths

    def __repr__(self):
        options = [f", {name}={value}" for name, usual in USUAL.items() if (value := getattr(self, name, usual)) != usual]
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}{''.join(options)})"


class RNN(_Recurrent):
    """h_t = tanh(weight_ih x_t + bias_ih + weight_hh h_(t-1) + bias_hh), or relu of it (Elman 1990)."""

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        nonlinearity="tanh",
        *,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        rng=None,
    ):
        options = {"bias": bias, "batch_first": batch_first, "dropout": dropout, "bidirectional": bidirectional}
        super().__init__(input_size, hidden_size, num_layers, **options, rng=rng)
        self.nonlinearity = _known(nonlinearity)

    def _read(self, x, state, weights, lengths, reverse):
        return F.rnn(x, *state, *weights, nonlinearity=self.nonlinearity, lengths=lengths, reverse=reverse)


class LSTM(_Recurrent):
    """A memory c beside the state h, and gates that write, forget and read it (Hochreiter and Schmidhuber 1997)."""

    gates, states = 4, 2

    def _read(self, x, state, weights, lengths, reverse):
        return F.lstm(x, *state, *weights, lengths=lengths, reverse=reverse)


class GRU(_Recurrent):
    """A state that two gates reset and update (Cho et al. 2014)."""

    gates = 3

    def _read(self, x, state, weights, lengths, reverse):
        return F.gru(x, *state, *weights, lengths=lengths, reverse=reverse)


class _Cell(Module):
    """What the cells share: one step from x (B, input_size) and a state (B, hidden_size), zeros when it is None, to the next state."""

    gates = 1

    def __init__(self, input_size, hidden_size, bias=True, *, rng=None):
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        _draw_weights(self, input_size, "", default_rng(rng))

    def _products(self, x, h):
        """weight_ih x + bias_ih and weight_hh h + bias_hh, each cut into its gates."""
        weight_ih, weight_hh, bias_ih, bias_hh = _weights(self, "")
        return F.chunk(F.linear(x, weight_ih, bias_ih), self.gates, 1), F.chunk(F.linear(h, weight_hh, bias_hh), self.gates, 1)

    def _checked(self, x, *states):
        x = _as_floats(self, x, self.weight_ih.dtype)
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"{self!r} expected x of shape (B, {self.input_size}), got {x.shape}.")
        zeros, shape = Tensor(xp.zeros((len(x), self.hidden_size), x.dtype)), (len(x), self.hidden_size)
        states = [zeros if s is None else _as_floats(self, s, x.dtype) for s in states]
        for s in states:
            if s.shape != shape:
                raise ValueError(f"{self!r} expected a state of shape {shape}, got {s.shape}.")
        return x, *states

    def __repr__(self):
        return f"{type(self).__name__}({self.input_size}, {self.hidden_size}{'' if self.bias else ', bias=False'})"


class RNNCell(_Cell):
    """h' = tanh(weight_ih x + bias_ih + weight_hh h + bias_hh), or relu of it."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", *, rng=None):
        super().__init__(input_size, hidden_size, bias, rng=rng)
        self.nonlinearity = _known(nonlinearity)

    def forward(self, x, h=None):
        (from_x,), (from_h,) = self._products(*self._checked(x, h))
        return ACTIVATIONS[self.nonlinearity](from_x + from_h)


class LSTMCell(_Cell):
    """c' = f c + i g and h' = o tanh c': from the pair (h, c) to the pair (h', c')."""

    gates = 4

    def forward(self, x, state=None):
        x, h, c = self._checked(x, *(state or (None, None)))
        i, f, g, o = (from_x + from_h for from_x, from_h in zip(*self._products(x, h), strict=True))
        c = F.sigmoid(f) * c + F.sigmoid(i) * F.tanh(g)
        return F.sigmoid(o) * F.tanh(c), c


class GRUCell(_Cell):
    """h' = u h + (1 - u) n, where n sees as much of h as the gate r lets through."""

    gates = 3

    def forward(self, x, h=None):
        x, h = self._checked(x, h)
        (r, u, n), (r_h, u_h, n_h) = self._products(x, h)
        u, n = F.sigmoid(u + u_h), F.tanh(n + F.sigmoid(r + r_h) * n_h)
        return u * h + (1 - u) * n


ACTIVATIONS = {"tanh": F.tanh, "relu": F.relu}
NAMES = "weight_ih", "weight_hh", "bias_ih", "bias_hh"
USUAL = {"num_layers": 1, "nonlinearity": "tanh", "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}


def _known(nonlinearity):
    if nonlinearity not in ACTIVATIONS:
        raise ValueError(f'An RNN expected nonlinearity "tanh" or "relu", got {nonlinearity!r}.')
    return nonlinearity


def _draw_weights(module, width, suffix, rng):
    """PyTorch's default: all of them uniform within 1 / sqrt(hidden_size)."""
    H, rows = module.hidden_size, module.gates * module.hidden_size
    for name, shape in zip(NAMES, [(rows, width), (rows, H), (rows,), (rows,)], strict=True):
        wanted = module.bias or "bias" not in name
        setattr(module, name + suffix, Parameter(linear_uniform(shape, H, rng=rng)) if wanted else None)


def _weights(module, suffix):
    return [getattr(module, name + suffix) for name in NAMES]


def _as_floats(module, x, dtype):
    x = x if isinstance(x, Tensor) else Tensor(x)
    if x.dtype != dtype:
        raise TypeError(f"{module!r} expected {dtype} numbers, got {x.dtype}. Convert the input: x.astype(np.{dtype}).")
    return x
