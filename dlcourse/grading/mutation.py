"""The grader graded: every known wrong answer is handed in, and must come back under its own name."""

from dataclasses import dataclass
from functools import partial

from dlcourse.grading.attempt import attempt
from dlcourse.grading.bank import ids, load
from dlcourse.grading.judge import judge

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Row:
    """What the grader made of one exercise: answers that it had to know, answers that it knew, and a sentence for each slip."""

    id: str
    wrong: int
    rejected: int
    right: int
    accepted: int
    slips: tuple[str, ...]

    def __str__(self):
        return f"{self.id:24}{self.wrong:6}{self.rejected:10}{self.right:8}{self.accepted:10}"


HEAD = f"{'exercise':24}{'wrong':>6}{'by name':>10}{'right':>8}{'accepted':>10}"


def mutate(exercise, seeds=SEEDS):
    """Hand in the reference, all equivalents, all mistakes and all conventions, with several seeds each."""
    mistakes = [("mistake", answer) for answer in exercise.mistakes] + [("convention", answer) for answer in exercise.conventions]
    wrong = [_slips(exercise, answer.function, (verdict, answer.name), seeds) for verdict, answer in mistakes]
    functions = [exercise.reference, *(answer.function for answer in exercise.equivalents)]
    right = [_slips(exercise, function, ("passed", None), seeds) for function in functions]
    slips = tuple(slip for slips in wrong + right for slip in slips)
    return Row(exercise.id, len(wrong), wrong.count([]), len(right), right.count([]), slips)


def table(rows):
    """The rows and their sum as text, and the kill rate: the share of wrong answers that were rejected by name."""
    rows = list(rows)
    total = Row("total", *(sum(getattr(row, name) for row in rows) for name in ("wrong", "rejected", "right", "accepted")), ())
    slips = [slip for row in rows for slip in row.slips]
    rate = f"kill rate {total.rejected / total.wrong:.1%}: {total.rejected} of {total.wrong} wrong answers rejected under their own name, "
    return "\n".join([HEAD, *map(str, rows), str(total), rate + f"{total.accepted} of {total.right} right answers accepted", *slips])


def all_rows(seeds=SEEDS):
    """One Row per exercise of the course."""
    return (mutate(load(id), seeds) for id in ids())


def hand_in(exercise, function, seed=0):
    """The Report on a function, run in this process."""
    return judge(exercise, partial(attempt, function, harness=exercise.harness), seed)


def _slips(exercise, function, expected, seeds):
    """One sentence for each seed with which the verdict was another than expected."""
    reports = [hand_in(exercise, function, seed) for seed in seeds]
    return [
        f"{exercise.id}: {expected} came back as {report.verdict!r} {report.mistake!r} with seed {report.seed}"
        for report in reports
        if (report.verdict, report.mistake) != expected
    ]
