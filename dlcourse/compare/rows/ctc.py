"""Rows for connectionist temporal classification. PyTorch wants log probabilities, and gives the gradient of their scores."""

import numpy as np
import torch.nn.functional as T

from dlcourse import kernels as k
from dlcourse.compare.rows.row import Row, t

WORDS = {
    "target": np.array([[1, 2, 2], [4, 3, -1], [-1, -1, -1]]),  # a word with a repeated character, a shorter one, an empty one
    "input_lengths": np.array([6, 4, 2]),
    "target_lengths": np.array([3, 2, 0]),
}


def ctc(logits, target, input_lengths, target_lengths, **options):
    return T.ctc_loss(logits.log_softmax(-1), t(target), t(input_lengths), t(target_lengths), **options)


ROWS = [
    Row(k.ctc, ((6, 3, 5),), ctc, WORDS),
    Row(k.ctc, ((6, 3, 5),), ctc, WORDS | {"reduction": "sum"}),
    Row(k.ctc, ((7, 3, 6),), ctc, WORDS | {"reduction": "none", "blank": 5}),
]
