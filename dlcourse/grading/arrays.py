"""Harnesses for functions about shapes and loops.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import dis
from types import CodeType

LOOPING = ("FOR_ITER", "JUMP_BACKWARD")
DISGUISED = {"apply_along_axis", "frompyfunc", "map", "vectorize"}  # loops in Python all the same
REFUSED = "a ValueError"


class PythonLoop(Exception):
    """What is raised in place of running a function that loops."""


def shape_or_refusal(broadcast_shape, a, b):
    """A harness: what the function returns, or REFUSED when it raises a ValueError. What is no value at all comes back as words."""
    try:
        shape = broadcast_shape(a, b)
    except ValueError:
        return REFUSED
    return "nothing" if shape is None else "the error itself" if isinstance(shape, Exception) else shape


def without_loops(distances, a, b):
    """A harness: run the function only if there is no loop in it, nor in a function or comprehension inside it."""
    if loops(getattr(distances, "__code__", None)):
        raise PythonLoop("there is a loop in the function")
    return distances(a, b)


def loops(code):
    """Whether compiled code repeats itself: `for`, `while`, a comprehension, a generator or `map`."""
    if not isinstance(code, CodeType):
        return False
    here = any(name in step.opname for step in dis.get_instructions(code) for name in LOOPING)
    return here or bool(DISGUISED & set(code.co_names)) or any(map(loops, code.co_consts))
