"""Every widget on its self-contained page, in a real browser: by keyboard alone, in both themes, narrow and wide."""

import itertools
from pathlib import Path

import axe_playwright_python
import pytest
from browser import settle

from dlcourse.palette import DARK, LIGHT
from dlcourse.widgets import Neuron

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TALLEST = 560
TEXTS = (
    "h3, .verdict, .cell > label, .cell > output, .pills .name, .pills label, .toggle label, "
    "button, figcaption, canvas, .reading, summary, details[open] > .scroll"
)
BOXES = """(selector) => [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility()).map((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [node.outerHTML.slice(0, 60), left, top, right, bottom];
})"""
RENDER = "render({ model, el: document"
# the key that moves a control from where it stands; none for a radio button that is chosen already
KEY = """(node) => ({
    radio: node.checked ? "" : "Space",
    checkbox: "Space",
    "select-one": node.selectedIndex ? "ArrowUp" : "ArrowDown",
    range: node.value < Number(node.max) ? "ArrowRight" : "ArrowLeft",
})[node.type]"""
SPY = f"model.off = (event) => (window.gone = [...(window.gone ?? []), event]); window.stop = {RENDER}"


def skip_question(page):
    page.locator(".quiet").click()
    settle(page)


def reading(page):
    return page.locator(".reading").text_content()


