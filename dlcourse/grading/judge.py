"""Judge an attempt: right, a mistake known by name, another convention, or wrong, with the smallest case that shows it.

Pure: `judge` knows the learner's function only as `call`, which runs it on all cases, wherever that may be.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dlcourse.grading.equality import difference, same, show, show_both
from dlcourse.grading.report import Example, Outcome, Report

NOT_ATTEMPTED = "There is nothing in the function yet."
CHANGES_INPUT = "changes its input"
CHANGES_INPUT_SENTENCE = (
    "Your function writes into `{name}`, and whoever called it still needs the old values. "
    "Make a new array, `{name} = {name} + 1` in place of `{name} += 1`, or begin with `{name} = {name}.copy()`."
)


@dataclass(frozen=True)
class Trial:
    """One case with what came of it and what should have come. Where an exercise judges by properties, any value is right."""

    case: tuple
    outcome: Outcome
    expected: Any
    by_value: bool = True

    @property
    def right(self):
        return self.outcome.error is None and (not self.by_value or same(self.outcome.value, self.expected))

    @property
    def size(self):
        return _elements(self.case)


def judge(exercise, call, seed):
    """The Report on one attempt. `call(cases)` gives one Outcome per case; the same seed makes the same cases.

    In this order: not attempted, passed, a named mistake, a convention, then wrong or error by the smallest case that fails.
    """
    cases = exercise.generate(seed)
    outcomes = call(cases)
    report = partial(Report, exercise.id, exercise.version, seed=seed)
    if all(outcome.error and outcome.error.kind == "NotImplementedError" for outcome in outcomes):
        return report("not attempted", sentence=NOT_ATTEMPTED)
    trials = _trials(exercise, cases, outcomes)
    verdict, sentence, example = _fault(exercise, trials)
    changed = _changed(exercise, outcomes)
    if verdict == "passed" and not changed:
        return report("passed", sentence=f"Right on all {len(cases)} cases." if len(cases) > 1 else "It does all that is asked for.")
    kind, answer = (None, None) if verdict == "passed" else _named(exercise, cases, outcomes)
    if answer:
        return report(kind, sentence=answer.sentence, mistake=answer.name, see=answer.see, example=example)
    if changed:
        return report("mistake", sentence=CHANGES_INPUT_SENTENCE.format(name=changed[0]), mistake=CHANGES_INPUT, example=example)
    return report(verdict, sentence=sentence, example=example)


def _trials(exercise, cases, outcomes):
    by_value = exercise.complaint is None
    needed = by_value or any(outcome.error for outcome in outcomes)  # a reference that trains takes its time
    expected = [outcome.value for outcome in exercise.outcomes(exercise.reference, cases)] if needed else [None] * len(cases)
    return [Trial(*parts, by_value) for parts in zip(cases, outcomes, expected, strict=True)]


def _fault(exercise, trials):
    """Verdict, sentence and example: by the smallest case that fails, or by the properties that the exercise asks for."""
    smallest = min((trial for trial in trials if not trial.right), key=lambda trial: trial.size, default=None)
    if smallest:
        return *_verdict(smallest), _example(exercise, smallest)
    complaint = exercise.complaint and exercise.complaint(*_columns(trials))
    return ("wrong", complaint, None) if complaint else ("passed", "", None)


def _verdict(trial):
    error = trial.outcome.error
    if error is None:
        return "wrong", difference(trial.outcome.value, trial.expected)
    where = f" in {error.line.replace(': ', ': `', 1)}`" if ": " in error.line else f" in {error.line}" if error.line else ""
    return "error", f"It stopped{where} with {error}"


def _changed(exercise, outcomes):
    """The names of the arguments that were written into."""
    return [name for place, name in enumerate(exercise.arguments) if any(place in outcome.changed_input for outcome in outcomes)]


def _named(exercise, cases, outcomes):
    """The kind and the known answer that this attempt is, or (None, None)."""
    known = [("mistake", answer) for answer in exercise.mistakes] + [("convention", answer) for answer in exercise.conventions]
    return next((pair for pair in known if _is(exercise, pair[1], cases, outcomes)), (None, None))


def _is(exercise, answer, cases, outcomes):
    """Whether the attempt shows what the answer is known by, or else equals it on all cases, its exceptions and its NaN included."""
    if answer.when:
        try:
            return answer.when(cases, [outcome.value for outcome in outcomes])
        except Exception:  # whatever a learner returned that the rule did not expect: text, unequal lists
            return False
    return all(map(_alike, outcomes, exercise.outcomes(answer.function, cases)))


def _alike(outcome, other):
    if outcome.error or other.error:
        return bool(outcome.error and other.error) and outcome.error.kind == other.error.kind
    return same(outcome.value, other.value, equal_nan=True)


def _example(exercise, trial):
    arguments = tuple((name, show(value)) for name, value in zip(exercise.arguments, trial.case, strict=True))
    if trial.outcome.error:
        return Example(arguments, show(trial.expected), trial.outcome.error.kind)
    return Example(arguments, *show_both(trial.expected, trial.outcome.value))


def _columns(trials):
    return [trial.case for trial in trials], [trial.outcome.value for trial in trials]


def _elements(value):
    """How much there is to read in a case."""
    if isinstance(value, (tuple, list)):
        return sum(map(_elements, value))
    return np.size(value)
