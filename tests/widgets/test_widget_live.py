"""A live widget and its front end, joined by hand: what the page sends is handed to Python, and what Python shows to the page."""

import base64

import numpy as np
import pytest
from browser import settle

from dlcourse.widgets import Choice, Curve, Drawing, Field, Frame, Grid, Line, Live, Neuron, Player

# a model that keeps what the page sends and lets the test speak for Python
JOINT = """
const model = {
  listeners: {}, sent: [],
  get: (key) => data[key],
  set(key, value) { data[key] = value; },
  save_changes() { model.sent.push({ state: { ...data.state } }); },
  send(message) { model.sent.push(message); },
  on(event, listener) { model.listeners[event] = listener; },
  off() {},
};
window.model = model;
window.receive = (blob) => {
  data.frame = new DataView(Uint8Array.from(atob(blob), (c) => c.charCodeAt(0)).buffer);
  model.listeners["change:frame"]();
};
render("""


class Ripples(Live):
    """How far do the ripples reach?"""

    controls = (
        Choice("speed", (1, 2)),
        Drawing("stones", selects=("speed", 2)),
        Player("step", 30, stride=2),
    )
    panels = (
        Field(label="Water", alt="waves after {n} steps.", values="water", boundary="water", draws="stones", x_label="x", y_label="y"),
        Grid(label="Parts", alt="two parts.", values="parts", names="names"),
        Line(label="Height", alt="height at every step.", curves=(Curve("height", "height"),), x_label="step"),
    )
    sentence = "{n} steps at speed {speed}, {count} stones"

    def steps(self, speed, stones):
        side, n = np.linspace(-1, 1, 21), 0
        radius = np.hypot(side[None], side[:, None])

        def look():
            water = np.cos(6 * radius - 0.3 * n)
            parts = np.stack([water, -water])
            return Frame(n=n, count=len(stones), water=water, parts=parts, names=["up", "down"], height=np.cos(0.3 * np.arange(n + 1)))

        yield look
        while True:
            n += speed
            if stones and n == 8:
                raise ValueError("the stone sank")
            yield look


@pytest.fixture
def joined(show):
    """joined(widget) -> (page, exchange): exchange() carries all messages both ways until nobody has anything to say."""

    def join(widget):
        stand_in, script = "const model = {", widget.to_html().replace('"kernel": false', '"kernel": true')
        head, tail = script.split(stand_in)
        page = show(head + JOINT + tail.split("\nrender(", 1)[1])

        def exchange():
            for message in page.evaluate("model.sent.splice(0)"):
                if "state" in message:
                    widget.state = message["state"]
                else:
                    widget._hear(None, message, [])
            page.evaluate("(blob) => receive(blob)", base64.b64encode(widget.frame).decode())
            settle(page)

        return page, exchange

    return join


def reading(page):
    return page.locator(".reading").text_content()


def picture(page):
    return page.locator("canvas").first.evaluate("(canvas) => canvas.toDataURL()")


def button(page, name):
    return page.get_by_role("button", name=name)


def test_step_asks_python_and_scrubbing_does_not(joined):
    page, exchange = joined(Ripples())
    for n in (1, 2, 3):
        button(page, "Step").click()
        assert page.locator(".dl-widget").get_attribute("data-settled") == "false"
        exchange()
        assert reading(page) == f"{n} steps at speed 1, 0 stones"
    scrubber = page.locator(".player input")
    scrubber.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert reading(page) == "1 steps at speed 1, 0 stones"
    button(page, "Step").click()
    settle(page)
    assert reading(page) == "2 steps at speed 1, 0 stones"
    assert page.evaluate("model.sent") == []
    button(page, "Start again").click()
    exchange()
    assert reading(page) == "0 steps at speed 1, 0 stones"
    assert page.problems == []


def test_play_shows_what_arrives_and_pause_is_sent(joined):
    widget = Ripples()
    page, exchange = joined(widget)

    def first_picture_of_a_run():  # no loop runs here
        widget._task = "as if playing"
        widget.step(2)

    widget.play = first_picture_of_a_run
    button(page, "Play").click()
    exchange()
    assert button(page, "Play").get_attribute("data-icon") == "pause"
    button(page, "Play").click()
    assert [message["do"] for message in page.evaluate("model.sent")] == ["pause"]
    exchange()
    assert button(page, "Play").get_attribute("data-icon") == "play"
    assert reading(page) == "2 steps at speed 1, 0 stones"


def test_the_keys_of_the_player(joined):
    page, exchange = joined(Ripples())
    button(page, "Play").focus()
    page.keyboard.press("ArrowRight")
    exchange()
    assert reading(page).startswith("1 steps")
    page.keyboard.press("r")
    exchange()
    assert reading(page).startswith("0 steps")
    page.locator(".dl-widget").focus()
    page.keyboard.press("Space")
    assert [message["do"] for message in page.evaluate("model.sent")] == ["play"]


def test_points_are_drawn_by_mouse_and_by_keyboard(joined):
    widget = Ripples()
    page, exchange = joined(widget)
    area = page.locator("[role=application]")
    area.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "0", "Enter", "ArrowRight", "1", " "):
        page.keyboard.press(key)
    exchange()
    assert widget.state["stones"] == [[-0.2, 0.1, 0], [-0.1, 0.1, 1]]
    assert widget.state["speed"] == 2
    assert reading(page) == "0 steps at speed 2, 2 stones"
    page.keyboard.press("Delete")
    exchange()
    assert widget.state["stones"] == [[-0.2, 0.1, 0]]
    box = area.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 60, steps=10)
    page.mouse.up()
    exchange()
    drawn = widget.state["stones"][1:]
    assert 4 <= len(drawn) <= 11
    assert all(label == 1 for _, _, label in drawn)
    button(page, "Clear").click()
    exchange()
    assert widget.state["stones"] == []
    assert page.problems == []


def test_a_failure_is_an_alert_and_the_last_picture_stays(joined):
    widget = Ripples(stones=[[0, 0, 1]], speed=2)
    page, exchange = joined(widget)
    for _ in range(3):
        button(page, "Step").click()
        exchange()
    before = picture(page)
    button(page, "Step").click()
    exchange()
    assert "ValueError: the stone sank (line" in page.get_by_role("alert").text_content()
    assert reading(page) == "6 steps at speed 2, 1 stones"
    assert picture(page) == before
    page.set_viewport_size({"width": 500, "height": 700})
    page.wait_for_function("(before) => document.querySelector('canvas').toDataURL() !== before", arg=before)  # drawn anew
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_function("(before) => document.querySelector('canvas').toDataURL() === before", arg=before)
    button(page, "Clear").click()
    exchange()
    assert page.get_by_role("alert").count() == 0
    assert reading(page) == "0 steps at speed 2, 0 stones"


def test_the_learners_own_activation_is_computed_by_python(joined):
    widget = Neuron(activation=lambda z: np.where(z > 0, 1.0, 0.0))
    page, exchange = joined(widget)
    page.locator(".quiet").click()
    exchange()
    assert "so yours gives a = 0.00" in reading(page)
    slider = page.get_by_label("b", exact=True)
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
    exchange()
    assert widget.values["b"] == pytest.approx(-0.5)
    assert "= 0.50, so yours gives a = 1.00" in reading(page)


def test_python_may_move_the_controls(joined):
    widget = Ripples()
    page, exchange = joined(widget)
    widget.set(speed=2)
    page.evaluate("(state) => { model.set('state', state); model.listeners['change:state'](); }", widget.state)
    exchange()
    assert reading(page) == "0 steps at speed 2, 0 stones"
    assert page.get_by_label("2", exact=True).is_checked()