def is_dead(widget):
    return widget.live


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 900])
def test_it_fits_and_is_accessible(show, html, widget, width, dark):
    page = show(html, width=width, dark=dark)
    assert serious(page) == []
    skip_question(page)
    assert overlaps(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert small_targets(page) == []
    if width == 900:
        assert page.locator(".dl-widget").bounding_box()["height"] <= TALLEST
    for name in ("Show code", "Table"):
        page.locator("summary", has_text=name).click()
    page.locator("table").first.wait_for()
    assert serious(page) == []
    assert overlaps(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []


def serious(page):
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [(v["id"], [node["html"][:100] for node in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]


def overlaps(page):
    """Pairs of texts or pictures that lie over one another by more than a pixel."""
    boxes = page.evaluate(BOXES, TEXTS)

    def meet(a, b):
        return min(a[3], b[3]) - max(a[1], b[1]) > 1 and min(a[4], b[4]) - max(a[2], b[2]) > 1

    return [(a[0], b[0]) for a, b in itertools.combinations(boxes, 2) if meet(a, b)]


def small_targets(page):
    boxes = page.evaluate(BOXES, "button, summary, select, input[type=range], .pills label, .toggle")
    return [box for box in boxes if box[3] - box[1] < 44 or box[4] - box[2] < 44]


def test_nothing_is_shown_before_the_prediction(show, html, widget):
    page = show(html)
    assert page.locator("canvas").first.is_hidden()
    wrong = next(choice for choice in widget.question.choices if choice != widget.question.answer)
    page.get_by_role("button", name=wrong, exact=True).click()
    settle(page)
    assert f"{wrong}: not quite, it is {widget.question.answer}, for" in page.locator(".verdict").text_content()
    assert page.locator("canvas").first.is_visible()


def test_the_keyboard_alone_moves_every_control(show, html, widget):
    if is_dead(widget):
        pytest.skip("computes in Python, so its page stands still; test_widget_live.py moves it")
    page = show(html)
    press_until(page, "Tab", "document.activeElement.classList.contains('quiet')")
    page.keyboard.press("Enter")
    settle(page)
    assert page.evaluate("document.activeElement.matches('.stage input, .stage select, .stage button')")
    for control in page.locator(".controls input, .controls select").all():
        before, key = [reading(page), *ink(page)], control.evaluate(KEY)
        if not key:
            continue
        control.focus()
        page.keyboard.press(key)
        settle(page)
        after = [reading(page), *ink(page)]
        assert after[0] != before[0], control.evaluate("(node) => node.outerHTML")
        assert after[1:] != before[1:], control.evaluate("(node) => node.outerHTML")
    start = reading(page)
    page.get_by_role("button", name="Reset").last.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert reading(page) == widget.reading(widget.now()) != start
    assert page.problems == []


def ink(page):
    return [canvas.evaluate("(canvas) => canvas.toDataURL()") for canvas in page.locator("canvas").all()]


def press_until(page, key, condition, most=40):
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(condition):
            return
    raise AssertionError(f"{condition} never held")


def test_the_notebook_leaves_the_keys_to_every_focusable_element(show, html):
    page = show(html)
    skip_question(page)
    open_to_keys = "button, input, select, summary, [tabindex]"
    bare = page.locator(f".dl-widget :is({open_to_keys}):not([data-lm-suppress-shortcuts])")
    assert [node.evaluate("(n) => n.outerHTML") for node in bare.all()] == []


def test_pictures_and_the_one_live_sentence_speak(show, html, widget):
    page = show(html)
    skip_question(page)
    labels = [canvas.get_attribute("aria-label") for canvas in page.locator("canvas[role=img]").all()]
    assert labels == [label for label in labels if label and "{" not in label]
    assert len(labels) == page.locator("canvas").count()
    assert page.locator("[aria-live]").count() == 1
    page.wait_for_function("document.querySelector('[role=status]').textContent.length > 10")


def test_the_notebooks_theme_wins_over_the_systems(show, html):
    page = show(html)
    skip_question(page)
    before = ink(page)
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.wait_for_selector(".dl-widget[data-theme=dark][data-settled=true]")
    style = page.locator(".dl-widget").evaluate("(n) => [getComputedStyle(n).color, n.style.getPropertyValue('--dl-surface')]")
    assert style == [rgb(DARK["ink"]), DARK["surface"].lower()]
    assert ink(page) != before
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    page.wait_for_selector(".dl-widget[data-theme=light][data-settled=true]")
    assert page.locator(".dl-widget").evaluate("(n) => getComputedStyle(n).color") == rgb(LIGHT["ink"])


def test_a_notebook_that_takes_the_widget_in_late_still_lends_its_background(show):
    background = "document.body.style.setProperty('--jp-layout-color0', '#222')"
    detached = f"{background}; const late = document.createElement('main'); render({{ model, el: late"
    html = Neuron().to_html().replace(f'{RENDER}.getElementById("widget")', detached)
    page = show(html.replace("late });", "late }); setTimeout(() => document.body.append(late), 100);"))
    page.wait_for_function("document.querySelector('.dl-widget').style.getPropertyValue('--dl-surface') === '#222222'", timeout=5000)


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_reduced_motion_stops_transitions(show, html):
    durations = []
    for motion in ("reduce", "no-preference"):
        page = show(html, reduced_motion=motion)
        durations.append(page.locator("button").first.evaluate("(n) => getComputedStyle(n).transitionDuration"))
    assert durations == ["0s", "0.15s"]


def test_what_render_returns_stops_everything(show, html):
    page = show(html.replace(RENDER, SPY))
    page.evaluate("window.stop()")
    assert sorted(page.evaluate("window.gone")) == ["change:frame", "change:state"]
    page.evaluate("document.querySelector('.dl-widget').dataset.settled = 'untouched'; document.body.dataset.jpThemeLight = 'false'")
    page.set_viewport_size({"width": 500, "height": 500})
    page.wait_for_timeout(200)
    assert page.locator(".dl-widget").get_attribute("data-settled") == "untouched"


def test_the_point_of_the_neuron_follows_the_pointer(show):
    page = show(Neuron().to_html())
    skip_question(page)
    box = page.locator("canvas").first.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 139, box["y"] + 125)
    page.mouse.up()
    settle(page)
    x1, x2 = (float(page.locator("output").nth(i).text_content().replace("−", "-")) for i in (0, 1))
    assert (x1, x2) == pytest.approx((0, 0), abs=0.2)


def test_a_question_that_was_answered_stays_answered(show):
    neuron = Neuron()
    neuron.state = neuron.state | {"prediction": "1"}
    page = show(neuron.to_html())
    assert "1: not quite, it is 0" in page.locator(".verdict").text_content()
    assert page.locator("canvas").first.is_visible()


def test_a_widget_that_needs_python_says_so_and_shows_its_failure(show):
    page = show(Neuron(activation=lambda z: 1 / 0).to_html())
    skip_question(page)
    assert "run its cell in JupyterLab" in page.locator(".note").text_content()
    assert "ZeroDivisionError: division by zero (line" in page.get_by_role("alert").text_content()
    assert page.locator("input").first.is_disabled()
    assert page.problems == []
