"""The tables equal those that scikit-learn's own loaders give."""

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import tables


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
def test_same_numbers_as_scikit_learn(name):
    from sklearn import datasets

    x, y = getattr(data, name)()
    expected_x, expected_y = getattr(datasets, f"load_{name}")(return_X_y=True)
    np.testing.assert_allclose(x, expected_x, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(y, expected_y)
    assert x.dtype == np.float64
    assert y.dtype == (np.float64 if name == "diabetes" else np.int64)
    assert x.flags.c_contiguous


def test_without_scikit_learn_a_sentence(monkeypatch):
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"comes with scikit-learn, which is not installed. Install it with"):
        data.iris()
