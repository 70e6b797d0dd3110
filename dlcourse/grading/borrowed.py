"""Whether an answer is the learner's own: a function of a deep learning library, or a call to one, is not."""

import sys
from functools import partial

import numpy as np

LIBRARIES = {"dlcourse", "flax", "jax", "keras", "sklearn", "tensorflow", "torch"}
GRADER = "dlcourse.grading."  # runs the function, and holds the wrong answers that it knows


class NotAttempted(BaseException):
    """Why there is nothing to judge. Not an Exception, so that `attempt` lets it pass."""


def check_own(id, function):
    """Raise NotAttempted for what is no function, or belongs to NumPy, SciPy or a deep learning library."""
    if not callable(function):
        raise NotAttempted(f"`{id}` should be a function; here it is {_with_article(type(function).__name__)}.")
    while isinstance(function, (partial, np.vectorize)):
        function = function.func if isinstance(function, partial) else function.pyfunc
    module = getattr(function, "__module__", None) or type(function).__module__
    if (_library(module) in LIBRARIES | {"numpy", "scipy"} or type(function).__module__ == "numpy") and not module.startswith(GRADER):
        name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or type(function).__name__
        raise NotAttempted(f"`{name}` comes from {_library(module)}. Write {id} yourself, with NumPy: then there is something to check.")


def watched(harness):
    """The harness, with a watch that raises NotAttempted as soon as a deep learning library computes for the learner."""

    def run(function, *arguments):
        before = sys.getprofile()
        sys.setprofile(_watch)
        try:
            return harness(function, *arguments)
        finally:
            sys.setprofile(before)

    return run


def _watch(frame, event, argument):
    if event == "call":
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
    elif event == "c_call":
        module, name = _module_of_builtin(argument), argument.__name__
    else:
        return
    if _library(module) in LIBRARIES and not module.startswith(GRADER):
        raise NotAttempted(f"Your function calls `{name}` of {_library(module)}, which computes it for you. Write it yourself, with NumPy.")


def _module_of_builtin(function):
    return str(getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__)


def _library(module):
    return str(module).split(".")[0]


def _with_article(noun):
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
