"""The loader: every example once per epoch, x and y together, the same batches for the same rng."""

import numpy as np
import pytest

from dlcourse.data import DataLoader

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)


def labels(loader):
    return [y.tolist() for _, y in loader]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("drop_last", [True, False])
@pytest.mark.parametrize("batch_size, whole, rest", [(3, 3, 1), (5, 2, 0), (10, 1, 0), (1, 10, 0)])
def test_length_is_the_number_of_batches(batch_size, whole, rest, shuffle, drop_last):
    loader = DataLoader(X, Y, batch_size, epochs=2, shuffle=shuffle, drop_last=drop_last, rng=0)
    sizes = [len(y) for _, y in loader]
    epoch = [batch_size] * whole + [rest] * (rest > 0 and not drop_last)
    assert sizes == epoch * 2
    assert len(loader) == len(sizes)


def test_each_epoch_shows_every_example_once_and_in_another_order():
    batches = labels(DataLoader(X, Y, 5, epochs=2, rng=0))
    first, second = sum(batches[:2], []), sum(batches[2:], [])
    assert sorted(first) == sorted(second) == Y.tolist()
    assert first != second
    assert first != Y.tolist()


def test_rows_of_x_and_y_stay_together():
    for x, y in DataLoader(X, Y, 4, rng=0):
        np.testing.assert_array_equal(x, X[y])
        assert x.dtype == X.dtype
        assert y.dtype == Y.dtype


def test_same_rng_same_batches_and_a_second_loop_goes_on_drawing():
    a, b = (DataLoader(X, Y, 4, rng=np.random.default_rng(7)) for _ in range(2))
    first = labels(a)
    assert first == labels(b)
    assert labels(a) == labels(b) != first
    assert labels(DataLoader(X, Y, 4, rng=np.random.default_rng(8))) != first


def test_without_shuffle_the_order_stays():
    assert labels(DataLoader(X, Y, 4, epochs=2, shuffle=False)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]] * 2


@pytest.mark.parametrize("shuffle", [True, False])
def test_writing_into_a_batch_leaves_the_data_alone(shuffle):
    x, y = X.copy(), Y.copy()
    for batch, classes in DataLoader(x, y, 10, shuffle=shuffle, rng=0):
        batch[:], classes[:] = -1, -1
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, Y)


def test_lists_and_pictures_are_welcome():
    (x, y), *_ = DataLoader(np.zeros((3, 1, 28, 28)), [0, 1, 2], 2, shuffle=False)
    assert x.shape == (2, 1, 28, 28)
    assert y.tolist() == [0, 1]


@pytest.mark.parametrize(
    "x, y, options, sentence",
    [
        (X, Y[:9], {}, r"10 rows in x \(10, 2\) and 9 in y \(9,\)"),
        (X[:0], Y[:0], {}, r"nothing to load: x has shape \(0, 2\)"),
        (1.0, Y, {}, r"one row per example; got x of shape \(\)"),
        (X, Y, {"batch_size": 0}, "batch_size must be a whole number of at least 1; got 0"),
        (X, Y, {"batch_size": 2.5}, "batch_size must be a whole number of at least 1; got 2.5"),
        (X, Y, {"epochs": -1}, "epochs must be a whole number of at least 1; got -1"),
        (X, Y, {"epochs": True}, "epochs must be a whole number of at least 1; got True"),
        (X, Y, {"drop_last": True}, "drop all 10 examples, because one batch holds 64"),
    ],
)
def test_what_does_not_fit_is_told_at_once(x, y, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        DataLoader(x, y, **options)
