"""The sentence under the panels is a template: `{z:.2f}` becomes a number, `{verdict}` a word. JavaScript reads it alike."""

import re

HOLE = re.compile(r"\{(\w+)(?::\.(\d)f)?\}")


def number(value, digits=2):
    """A number as the course prints it: fixed decimals, a true minus sign, never minus zero."""
    if value is None or value != value:
        return "NaN"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def fill(template, scope):
    """The template with its holes filled from a dictionary."""

    def filling(match):
        name, digits = match.groups()
        return str(scope[name]) if digits is None else number(scope[name], int(digits))

    return HOLE.sub(filling, template)
