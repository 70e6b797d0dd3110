"""What the widgets compute, without a browser."""

import ast
import asyncio
import base64
import io
from itertools import product

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse import kernels
from dlcourse.models import MLP
from dlcourse.optim import Adam
from dlcourse.value import Value
from dlcourse.widgets import (
    BackpropStepper,
    Choice,
    Explorable,
    Frame,
    GradientCheckV,
    InitDepth,
    Live,
    LossExplorer,
    LRFinder,
    Neuron,
    Overfitting,
    Player,
    Predict,
    Shapes,
    Slider,
    Stops,
    planted,
)
from dlcourse.widgets.frame import pack, unpack
from dlcourse.widgets.init_depth import NORMS, layer
from dlcourse.widgets.polynomials import fitted, wave
from dlcourse.widgets.range_test import smooth
from dlcourse.widgets.reading import fill, number
from dlcourse.widgets.shapes import SHAPES


def test_neuron_gives_zero_where_relu_is_off():
    frame = Neuron().now()
    assert (frame["z"], frame["a"], frame["slope"]) == (-1.0, 0.0, 0.0)


def test_leaky_neuron_lets_a_tenth_through():
    frame = Neuron(activation="leaky ReLU").now()
    assert (frame["z"], frame["a"], frame["slope"]) == pytest.approx((-1.0, -0.1, 0.1))


def test_neuron_field_is_zero_on_its_boundary_and_one_sided():
    frame = Neuron(w1=1, w2=0, b=0).now()
    x1 = np.linspace(-3, 3, 61)
    assert np.allclose(frame["output"], np.maximum(x1, 0)[None, :])


def test_neuron_takes_the_learners_function_and_points():
    points = [[0.0, 1.0, 1], [1.0, 0.0, 0]]
    neuron = Neuron(activation=lambda z: z**3, points=points)
    frame = neuron.now()
    assert neuron.live
    assert (frame["a"], frame["slope"]) == pytest.approx((-1.0, 3.0), abs=1e-6)
    assert np.array_equal(frame["points"], np.array(points, dtype=np.float32))


def test_a_function_that_raises_is_told_with_its_line():
    neuron = Neuron(activation=lambda z: z / undefined)  # noqa: F821
    _, manifest = unpack(neuron.frame)
    assert "NameError: name 'undefined' is not defined (line" in manifest["error"]
    assert "z / undefined" in manifest["error"]
    assert "NameError" in repr(neuron)
    neuron.set(activation="tanh")
    frame, manifest = unpack(neuron.frame)
    assert "error" not in manifest
    assert frame["a"] == pytest.approx(np.tanh(-1.0))


@pytest.mark.parametrize(("loss", "gradient"), [("cross entropy", -1.0), ("squared error", 0.0)])
def test_only_cross_entropy_still_pushes_when_confidently_wrong(loss, gradient):
    assert LossExplorer(logit=-8, target=1, loss=loss).now()["gradient"] == pytest.approx(gradient, abs=0.005)


@pytest.mark.parametrize("target", [0, 1])
def test_losses_and_gradients_are_those_of_the_kernels(target):
    logits, targets = np.linspace(-5, 5, 11), np.full(1, float(target))
    for z in logits[:, None]:
        loss, backward = kernels.bce_with_logits(z, target=targets)
        p, sigmoid_backward = kernels.sigmoid(z)
        error, error_backward = kernels.mse(p, target=targets)
        frames = [LossExplorer().compute(z[0], target, name) for name in ("cross entropy", "squared error")]
        assert [frame["value"] for frame in frames] == pytest.approx([loss, error])
        (squared,) = sigmoid_backward(*error_backward(1.0))
        assert [frame["gradient"] for frame in frames] == pytest.approx([backward(1.0)[0][0], squared[0]])


