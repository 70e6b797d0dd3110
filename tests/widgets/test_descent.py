"""The descent: its rates, its walks against the optimizers of the package, the learner's own surface."""

from functools import partial

import numpy as np
import pytest

from dlcourse import Tensor
from dlcourse.optim import SGD, Adam, RMSprop
from dlcourse.widgets import Descent
from dlcourse.widgets.frame import unpack
from dlcourse.widgets.surfaces import SURFACES, coefficients, descend, polynomial


def heights(**state):
    """The heights of all methods over the steps, as powers of ten."""
    frame = Descent(optimizers=True, **state).now()
    return {name.removeprefix("curve "): frame[name] for name in frame if name.startswith("curve ")}


def test_on_curvatures_1_and_10_a_rate_of_0_19_converges_and_0_21_diverges():
    falling, level, rising = (heights(surface="ravine", rate=rate)["gradient descent"] for rate in (0.19, 0.2, 0.21))
    assert falling[-1] < -4 and rising[-1] > 4
    assert level[-1] == pytest.approx(np.log10(5 * 0.6**2), abs=0.01)  # at 2 / 10 it bounces across for ever
    assert "10^5.22, higher than at the start." in repr(Descent(rate=0.21, steps=60))
    assert "at the bottom." in repr(Descent(rate=0.19, steps=60))


def test_the_tilted_ravine_is_the_ravine_turned_to_gradient_descent_and_another_to_adam():
    turn = np.sqrt(0.5) * np.array([[1, 1], [1, -1]])
    upright, tilted = (SURFACES[name] for name in ("ravine", "tilted ravine"))
    place = np.array([0.8, -0.3])
    assert polynomial(coefficients(upright), *(turn @ place))[0] == pytest.approx(polynomial(coefficients(tilted), *place)[0])
    slopes = turn @ polynomial(coefficients(upright), *(turn @ place))[1:]
    assert np.allclose(slopes, polynomial(coefficients(tilted), *place)[1:])
    ends = {}
    for method in ("gradient descent", "Adam"):
        walks = (
            descend(partial(polynomial, coefficients(surface)), method, *start, 0.05, 0.0, 20)
            for surface, start in ((upright, turn @ place), (tilted, place))
        )
        ends[method] = [np.linalg.norm(walk[-1]) for walk in walks]  # how far from the lowest point
    assert ends["gradient descent"][0] == pytest.approx(ends["gradient descent"][1])
    assert ends["Adam"][0] != pytest.approx(ends["Adam"][1], rel=0.1)


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_has_height_0_at_its_lowest_point_and_exact_coefficients(name):
    c = coefficients(SURFACES[name])
    side = np.linspace(-2, 2, 401)
    assert polynomial(c, side[None, :], side[:, None])[0].min() == pytest.approx(0, abs=2e-4)
    assert np.array_equal(c, np.float32(c))


@pytest.mark.parametrize(
    ("method", "optimizer"),
    [
        ("gradient descent", partial(SGD, lr=0.02)),
        ("with momentum", partial(SGD, lr=0.02, momentum=0.9)),
        ("Nesterov", partial(SGD, lr=0.02, momentum=0.9, nesterov=True)),
        ("RMSProp", partial(RMSprop, lr=0.02, alpha=0.9)),
        ("Adam", partial(Adam, lr=0.02)),
    ],
)
def test_each_walk_is_that_of_the_optimizer(method, optimizer):
    c = coefficients(SURFACES["banana"])
    point = Tensor(np.array([-1.8, 0.6]), requires_grad=True)
    run, path = optimizer([point]), []
    for _ in range(30):
        path.append(point.data.copy())
        point.grad = np.array(polynomial(c, *point.data)[1:])
        run.step()
    walk = Descent(optimizers=True, surface="banana", rate=0.02, mu=0.9, x=-1.8, y=0.6).now()[f"path {method}"]
    assert np.allclose(walk[:30], path, atol=1e-6)


def test_descent_takes_the_learners_surface():
    widget = Descent(lambda x, y: abs(x) + y**2 if x < 5 else None, reach=3, rate=0.1, x=2.1, y=3.0)
    frame = widget.now()
    assert widget.live and widget.question is None
    assert frame["path gradient descent"][0].tolist() == [2.1, 3.0]
    assert np.allclose(frame["path gradient descent"][1], [2.0, 2.4], atol=1e-6)
    assert frame["plane"].min() == 0
    broken = Descent(lambda x, y: x / nothing)  # noqa: F821
    assert "NameError: name 'nothing' is not defined (line" in unpack(broken.frame)[1]["error"]


def test_each_method_has_a_short_name_for_a_narrow_panel():
    _, heights = Descent(optimizers=True).panels
    assert [curve.short for curve in heights.curves] == ["plain", "mom.", "Nest.", "RMS", "Adam"]
