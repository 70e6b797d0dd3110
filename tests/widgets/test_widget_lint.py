"""Every widget's description is complete: labels, alternative text, a question, names that exist, finite numbers at all corners."""

import itertools
import json
import re

import numpy as np

from dlcourse.widgets import Line, Live
from dlcourse.widgets.assets import HERE
from dlcourse.widgets.reading import HOLE, fill

SIZE = 48_000
MOST_CORNERS = 32


def corners(widget, most=MOST_CORNERS):
    """States at the ends of all controls; if there are many, `most` of them."""
    names = widget.names
    ends = [control.corners for control in widget.controls if control.name in names]
    states = [dict(zip(names, values, strict=True)) for values in itertools.product(*ends)]
    return states[:: -(-len(states) // most)]


def numbers_of(items):
    return np.concatenate([np.ravel(item).astype(float) for item in items.values() if isinstance(item, (np.ndarray, float, int))])


def test_it_asks_a_question_and_can_tell_why(widget):
    assert widget.title.endswith("?")
    assert widget.question.question.endswith("?")
    assert widget.question.why
    assert len(widget.question.choices) >= 2


def test_every_control_and_panel_has_a_label(widget):
    labels = [control["label"] for control in widget.spec["controls"]]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert all(panel.label and panel.alt for panel in widget.panels)


def test_every_template_can_be_filled(widget):
    scope = widget.now()
    for template in (widget.sentence, scope.get("sentence", ""), *(panel.alt for panel in widget.panels)):
        assert "{" not in fill(template, scope), template
        assert all(name in scope for name, _ in HOLE.findall(template))


def test_every_panel_names_items_that_exist(widget):
    scope = widget.now()
    for panel in widget.panels:
        named = [getattr(panel, key, "") for key in ("values", "boundary", "x", "rows", "names", "tangent", "draws", "cells", "columns")]
        named += [*getattr(panel, "mark", ()), *getattr(panel, "drag", ()), *getattr(panel, "arrow", ())]
        named += [curve.y for curve in panel.curves] if isinstance(panel, Line) else []
        assert [name for name in named if name and name not in scope] == []


def test_numbers_are_finite_at_all_corners(widget):
    for state in corners(widget, 6 if isinstance(widget, Live) else MOST_CORNERS):
        frame = widget.constants | widget.compute(**state)
        assert np.isfinite(numbers_of(frame)).all(), state


def forms_of(file):
    """The names that a file of closed forms adds to FORMS."""
    table = (HERE / f"{file}.js").read_text("utf-8").rsplit("FORMS", 1)[1]
    return re.findall(r"^  (\w+)[:,(]", table, re.MULTILINE)


def test_closed_forms_are_known_and_cover_what_changes(widget):
    if not widget.closed_form:
        assert widget.swept or widget.live
        return
    known = [name for file in ("forms", *widget.more_forms) for name in forms_of(file)]
    assert {form for _, form, *_ in widget.closed_form} <= set(known)
    assert {name for name, *_ in widget.closed_form} >= set(widget.compute(**widget.values))


def test_it_is_small(widget):
    assert len(widget._esm.encode()) + len(json.dumps(widget.spec).encode()) <= SIZE


def test_its_module_asks_for_nothing(widget):
    assert not re.search(r"https?://(?!www\.w3\.org)|\bimport\b|\bfetch\(|XMLHttpRequest|\beval\(", widget._esm)
