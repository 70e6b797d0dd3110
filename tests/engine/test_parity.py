"""Each layer and each model whole against PyTorch: outputs and all gradients."""

import inspect

import numpy as np
import pytest

from dlcourse import models, nn
from dlcourse.compare import TOLERANCE
from dlcourse.compare.parity import module_parity
from dlcourse.compare.rows.layers import LAYERS
from dlcourse.compare.rows.models import MODELS


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", LAYERS + MODELS, ids=str)
def test_equals_pytorch(case, dtype):
    outputs, gradients = module_parity(case, dtype)
    assert outputs < TOLERANCE[dtype] and gradients < TOLERANCE[dtype]


def made(cases):
    return {type(case.make(np.random.default_rng(0))).__name__ for case in cases}


def classes(package):
    return {name for name, value in vars(package).items() if inspect.isclass(value) and issubclass(value, nn.Module)}


HOLDERS = {"Module", "ModuleList", "Sequential"}


def test_every_layer_has_a_case():
    assert classes(nn) - HOLDERS <= made(LAYERS)


def test_every_model_has_a_case():
    assert classes(models) <= made(MODELS)
