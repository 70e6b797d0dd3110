"""When two runs of a cell say the same: words and integers exactly, floats nearly, pictures by their ink."""

import base64
import io
import re
from itertools import product

import numpy as np
from PIL import Image

from dlcourse.authoring.run import WIDGET_VIEW

RELATIVE = 1e-3  # between floats; the same code on another processor stays far below
NOISE = 1e-6  # numbers below are rounding errors, such as the difference to PyTorch: their size differs between processors
REACH = 3  # pixels a stroke may move
CONTRAST = 48  # of 255: from there on two colours differ
LOST = 0.004  # the last digits of floats lose up to 0.0005, one point of 120 or one digit of 50 more than 0.005

NUMBER = re.compile(r"\s*(?<![\w.])([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*", re.IGNORECASE)
EMBEDDED = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


def difference(reference, outputs):
    """How the outputs of a cell differ from its committed ones, as text; "" when they say the same. stderr does not count."""
    reference, outputs = _without_stderr(reference), _without_stderr(outputs)
    kinds, new_kinds = [[output.output_type for output in some] for some in (reference, outputs)]
    if kinds != new_kinds:
        return f"committed outputs: {kinds}\nnew outputs: {new_kinds}"
    found = [_output_difference(old, new) for old, new in zip(reference, outputs, strict=True)]
    return "\n".join(text for text in found if text)


def same_text(reference, text):
    """Equal but for the last digits of floats, and the blanks around numbers."""
    if reference == text:
        return True
    numbers, new_numbers = NUMBER.findall(reference), NUMBER.findall(text)
    if len(numbers) != len(new_numbers) or NUMBER.sub("#", reference) != NUMBER.sub("#", text):
        return False
    return all(map(same_number, numbers, new_numbers))


def same_number(reference, number):
    """Two numbers as printed: integers exactly, floats to RELATIVE or to one unit of the last of at least three digits."""
    if _is_integer(reference) or _is_integer(number):
        return reference.lstrip("+") == number.lstrip("+")
    old, new = float(reference), float(number)
    if max(abs(old), abs(new)) < NOISE:
        return True
    return abs(old - new) <= max(RELATIVE * abs(old), 1.01 * min(_last_place(reference), _last_place(number)))


def lost_ink(reference, picture):
    """How much of one PNG has no counterpart within REACH pixels in the other, per pixel of its strokes; 1 when their sizes differ.

    Strokes are pixels that differ from a neighbour, so that curves, heat maps and digits white on black count alike.
    """
    old, new = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16) for png in (reference, picture))
    if old.shape != new.shape:
        return 1.0
    return 0.0 if np.array_equal(old, new) else max(_lost(old, new), _lost(new, old))


def _without_stderr(outputs):
    return [output for output in outputs if output.get("name") != "stderr"]


def _output_difference(old, new):
    if old.output_type == "stream":
        return _part_difference("stdout", old.text, new.text)
    if old.output_type == "error":
        return _part_difference("error", f"{old.ename}: {old.evalue}", f"{new.ename}: {new.evalue}")
    parts, new_parts = ({kind: part for kind, part in output.data.items() if kind != WIDGET_VIEW} for output in (old, new))
    if parts.keys() != new_parts.keys():
        return f"committed: {sorted(parts)}\nnew: {sorted(new_parts)}"
    return "\n".join(filter(None, (_part_difference(kind, parts[kind], new_parts[kind]) for kind in parts)))


def _part_difference(kind, old, new):
    if kind == "image/png":
        lost = lost_ink(base64.b64decode(old), base64.b64decode(new))
        return f"{lost:.1%} of the picture's ink has no counterpart in the new one, or the other way round" if lost > LOST else ""
    old, new = EMBEDDED.sub("", str(old)), EMBEDDED.sub("", str(new))  # the same picture comes as image/png
    return "" if same_text(old, new) else f"committed {kind}:\n{old}\nnew {kind}:\n{new}"


def _is_integer(number):
    return number.lstrip("+-").isdigit()


def _last_place(number):
    """One unit of the last digit: 2.30 -> 0.01, 1.25e-04 -> 1e-06. With fewer than three digits, 0: there it would be too coarse."""
    mantissa, _, exponent = number.lower().partition("e")
    if len(re.sub(r"\D", "", mantissa).lstrip("0")) < 3:
        return 0.0
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def _lost(old, new):
    """The pixels of old (H, W, RGB) whose colour new has nowhere within REACH, as a share of old's edges."""
    rows, columns = np.nonzero(_differ(old, new))
    padded = np.pad(new, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    for down, right in product(range(2 * REACH + 1), repeat=2):
        lost = _differ(old[rows, columns], padded[rows + down, columns + right])
        rows, columns = rows[lost], columns[lost]
    edges = _differ(old[1:], old[:-1]).sum() + _differ(old[:, 1:], old[:, :-1]).sum()
    return len(rows) / max(edges, 1)


def _differ(one, other):
    """Where two arrays of colours (..., RGB) differ."""
    return np.abs(one - other).max(-1) > CONTRAST
