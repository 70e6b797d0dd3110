"""An Explorable is one question made movable: Python computes a frame for every state, JavaScript shows it."""

import inspect
import textwrap

import anywidget
import traitlets

from dlcourse.palette import DARK, LIGHT
from dlcourse.widgets.assets import module, style
from dlcourse.widgets.controls import Player
from dlcourse.widgets.failure import explain
from dlcourse.widgets.frame import Frame, pack
from dlcourse.widgets.reading import fill
from dlcourse.widgets.sweep import sweep


def source(function):
    """The text of a function, or a comment with its name where there is none, as for one written in C or typed at a prompt."""
    try:
        return textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        return f"# {getattr(function, '__name__', function)}"


class Explorable(anywidget.AnyWidget):
    """Subclass it, name the controls and panels, and write `compute(self, **values) -> Frame`. The docstring's first line is the heading.

    Three ways to stay quick: what `closed_form` lists is recomputed in JavaScript, `swept` controls are computed once for all their
    values, and with neither each change asks Python.
    """

    spec = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)

    question = None
    controls = ()
    panels = ()
    sentence = ""
    closed_form = ()
    more_forms = ()  # files of closed forms beside forms.js
    swept = ()

    def __init__(self, **start):
        self._check(start)
        self.constants = self.prepare()
        state = {control.name: control.value for control in self.controls} | start
        super().__init__(spec=self._describe(state), state=state)
        self.frame = self._first_frame()

    def prepare(self):
        """What does not depend on the state (axes, data): computed once, kept in `self.constants`, part of every frame."""
        return Frame()

    def compute(self, **values):
        """The frame of one state. Every widget writes its own."""
        raise NotImplementedError(f"{type(self).__name__} expected a method compute(self, {', '.join(self.names)}) that returns a Frame.")

    def set(self, **changes):
        """Move controls from Python: `widget.set(w1=2, b=0)`. Raises ValueError for an unknown name or a value out of range."""
        self._check(changes)
        self.state = self.state | changes

    def to_html(self):
        """One self-contained page, alive without a kernel unless the widget is live."""
        from dlcourse.widgets.page import page

        return page(self)

    @property
    def title(self):
        return inspect.getdoc(type(self)).splitlines()[0]

    @property
    def live(self):
        """Whether each change asks Python (the learner's own function, training), so that a page without a kernel stands still."""
        return not self.closed_form and not self.swept

    @property
    def names(self):
        return [control.name for control in self.controls]

    @property
    def values(self):
        """The state as `compute` gets it: the controls' values and nothing else."""
        return {name: self.state[name] for name in self.names}

    @property
    def code(self):
        """The functions that Show code shows."""
        return (type(self).compute,)

    def now(self):
        """Everything that the current state shows: constants, controls and frame in one dictionary."""
        return self.constants | self.values | self.compute(**self.values)

    def reading(self, scope):
        """The sentence under the panels, for what `now` gave."""
        return fill(scope.get("sentence", self.sentence), scope)

    def alt(self, scope):
        """What the picture shows, in words."""
        seen = " ".join(f"{panel.label}: {fill(panel.alt, scope)}" for panel in self.panels)
        return f"{self.title} {seen} {self.reading(scope)}"

    @traitlets.observe("state")
    def _answer(self, change):
        if self.live and change.old:
            self.frame = self._look(revision=change.new.get("revision", 0))

    def _first_frame(self):
        if not self.swept:
            return self._look()
        items, notes = sweep(self, self.values)
        return pack(self.constants | items, swept=notes)

    def _look(self, **notes):
        """A packed frame, or a packed sentence that says where the learner's function failed."""
        try:
            return pack(self.constants | self.compute(**self.values), **notes)
        except Exception as error:  # the learner's function may raise anything
            return pack(Frame(), error=explain(error), **notes)

    def _check(self, changes):
        known = {control.name: control for control in self.controls}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"{type(self).__name__} has no control {name!r}. It has: {', '.join(known)}.")
            known[name].check(value)

    def _describe(self, start):
        return {
            "name": type(self).__name__,
            "title": self.title,
            "question": self.question.describe() if self.question else None,
            "controls": [control.describe() for control in self.controls],
            "panels": [panel.describe() for panel in self.panels],
            "sentence": self.sentence,
            "start": start,
            "closed_form": self.closed_form,
            "live": self.live,
            "colours": {"light": LIGHT, "dark": DARK},
            "code": "\n\n".join(map(source, self.code)),
        }

    @property
    def _esm(self):
        has_player = any(isinstance(control, Player) for control in self.controls)
        extras = [name for name, needed in (("forms", self.closed_form), ("player", has_player)) if needed]
        more = self.more_forms if self.closed_form else ()
        return module({type(panel).__name__.lower() for panel in self.panels}, (*extras, *more))

    @property
    def _css(self):
        return style()

    def __repr__(self):
        try:
            return f"{type(self).__name__}: {self.title} {self.reading(self.now())}"
        except Exception as error:  # the learner's function may raise anything
            return f"{type(self).__name__}: {self.title} {explain(error)}"

    def _repr_mimebundle_(self, **_):
        """The live view; beside it, for wherever there is none, a picture and a sentence."""
        data, metadata = super()._repr_mimebundle_()
        try:
            still, alt = self._picture(self.now())._repr_mimebundle_()
            return still | data, metadata | alt
        except Exception:  # the live view itself says what the learner's function did
            return data, metadata

    def _picture(self, scope):
        from dlcourse.widgets.still import picture

        return picture(self.panels, scope, self.title, self.reading(scope), self.alt(scope))