def test_a_frame_survives_the_journey():
    frame = Frame(
        field=np.arange(6.0).reshape(2, 3),
        labels=np.array([1, 2, 3]),
        mask=np.array([True, False]),
        z=np.float64(0.5),
        words=["a", "b"],
        nan=float("nan"),
    )
    blob = pack(frame, revision=3)
    back, manifest = unpack(blob)
    assert manifest["revision"] == 3
    assert [back[name].dtype.name for name in ("field", "labels", "mask")] == ["float32", "int32", "uint8"]
    assert np.array_equal(back["field"], frame["field"])
    assert np.array_equal(back["labels"], frame["labels"])
    assert (back["z"], back["words"], back["nan"]) == (0.5, ["a", "b"], None)
    assert len(blob) % 8 == 0
    assert all(place["offset"] % 8 == 0 for place in manifest["arrays"])


def test_a_frame_refuses_an_array_of_words():
    with pytest.raises(TypeError, match='expected "names" to be an array of numbers'):
        pack(Frame(names=np.array(["a"])))


def test_numbers_have_a_true_minus_and_no_minus_zero():
    assert [number(v) for v in (-1, -0.001, 2.345, float("nan"), None)] == ["−1.00", "0.00", "2.35", "NaN", "NaN"]
    assert fill("{z:.1f} is {word}, {n}", {"z": -0.25, "word": "off", "n": 3}) == "−0.2 is off, 3"


def test_a_wrong_state_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="Neuron has no control 'w3'. It has: x1, x2, w1, w2, b, activation."):
        Neuron(w3=1)
    with pytest.raises(ValueError, match="w1 expected a number from -3 to 3, got 5"):
        Neuron().set(w1=5)
    with pytest.raises(ValueError, match="target expected one of 0, 1, got 2"):
        LossExplorer(target=2)
    with pytest.raises(ValueError, match="Predict expected its answer among 1, 2, got '3'"):
        Predict("?", choices=("1", "2"), answer="3")


class Product(Explorable):
    """What is a times b?"""

    controls = (Stops("a", (1, 10, 100), value=10), Choice("b", ("two", "three")), Slider("c", 0, 1, 0.5))
    swept = ("a", "b")
    sentence = "{product}"

    def prepare(self):
        return Frame(axis=np.arange(3.0))

    def compute(self, a, b, c):
        factor = {"two": 2, "three": 3}[b]
        return Frame(product=a * factor, row=np.full(2, float(a)), always="same", sentence=f"{a} times {factor}")


def test_a_sweep_holds_every_state_once():
    frame, manifest = unpack(Product().frame)
    assert manifest["swept"] == {"names": ["a", "b"], "sizes": [3, 2], "items": ["product", "row", "sentence"]}
    assert frame["product"] == [2, 3, 20, 30, 200, 300]
    assert frame["row"].shape == (6, 2)
    assert frame["always"] == "same"
    assert frame["sentence"][3] == "10 times 3"
    assert "10 times 2" in repr(Product())


class Counter(Live):
    """How far does it count?"""

    controls = (Slider("by", 1, 5, 1, value=1), Slider("kept", 0, 9, 1), Player("step", 20, stride=3, keeps=("kept",)))
    sentence = "{n}"

    def steps(self, by, kept):
        n = 0

        def look():
            return Frame(n=n, kept=self.values["kept"])

        yield look
        while True:
            n += by
            if n == 25:
                raise RuntimeError("too far")
            yield look


def shown(widget):
    frame, manifest = unpack(widget.frame)
    return frame.get("n"), manifest["step"], manifest["playing"]


def test_a_live_widget_steps_and_starts_anew():
    counter = Counter()
    assert shown(counter) == (0, 0, False)
    counter.step()
    counter.step(2)
    assert shown(counter) == (3, 3, False)
    counter.step(100)
    assert shown(counter) == (20, 20, False)
    counter.set(by=2)
    assert shown(counter) == (0, 0, False)
    counter.step()
    counter.set(kept=4)
    assert shown(counter) == (2, 1, False)
    counter.step()
    assert unpack(counter.frame)[0]["kept"] == 4
    counter.reset()
    assert shown(counter) == (0, 0, False)


