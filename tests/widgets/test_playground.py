"""The playground: what it learns, the learner's own points and forward, and its failures told in sentences."""

import numpy as np
import pytest

from dlcourse import Tensor
from dlcourse.models import MLP
from dlcourse.widgets import Playground
from dlcourse.widgets.clouds import SETS
from dlcourse.widgets.frame import unpack
from dlcourse.widgets.portrait import SIDE, plane

CORNERS = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]


def shares(hidden, seeds):
    """(training, test) per cent after 500 steps on XOR, a row for each seed."""
    widgets = [Playground(hidden=hidden, seed=seed) for seed in range(seeds)]
    for widget in widgets:
        widget.step(500)
    return np.array([[widget.now()["share"], widget.now()["test_share"]] for widget in widgets])


def test_xor_without_a_hidden_layer_stays_below_80_percent():
    assert shares((), 20).max() <= 80  # measured: at most 75


def test_xor_with_four_hidden_neurons_is_learned():
    assert (shares((4,), 20) >= 97).all(1).sum() >= 19  # measured: 20 of 20, the lowest 98


@pytest.mark.parametrize(
    ("data", "hidden", "steps"), [("blobs", (), 200), ("circles", (8,), 1000), ("moons", (8,), 2000), ("spirals", (8, 8), 2000)]
)
def test_each_data_set_is_learned_by_a_network_that_is_large_enough(data, hidden, steps):
    widget = Playground(data, hidden, noise=0.1)
    widget.step(steps)
    assert widget.now()["share"] >= 95


@pytest.mark.parametrize("name", SETS)
def test_the_clouds_lie_in_the_plane_and_are_balanced(name):
    points = Playground(name).now()["points"]
    assert points.shape == (100, 3)
    assert points[:, 2].sum() == 50
    assert (np.abs(points[:, :2]) <= 2).mean() > 0.97
    assert np.abs(points[:, :2]).max() > 1


def test_the_seed_decides_everything():
    def after(seed):
        widget = Playground(seed=seed)
        widget.step(7)
        return widget.now()["z"]

    assert np.array_equal(after(3), after(3))
    assert not np.allclose(after(3), after(4))


def test_rates_may_move_while_it_runs_but_another_network_starts_anew():
    widget = Playground()
    widget.step(10)
    widget.set(rate=1, l2=0.01, batch=4)
    widget.step(5)
    assert len(widget.now()["train_loss"]) == 16
    widget.set(hidden="8-8")
    assert len(widget.now()["train_loss"]) == 1
    assert widget.now()["names"][-1] == "2.8"


def test_the_small_planes_are_what_the_hidden_neurons_give():
    widget = Playground("moons", (3,), seed=5)
    frame = widget.now()
    rng = np.random.default_rng(5)
    widget.examples("moons", 0.15, (), rng)
    layer = MLP(2, 3, 1, rng=rng)[0]
    outputs = np.tanh(plane((-2, 2), (-2, 2)) @ layer.weight.data.T + layer.bias.data)
    assert np.allclose(frame["tiles"], outputs.T.reshape(3, SIDE, SIDE)[:, ::2, ::2], atol=1e-6)
    assert frame["names"] == ["1", "2", "3"]


def test_a_step_is_gradient_descent_with_weight_decay():
    w, b, rate, l2 = np.array([0.5, -1.0]), 0.25, 0.1, 0.03
    points = np.random.default_rng(0).normal(size=(9, 3))
    points[:, 2] = points[:, 2] > 0
    tensors = Tensor(w.copy(), requires_grad=True), Tensor(np.array([b]), requires_grad=True)
    widget = Playground(points=points, forward=lambda x: x @ tensors[0] + tensors[1], parameters=tensors, rate=rate, l2=l2, batch=100)
    widget.step()
    x, y = np.float32(points[:, :2]), points[:, 2]
    error = (1 / (1 + np.exp(-(x @ w + b))) - y) / 9
    assert np.allclose(tensors[0].data, w - rate * (x.T @ error + l2 * w), atol=1e-6)
    assert np.allclose(tensors[1].data, b - rate * (error.sum() + l2 * b), atol=1e-6)


def test_your_own_tensors_are_trained_and_reset_restores_them():
    w, b = Tensor([0.1, 0.1], requires_grad=True), Tensor([0.0], requires_grad=True)
    widget = Playground("blobs", forward=lambda x: x @ w + b, parameters=[w, b])
    widget.step(200)
    assert widget.now()["share"] >= 95
    assert widget.names == ["data", "noise", "rate", "l2", "batch", "drawn"]
    widget.reset()
    assert np.array_equal(w.data, np.float32([0.1, 0.1]))


def test_a_module_brings_its_parameters():
    widget = Playground("moons", forward=MLP(2, 8, 1, rng=np.random.default_rng(0)), rate=1)
    widget.step(500)
    assert widget.now()["share"] >= 90


def test_a_numpy_forward_is_shown_and_stays_as_it_is():
    widget = Playground(forward=lambda x: -x[:, 0] * x[:, 1])
    grid = plane((-2, 2), (-2, 2))
    widget.step(5)
    frame = widget.now()
    assert np.allclose(frame["z"].ravel(), -grid[:, 0] * grid[:, 1])
    assert frame["scores"] == [[0, 50, 50], [1, 50, 50]]
    assert widget.names == ["data", "noise", "drawn"]
    assert "pass parameters" in repr(widget)


