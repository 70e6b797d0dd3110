"""Is this value the expected one, and if not, how does it differ?

NumPy's functions are taken at import, so that a kernel in which they were replaced later still compares honestly.
"""

import reprlib

import numpy as np

RTOL, ATOL = 1e-4, 1e-6  # float32 answers pass; every named mistake is farther away than this
ORDINALS = ("first", "second", "third", "fourth")
MANY = 60  # elements, above which an array is described and not printed
_asarray, _absolute, _all, _isfinite, _isnan = np.asarray, np.absolute, np.all, np.isfinite, np.isnan
_array2string, _errstate = np.array2string, np.errstate


def same(value, expected, equal_nan=False):
    """Whether a learner's value is the expected one: float32, whole numbers and nested lists count, bools for numbers and NaN do not.

    With `equal_nan` NaN equals NaN, which is how a mistake that gives NaN is recognised.
    """
    if isinstance(expected, (tuple, list)):
        pairs = isinstance(value, (tuple, list)) and len(value) == len(expected) and zip(value, expected, strict=True)
        return bool(pairs) and all(same(*pair, equal_nan) for pair in pairs)
    a, b = _array(value), _array(expected)
    if a is None or a.shape != b.shape or _kind(a) != _kind(b):
        return False
    if _kind(b) != "number":
        return bool(_all(a == b))
    return bool(_all(_close(a, b, equal_nan)))


def difference(value, expected):
    """One sentence: in which way `value` is not `expected`."""
    if value is None:
        return "Your function returned nothing here: is a `return` missing, perhaps after an `if`?"
    if isinstance(expected, (tuple, list)):
        return _tuple_difference(value, expected)
    a, b = _array(value), _array(expected)
    if a is None or _kind(a) != _kind(b):
        return f"A {_type(b)} is expected; yours is a {_type(a, value)}."
    if a.shape != b.shape:
        return f"The shape should be {b.shape}; yours is {a.shape}."
    if _kind(b) == "number" and _isnan(a).any():
        return "There is NaN in your result: look for 0 / 0, inf / inf or inf - inf on the way."
    if b.shape:
        return _where(a, b)
    return f"The {'number' if _kind(b) == 'number' else 'answer'} is not right."


def show(value, digits=3):
    """A value as a learner would write it down; long arrays by their shape."""
    if isinstance(value, tuple) and len(value) == 1:
        return f"({show(value[0], digits)},)"
    if isinstance(value, tuple):
        return "(" + ",\n ".join(show(element, digits).replace("\n", "\n ") for element in value) + ")"
    if isinstance(value, list):
        return _list([show(element, digits) for element in value])
    if isinstance(value, np.ndarray) and value.size > MANY:
        return f"{value.dtype} of shape {value.shape}"
    if isinstance(value, np.ndarray) and value.dtype != object:
        return _array2string(value + 0.0 if value.dtype.kind == "f" else value, precision=digits, suppress_small=True)  # no -0
    if isinstance(value, (float, np.floating)) and 0 < abs(value) < 0.5 * 10**-digits:
        return f"{value:.{digits}g}"
    if isinstance(value, (float, np.floating)):
        return f"{value:.{digits}f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{value:.{digits}g}"
    return reprlib.repr(value.item() if isinstance(value, np.generic) else value)


def _list(parts):
    """The elements of a list; long ones that all read the same, such as arrays named by their shape, only once."""
    if len(parts) > 3 and len(set(parts)) == 1 and "shape" in parts[0]:
        return f"[{len(parts)} times {parts[0]}]"
    return "[" + ", ".join(parts) + "]"


def show_both(expected, value):
    """Both as text, with as many digits as it takes to see that they differ."""
    pairs = [(show(expected, digits), show(value, digits)) for digits in (3, 6, 12)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])


def _close(a, b, equal_nan):
    with _errstate(all="ignore"):
        close = (a == b) | (_isfinite(b) & (_absolute(a - b) <= ATOL + RTOL * _absolute(b)))
        return close | (_isnan(a) & _isnan(b)) if equal_nan else close


def _array(value):
    """The value as an array, or None where it is none: text without end, ragged lists, objects."""
    try:
        array = _asarray(value)
    except Exception:  # whatever a learner's object does when it is asked for its numbers
        return None
    return array if array.dtype.kind in "biufU" else None


def _kind(array):
    return {"b": "bool", "U": "text"}.get(array.dtype.kind, "number")


def _type(array, value=None):
    if array is None:
        return type(value).__name__
    return f"{array.dtype} array" if array.shape else {"bool": "bool (True or False)"}.get(_kind(array), _kind(array))


def _where(a, b):
    """How many numbers differ, and, in an array too long to be printed, where the first one is."""
    wrong = ~_close(a, b, equal_nan=False)
    count = _count(int(wrong.sum()), b.size)
    if b.size <= MANY:
        return count
    place = tuple(int(index[0]) for index in wrong.nonzero())
    expected, yours = show_both(b[place], a[place])
    return f"{count} The first is at {list(place)}: {expected} is expected, yours is {yours}."


def _count(wrong, size):
    if wrong == size:
        return "The shape is right, the numbers are not."
    return f"{wrong} of the {size} numbers {'is' if wrong == 1 else 'are'} not right."


def _tuple_difference(value, expected):
    if not isinstance(value, (tuple, list)):
        return f"{len(expected)} values are expected, with a comma between them after `return`; one came back."
    if len(value) != len(expected):
        return f"{len(expected)} values are expected; {len(value)} came back."
    place, pair = next((i, pair) for i, pair in enumerate(zip(value, expected, strict=True)) if not same(*pair))
    sentence = difference(*pair)
    which = ORDINALS[place] if place < len(ORDINALS) else f"one at [{place}]"
    return f"The {which} of the {len(expected)} values: {sentence[0].lower()}{sentence[1:]}"