def test_a_live_widget_plays_in_the_background_and_stops_by_itself():
    counter, seen = Counter(), []
    counter.observe(lambda change: seen.append(shown(counter)), "frame")

    async def watch():
        counter.play()
        counter.play()  # twice is once
        while counter.playing:
            await asyncio.sleep(0.01)

    asyncio.run(watch())
    assert [n for n, _, _ in seen] == [3, 6, 9, 12, 15, 18, 20]
    assert seen[-1] == (20, 20, False)


def test_a_paused_run_does_not_go_on():
    counter = Counter()

    async def pause_soon():
        counter.play()
        await asyncio.sleep(0.05)
        counter.pause()
        before = shown(counter)
        await asyncio.sleep(0.1)
        return before, shown(counter)

    before, after = asyncio.run(pause_soon())
    assert before == after
    assert 0 < before[1] < 20


def test_a_live_widget_that_fails_stops_and_says_so():
    counter = Counter(by=5)
    counter.step(10)
    _, manifest = unpack(counter.frame)
    assert "RuntimeError: too far (line" in manifest["error"]
    assert not manifest["playing"]
    counter.set(by=1)
    assert shown(counter) == (0, 0, False)


def test_the_front_end_answers_the_revision_it_asked_for():
    counter = Counter()
    counter._hear(None, {"do": "step", "revision": 7}, [])
    assert unpack(counter.frame)[1]["revision"] == 7
    counter.state = counter.state | {"by": 3, "revision": 8}
    assert unpack(counter.frame)[1]["revision"] == 8


def test_without_a_live_view_there_is_a_picture_and_a_stable_sentence(widget):
    from PIL import Image

    (data, metadata), (again, _) = widget._repr_mimebundle_(), widget._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    picture = Image.open(io.BytesIO(png))
    assert len(png) <= 60_000
    assert picture.width >= 800
    assert len(picture.convert("RGB").getcolors()) > 20
    assert (data["image/png"], data["text/plain"]) == (again["image/png"], again["text/plain"])
    assert data["text/plain"].startswith(f"{type(widget).__name__}: {widget.title}")
    assert widget.model_id not in data["text/plain"]
    assert metadata["image/png"]["alt"].startswith(widget.title)
    assert f'alt="{widget.title}' in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_code_shown_is_the_code_run():
    assert "def compute(self, x1, x2, w1, w2, b, activation):" in Neuron().spec["code"]
    assert "np.square(z)" in Neuron(activation=lambda z: np.square(z)).spec["code"]
    assert Neuron(activation=np.square).spec["code"].startswith("# square\n\ndef compute")


def test_a_column_minus_a_row_is_flagged_as_an_outer_difference():
    frame = Shapes().now()
    assert (frame["expression"], frame["result"], frame["outer"]) == ("(3, 1) − (3,)", "(3, 3)", True)
    assert "outer difference" in frame["verdict"]
    assert frame["sizes"][2] == [["3", "loud"], ["3", "loud"]]
    assert frame["made"][1] == ["a₁₀ − b₀", "a₁₀ − b₁", "a₁₀ − b₂"]


def test_shapes_says_what_numpy_does():
    numpy = {"+": np.add, "−": np.subtract, "*": np.multiply, "@": np.matmul}
    widget = Shapes()
    for a, b, sign in product(SHAPES, SHAPES, numpy):
        frame = widget.compute(a, b, f"a {sign} b")
        a, b = (np.ones(ast.literal_eval(shape)) for shape in (a, b))
        loud = "loud" in str(frame["sizes"])
        try:
            result = numpy[sign](a, b)
        except ValueError as error:
            assert (frame["result"], loud) == ("no result", True)
            assert str(error).strip() in frame["verdict"]
        else:
            kept = [size[0] if isinstance(size, list) else size for size in frame["sizes"][2] if size != ["sum", "pale"]]
            assert frame["result"] == str(result.shape)
            assert kept == [str(size) for size in result.shape] or result.shape == ()
            assert loud == frame["outer"] == (sign != "@" and result.size > max(a.size, b.size))


