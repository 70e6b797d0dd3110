"""The learner's process: runs the cells and then the learner's functions, on the inputs that come through a pipe.

It holds no reference, no mistake and no expected value; those stay in the process that asks.
Messages are pairs (request, answer) of packed values: see `Answers` for what can be asked.
"""

import io
import os
import sys
import time
from contextlib import suppress
from pkgutil import resolve_name
from threading import Thread

from dlcourse import grading
from dlcourse.grading.attempt import attempt
from dlcourse.grading.borrowed import NotAttempted, check_own, watched
from dlcourse.grading.cells import Notebook
from dlcourse.grading.graph import Value  # noqa: F401  lesson 07's cells import it, and Python's copy in __pycache__ is closed to them
from dlcourse.grading.guard import Guard
from dlcourse.grading.report import Report
from dlcourse.grading.wire import TOKEN, receive, send


def main():
    """Answer requests until the pipe closes. The first message says what is closed and how much the process may use."""
    requests, replies = _private_pipe()
    token = requests.read(TOKEN)
    settings = receive(requests, token)
    limit(settings["limits"])
    silence_grading()
    Thread(target=_end_with_the_grader, args=(os.getppid(),), daemon=True).start()
    sys.path.append(os.getcwd())  # modules beside the notebook, as in Jupyter
    Guard(settings["hidden"], settings["scratch"], lambda sentence: send(replies, token, {"refused": sentence})).arm()
    answers = Answers()
    send(replies, token, {})
    while request := receive(requests, token):
        name, *arguments = request
        send(replies, token, getattr(answers, name)(*arguments))


class Answers:
    """The two requests: run a cell, call a function."""

    def __init__(self):
        self.notebook = Notebook()

    def cell(self, number, source):
        """Run one cell: {} or {"failure": (kind, message, line)}."""
        failure = self.notebook.run(number, source)
        return {"failure": _plain(failure)} if failure else {}

    def call(self, id, harness, cases):
        """Run the function of that name on all cases: {"outcomes": [(value, failure, changed_input), ...]}."""
        if id not in self.notebook.names:
            return {"missing": True}
        try:
            check_own(id, self.notebook.names[id])
            outcomes = attempt(self.notebook.names[id], cases, watched(resolve_name(harness)))
        except NotAttempted as reason:
            return {"not attempted": str(reason)}
        return {"outcomes": [(outcome.value, _plain(outcome.error), outcome.changed_input) for outcome in outcomes]}


def silence_grading():
    """A `check` in a cell says nothing here: what counts is said by the process that asks."""
    grading.check = lambda id, function=None, *, seed=0: Report(str(id), 0, "not attempted", seed or 0)
    grading.hint = grading.solution = lambda id: None


def limit(amounts):
    """Set the system's own limits, such as {"RLIMIT_AS": bytes of memory}, where it knows them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, amount in amounts.items():
        with suppress(AttributeError, ValueError, OSError):  # unknown here, or below what is used already: the watchdog remains
            resource.setrlimit(getattr(resource, name), (amount, amount))


def _end_with_the_grader(grader):
    """A grader that is killed cannot stop what it has started."""
    while os.getppid() == grader:
        time.sleep(1)
    os._exit(1)


def _private_pipe():
    """The two pipes to the grader. What the learner prints goes to the error stream from now on, and input is empty."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), line_buffering=True, errors="replace")
    return requests, replies


def _plain(failure):
    return failure and (failure.kind, failure.message[:2000], failure.line[:200])


if __name__ == "__main__":
    main()
