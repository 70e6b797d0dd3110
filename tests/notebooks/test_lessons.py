"""Every committed notebook: made from its source, complete in its anatomy, readable by everyone, small."""

import re
from pathlib import Path
from statistics import median

import nbformat
import pytest

from dlcourse.authoring.pairs import disagreements

ROOT = Path(__file__).parents[2]
HEADINGS = ["Predict", "Explore", "Build", "Check", "Use", "The aha", "Misconceptions", "Exercises", "Summary"]
LARGEST = 500_000  # bytes
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
MACHINE = re.compile(r"/(?:home|root|tmp|Users)/|\b0x[0-9a-f]{6,}|ipykernel_\d+")


def notebooks(folder):
    """The notebooks of a folder as parameters; where there is none yet, one that is skipped and says so."""
    paths = sorted((ROOT / folder).glob("*.ipynb"))
    nothing = pytest.param(None, marks=pytest.mark.skip(reason=f"{folder}/ holds no notebook yet"))
    return [pytest.param(path, id=f"{folder}/{path.stem}") for path in paths] or [nothing]


LESSONS, SOLUTIONS, EXERCISES = notebooks("lessons"), notebooks("solutions"), notebooks("exercises")
WITH_EXERCISES = [lesson for lesson in LESSONS if lesson.id != "lessons/00_start"]  # the start is no lesson: it has a map and questions


def test_notebooks_and_exercises_agree_with_their_sources():
    assert disagreements(ROOT) == []


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_asks_a_question_and_says_how_long_it_takes(path):
    first = cells(path)[0].source
    assert re.match(rf"# {path.stem[:2]} .*\?$", first.splitlines()[0])
    assert re.search(r"\d+ minutes", first)


@pytest.mark.parametrize("path", WITH_EXERCISES)
def test_a_lesson_has_its_parts_in_order(path):
    found = [line[3:].strip() for cell in cells(path, "markdown") for line in cell.source.splitlines() if line.startswith("## ")]
    assert found == HEADINGS


@pytest.mark.parametrize("path", WITH_EXERCISES)
def test_a_lesson_goes_in_small_steps_and_shows_them(path):
    code = cells(path, "code")
    assert lines(code[0]) <= 4, "the set-up cell is longer than four lines"
    assert median(lines(cell) for cell in code) <= 4
    pictures = [output for output in outputs(path) if "image/png" in output.get("data", {})]
    assert len(pictures) >= 5


@pytest.mark.parametrize("path", WITH_EXERCISES)
def test_a_lesson_states_its_claim_as_an_assertion(path):
    """Between the headings The aha and Misconceptions stands an `assert`."""
    texts = [cell.source for cell in cells(path)]
    start, end = (next(n for n, text in enumerate(texts) if f"## {part}" in text.splitlines()) for part in ("The aha", "Misconceptions"))
    assert any(re.search(r"^\s*assert ", text, re.MULTILINE) for text in texts[start:end])


@pytest.mark.parametrize("path", WITH_EXERCISES)
def test_a_lesson_leads_to_its_exercises(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert f"../exercises/{path.stem}.ipynb" in LINK.findall(text)


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS + EXERCISES)
def test_links_lead_somewhere(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS)
def test_every_picture_says_what_it_shows(path):
    for output in outputs(path):
        for picture in output.get("data", {}).keys() & {"image/png", "image/jpeg", "image/svg+xml"}:
            assert len(output.metadata.get(picture, {}).get("alt", "")) > 20
        for image in re.findall(r"<img[^>]*>", str(output.get("data", {}).get("text/html", ""))):
            assert re.search(r'\balt="[^"]{20,}', image)


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS)
def test_outputs_hold_no_widget_state_and_nothing_of_the_machine(path):
    assert "widgets" not in nbformat.read(path, 4).metadata
    for output in outputs(path):
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
        assert not MACHINE.search(str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", "")))
        assert output.get("name") != "stderr"


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS + EXERCISES)
def test_a_notebook_is_small_and_valid(path):
    assert path.stat().st_size < LARGEST
    nbformat.validate(nbformat.read(path, 4))


@pytest.mark.parametrize("path", SOLUTIONS)
def test_every_solution_passes_its_check(path):
    checks = [cell for cell in cells(path, "code") if "check" in cell.metadata.get("tags", ())]
    assert checks
    for cell in checks:
        assert "passed" in str(cell.outputs), cell.source


@pytest.mark.parametrize("path", EXERCISES)
def test_an_exercise_shows_no_answer(path):
    stubs = [cell for cell in cells(path, "code") if "NotImplementedError" in cell.source]
    checks = [cell for cell in cells(path, "code") if cell.source.startswith("check(")]
    assert len(stubs) == len(checks) > 0
    assert not list(outputs(path))


def cells(path, kind=None):
    """The cells of a notebook, all or of one kind."""
    return [cell for cell in nbformat.read(path, 4).cells if kind in (None, cell.cell_type)]


def outputs(path):
    """All outputs of a notebook."""
    return [output for cell in cells(path, "code") for output in cell.outputs]


def lines(cell):
    """The lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())
