"""Batches of sequences: windows of a long text, and rows of different lengths."""

import numpy as np
import pytest

from dlcourse import data


def test_windows_lie_in_the_text_and_foresee_the_next_token():
    ids = np.arange(100, 150)
    batches = list(data.windows(ids, 8, batch_size=64, steps=20, rng=np.random.default_rng(0)))
    assert len(batches) == 20
    for x, y in batches:
        assert x.shape == y.shape == (64, 8) and x.dtype == y.dtype == np.int64
        np.testing.assert_array_equal(y, x + 1)
        np.testing.assert_array_equal(np.diff(x), 1)
    starts = np.concatenate([x[:, 0] for x, _ in batches])
    assert set(starts) == set(range(100, 142)), "the first and the last place occur too"


def test_the_same_rng_gives_the_same_windows():
    first, same = (next(data.windows(np.arange(50), 5, 4, 1, np.random.default_rng(3)))[0] for _ in range(2))
    np.testing.assert_array_equal(first, same)


def test_too_few_tokens_for_a_window_get_a_sentence():
    assert len(list(data.windows(np.arange(9), 8, 2, 1))) == 1
    with pytest.raises(ValueError, match=r"a row of at least 9 tokens, .* got shape \(8,\)"):
        next(data.windows(np.arange(8), 8, 2, 1))
    with pytest.raises(ValueError, match=r"got shape \(4, 20\)"):
        next(data.windows(np.zeros((4, 20)), 8, 2, 1))


def test_padding():
    padded, lengths = data.pad([[1, 2, 3], np.array([4]), []], value=9)
    assert padded.dtype == lengths.dtype == np.int64
    assert padded.tolist() == [[1, 2, 3], [4, 9, 9], [9, 9, 9]]
    assert lengths.tolist() == [3, 1, 0]
    with pytest.raises(ValueError, match="at least one sequence, got none"):
        data.pad([])
