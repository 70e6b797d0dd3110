"""The grader at the learner's side, in the notebook's own process: it teaches, and `dlcourse grade` scores."""

import re
import secrets
from dataclasses import dataclass
from html import escape

from dlcourse.grading import bank
from dlcourse.grading.attempt import attempt
from dlcourse.grading.borrowed import NotAttempted, check_own, watched
from dlcourse.grading.judge import judge
from dlcourse.grading.progress import Progress
from dlcourse.grading.report import Report
from dlcourse.grading.wire import pack, unpack


@dataclass(frozen=True)
class Note:
    """A title and a text, for people: plain, or in a notebook with the text (or its `backticked` words) set as code."""

    title: str
    text: str
    code: bool = False

    def __str__(self):
        return f"{self.title}\n{self.text}" if self.code else f"{self.title}: {self.text}"

    __repr__ = __str__

    def _repr_html_(self):
        words = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(self.text))
        text = f"<pre>{escape(self.text)}</pre>" if self.code else f"<p>{words}</p>"
        return f'<div role="group" aria-label="{escape(self.title)}"><strong>{escape(self.title)}</strong>{text}</div>'


def check(id, function, *, seed=None):
    """Judge a function here and now, and remember the attempt. An endless loop is for the learner to interrupt."""
    exercise, progress = bank.load(id), Progress()
    report = _judge(exercise, function, new_seed() if seed is None else seed)
    progress.record(report)
    _tell(progress)
    return report


def hint(id):
    """The next hint; after the last, the last again."""
    exercise, progress = bank.load(id), Progress()
    number = progress.next_hint(id, exercise.version, len(exercise.hints))
    _tell(progress)
    return Note(f"Hint {number} of {len(exercise.hints)} for {id}", exercise.hints[number - 1])


def solution(id):
    """The course's answer, or, before the first attempt, a sentence."""
    exercise, progress = bank.load(id), Progress()
    attempts = progress.of(id, exercise.version)["attempts"]
    _tell(progress)
    if attempts == 0:
        return Note(f"{id}: not yet", f'Try it yourself first. After one check("{id}", {id}) of your own answer, the solution opens.')
    return Note(f"One right answer to {id}", exercise.solution, code=True)


def new_seed():
    """Another one for each attempt; short, because a learner may type it."""
    return secrets.randbelow(1_000_000)


def _judge(exercise, function, seed):
    def call(cases):
        outcomes = attempt(function, cases, watched(exercise.harness))
        return [_plain(outcome) for outcome in outcomes]

    try:
        check_own(exercise.id, function)
        return judge(exercise, call, seed)
    except NotAttempted as reason:
        return Report(exercise.id, exercise.version, "not attempted", seed, sentence=str(reason))


def _plain(outcome):
    """The outcome with its value as it would come out of `dlcourse grade`'s pipe, so that both judge alike."""
    return type(outcome)(unpack(pack(outcome.value)), outcome.error, outcome.changed_input)


def _tell(progress):
    if progress.note:
        print(progress.note)
