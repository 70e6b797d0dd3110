"""A widget as a piece of a page: in a site without a kernel it is drawn by the same module, from its first frame."""

from itertools import count

from dlcourse.widgets import Explorable
from dlcourse.widgets.page import fragment

_numbers = count(1)


def embed():
    """From now on widgets show themselves as pieces of a page. What asks Python at each change keeps its picture."""
    Explorable._repr_mimebundle_ = as_html


def as_html(widget, **_):
    data, metadata = widget._picture(widget.now())._repr_mimebundle_()
    if widget.live:
        return data, metadata
    return {"text/html": fragment(widget, f"widget-{next(_numbers)}"), "text/plain": repr(widget)}, {}
