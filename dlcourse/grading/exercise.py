"""An exercise: the cases it is judged on, the right answer, and the wrong answers it knows by name."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dlcourse.grading.attempt import attempt, call
from dlcourse.grading.report import slug
from dlcourse.workspace import course_root

SOLUTIONS = course_root() / "solutions"


@dataclass(frozen=True)
class Answer:
    """A known answer as code. `when(cases, values)`, where given, recognises it by its properties and not by its values."""

    function: Callable
    name: str = ""
    sentence: str = ""
    see: str = ""
    when: Callable | None = None

    @property
    def id(self):
        """The name as a slug."""
        return slug(self.name)


class Exercise:
    """What `check` and `dlcourse grade` know of one exercise.

    id: also the name of the learner's function. version: raised when an old pass no longer counts. lesson: the stem of its notebook.
    minutes and difficulty (1 to 3) are for the learner, hints are three sentences, read one at a time.
    seconds: how long all cases together may run, where it takes more than the usual limit, as for a training.
    harness(function, *case): how a case is handed to the function; importable by name, without answers (see `attempt` and `graph`).
    """

    def __init__(self, id, *, lesson, minutes, difficulty, hints, version=1, seconds=0, harness=call):
        self.id, self.version, self.lesson = id, version, lesson
        self.minutes, self.difficulty, self.hints = minutes, difficulty, tuple(hints)
        self.seconds, self.harness = seconds, harness
        self.mistakes, self.conventions, self.equivalents = [], [], []
        self.complaint = None

    @property
    def harness_name(self):
        """`module:function`, for `pkgutil.resolve_name` in the process that runs the learner's code."""
        return f"{self.harness.__module__}:{self.harness.__qualname__}"

    def cases(self, generator):
        """Decorator: `generator(rng)` yields one tuple of arguments per case."""
        self._cases = generator
        return generator

    def mistake(self, name, sentence="", see="", when=None):
        """Decorator: a wrong answer. A name without a sentence is another way to write the mistake of that name."""
        return self._recorder(self.mistakes, name, sentence, see, when)

    def convention(self, name, sentence="", see="", when=None):
        """Decorator: a right answer to a differently defined question."""
        return self._recorder(self.conventions, name, sentence, see, when)

    def equivalent(self, function):
        """Decorator: another right answer."""
        self.equivalents.append(Answer(function))
        return function

    def accept(self, complaint):
        """Decorator: judge by properties in place of values. `complaint(cases, values)` is a sentence, or "" when all is well."""
        self.complaint = complaint
        return complaint

    def generate(self, seed):
        """The cases of one attempt: a list of tuples of arguments, the same for the same seed."""
        return list(self._cases(np.random.default_rng(seed)))

    def outcomes(self, function, cases):
        """What one of the known answers gives on the cases."""
        return attempt(function, cases, self.harness)

    @cached_property
    def reference(self):
        """The right answer: the function named like the exercise in the lesson's solution notebook."""
        return _functions(self.solutions)[self.id]

    @property
    def solutions(self):
        """The path of the solution notebook, in its text form."""
        return SOLUTIONS / f"{self.lesson}.py"

    @property
    def solution(self):
        """The source text of the right answer."""
        text = self.solutions.read_text(encoding="utf-8")
        found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == self.id]
        return ast.get_source_segment(text, found[0])

    @property
    def arguments(self):
        """The names of the parts of a case, as the learner knows them."""
        if self.harness is call:
            return tuple(inspect.signature(self.reference).parameters)
        return tuple(inspect.signature(self.harness).parameters)[1:]

    def _recorder(self, answers, name, sentence, see, when):
        known = next((answer for answer in answers if answer.name == name), None)
        if known:
            sentence, see, when = known.sentence, known.see, known.when

        def record(function):
            answers.append(Answer(function, name, sentence, see, when))
            return function

        return record


def _functions(path):
    """The functions of a notebook in text form. Only imports and definitions are run, and nothing of the course is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, (ast.Import, ast.FunctionDef))]
    names = {}
    exec(compile(tree, str(path), "exec"), names)
    return names
