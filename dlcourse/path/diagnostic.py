"""Ten questions, one for each lesson of Part I, drawn from what people get wrong: they say where to begin, and later what has changed.

The first answers are kept beside the learner's progress. What the right answers are is said by the lessons, not here.
"""

import json
import os
from dataclasses import dataclass
from datetime import date

from dlcourse.data.home import home
from dlcourse.grading.report import with_code

UNKNOWN = "?"


@dataclass(frozen=True)
class Question:
    """A question of one lesson, its choices, and the letter of the right one."""

    lesson: int
    text: str
    choices: tuple[str, ...]
    answer: str

    @property
    def letters(self):
        return "abcd"[: len(self.choices)]


QUESTIONS = (
    Question(
        1,
        "What does a deep network do that a linear model on hand-made features does not?",
        ("It learns from examples.", "It learns its features too.", "It imitates the brain.", "It wins, however few the examples."),
        "b",
    ),
    Question(
        2,
        "A neuron with two inputs switches on the line w · x + b = 0. Which way does the vector w point?",
        ("At a right angle to that line.", "Along it.", "To the nearest example.", "To the origin."),
        "a",
    ),
    Question(
        3,
        "A classifier of ten classes was just made, with small random weights. What is its mean cross entropy (natural logarithm)?",
        ("About 0.", "About 1.", "About 2.3.", "No one can say."),
        "c",
    ),
    Question(
        4,
        "`prediction` has the shape (5, 1), `y` has the shape (5,). Which shape has `prediction - y` in NumPy?",
        ("None, it is an error.", "(5,)", "(5, 1)", "(5, 5)"),
        "d",
    ),
    Question(
        5,
        "A bowl has the curvatures 1 and 10 along its two axes. Gradient descent with a learning rate of 0.21, from a random start,",
        ("converges fast.", "converges slowly.", "diverges.", "runs to a saddle point."),
        "c",
    ),
    Question(
        6,
        "You compare your backward of softmax with numerical slopes of `softmax(x).sum()`. They agree. What do you know now?",
        ("It is right.", "It is right up to a factor.", "It is right for one row.", "Hardly anything."),
        "d",
    ),
    Question(
        7,
        "After `loss.backward()` a gradient is 6. You compute the same loss anew and call `backward()` again, nothing between. It is",
        ("0", "6", "12", "an error"),
        "c",
    ),
    Question(
        8,
        "Adam (b1 = 0.9, b2 = 0.999) without its bias correction: the first step is",
        ("about three times too large.", "right, later ones are not.", "too small.", "zero."),
        "a",
    ),
    Question(
        9,
        "Twenty tanh layers, 100 wide, random weights of standard deviation 0.01. Beside the gradient of their output, "
        "that of their input is",
        ("about as large.", "less than a millionth.", "about a tenth.", "far larger."),
        "b",
    ),
    Question(
        10,
        "Dropout with p = 0.2, as PyTorch means it. In training, what stays is multiplied by",
        ("0.2", "0.8", "1 / 0.2", "1 / 0.8"),
        "d",
    ),
)


class Questions(tuple):
    """The questions as a page to read."""

    def __repr__(self):
        return "\n\n".join("\n".join([f"{q.lesson}. {q.text}", *(f"   {a}) {c}" for a, c in _lettered(q))]) for q in self)

    def _repr_html_(self):
        return "".join(
            f"<p>{q.lesson}. {with_code(q.text)}<br>{'<br>'.join(f'{a}) {with_code(c)}' for a, c in _lettered(q))}</p>" for q in self
        )


@dataclass(frozen=True)
class Diagnosis:
    """Which questions were answered rightly now, and the first time (None when this is the first)."""

    right: tuple[int, ...]
    answered: int
    first: tuple[int, ...] | None = None
    first_day: str = ""

    def __repr__(self):
        return " ".join(filter(None, (self._count(), self._begin(), self._change())))

    def _count(self):
        if not self.answered:
            return f'Write your answers into the cell above, and "{UNKNOWN}" where you do not know.'
        return f"{len(self.right)} of {len(QUESTIONS)} right{': ' * bool(self.right)}{', '.join(map(str, self.right))}."

    def _begin(self):
        open_ = [q.lesson for q in QUESTIONS if q.lesson not in self.right]
        if not open_:
            return "Part I is known to you: try its exercises, the last one of each lesson first."
        return f"Begin with lesson {open_[0]:02}."

    def _change(self):
        if self.first is None:
            return ""
        new = [str(number) for number in self.right if number not in self.first]
        return f"The first time, on {self.first_day}, it was {len(self.first)}{'; new: ' * bool(new)}{', '.join(new)}."


def questions():
    """The ten questions."""
    return Questions(QUESTIONS)


def diagnose(answers):
    """The Diagnosis for a letter per question, such as {1: "b", 2: "?"}. The first answers that are not all "?" are kept.

    Raises ValueError for a question or a letter that does not exist.
    """
    given = {number: str(letter).strip().lower() or UNKNOWN for number, letter in answers.items()}
    _check(given)
    right = tuple(q.lesson for q in QUESTIONS if given.get(q.lesson) == q.answer)
    answered = sum(letter != UNKNOWN for letter in given.values())
    kept = _kept()
    if answered and kept is None:
        _keep(right)
    return Diagnosis(right, answered, *((tuple(kept["right"]), kept["day"]) if kept and answered else ()))


def _check(given):
    known = {q.lesson: q.letters + UNKNOWN for q in QUESTIONS}
    for number, letter in given.items():
        if number not in known:
            raise ValueError(f"The questions have the numbers 1 to {len(QUESTIONS)}, got {number!r}.")
        if len(letter) != 1 or letter not in known[number]:
            raise ValueError(f'Question {number} expected one of {", ".join(known[number][:-1])}, or "{UNKNOWN}", got {letter!r}.')


def _kept():
    """The first answers, or None when there are none that can be read."""
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
        return kept if isinstance(kept["day"], str) and set(kept["right"]) <= {q.lesson for q in QUESTIONS} else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _keep(right):
    """All or nothing; a folder that cannot be written costs only the comparison later."""
    new = _file().with_suffix(f".{os.getpid()}")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps({"day": date.today().isoformat(), "right": right}), encoding="utf-8")
        os.replace(new, _file())
    except OSError:
        return


def _file():
    return home() / "diagnostic.json"


def _lettered(question):
    return zip(question.letters, question.choices, strict=True)
