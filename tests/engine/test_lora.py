"""Low-rank adapters: nothing changes at first, only they learn, and merged they cost nothing."""

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse import nn
from dlcourse.compare import relative_difference
from dlcourse.models import MLP
from dlcourse.models.lora import LoRALinear, add_lora, lora_parameters, merge_lora
from dlcourse.optim import Adam
from dlcourse.train import fit


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def batch(rng, n=16):
    return rng.normal(size=(n, 12)).astype("f4"), rng.integers(0, 5, n)


def train(model, parameters, x, y, steps=200):
    return [loss for _, loss in fit(model, [(x, y)] * steps, F.cross_entropy, Adam(parameters, 0.03))]


def test_adapters_change_nothing_before_training(rng):
    model, (x, _) = MLP(12, 20, 5, rng=rng), batch(rng)
    before = model(x).numpy()
    assert (add_lora(model, rank=2, rng=rng)(x).numpy() == before).all()


def test_only_adapters_learn_and_they_overfit_a_batch(rng):
    model, (x, y) = MLP(12, 20, 5, rng=rng), batch(rng)
    frozen = model.state_dict()
    add_lora(model, rank=4, rng=rng)
    losses = train(model, model.parameters(), x, y)
    assert losses[-1] < 0.05 < losses[0]
    assert all((model.state_dict()[name.replace(".", ".linear.", 1)] == array).all() for name, array in frozen.items())
    assert sum(p.data.size for p in lora_parameters(model)) == 4 * (12 + 20) + 4 * (20 + 5)


def test_merged_adapters_give_the_same_outputs_and_the_old_names(rng):
    model, (x, y) = MLP(12, 20, 5, rng=rng), batch(rng)
    names = model.state_dict().keys()
    add_lora(model, rank=3, rng=rng)
    train(model, lora_parameters(model), x, y, steps=20)
    adapted = model(x).numpy()
    merge_lora(model)
    assert model.state_dict().keys() == names and all(p.requires_grad for p in model.parameters())
    assert relative_difference(model(x).numpy(), adapted) < 1e-5


def test_the_output_is_the_equation(rng):
    adapter = LoRALinear(nn.Linear(6, 5, rng=rng), rank=2, alpha=3.0, rng=rng).astype(np.float64)
    adapter.B.data = rng.normal(size=(5, 2))
    x, linear = rng.normal(size=(4, 6)), adapter.linear
    w = linear.weight.numpy() + 3.0 / 2 * adapter.B.numpy() @ adapter.A.numpy()
    assert relative_difference(adapter(x).numpy(), x @ w.T + linear.bias.numpy()) < 1e-14


def test_layers_are_chosen_by_name(rng):
    model = add_lora(MLP(12, 20, 5, rng=rng), rank=2, where=lambda name: name == "2", rng=rng)
    assert isinstance(model[2], LoRALinear) and isinstance(model[0], nn.Linear) and not model[0].weight.requires_grad


def test_bad_choices_get_a_sentence(rng):
    with pytest.raises(ValueError, match="rank from 1 to 4 for Linear"):
        LoRALinear(nn.Linear(6, 5, rng=rng), rank=5, rng=rng)
    with pytest.raises(ValueError, match="The model has: 0, 2"):
        add_lora(MLP(12, 20, 5, rng=rng), where=lambda name: name == "attention", rng=rng)
