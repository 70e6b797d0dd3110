"""Figures: said in words, small, the same bytes for the same numbers, and one per cell however often they are redrawn."""

import ast
import base64
import inspect
import io
import subprocess
import sys

import numpy as np
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image
from traitlets.config import Config

from dlcourse import viz
from dlcourse.authoring.run import connection

RNG = np.random.default_rng(0)
POINTS, CLASSES = RNG.normal(size=(40, 2)), np.arange(40) % 2
WORDS = {"xlabel": "x", "ylabel": "y", "title": "a finding"}
DRAWN = {
    "lines": lambda alt: viz.lines({"a": [1, 2, 3], "b": [3, 2, 2]}, alt=alt, **WORDS),
    "lines of several runs": lambda alt: viz.lines({"a": np.eye(3)}, [1, 10, 100], xscale="log", points=True, alt=alt, **WORDS),
    "seven lines": lambda alt: viz.lines({str(k): [k, k + 0.01] for k in range(7)}, alt=alt, **WORDS),
    "images": lambda alt: viz.images(np.linspace(0, 1, 12 * 49).reshape(12, 49), alt=alt),
    "images and guesses": lambda alt: viz.images(np.ones((3, 5, 7)), [1, 2, 3], [1, 2, 5], alt=alt, title="one wrong"),
    "scatter2d": lambda alt: viz.scatter2d(POINTS, CLASSES, names=("no", "yes"), alt=alt),
    "boundary": lambda alt: viz.boundary(lambda x: 1 / (1 + np.exp(-x.sum(1))), POINTS, CLASSES, alt=alt),
    "boundary of a constant": lambda alt: viz.boundary(lambda x: np.full(len(x), 0.5), POINTS, CLASSES, alt=alt),
    "matrix": lambda alt: viz.matrix([[1, -2], [0.5, 0]], rows="ab", columns="cd", form=".1f", alt=alt),
    "matrix of counts": lambda alt: viz.matrix(np.arange(9).reshape(3, 3), form="d", alt=alt),
    "matrix of zeros": lambda alt: viz.matrix(np.zeros((2, 2)), alt=alt),
    "bars": lambda alt: viz.bars({"rules": 0.4, "network": 0.94}, highlight="network", form=".0%", alt=alt),
    "contours": lambda alt: viz.contours(lambda w: w[:, 0] ** 2, {"a walk": POINTS[:5]}, xlim=(-2, 2), ylim=(-1, 1), alt=alt),
    "live": lambda alt: viz.live(enumerate(np.linspace(2, 1, 50)), alt=alt),
}


class Screen(list):
    """Stands for the notebook: the pictures on it, in the order of their display."""

    def display(self, picture, display_id=None):
        self.append(picture)
        return Handle(self, len(self) - 1)


class Handle:
    def __init__(self, screen, place):
        self.screen, self.place, self.updates = screen, place, 0

    def update(self, picture):
        self.screen[self.place] = picture
        self.updates += 1


@pytest.fixture
def screen(monkeypatch):
    screen = Screen()
    monkeypatch.setattr("dlcourse.viz.picture.display", screen.display)
    return screen


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_one_small_picture_with_its_text(screen, name):
    DRAWN[name]("What it shows.")
    (picture,) = screen
    data, metadata = picture._repr_mimebundle_()
    png = base64.b64decode(data["image/png"])
    assert Image.open(io.BytesIO(png)).size[0] == 640 and len(png) < 30_000
    assert data["text/plain"] == repr(picture) == metadata["image/png"]["alt"] == "What it shows."
    assert data["text/html"].startswith('<img alt="What it shows." src="data:image/png;base64,')


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_numbers_give_the_same_bytes(screen, name):
    DRAWN[name]("a")
    DRAWN[name]("a")
    assert screen[0].png == screen[1].png
    assert b"matplotlib" not in screen[0].png and not Image.open(io.BytesIO(screen[0].png)).info.keys() & {"Software", "Creation Time"}


@pytest.mark.parametrize("function", [viz.bars, viz.boundary, viz.images, viz.lines, viz.live, viz.matrix, viz.scatter2d])
def test_alt_must_be_given(function):
    alt = inspect.signature(function).parameters["alt"]
    assert alt.kind is alt.KEYWORD_ONLY and alt.default is alt.empty


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_alt_must_say_something(screen, alt):
    with pytest.raises(ValueError, match="one sentence that says what it shows"):
        DRAWN["lines"](alt)
    assert not screen


def test_alt_reaches_the_exported_page():
    data, metadata = viz.Picture(b"png", 'a < b & "c"')._repr_mimebundle_()
    cell = new_code_cell("viz.lines(...)", outputs=[new_output("display_data", data=data, metadata=metadata)])
    page, _ = HTMLExporter(template_name="lab").from_notebook_node(new_notebook(cells=[cell]))
    assert """<img alt='a &lt; b &amp; "c"' src="data:image/png""" in page


def test_live_redraws_in_place_and_leaves_the_same_figure_as_a_silent_run(screen, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("dlcourse.viz.training.PAUSE", 0)
    losses = viz.live(enumerate(np.linspace(2, 1, 30)), alt="a")
    monkeypatch.setenv("TQDM_DISABLE", "1")
    viz.live(enumerate(np.linspace(2, 1, 30)), alt="a")
    assert len(screen) == 2 and screen[0].png == screen[1].png
    np.testing.assert_array_equal(losses, np.linspace(2, 1, 30))


def test_live_shows_what_it_has_when_training_fails(screen):
    def failing():
        yield from enumerate(np.linspace(2, 1, 30))
        raise FloatingPointError("the loss is nan")

    with pytest.raises(FloatingPointError):
        viz.live(failing(), alt="a")
    assert len(screen) == 1


def test_live_of_nothing_shows_nothing(screen):
    assert viz.live(iter(()), alt="a").shape == (0,)
    assert not screen


def test_live_leaves_one_output_in_a_notebook(tmp_path):
    source = "import dlcourse.viz.training as m\nm.PAUSE = 0\n_ = m.live(((k, 1 / (k + 1)) for k in range(20)), alt='falls')"
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, config=Config(KernelManager=connection(tmp_path))).execute()
    (output,) = notebook.cells[0].outputs
    assert output.data["text/plain"] == "falls"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: viz.lines({"a": [1, 2]}, [1, 2, 3], alt="a", **WORDS), "'a' has 2 values but x has 3"),
        (lambda: viz.images(np.ones((2, 50)), alt="a"), r"got \(2, 50\)"),
        (lambda: viz.images(np.ones(49), alt="a"), r"x\[None\]"),
        (lambda: viz.images(np.ones((2, 49)), [1], alt="a"), "2 pictures, but"),
        (lambda: viz.scatter2d(POINTS, CLASSES[:3], alt="a"), r"got \(40, 2\) and \(3,\)"),
        (lambda: viz.scatter2d(POINTS, np.arange(40), alt="a"), "y has 40"),
        (lambda: viz.boundary(lambda x: 1, POINTS, CLASSES, alt="a"), "must return one number for each"),
    ],
)
def test_bad_input_is_a_sentence(screen, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
    assert not screen


def test_viz_leaves_pyplot_alone():
    code = "import sys, dlcourse.viz; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_functions_stay_short():
    for module in [sys.modules[name] for name in sys.modules if name.startswith("dlcourse.viz.")]:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 25, f"{module.__name__}.{node.name}"
