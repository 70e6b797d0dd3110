"""Recurrent networks: one layer in one direction, with PyTorch's weights (gates, inputs). The gradient of a constant x is not computed."""

from dlcourse import kernels
from dlcourse.functional.constant import constant
from dlcourse.tensor import Tensor, differentiable


def rnn(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh", lengths=None, reverse=False):
    """x (T, B, D), first state h (B, H) or None, weight_ih (H, D), weight_hh (H, H) -> all states (T, B, H), the last one (B, H)."""
    return _rnn(x, h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity=nonlinearity, **_options(x, lengths, reverse))


def lstm(x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None, lengths=None, reverse=False):
    """As rnn, with a memory c beside h and weights (4 H, D), (4 H, H) for i, f, g, o -> all h (T, B, H), the last h and c (B, H)."""
    return _lstm(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh, **_options(x, lengths, reverse))


def gru(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, lengths=None, reverse=False):
    """As rnn, with weights (3 H, D), (3 H, H) for r, u and the candidate n."""
    return _gru(x, h, weight_ih, weight_hh, bias_ih, bias_hh, **_options(x, lengths, reverse))


def _options(x, lengths, reverse):
    lengths = None if lengths is None else constant(lengths)
    return {"lengths": lengths, "reverse": reverse, "needs_dx": isinstance(x, Tensor) and x.requires_grad}


def _with_pytorchs_weights(kernel):
    @differentiable
    def lifted(*inputs, **options):
        *before, weight_ih, weight_hh, bias_ih, bias_hh = inputs
        y, backward = kernel(*before, weight_ih.T, weight_hh.T, bias_ih, bias_hh, **options)

        def backward_to_weights(*dys):
            *dbefore, dw_x, dw_h, db_x, db_h = backward(*dys)
            return *dbefore, dw_x.T, dw_h.T, db_x, db_h

        return y, backward_to_weights

    return lifted


_rnn = _with_pytorchs_weights(kernels.rnn)
_lstm = _with_pytorchs_weights(kernels.lstm)
_gru = _with_pytorchs_weights(kernels.gru)