def test_shapes_takes_the_learners_arrays():
    frame = Shapes(np.ones((2500, 784)), np.ones((784, 10)), "a @ b").now()
    assert frame["result"] == "(2500, 10)"
    assert frame["made"][-1][-1] == frame["made"][0][-1] == "…"


def gradient_of(name, stepper):
    frame = stepper.now()
    return frame["walk"][-2][frame["graph"]["names"].index(name)]


def test_backprop_stepper_adds_one_edge_after_the_other_and_goes_back():
    stepper, seen = BackpropStepper(a=3), []
    for step in (0, 1, 2, 1):
        stepper.set(step=step)
        seen.append(gradient_of("a", stepper))
    assert seen == [0.0, 3.0, 6.0, 3.0]
    assert "Edge 1 of 2: a.grad += 1.00 · 3.00, so 0.00 becomes 3.00." in repr(stepper)


def test_backprop_stepper_overwrites_when_told_so_and_says_what_is_lost():
    stepper = BackpropStepper(a=3, step=2, update="=")
    assert gradient_of("a", stepper) == 3.0
    assert stepper.now()["next"] == "all 2 edges are done, but a.grad should be 6.00"


@pytest.mark.parametrize(
    "text", ["(a + b)*b", "u = a*b; u*u + u", "exp(-a)/b - log(b) + b**3", "relu(a)*tanh(2*a - b)", "u = a/b; v = u*u; v*v - v*u + u"]
)
def test_backprop_stepper_ends_with_the_gradients_of_value(text):
    stepper = BackpropStepper(text, a=0.7, b=1.3)
    stepper.set(step=stepper.now()["edges"])
    a, b = Value(0.7), Value(1.3)
    known = {"a": a, "b": b} | {name: lambda v, name=name: getattr(v, name)() for name in ("exp", "log", "tanh", "relu")}
    *assignments, last = text.split("; ")
    exec("; ".join(assignments), known)
    eval(last, known).backward()
    assert [gradient_of(name, stepper) for name in "ab"] == pytest.approx([a.grad, b.grad])


def test_backprop_stepper_walks_the_learners_own_graph():
    a = Value(3.0)
    u = a * a
    stepper = BackpropStepper(u * u + u, names={"a": a, "u": u}, step=6)
    assert (gradient_of("a", stepper), gradient_of("u", stepper)) == (4 * 27 + 6, 19)
    assert stepper.question is None


def test_backprop_stepper_refuses_in_a_sentence():
    with pytest.raises(ValueError, match="expected names, numbers, .* got 'sin\\(a\\)'"):
        BackpropStepper("sin(a)")
    for text in ("", "u, v = a, b", "for i in a: b"):
        with pytest.raises(ValueError, match="An expression expected names"):
            BackpropStepper(text)
    with pytest.raises(ValueError, match="names other than expression, .* got 'step'"):
        BackpropStepper("step * 2")
    with pytest.raises(ValueError, match="at most 16 values, got 22"):
        BackpropStepper("+".join("a" * 20) + "+b")


def test_a_graph_leaves_no_two_things_in_one_place():
    for text in ("(a + b)*(a*b)", "u = a*b; v = u + a; u*v + a*v", "((a*b + c)*a + c)*b"):
        graph = BackpropStepper(text).now()["graph"]
        places = [tuple(place) for place in graph["places"]] + [tuple(point) for *_, points in graph["edges"] for point in points]
        assert len(set(places)) == len(places), text
        assert np.min(places) >= 0 and np.max(places) <= 1


def check_errors(widget, bug, difference="two-sided"):
    return np.array([widget.compute(exponent, difference, bug)["error"] for exponent in range(-13, 0)])


