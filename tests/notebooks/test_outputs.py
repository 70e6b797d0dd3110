"""What counts as the same output."""

import base64
import io

import numpy as np
import pytest
from nbformat.v4 import new_output
from PIL import Image

from dlcourse.authoring.outputs import LOST, difference, lost_ink, same_text
from dlcourse.viz import figure
from dlcourse.viz.picture import Picture

SAME = [
    ("loss 2.3026", "loss 2.3027"),  # the last digit
    ("accuracy 93.4 %", "accuracy 93.5 %"),  # three digits that round to the other side
    ("[0.12573022 0.64042265]", "[0.12573031 0.64042261]"),
    ("[ 1.2e-09 3.4e-01]", "[-3.1e-08 3.4e-01]"),  # rounding errors differ between processors, in size and sign
    ("1.25e-04", "1.26e-04"),
    ("(2, 3) float32", "(2, 3) float32"),
]
DIFFERENT = [
    ("loss 2.30", "loss 2.32"),
    ("accuracy 0.5", "accuracy 0.6"),
    ("[0. 1.]", "[1. 1.]"),
    ("467 of 500", "468 of 500"),
    ("(2, 3)", "(2, 4)"),
    ("float32", "float64"),
    ("x1", "x2"),
    ("-0.534", "0.534"),
    ("1.25e-04", "1.25e-03"),
    ("3", "3.0"),
    ("0.25 0.50", "0.25 0.50 0.75"),
    ("row sums: 1.00", "column sums: 1.00"),
    ("nan", "0.123"),
]


@pytest.mark.parametrize(("reference", "text"), SAME)
def test_the_same_text(reference, text):
    assert same_text(reference, text)
    assert same_text(text, reference)


@pytest.mark.parametrize(("reference", "text"), DIFFERENT)
def test_different_text(reference, text):
    assert not same_text(reference, text)
    assert not same_text(text, reference)


def curve(values, title="A line", width=6.4):
    fig, axes = figure(title=title, width=width)
    axes.plot(values, linewidth=1.5)
    axes.set_ylim(-3, 3)
    return Picture.of(fig, "a line").png


def digits(numbers):
    """White rings and crosses on black, as MNIST has its digits: PNG."""
    tiles = [np.pad(np.kron(SHAPES[number], np.ones((12, 12))), 14) for number in numbers]
    fig, axes = figure(height=1)
    axes.imshow(np.hstack(tiles), cmap="gray")
    return Picture.of(fig, "digits").png


SHAPES = [np.array(rows) for rows in ([[1, 1, 1], [1, 0, 1], [1, 1, 1]], [[0, 1, 0], [1, 1, 1], [0, 1, 0]])]


def wave(shift=0.0):
    return np.sin(np.linspace(0, 10, 200)) + shift


def test_a_picture_equals_itself_and_its_last_digits():
    assert lost_ink(curve(wave()), curve(wave())) == 0
    assert lost_ink(curve(wave()), curve(wave() * (1 + 1e-3))) < LOST


def test_a_moved_curve_a_shorter_curve_and_another_size_are_other_pictures():
    reference = curve(wave())
    for other in (curve(wave(0.2)), curve(wave()[:150]), curve(wave(), width=6.5)):
        assert lost_ink(reference, other) > LOST


def test_one_digit_of_ten_makes_another_picture():
    assert lost_ink(digits([0, 1] * 5), digits([0, 1] * 5)) == 0
    assert lost_ink(digits([0, 1] * 5), digits([0, 1] * 4 + [0, 0])) > LOST


def test_another_colour_is_another_picture():
    blue, red = ({"data": {"image/png": _solid(colour)}} for colour in ((0, 0, 255), (255, 0, 0)))
    assert not difference([display(**blue)], [display(**blue)])
    assert "ink" in difference([display(**blue)], [display(**red)])


def _solid(colour):
    pixels = np.full((20, 20, 3), 255, np.uint8)
    pixels[5:15, 5:15] = colour
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    return base64.b64encode(png.getvalue()).decode()


def display(**parts):
    return new_output("display_data", **parts)


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def text(plain):
    return new_output("execute_result", data={"text/plain": plain})


def error(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[])


def test_outputs_agree_but_for_stderr_counts_and_widget_numbers():
    view = "application/vnd.jupyter.widget-view+json"
    widget = display(data={"text/plain": "a neuron", view: {"model_id": "4f"}})
    assert not difference([stream("a"), text("1")], [stream("a"), stream("warning", "stderr"), text("1")])
    assert not difference([display(data={"text/plain": "a neuron"})], [widget])
    assert not difference([error("ValueError", "no")], [error("ValueError", "no")])


@pytest.mark.parametrize(
    ("reference", "outputs"),
    [
        ([text("1")], []),
        ([], [text("1")]),
        ([text("1")], [stream("1")]),
        ([stream("a")], [stream("b")]),
        ([error("ValueError", "no")], [error("TypeError", "no")]),
        ([error("ValueError", "no")], [error("ValueError", "yes")]),
        ([error("ValueError", "no")], []),
        ([display(data={"text/plain": "a", "text/html": "<b>a</b>"})], [display(data={"text/plain": "a"})]),
        ([display(data={"text/html": "<td>0.934</td>"})], [display(data={"text/html": "<td>0.834</td>"})]),
    ],
)
def test_outputs_differ(reference, outputs):
    assert difference(reference, outputs)
