"""Several threads give the gradients of the whole batch."""

import threading

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse import nn
from dlcourse.compare import relative_difference
from dlcourse.models import MLP
from dlcourse.optim import SGD, Adam
from dlcourse.parallel import DataParallel, loss_and_gradients
from dlcourse.train import fit


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    return MLP(5, 16, 3, rng=rng).astype(np.float64), rng.normal(size=(13, 5)), rng.integers(0, 3, 13)


def gradients(model):
    return [p.grad for p in model.parameters()]


@pytest.mark.parametrize("threads", [1, 2, 3, 20])
def test_gradients_equal_those_of_the_whole_batch(problem, threads):
    model, x, y = problem
    loss, expected = loss_and_gradients(model, F.cross_entropy, x, y), gradients(model)
    model.zero_grad()
    parallel = DataParallel(model, F.cross_entropy, threads)
    assert parallel(x, y) == pytest.approx(loss, rel=1e-14)
    for _ in range(2):  # the second time, they are added
        for a, b in zip(gradients(model), expected, strict=True):
            assert relative_difference(a, b) < 1e-12
        parallel(x, y)
        expected = [2 * g for g in expected]


def test_the_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=10)

    class Meeting(nn.Linear):
        def forward(self, x):
            both.wait()  # with one thread after the other this would never end
            return super().forward(x)

    model = Meeting(2, 1, rng=np.random.default_rng(0))
    DataParallel(model, F.mse_loss)(np.ones((4, 2), "f4"), np.ones((4, 1), "f4"))
    assert model.weight.grad is not None


def test_threads_follow_the_model(problem):
    model, x, y = problem
    parallel, fresh = DataParallel(model, F.cross_entropy), MLP(5, 16, 3, rng=np.random.default_rng(7))
    model.load_state_dict(fresh.state_dict())
    model[0].requires_grad_(False)
    model.eval()
    loss = parallel(x, y)
    assert loss == pytest.approx(loss_and_gradients(fresh.astype(np.float64), F.cross_entropy, x, y), rel=1e-12)
    assert model[0].weight.grad is None and not parallel.replicas[1].training
    assert relative_difference(model[2].weight.grad, fresh[2].weight.grad) < 1e-12


def test_threads_keep_what_holds_for_the_caller(problem):
    model, x, y = problem
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        DataParallel(model, lambda output, _: F.exp(1e6 + output).sum())(x, y)


def test_each_thread_drops_other_neurons():
    model = nn.Sequential(nn.Linear(4, 4, rng=np.random.default_rng(0)), nn.Dropout(0.5, rng=np.random.default_rng(1)))
    parallel = DataParallel(model, F.mse_loss, threads=3)
    masks = [replica[1](np.ones((1, 64), "f4") + 0.0 * replica[0].bias.sum()).data for replica in parallel.replicas]
    assert (masks[0] != masks[1]).any() and (masks[1] != masks[2]).any() and (masks[0] != masks[2]).any()


@pytest.mark.parametrize("threads", [1, 2])
def test_fit_with_threads_takes_the_same_steps(problem, threads):
    model, x, y = problem
    twin = MLP(5, 16, 3, rng=np.random.default_rng(0)).astype(np.float64)
    losses = [loss for _, loss in fit(model, [(x, y)] * 5, optimizer=Adam(model.parameters(), 0.01), threads=threads)]
    assert losses == pytest.approx([loss for _, loss in fit(twin, [(x, y)] * 5, optimizer=Adam(twin.parameters(), 0.01))], rel=1e-12)
    assert all(relative_difference(a, b) < 1e-9 for a, b in zip(model.parameters(), twin.parameters(), strict=True))


def test_an_error_in_a_thread_reaches_the_caller(problem):
    model, x, y = problem
    with pytest.raises(ValueError, match=r"Linear\(5, 16\) expected x"):
        list(fit(model, [(x[:, 1:], y)], optimizer=SGD(model.parameters(), 0.1), threads=2))
