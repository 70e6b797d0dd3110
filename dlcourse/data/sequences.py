"""Batches of sequences: windows of one long text, and sentences of different lengths side by side."""

import numpy as np


def windows(ids, length, batch_size, steps, rng=None):
    """`steps` batches (x, y), each (B, T) int64: windows at random places of ids (N,), and the tokens that follow each of theirs.

    Raises ValueError when ids are too few for a window and the token after it.
    """
    ids, rng = np.asarray(ids), np.random.default_rng(rng)
    if ids.ndim != 1 or len(ids) <= length:
        raise ValueError(f"windows expected a row of at least {length + 1} tokens, one more than a window is long, got shape {ids.shape}.")
    for _ in range(steps):
        starts = rng.integers(0, len(ids) - length, size=(batch_size, 1))
        places = starts + np.arange(length)
        yield ids[places], ids[places + 1]


def pad(sequences, value=0):
    """Rows of different lengths as one array int64 (B, T), filled up at the end with `value`, and their lengths (B,).

    Raises ValueError when there are none.
    """
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    if not len(lengths):
        raise ValueError("pad expected at least one sequence, got none.")
    padded = np.full((len(lengths), lengths.max()), value, np.int64)
    for row, sequence in zip(padded, sequences, strict=True):
        row[: len(sequence)] = sequence
    return padded, lengths
