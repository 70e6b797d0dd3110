"""The widgets in a real JupyterLab: its kernel, its keys, its theme. One server and one open notebook for all tests of this file."""

import pytest
from lab import open_notebook, order, serving, settled, write_notebook

from dlcourse.widgets import WIDGETS

NAMES = [make.__name__ for make in WIDGETS]
CELLS = [f"from dlcourse.widgets import {name}\n{name.lower()} = {name}()\n{name.lower()}" for name in NAMES]
PIXELS = """(canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, i) => data.subarray(4 * i, 4 * i + 4));
}"""
SURFACES = {"light": (255, 255, 255), "dark": (17, 17, 17)}  # JupyterLab's own --jp-layout-color0
ASK = "print(playground.values['data'], playground.values['drawn'])"
TALL = 700 * len(NAMES)  # all widgets in view, since JupyterLab draws no cell that is far away


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "widgets.ipynb", [*CELLS, ASK])
    with serving(folder) as address:
        page = open_notebook(chromium, address, "widgets.ipynb", height=TALL)
        order(page, "notebook:run-all-cells")
        settled(page, len(NAMES))
        for question in page.locator(".quiet").all()[::-1]:
            question.click()
        settled(page, len(NAMES))
        yield page
        page.context.close()


@pytest.fixture(autouse=True)
def no_complaint(page):
    """JupyterLab itself logs nothing here, so anything in the console, and any request to elsewhere, is ours."""
    yield
    assert page.problems == []


@pytest.fixture(params=NAMES)
def widget(page, request):
    return page.locator(".dl-widget").nth(NAMES.index(request.param))


@pytest.fixture
def playground(page):
    return page.locator(".dl-widget").nth(NAMES.index("Playground"))


def test_every_cell_ran_and_shows_its_widget(page, widget):
    assert page.locator(".jp-RenderedText[data-mime-type*=error]").count() == 0
    assert widget.locator(".reading").is_visible()
    for canvas in widget.locator("canvas").all():
        assert inked(canvas) > 100


def inked(canvas):
    """How many pixels are not transparent."""
    return canvas.evaluate_handle(PIXELS).evaluate("(rgba) => rgba.filter((p) => p[3] > 0).length")


def test_arrow_keys_move_the_control_and_not_the_notebook(page, widget):
    slider = widget.locator("input[type=range]").first
    slider.focus()  # which makes its cell the active one
    before, cell = reading(widget), active_cell(page)
    outputs = [widget.locator("output").first.text_content()]
    room = slider.evaluate("(node) => node.max - node.value >= 2 * node.step")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft") if room else ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        settled(page, len(NAMES))
        outputs.append(widget.locator("output").first.text_content())
    assert outputs[0] != outputs[1] != outputs[2]
    assert outputs[3] == outputs[1]
    assert reading(widget) != before
    assert slider.evaluate("(node) => node === document.activeElement")
    assert active_cell(page) == cell


def reading(widget):
    return widget.locator(".reading").text_content()


def active_cell(page):
    return page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex")


def test_letters_on_a_button_are_not_commands_of_the_notebook(page, widget):
    widget.get_by_role("button", name="Reset").last.focus()
    for key in "abxmy":  # insert above, insert below, cut, Markdown, code
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(NAMES) + 1
    assert page.locator(".jp-MarkdownCell").count() == 0


def test_play_trains_in_front_of_ones_eyes_and_stops(page, playground):
    playground.get_by_role("button", name="Start again").click()
    settled(page, len(NAMES))
    assert step(playground) == 0
    playground.get_by_role("button", name="Play").focus()
    page.keyboard.press("Space")
    seen = [step(playground)]
    while seen[-1] < 500:
        page.wait_for_function("([node, last]) => Number(node.textContent) > last", arg=[step_node(playground), seen[-1]])
        seen.append(step(playground))
    page.keyboard.press("Space")
    page.wait_for_function("(node) => node.dataset.icon === 'play'", arg=playground.get_by_role("button", name="Play").element_handle())
    assert len(seen) > 10
    stopped = step(playground)
    page.wait_for_timeout(300)
    assert step(playground) == stopped
    assert f"After {stopped} steps 100 % of the training points" in reading(playground)


def step_node(playground):
    return playground.locator(".player output").element_handle()


def step(playground):
    return int(playground.locator(".player output").text_content())


def test_the_scrubber_goes_back_without_python(page, playground):
    last = step(playground)
    playground.locator(".player input").focus()
    for _ in range(3):
        page.keyboard.press("PageDown")
    settled(page, len(NAMES))
    assert step(playground) < last
    assert f"After {step(playground)} steps" in reading(playground)


def test_points_drawn_by_key_and_by_pointer_arrive_in_python(page, playground):
    plane = playground.locator(".area[role=application]")
    plane.focus()
    for key in ("0", "ArrowLeft", "ArrowLeft", "Enter"):  # two steps of 0.2 from the middle
        page.keyboard.press(key)
    page.keyboard.press("1")
    box = plane.bounding_box()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    settled(page, len(NAMES))
    assert playground.locator("select").first.input_value() == "drawn"
    assert "of 2 points are right" in reading(playground)
    first, second = drawn_in_python(page)
    assert first == [-0.4, 0.0, 0]
    assert second[2] == 1
    assert 0 < second[0] < 1.5
    assert 0 < second[1] < 1.5


def drawn_in_python(page):
    """What the last cell prints when it is run again: the name of the data and the points."""
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    output = cell.locator(".jp-OutputArea-output pre")
    page.wait_for_function("(node) => node.textContent.startsWith('drawn')", arg=output.element_handle())
    return eval(output.text_content().split(" ", 1)[1])


def test_the_theme_of_jupyterlab_is_followed(page, widget):
    for theme in ("dark", "light"):
        surface = SURFACES[theme]
        before = [pixels_of(surface, canvas) for canvas in widget.locator("canvas").all()]
        order(page, "apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        page.wait_for_selector("#jupyterlab-splash", state="detached")  # JupyterLab stumbles over a second change while this fades
        page.wait_for_function(
            "([name, count]) => document.querySelectorAll(`.dl-widget[data-theme=${name}][data-settled=true]`).length === count",
            arg=[theme, len(NAMES)],
        )
        assert widget.evaluate("(node) => getComputedStyle(node).backgroundColor") == f"rgb({', '.join(map(str, surface))})"
        after = [pixels_of(surface, canvas) for canvas in widget.locator("canvas").all()]
        assert all(a > b for a, b in zip(after, before, strict=True))


def pixels_of(colour, canvas):
    """How many pixels have this colour, as the rim of every text has that of the background."""
    pixels = canvas.evaluate_handle(PIXELS)
    return pixels.evaluate(
        "(rgba, colour) => rgba.filter((p) => p[3] === 255 && colour.every((v, i) => Math.abs(v - p[i]) < 5)).length", colour
    )
