"""Each closed form in JavaScript gives the numbers of the Python function, in a real browser."""

import base64

import numpy as np
import pytest
from browser import opened

from dlcourse import kernels
from dlcourse.widgets import WIDGETS, Descent, Frame
from dlcourse.widgets.assets import module
from dlcourse.widgets.frame import pack
from dlcourse.widgets.loss_explorer import LOSSES
from dlcourse.widgets.neuron import ACTIVATIONS
from dlcourse.widgets.reading import fill

GLOBALS = "Object.assign(window, { evaluate, unpack, each, at, number, fill, zeroLine });"
BRIDGE = """([blob, steps, state]) => {
    const { items } = unpack(new DataView(Uint8Array.from(atob(blob), (c) => c.charCodeAt(0)).buffer));
    const scope = evaluate(steps, { ...items, ...state });
    const plain = (item) => (item?.shape ? { shape: item.shape, data: Array.from(item.data) } : item);
    return Object.fromEntries(Object.entries(scope).map(([name, item]) => [name, plain(item)]));
}"""


@pytest.fixture(scope="module")
def script(chromium):
    code = module(["field", "line"], ("forms", "player", "walks", "backprop")).replace("export default { render };", GLOBALS)
    page = opened(chromium, f'<p class="dl-widget" data-settled="true"></p><script type="module">{code}</script>')
    page.wait_for_function("() => Boolean(window.evaluate)")
    yield page
    assert page.problems == []
    page.context.close()


def in_javascript(script, frame, steps, state):
    blob = base64.b64encode(pack(frame)).decode()
    scope = script.evaluate(BRIDGE, [blob, steps, state])
    return {name: np.reshape(v["data"], v["shape"]) if isinstance(v, dict) and "shape" in v else v for name, v in scope.items()}


def same(a, b):
    if isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in b)
    if isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if b is None:
        return a is None
    return a == b if isinstance(b, str) else np.allclose(a, b, rtol=1e-5, atol=1e-6) and np.shape(a) == np.shape(b)


Z = np.concatenate([np.linspace(-9, 9, 73), [-30.0, 30.0]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_slope(script, name):
    z = Z[Z != 0]  # where ReLU has a slope
    y, backward = ACTIVATIONS[name](z)
    steps = [("y", "activation", name, "z"), ("slope", "activation_slope", name, "z")]
    scope = in_javascript(script, Frame(z=z), steps, {})
    assert same(scope["y"], y)
    assert same(scope["slope"], backward(np.ones_like(z))[0])


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("target", [0, 1])
def test_loss_and_slope(script, name, target):
    value, slope = LOSSES[name](kernels.sigmoid(Z)[0], Z, target)
    scope = in_javascript(script, Frame(z=Z), [("v", "loss", name, "z", target), ("s", "loss_slope", name, "z", target)], {})
    assert same(scope["v"], value)
    assert same(scope["s"], slope)


def test_affine_broadcasts_as_numpy_does(script):
    rng = np.random.default_rng(0)
    row, column = rng.normal(size=(1, 4)), rng.normal(size=(3, 1))
    steps = [("z", "affine", ("row", "column"), ("w", -2.0), "b")]
    scope = in_javascript(script, Frame(row=row, column=column), steps, {"w": 1.5, "b": 0.25})
    assert same(scope["z"], 1.5 * row - 2.0 * column + 0.25)


def test_softmax(script):
    x = np.array([[0.0, 1, 3], [1000, 1001, 999]])
    assert same(in_javascript(script, Frame(x=x), [("p", "softmax", "x")], {})["p"], kernels.softmax(x)[0])


def test_words(script):
    values = [-1.0, -0.005, 0.0, 0.005, 1.0]
    words = ("low", "middle", "high")
    got = [in_javascript(script, Frame(), [("word", "words", "v", (-0.005, 0.005), words)], {"v": v})["word"] for v in values]
    assert got == [words[np.searchsorted((-0.005, 0.005), v)] for v in values]


def race():
    return Descent(optimizers=True)


@pytest.mark.parametrize("make", [*(make for make in WIDGETS if make.closed_form), Descent, race], ids=lambda make: make.__name__)
def test_a_widget_computes_the_same_in_both_languages(script, make):
    rng, widget = np.random.default_rng(1), make()
    for _ in range(12):
        state = {control.name: control.values[rng.integers(len(control.values))] for control in widget.controls}
        expected = widget.constants | widget.compute(**state)
        scope = in_javascript(script, expected, widget.closed_form, state)
        wrong = [name for name, item in expected.items() if not same(scope[name], item)]
        assert wrong == [], state
        assert script.evaluate("([t, s]) => fill(t, s)", [widget.sentence, scope_json(scope)]) == fill(widget.sentence, state | expected)


def scope_json(scope):
    return {name: item for name, item in scope.items() if not isinstance(item, np.ndarray)}


def test_the_zero_line_of_a_circle_is_a_circle(script):
    side = np.linspace(-1, 1, 41)
    values = side[None] ** 2 + side[:, None] ** 2 - 0.5
    segments = script.evaluate("([data, shape]) => zeroLine({ data, shape })", [values.ravel().tolist(), [41, 41]])
    radii = np.hypot(*(np.array(segments).reshape(-1, 2).T / 20 - 1))
    assert len(segments) > 50
    assert np.allclose(radii, np.sqrt(0.5), atol=2e-3)