def test_the_error_of_a_right_gradient_is_a_v_over_the_step():
    errors = np.log10(check_errors(GradientCheckV(), "no bug"))
    assert errors.argmin() in (6, 7, 8)  # h = 1e-7 to 1e-5
    assert np.diff(errors)[:5] == pytest.approx(-1, abs=0.4)  # round-off: ten times for a tenth of the step
    assert np.diff(errors)[8:] == pytest.approx(2, abs=0.1)  # truncation: a hundred times for ten times the step
    assert errors.min() < -9


def test_a_one_sided_check_has_its_best_step_elsewhere_and_is_worse_there():
    errors = np.log10(check_errors(GradientCheckV(), "no bug", "one-sided"))
    assert errors.argmin() in (4, 5, 6)
    assert np.diff(errors)[7:] == pytest.approx(1, abs=0.1)
    assert -8.5 < errors.min() < -7


@pytest.mark.parametrize("bug", list(planted.BUGS)[1:])
def test_with_a_bug_the_error_of_the_check_is_a_flat_line(bug):
    widget = GradientCheckV()
    errors = check_errors(widget, bug)[2:-3]  # where neither round-off nor truncation is larger than the bug
    assert errors.max() < 1.1 * errors.min()
    assert errors.min() > 5e-4
    widget.set(bug=bug, exponent=-6)
    assert "the gradient is wrong" in widget.reading(widget.now())


def test_the_network_of_the_check_has_a_right_gradient():
    p = np.random.default_rng(3).normal(size=31)
    measured = [(planted.network(p + e)[0] - planted.network(p - e)[0]) / 2e-6 for e in 1e-6 * np.eye(31)]
    assert planted.network(p)[1] == pytest.approx(np.array(measured), abs=1e-9)


def test_the_check_takes_the_learners_function_and_gradient():
    right, wrong = (GradientCheckV(lambda x: (x**4).sum(), grad, [1.0, 2.0], exponent=-6) for grad in (lambda x: 4 * x**3, lambda x: 4 * x))
    assert right.live
    assert right.now()["error"] < 1e-7 < 0.1 < wrong.now()["error"]
    assert "no control 'bug'" in str(pytest.raises(ValueError, right.set, bug="no bug").value)
    assert "NameError" in repr(GradientCheckV(lambda x: undefined, lambda x: x, [1.0]))  # noqa: F821


def test_a_gradient_dies_in_twenty_tanh_layers_with_small_weights():
    assert InitDepth().now()["ratio"] < 1e-8


def test_a_gradient_arrives_with_the_weights_of_xavier_or_through_a_skip():
    xavier, skip = InitDepth(weights="Xavier", activation=np.tanh), InitDepth(skip=True, activation=np.tanh)
    for seed in range(5):
        xavier.seed = skip.seed = seed
        xavier.prepare()
        skip.prepare()
        assert 0.05 < xavier.now()["ratio"] < 20
        assert skip.now()["ratio"] > 0.5


@pytest.mark.parametrize("norm", NORMS)
def test_the_gradient_of_a_layer_is_a_derivative(norm):
    rng, h = np.random.default_rng(1), 1e-6
    x, direction, da = rng.normal(size=(3, 6, 4))
    w = rng.normal(size=(4, 4))
    for skip in (False, True):
        up, down = (layer(x + step * direction, w, kernels.tanh, NORMS[norm], skip)[0] for step in (h, -h))
        _, backward = layer(x, w, kernels.tanh, NORMS[norm], skip)
        assert np.sum(backward(da) * direction) == pytest.approx(np.sum((up - down) * da) / (2 * h), rel=1e-5)


def test_init_depth_takes_the_learners_weights_and_activation():
    def init(fan_in, fan_out, rng):
        return rng.normal(0, 0.01, size=(fan_in, fan_out))

    widget = InitDepth(init=init, activation=np.tanh)
    assert widget.live
    assert widget.values["weights"] == widget.values["activation"] == "yours"
    assert widget.now()["ratio"] == pytest.approx(0.08**20, rel=0.9)
    assert "NameError" in repr(InitDepth(init=lambda fan_in, fan_out, rng: undefined))  # noqa: F821