def test_forward_may_write_into_its_argument():
    def forward(x):
        x *= 100
        return x[:, 0]

    widget = Playground(forward=forward)
    before = widget.now()["points"].copy()
    widget.step(3)
    assert np.array_equal(widget.now()["points"], before)


def test_a_forward_that_fails_is_told_with_its_line_and_tried_again():
    broken = True

    def forward(x):
        return missing if broken else x[:, 0]  # noqa: F821

    widget = Playground(forward=forward)
    assert "NameError: name 'missing' is not defined (line" in alert(widget)
    assert "return missing if broken" in repr(widget)
    widget.step()
    assert "NameError" in alert(widget)
    broken = False
    widget.step()
    assert alert(widget) is None


def test_a_forward_that_fails_on_its_way_starts_anew_when_stepped_again():
    calls = []

    def forward(x):
        calls.append(len(x))
        return x[:, 0] if len(calls) != 40 else 1 / 0

    widget = Playground(forward=forward)
    widget.step(50)
    assert "ZeroDivisionError: division by zero (line" in alert(widget)
    widget.step(2)
    _, manifest = unpack(widget.frame)
    assert (manifest["step"], manifest.get("error")) == (2, None)


def alert(widget):
    return unpack(widget.frame)[1].get("error")


@pytest.mark.parametrize(
    ("forward", "got"), [(lambda x: x, "shape (100, 2)"), (lambda x: 0.0, "shape ()"), (lambda x: x[:5, 0], "shape (5,)")]
)
def test_a_forward_of_another_shape_is_told_what_was_expected(forward, got):
    assert f"forward expected to return one number for each row of x, shape (100,), got {got}." in alert(Playground(forward=forward))


def test_a_trained_forward_must_stay_on_the_tape():
    w = Tensor([1.0, 1.0], requires_grad=True)
    assert "got ndarray" in alert(Playground(forward=lambda x: x.numpy() @ w.data, parameters=[w]))


def test_your_points_fill_the_plane_and_are_all_trained_on():
    widget = Playground(points=CORNERS, rate=1)
    assert (widget.panels[0].x_range, widget.panels[0].y_range) == ((-0.25, 1.25), (-0.25, 1.25))
    assert (widget.values["data"], widget.question) == ("yours", None)
    widget.step(1000)
    frame = widget.now()
    assert (frame["right"], frame["count"], len(frame["test_loss"])) == (4, 4, 0)
    assert "After 1000 steps 4 of 4 points are right." in repr(widget)


def test_points_on_one_spot_still_have_a_plane():
    low, high = Playground(points=[[3, 3, 1], [3, 3, 0]]).panels[0].x_range
    assert low < 3 < high


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([[1, 2]], r"expected an array \(N, 3\) .* got shape \(1, 2\)"),
        (np.zeros((0, 3)), r"got shape \(0, 3\)"),
        ([[1, np.nan, 0]], "finite numbers, got NaN"),
        ([[1, 2, 3]], r"classes 0 and 1 .* got \[3.0\]"),
    ],
)
def test_other_points_are_refused_in_a_sentence(points, sentence):
    with pytest.raises(ValueError, match=sentence):
        Playground(points=points)


def test_drawn_points_are_learned_and_an_empty_plane_says_what_to_do():
    widget = Playground("drawn")
    widget.step(3)
    assert "No points yet. Choose a class and draw" in repr(widget)
    widget.set(drawn=[[-1, 0, 0], [1, 0, 1], [0.5, 1, 1]])
    widget.step(200)
    assert "After 200 steps 3 of 3 points are right." in repr(widget)


def test_a_loss_that_is_no_number_stops_the_weights_and_says_why():
    points = [[1e25, 1e25, 0], [1e25, 2e25, 1], [2e25, 1e25, 1]]
    w = Tensor([1.0, -1.0], requires_grad=True)
    widget = Playground(points=points, forward=lambda x: x @ w, parameters=[w], rate=3)
    widget.step(50)
    assert "The loss is no longer a number: the learning rate is too large." in repr(widget)
    before = w.data.copy()
    widget.step(5)
    assert np.array_equal(w.data, before)


def test_the_pictures_of_a_long_run_stay_small():
    widget = Playground("spirals", (8, 8))
    widget.step(2000)
    assert len(widget.now()["steps"]) <= 257
    assert len(widget.frame) < 60_000


def test_its_page_stands_still_and_says_so(show):
    widget = Playground("drawn", drawn=[[0, 0, 1]])
    widget.step(20)
    page = show(widget.to_html())
    assert "run its cell in JupyterLab" in page.locator(".note").text_content()
    assert page.locator(".reading").text_content() == "After 20 steps 1 of 1 points are right."
    page.locator("canvas").first.click(position={"x": 100, "y": 100})
    assert page.locator(".area[role=application]").count() == 0
    assert page.locator("select").first.input_value() == "drawn"
    assert page.problems == []


@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize(
    "arguments",
    [{"data": "spirals", "hidden": (8, 8)}, {"points": CORNERS}, {"forward": lambda x: x[:, 0]}, {"data": "drawn"}],
    ids=["deep", "points", "forward", "empty"],
)
def test_every_kind_of_playground_fits(show, arguments, width):
    page = show(Playground(**arguments).to_html(), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []
