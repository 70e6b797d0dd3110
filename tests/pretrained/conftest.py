"""Models with the world's weights, each read once; where its package is missing the tests are skipped with the command that brings it."""

from functools import cache

import pytest

from dlcourse import pretrained


@cache
def loaded(name):
    try:
        return pretrained.load(name)
    except ModuleNotFoundError as error:
        return error


@pytest.fixture(scope="session")
def weights():
    """weights("minilm") is the model of that name."""

    def load(name):
        model = loaded(name)
        if isinstance(model, ModuleNotFoundError):
            pytest.skip(str(model))
        return model

    return load