def test_lr_finder_reads_a_tiny_mark_as_too_small_and_ten_times_the_blow_up_as_divergence():
    for seed in range(3):
        finder = LRFinder(seed=seed, train=True)
        frame = finder.now()
        blow_up = frame["rates"][np.argmax(frame["test"] > 1.1 * finder.first)]  # the curve has climbed above its beginning
        beyond = min(rate for rate in finder.trainings if rate >= 10 * blow_up)
        for rate, verdict in ((0.0001, "too small"), (0.1, "good"), (beyond, "diverges")):
            finder.set(pick=rate)
            assert finder.now()["verdict"] == verdict


def test_lr_finder_keeps_the_training_to_itself_until_a_mark_is_set():
    frame = LRFinder().now()
    assert frame["verdict"] == "not trained yet"
    assert np.ptp(frame["training"]) == 0


def test_smoothing_starts_without_bias_and_leaves_a_constant_alone():
    assert smooth([3.0, 5.0], 0.5) == pytest.approx([3.0, (0.5 * 3 + 5) / 1.5])
    assert smooth([2.0] * 20, 0.9) == pytest.approx([2.0] * 20)
    assert np.array_equal(smooth([1.0, 4.0], 0), [1.0, 4.0])


def test_lr_finder_takes_the_learners_model_and_puts_its_weights_back():
    rng = np.random.default_rng(0)
    model, x = MLP(3, 4, 1, rng=rng), rng.normal(size=(50, 3)).astype(np.float32)
    before = [p.data.copy() for p in model.parameters()]
    finder = LRFinder(model, x, x[:, :1], F.mse_loss, optimizer=Adam, batch_size=10, train=True)
    assert finder.question is None
    assert all(np.array_equal(p.data, old) for p, old in zip(model.parameters(), before, strict=True))
    assert finder.compute(**finder.values | {"pick": 0.0001})["verdict"] == "too small"


def test_ten_coefficients_meet_ten_points_and_miss_the_others():
    ninth, third, braked = Overfitting().now(), Overfitting(degree=3).now(), Overfitting(l2=0.01).now()
    assert ninth["train_error"] < 1e-6
    assert ninth["test_error"] > 10 * third["test_error"]
    assert braked["test_error"] < 0.2 * ninth["test_error"]
    assert braked["train_error"] > ninth["train_error"]


@pytest.mark.parametrize("brake", [{"p": 0.1}, {"stop": 1000}, {"n": 100}])
def test_every_brake_lowers_the_test_error_of_degree_nine(brake):
    assert Overfitting(**brake).now()["test_error"] < 0.2 * Overfitting().now()["test_error"]


def test_the_closed_form_is_where_gradient_descent_arrives():
    x, y = wave(10, 0.2, np.random.default_rng(1)).T
    powers, penalty = np.vander(x, 6, increasing=True), 0.01 * np.array([0, 1, 1, 1, 1, 1])
    penalty = penalty + 0.25 * (powers**2).mean(0) * np.array([0, 1, 1, 1, 1, 1])  # dropout with p = 0.2
    curvature = powers.T @ powers / 10 + np.diag(penalty)
    w = np.zeros(6)
    for _ in range(50):
        w -= (curvature @ w - powers.T @ y / 10) / np.linalg.eigvalsh(curvature)[-1]
    assert np.allclose(fitted(x, y, 5, 0.01, 0.2, 50), w)


def test_overfitting_takes_the_learners_points_and_keeps_a_third():
    points = np.column_stack([np.arange(12.0), 100 + np.arange(12.0) ** 2])
    frame = Overfitting(points, degree=2).now()
    assert (frame["count"], len(frame["test"])) == (8, 4)
    assert frame["test_error"] < 1e-6
    with pytest.raises(ValueError, match=r"points expected an array \(N, 2\)"):
        Overfitting(points[:5])
