"""The built site in a real browser: every page without a kernel and without a network, in both themes, narrow and wide."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "widgets"))

from browser import MISSING, launched, settle, watch  # noqa: E402

from dlcourse.grading import bank  # noqa: E402
from dlcourse.site import build as site  # noqa: E402
from dlcourse.workspace import course_root  # noqa: E402

LESSONS = sorted(path.stem for path in (course_root() / "lessons").glob("*.ipynb"))
PAGES = [f"lessons/{name}" for name in LESSONS] + [f"exercises/{name}" for name in bank.CONTENTS]
BROKEN_FORMULAS = "[...document.querySelectorAll('mjx-merror, .math:not(:has(mjx-container))')].map((node) => node.textContent)"
WITHOUT_WORDS = "[...document.querySelectorAll('article img')].filter((node) => !node.alt.trim()).map((node) => node.src)"
OVERLAPS = """[...document.querySelectorAll('article p, article pre, article img, article table, article .dl-widget')]
    .filter((node) => node.checkVisibility() && !node.closest('.scroll, .dl-widget, .table-wrapper, pre, details, [style*=overflow-x]'))
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder of the site, built once."""
    return site.build(course_root(), tmp_path_factory.mktemp("web") / "site").parent


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        if browser is None:
            pytest.skip(MISSING)
        yield browser


@pytest.fixture
def visit(chromium, pages):
    """visit("lessons/02_the_neuron", width=360) -> the page, which lists its problems."""
    contexts = []

    def open_page(name, *, width=1280, dark=False, query=""):
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", offline=True)
        )
        page = contexts[-1].new_page()
        page.problems = watch(page, allowed=("file:", "about:", "blob:", "data:"))
        page.goto((pages / f"{name}.html").as_uri() + query)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_the_first_page_leads_to_every_lesson_and_exercise(visit):
    page = visit("index")
    links = page.eval_on_selector_all("article a", "nodes => nodes.map((node) => node.getAttribute('href'))")
    assert {f"{name}.html" for name in PAGES} <= set(links)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["wide and light", "narrow and dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_without_a_network(visit, name, width, dark):
    page = visit(name, width=width, dark=dark)
    if page.locator(".math").count():
        page.wait_for_function("() => window.MathJax?.startup?.promise")
        page.evaluate("MathJax.startup.promise")
    for widget in page.locator("div[id^=widget-]").all():
        settle(page, f"#{widget.get_attribute('id')} .dl-widget")
    assert page.problems == []
    assert page.evaluate(BROKEN_FORMULAS) == []
    assert page.evaluate(WITHOUT_WORDS) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_widget_answers_the_keyboard_and_follows_the_theme(visit):
    page = visit("lessons/03_activations_and_losses")
    widget = page.locator("#widget-1 .dl-widget")
    settle(page, "#widget-1 .dl-widget")
    widget.locator(".quiet").click()
    settle(page, "#widget-1 .dl-widget")
    before, light = widget.locator(".reading").text_content(), colour(widget)
    widget.locator("input[type=range]").first.press("ArrowRight")
    settle(page, "#widget-1 .dl-widget")
    assert widget.locator(".reading").text_content() != before
    while page.evaluate("document.body.dataset.theme") != "dark":
        page.locator(".theme-toggle:visible").click()
    assert colour(widget) != light
    assert page.problems == []


def colour(widget):
    return widget.evaluate("(node) => getComputedStyle(node).backgroundColor")


def test_search_finds_a_word_of_a_lesson(visit):
    page = visit("search", query="?q=overflows")
    page.locator("ul.search li a", has_text="03").first.wait_for()
    assert page.problems == []


def test_a_page_prints(visit):
    assert visit("lessons/02_the_neuron").pdf()[:4] == b"%PDF"


def test_a_widget_that_needs_python_is_a_picture(pages):
    text = (pages / "lessons" / "02_the_neuron.html").read_text(encoding="utf-8")
    assert "Playground" in text
    assert '"name": "Playground"' not in text  # the module would stand still


def test_a_widget_of_the_lessons_own_is_alive_too(pages):
    assert '"name": "Lamp"' in (pages / "lessons" / "02_the_neuron.html").read_text(encoding="utf-8")


def test_a_foreign_folder_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(site.BuildError, match="not a site that was built here"):
        site.build(course_root(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_build_that_fails_leaves_the_old_site(tmp_path, monkeypatch):
    old = tmp_path / "site"
    old.mkdir()
    (old / site.OURS).touch()
    (old / "index.html").write_text("old")
    course = tmp_path / "course"
    for folder in ("lessons", "exercises"):
        (course / folder).mkdir(parents=True)
    monkeypatch.setattr(site, "INDEX", "# One page\n\n[nowhere](missing.md)\n")
    with pytest.raises(site.BuildError, match="missing"):
        site.build(course, old)
    assert (old / "index.html").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course", "site"]


def test_without_sphinx_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(site.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(site.BuildError, match=r"start\.py site"):
        site.build(course_root(), tmp_path)
