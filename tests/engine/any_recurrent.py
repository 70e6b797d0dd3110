"""Rows of any shape for the kernels of recurrent.py: with and without first states, biases and lengths, in both directions."""

import numpy as np
from hypothesis import strategies as st

from dlcourse import kernels as k
from dlcourse.compare.rows.recurrent import GRU, LSTM, RNN, shapes, small
from dlcourse.compare.rows.row import Row


@st.composite
def recurrences(draw, kernel, twin, gates, states):
    T, B, D, H = (draw(st.integers(1, 6)) for _ in range(4))
    options = {"reverse": draw(st.booleans())}
    if draw(st.booleans()):
        options["lengths"] = np.array(draw(st.lists(st.integers(1, T), min_size=B, max_size=B)))
    if kernel is k.rnn:
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    drawn = shapes(T, B, D, H, gates=gates, states=states, first=draw(st.booleans()), bias=draw(st.booleans()))
    return Row(kernel, drawn, twin, options, small)


ANY_SHAPE = {
    k.rnn: recurrences(k.rnn, RNN, 1, 1),
    k.lstm: recurrences(k.lstm, LSTM, 4, 2),
    k.gru: recurrences(k.gru, GRU, 3, 1),
}
