"""Rows for recurrent networks. PyTorch reads padded batches as packed sequences, and backwards only beside forwards."""

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

NAMES = "weight_ih", "weight_hh", "bias_ih", "bias_hh"


def layer_of(module, states):
    """PyTorch's module as a function with the arguments of our kernel."""

    def run(x, *inputs, lengths=None, reverse=False, **options):
        first, weights = inputs[:states], [w if w is None or w.ndim == 1 else w.T for w in inputs[states:]]
        layer = module(x.shape[2], weights[1].shape[1], bias=weights[2] is not None, bidirectional=reverse, **options)
        parameters = {
            name + suffix: w for name, w in zip(NAMES, weights, strict=True) for suffix in ("_l0", "_l0_reverse") if w is not None
        }
        known = {name: parameters[name] for name, _ in layer.named_parameters()}
        zeros = x.new_zeros(x.shape[1], weights[1].shape[1])
        start = tuple(torch.stack([zeros if s is None else s] * (1 + reverse)) for s in first)
        read = x if lengths is None else pack_padded_sequence(x, t(lengths).cpu(), enforce_sorted=False)
        y, last = torch.func.functional_call(layer, known, (read, start if states > 1 else start[0]))
        y = y if lengths is None else pad_packed_sequence(y, total_length=len(x))[0]
        return y[..., -zeros.shape[1] :], *(s[-1] for s in (last if states > 1 else (last,)))

    return run


RNN, LSTM, GRU = layer_of(torch.nn.RNN, 1), layer_of(torch.nn.LSTM, 2), layer_of(torch.nn.GRU, 1)


def shapes(T, B, D, H, *, gates=1, states=1, first=True, bias=True):
    """The shapes of a kernel's inputs; `first` and `bias` say whether it gets first states and biases."""
    biases = [(gates * H,) if bias else None] * 2
    return (T, B, D), *[(B, H) if first else None] * states, (D, gates * H), (H, gates * H), *biases


def small(rng, shape):
    """Numbers that leave tanh unsaturated: near 1 the digits of its slope 1 - tanh² cancel, in PyTorch as here."""
    return 0.5 * rng.normal(size=shape)


ENDS = np.array([2, 5, 1])


def rows(kernel, twin, gates=1, states=1):
    """Every way of using one kernel."""
    usual = shapes(5, 3, 4, 2, gates=gates, states=states)
    bare = shapes(3, 2, 4, 5, gates=gates, states=states, first=False, bias=False)
    single = shapes(1, 1, 1, 1, gates=gates, states=states)
    ways = [{}, {"reverse": True}, {"lengths": ENDS}, {"lengths": ENDS, "reverse": True}]
    uses = [(usual, way) for way in ways] + [(bare, {}), (single, {})]
    return [Row(kernel, drawn, twin, way, small) for drawn, way in uses]


ROWS = [
    *rows(k.rnn, RNN),
    Row(k.rnn, shapes(5, 3, 4, 2), RNN, {"nonlinearity": "relu"}, small),
    *rows(k.lstm, LSTM, gates=4, states=2),
    *rows(k.gru, GRU, gates=3),
]
