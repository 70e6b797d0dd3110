"""`python -m benchmarks.widgets`: milliseconds from a key press to the new picture, in a headless Chromium.

From the time stamp of the key event to the first task after the frame in which the widget was drawn: on the self-contained pages, and in
a real JupyterLab, where the widgets that train also ask Python.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from dlcourse.widgets import WIDGETS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "widgets"))

from browser import MISSING, launched, opened  # noqa: E402
from lab import open_notebook, order, serving, settled, write_notebook  # noqa: E402

GOALS = {False: 34.0, True: 120.0}  # without Python, two frames at 60 Hz; with it
SLIDER, STEP = "input[type=range]", ".player button[aria-label^=Step]"
CLOCK = """(root) => {
    const channel = new MessageChannel(), times = [];
    let pressed = 0;
    root.times = times;
    root.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
        if (root.dataset.settled !== "true" || !pressed) return;
        const start = pressed;
        pressed = 0;
        // a message sent while a frame is made arrives after that frame has been painted
        channel.port1.onmessage = () => times.push(performance.now() - start);
        channel.port2.postMessage(0);
    }).observe(root, { attributes: true, attributeFilter: ["data-settled"] });
}"""


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widgets", description=__doc__)
    parser.add_argument("--presses", type=int, default=120, help="key presses per row (default: 120)")
    parser.add_argument("--json", metavar="FILE", help="also write the rows to FILE: name, where, key_on, p50_ms, p95_ms, goal_ms")
    args = parser.parse_args()
    with launched() as browser, tempfile.TemporaryDirectory() as folder:
        if browser is None:
            sys.exit(MISSING)
        rows = [*on_pages(browser, args.presses), *in_lab(browser, Path(folder), args.presses)]
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0 if all(row["p95_ms"] <= row["goal_ms"] for row in rows) else 1


def on_pages(browser, presses):
    """A row for each widget that lives without a kernel."""
    for widget in (make() for make in WIDGETS):
        if not widget.live:
            page = opened(browser, widget.to_html())
            page.locator(".quiet").click()
            yield row(widget, "page", "slider", timed(page.locator(".dl-widget"), SLIDER, presses))
            page.context.close()


def in_lab(browser, folder, presses):
    """A row for each widget in one notebook of a real JupyterLab, and one more where there is a Step."""
    write_notebook(folder / "widgets.ipynb", [f"from dlcourse.widgets import {make.__name__}\n{make.__name__}()" for make in WIDGETS])
    with serving(folder) as address:
        page = open_notebook(browser, address, "widgets.ipynb", height=700 * len(WIDGETS))
        order(page, "notebook:run-all-cells")
        settled(page, len(WIDGETS))
        for question in page.locator(".quiet").all()[::-1]:
            question.click()
        for i, widget in enumerate(make() for make in WIDGETS):
            root = page.locator(".dl-widget").nth(i)
            yield row(widget, "JupyterLab", "slider", timed(root, SLIDER, presses))
            if root.locator(STEP).count():
                yield row(widget, "JupyterLab", "Step", timed(root, STEP, presses))


def timed(root, target, presses):
    """Milliseconds of each press: an arrow key on the first slider, there and back, or Enter on a button."""
    element = root.locator(target).first
    keys = ("Enter", "Enter") if target == STEP else ("ArrowRight", "ArrowLeft")
    if target == SLIDER and not element.evaluate("(n) => n.value < Number(n.max)"):
        keys = keys[::-1]
    root.evaluate(CLOCK)
    element.focus()
    for i in range(presses):
        time.sleep(random.uniform(0.02, 0.06))  # at any moment of a frame
        root.page.keyboard.press(keys[i % 2])
        root.page.wait_for_function("([root, n]) => root.times.length > n", arg=[root.element_handle(), i])
    return root.evaluate("(root) => root.times")


def row(widget, where, key_on, times):
    """Print and return the median and the 95th percentile."""
    p50, p95 = np.percentile(times, [50, 95])
    name, goal = type(widget).__name__, GOALS[widget.live]
    print(f"{name:14}{where:12}{key_on:8} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   goal {goal:.0f} ms", flush=True)
    return {"name": name, "where": where, "key_on": key_on, "p50_ms": p50, "p95_ms": p95, "goal_ms": goal}


if __name__ == "__main__":
    sys.exit(main())
