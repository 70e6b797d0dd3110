"""The pages: everything a learner is to read, nothing that could run, and legible on each screen."""

from html.parser import HTMLParser

import pytest

from dlcourse.cli.doctor import chromium
from dlcourse.grading import feedback
from dlcourse.grading.gradebook import Entry, Learner
from dlcourse.grading.report import Example, Report

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\ud800"
FORBIDDEN = {"script", "img", "iframe", "object", "embed", "link", "form", "svg"}


def report(id, verdict, **more):
    return Report(id, 1, verdict, 7, **more)


def entry(learner, *reports, code="", problem="", file="03.ipynb", submitted="2026-11-20T12:00:00+00:00", due=""):
    return Entry("folder", f"{learner}/{file}", learner, submitted, due, "sha", code, "rules", "bubblewrap", problem, reports)


MISTAKE = report(
    "softmax",
    "mistake",
    sentence="Your columns sum to 1.",
    mistake="softmax over the batch axis",
    see="03, Build: softmax",
    example=Example((("logits", "[[1. 0.]]"),), "[[0.7 0.3]]", "[[1. 1.]]"),
)
RIGHT = report("neuron", "passed", sentence="Right on all 5 cases.")
CLASS = [
    Learner("ada", (entry("ada", RIGHT, MISTAKE, due="2026-11-20T11:00:00+00:00"),)),
    Learner("bob", (entry("bob", MISTAKE, report("cross_entropy", "wrong", sentence="Too large.")),)),
    Learner(EVIL, (entry(EVIL, report("neuron", "error", sentence=f"It stopped with {EVIL}")), entry(EVIL, problem=EVIL, file="b.ipynb"))),
]
COLUMNS = ["neuron", "softmax", "cross_entropy"]


class Names(HTMLParser):
    """The names of all elements and attributes, and all addresses."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.addresses += [value for name, value in attributes if name in ("href", "src")]


@pytest.fixture
def pages(tmp_path):
    feedback.write(tmp_path / "pages", CLASS, COLUMNS, ["All learners get the same cases."])
    return {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "pages").iterdir()}


def test_a_page_for_each_learner_and_one_for_the_teacher(pages):
    assert set(pages) == {"index.html", *(feedback.page_name(learner.name) for learner in CLASS)}
    assert len(pages) == 4


def test_a_page_says_points_mistake_and_where_to_read(pages):
    page = pages["ada.html"]
    assert "100 points in 2 exercises" in page
    for said in ("softmax over the batch axis", "Your columns sum to 1.", "lesson 03, Build: softmax", "late by 1:00 h", "[[0.7 0.3]]"):
        assert said in page
    assert "bob" not in page


def test_the_index_counts_the_mistakes_of_the_class(pages):
    assert feedback.mistakes(CLASS, COLUMNS) == [
        ("softmax", "softmax over the batch axis", 2, 2, "Your columns sum to 1.", "03, Build: softmax")
    ]
    assert "2 of 2" in pages["index.html"]


def test_the_most_frequent_mistake_comes_first():
    other = report("neuron", "mistake", mistake="the bias is forgotten", sentence="No bias.")
    learners = [*CLASS, *(Learner(name, (entry(name, other),)) for name in ("cleo", "dan", "eve"))]
    assert [row[2] for row in feedback.mistakes(learners, COLUMNS)] == [3, 2]


def test_nothing_runs_and_nothing_is_loaded(pages):
    for page in pages.values():
        found = Names(page)
        assert not found.tags & FORBIDDEN
        assert not [name for name in found.attributes if name.startswith("on")]
        assert all(address in pages for address in found.addresses)
        assert "default-src 'none'" in page


@pytest.mark.parametrize("name", ["index", "Ada", "ada ", "\u674e\u96f7", "../../etc/passwd", "a" * 300, "", EVIL, "con/\\:*?"])
def test_page_names_are_plain_and_of_ones_own(name):
    page = feedback.page_name(name)
    assert page.isascii() and len(page) < 80 and "/" not in page and page.endswith(".html")
    assert page not in ("index.html", feedback.page_name("ada"))


def test_the_same_again_is_the_same_bytes(pages, tmp_path):
    feedback.write(tmp_path / "again", CLASS, COLUMNS, ["All learners get the same cases."])
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "again").iterdir()} == pages


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 900])
def test_pages_are_legible_on_every_screen(dark, width, pages):
    if chromium() is None:
        pytest.skip("no Chromium here")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme="dark" if dark else "light", offline=True)
        tab, said = context.new_page(), []
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        for page in pages.values():
            tab.set_content(page.replace(feedback.POLICY, ""))  # axe is a script
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert Axe().run(tab).response["violations"] == []
        assert said == []
        browser.close()
