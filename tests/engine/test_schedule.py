"""Schedules give PyTorch's learning rates, and weights that were trained with them equal PyTorch's."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as theirs

from dlcourse import nn
from dlcourse import schedule as ours
from dlcourse.compare import relative_difference
from dlcourse.optim import SGD, Adam, Together

SCHEDULES = {
    "step": lambda s, o: s.StepLR(o, 30, 0.5),
    "step every time": lambda s, o: s.StepLR(o, 1, 0.99),
    "warm-up": lambda s, o: s.LinearLR(o, 0.01, total_iters=50),
    "warm-up as given": lambda s, o: s.LinearLR(o),
    "linear down": lambda s, o: s.LinearLR(o, 1.0, 0.0, total_iters=200),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, 200),
    "cosine there and back": lambda s, o: s.CosineAnnealingLR(o, 60, eta_min=0.01),
    "warm-up and cosine": lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1, total_iters=20), s.CosineAnnealingLR(o, 180)], [20]),
    "three": lambda s, o: s.SequentialLR(o, [s.LinearLR(o, 0.1), s.StepLR(o, 7), s.CosineAnnealingLR(o, 80)], [20, 100]),
}


def one_cycle(s, o, steps=201, **options):
    return s.OneCycleLR(o, 0.5, steps, **options, **({} if s is ours else {"cycle_momentum": False}))


SCHEDULES |= {
    "one cycle": one_cycle,
    "one cycle, options": lambda s, o: one_cycle(s, o, pct_start=0.1, div_factor=10.0, final_div_factor=100.0),
}


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("optimizers", [(SGD, torch.optim.SGD), (Adam, torch.optim.Adam)], ids=["sgd", "adam"])
def test_200_steps_equal_pytorch(name, optimizers):
    rng = np.random.default_rng(0)
    p, q = nn.Parameter(rng.normal(size=5)), torch.zeros(5, dtype=torch.float64, requires_grad=True)
    q.data = torch.tensor(p.data)
    a, b = optimizers[0]([p], lr=0.2), optimizers[1]([q], lr=0.2)
    mine, yours = SCHEDULES[name](ours, a), SCHEDULES[name](theirs, b)
    for _ in range(200):
        assert a.lr == pytest.approx(b.param_groups[0]["lr"], rel=1e-10, abs=1e-14)
        p.grad = rng.normal(size=5)
        q.grad = torch.tensor(p.grad)
        for each in (a, b, mine, yours):
            each.step()
    assert relative_difference(p, q) < 1e-10


def test_every_schedule_is_tested():
    p = nn.Parameter(np.ones(1))
    made = {type(make(ours, SGD([p], 0.1))) for make in SCHEDULES.values()}
    assert made == set(ours.Schedule.__subclasses__())


def test_a_cycle_that_is_over_stays_at_its_end():
    sgd = SGD([nn.Parameter(np.ones(1))], 0.1)
    schedule = ours.OneCycleLR(sgd, 0.5, 10)
    for _ in range(20):
        schedule.step()
    assert sgd.lr == pytest.approx(0.5 / 25 / 1e4)


def test_each_optimizer_of_several_keeps_its_own_rate():
    both = Together(SGD([nn.Parameter(np.ones(1))], 0.1), Adam([nn.Parameter(np.ones(1))], 0.01))
    schedule = ours.StepLR(both, 1, 0.5)
    schedule.step()
    assert [each.lr for each in both.groups] == [0.05, 0.005]


def test_milestones_that_do_not_fit_get_a_sentence():
    sgd = SGD([nn.Parameter(np.ones(1))], 0.1)
    for milestones in ([], [5, 5], [9, 5], [1, 2, 3]):
        with pytest.raises(ValueError, match="expected 2 rising milestones for 3 schedules"):
            ours.SequentialLR(sgd, [ours.LinearLR(sgd)] * 3, milestones)


def test_a_schedule_without_formula_gets_a_sentence():
    with pytest.raises(NotImplementedError, match="Schedule expected a method at"):
        ours.Schedule(SGD([nn.Parameter(np.ones(1))], 0.1))
