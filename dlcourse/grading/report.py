"""What is said about an attempt: the outcome of each case, and the report a learner reads.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

POINTS = {"passed": 100, "convention": 50, "mistake": 0, "wrong": 0, "error": 0, "not attempted": 0}
OPENINGS = {"passed": "passed", "convention": "almost", "not attempted": "not attempted"}
COLOURS = {"passed": "var(--jp-success-color1, #388e3c)", "not attempted": "var(--jp-border-color1, #9e9e9e)"}
TABLE = 'style="color: inherit; font: inherit; margin: 0"'
CELL = 'style="text-align: left; vertical-align: top; padding: 0.1em 1.5em 0.1em 0"'
COLOUR = "var(--jp-warn-color1, #f57c00)"


@dataclass(frozen=True)
class Failure:
    """Why a call gave no value: the kind of exception, what it said, and the learner's line, such as `line 3: y = x @ w`."""

    kind: str
    message: str
    line: str = ""

    def __str__(self):
        return f"{self.kind}: {self.message}" if self.message else self.kind


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a value, or a failure; and the positions of the arguments that it wrote into."""

    value: Any = None
    error: Failure | None = None
    changed_input: tuple[int, ...] = ()


@dataclass(frozen=True)
class Example:
    """One case as text: the arguments as (name, text) pairs, what was expected and what came."""

    arguments: tuple[tuple[str, str], ...]
    expected: str
    received: str


@dataclass(frozen=True, repr=False)
class Report:
    """The verdict on one attempt at one exercise, as text, as HTML and as a dictionary.

    `verdict` is "passed", "mistake", "convention", "wrong", "error" or "not attempted"; `sentence` says why.
    `mistake` is the name of the mistake or convention, `see` the place in the course that explains it.
    """

    id: str
    version: int
    verdict: str
    seed: int
    sentence: str = ""
    mistake: str | None = None
    see: str = ""
    example: Example | None = None

    @property
    def points(self):
        """0 to 100."""
        return POINTS[self.verdict]

    @property
    def mistake_id(self):
        """The name of the mistake as a slug, so that texts can be translated."""
        return slug(self.mistake) if self.mistake else None

    @property
    def title(self):
        """The exercise and the verdict in words: `softmax: not yet.`"""
        return f"{self.id}: {OPENINGS.get(self.verdict, 'not yet')}."

    @property
    def advice(self):
        """What to do next, a list of lines: the mistake's name and where to read on, a hint, how to repeat it. Empty once passed."""
        if self.verdict == "passed":
            return []
        named = f'This is exactly "{self.mistake}".' if self.mistake else ""
        read = f"Look at lesson {self.see}." if self.see else ""
        hint = f'`hint("{self.id}")` gives the next hint.'
        again = f'The same numbers again: `check("{self.id}", {self.id}, seed={self.seed})`.' if self.verdict != "not attempted" else ""
        return [line for line in (f"{named} {read}".strip(), f"{hint} {again}".strip()) if line]

    @property
    def message(self):
        """All of it as plain text."""
        return "\n".join([f"{self.title} {self.sentence}".strip(), *_example_lines(self.example), *self.advice])

    def __repr__(self):
        return self.message

    def to_dict(self):
        """The plain form that `dlcourse grade --json` prints and the progress file keeps."""
        return {name: getattr(self, name) for name in ("id", "version", "verdict", "points", "mistake", "message", "seed")}

    def _repr_html_(self):
        """The verdict in words, its colour only beside them; text and ground are the notebook's own, light or dark."""
        style = f"border-left: 4px solid {COLOURS.get(self.verdict, COLOUR)}; padding: 0.2em 0 0.2em 0.8em; max-width: 60em"
        parts = [_paragraph(f"<strong>{escape(self.title)}</strong> {with_code(self.sentence)}")]
        if self.example:
            parts.append(_example_tables(self.example))
        parts += [_paragraph(with_code(line)) for line in self.advice]
        return f'<div role="group" aria-label="{escape(self.title)}" style="{style}">{"".join(parts)}</div>'


def slug(name):
    """`softmax over the batch axis` -> `softmax-over-the-batch-axis`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _example_lines(example):
    if example is None:
        return []
    arguments = ", ".join(f"{name} = {_one_line(text)}" for name, text in example.arguments)
    return [f"  for       {arguments}", f"  expected  {_one_line(example.expected)}", f"  yours     {_one_line(example.received)}"]


def _example_tables(example):
    """The arguments, one column each, and below them expected and received, side by side."""
    results = (("expected", example.expected), ("yours", example.received))
    tables = _table("The smallest case that fails", example.arguments) + _table("What it should give, and what it gives", results)
    return f'<div style="overflow-x: auto">{tables}</div>'


def _table(label, columns):
    heads = "".join(f'<th scope="col" {CELL}>{escape(name)}</th>' for name, _ in columns)
    texts = "".join(f'<td {CELL}><pre style="margin: 0; color: inherit">{escape(text)}</pre></td>' for _, text in columns)
    return f'<table aria-label="{label}" {TABLE}><thead><tr>{heads}</tr></thead><tbody><tr>{texts}</tr></tbody></table>'


def _paragraph(html):
    return f'<p style="margin: 0.3em 0">{html}</p>'


def with_code(text):
    """Escaped text, with `backticked` words as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _one_line(text):
    return re.sub(r"\[ | \]", lambda bracket: bracket[0].strip(), " ".join(text.split()))
