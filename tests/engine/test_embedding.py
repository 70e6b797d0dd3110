import numpy as np
import pytest

from dlcourse import kernels, nn
from dlcourse.backend import scatter_add
from dlcourse.optim import SGD


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(7,), (7, 3), (7, 2, 3), (7, 0)], ids=str)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_scatter_add_by_a_sparse_product_equals_one_by_one(rng, shape, dtype):
    index = rng.integers(-7, 7, (4, 5))
    target, values = rng.normal(size=shape).astype(dtype), rng.normal(size=(4, 5, *shape[1:])).astype(dtype)
    expected = target.copy()
    for at in np.ndindex(index.shape):
        expected[index[at]] += values[at]
    scatter_add(target, index, values)
    assert target.dtype == dtype and np.allclose(target, expected, atol=1e-5)


@pytest.mark.parametrize("index", [slice(1, 3), 2, (..., 0), (slice(None, None, 2), None, -1), (0, 1)], ids=str)
def test_an_index_without_arrays_hands_its_gradient_back(rng, index):
    x = rng.normal(size=(4, 5))
    y, backward = kernels.getitem(x, index=index)
    dx = backward(np.ones_like(y))[0]
    assert (dx[index] == 1).all() and dx.sum() == np.size(y)


def test_the_vector_of_the_padding_is_zero_and_stays(rng):
    layer = nn.Embedding(5, 3, padding_idx=-1, rng=rng)
    optimizer = SGD(layer.parameters(), 0.1)
    before = layer.state_dict()["weight"]
    layer(np.array([[1, 4], [4, 0]])).sum().backward()
    optimizer.step()
    changed = (layer.state_dict()["weight"] != before).any(1)
    assert not before[4].any() and (changed == [True, True, False, False, False]).all()


@pytest.mark.parametrize(
    ("ids", "error", "words"),
    [
        (np.array([0, 5]), ValueError, "ids from 0 to 4 for a table of 5 rows, got ids from 0 to 5"),
        (np.array([[-1, 2]]), ValueError, "got ids from -1 to 2"),
        (np.array([1.0]), TypeError, "integer ids, got float64"),
    ],
)
def test_bad_ids_get_a_sentence(ids, error, words):
    with pytest.raises(error, match=words):
        nn.Embedding(5, 3)(ids)
