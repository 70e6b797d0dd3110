"""The front end of a widget: anywidget loads one module, so the core and the panels in use are put one after the other."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "js"
CORE = ("numbers", "plot", "theme", "controls", "app", "predict", "views", "core")
FILES = {"field": "plane", "scatter": "plane", "grid": "tiles", "image": "tiles"}


def module(kinds, extras=("forms", "player")):
    """The JavaScript module for these panel kinds, without comments and indentation. extras: what only some widgets need."""
    panels = {f"panels/{FILES.get(kind, kind)}" for kind in kinds}
    return "\n".join(_read(f"{name}.js") for name in (*CORE, *extras, *sorted(panels))) + "\nexport default { render };\n"


def style():
    """The style sheet, shared by all widgets."""
    return _read("widgets.css")


@cache
def _read(name):
    """A file of the front end without its comments, its indentation, and most of its spaces."""
    text = (HERE / name).read_text(encoding="utf-8")
    text = re.sub(r"^\s*(//.*)?\n|^[ \t]+|(?<=[;,{}]) // [^\"'`\n]*$", "", text, flags=re.MULTILINE)
    return "\n".join(line if set(line) & set("\"'`/") else re.sub(r" (=>|=) |(,) ", r"\1\2", line) for line in text.split("\n"))
