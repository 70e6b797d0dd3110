"""Photographs from packages that are installed, or a sentence that says which one is missing."""

from importlib.util import find_spec

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import photographs


@pytest.mark.parametrize("name", data.PHOTOGRAPHS)
def test_a_photograph_has_three_channels(name):
    package = data.PHOTOGRAPHS[name].split("/")[0]
    if find_spec(package) is None:
        pytest.skip(f"{name} comes with another package: pip install {photographs.INSTALL[package]}")
    picture = data.photograph(name)
    assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
    assert min(picture.shape[:2]) >= 300 and picture.std() > 5


def test_same_pixels_as_scikit_learn():
    from sklearn.datasets import load_sample_image

    np.testing.assert_array_equal(data.photograph("china"), load_sample_image("china.jpg"))


def test_another_name_gets_the_list():
    with pytest.raises(ValueError, match="There is no photograph 'dog'. There are: astronaut, brick"):
        data.photograph("dog")


def test_a_missing_package_gets_the_command(monkeypatch):
    monkeypatch.setattr(photographs, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="coffee.png comes with scikit-image, .* `pip install scikit-image`"):
        data.photograph("coffee")
