"""Learner's code in a process of its own: it gets the cells and the inputs, and gives values; nothing is judged there."""

from time import monotonic

from dlcourse.grading import fence
from dlcourse.grading.judge import judge
from dlcourse.grading.notebook import defines
from dlcourse.grading.process import Child, Died, Limits
from dlcourse.grading.report import Failure, Outcome, Report


class Unjudged(Exception):
    """There are no outcomes to judge; `verdict` and `sentence` say what the report will say instead."""

    def __init__(self, verdict, sentence):
        super().__init__(sentence)
        self.verdict, self.sentence = verdict, sentence


class Sandbox:
    """The code cells of one notebook, ready to be called. A context manager: leaving it ends the process.

    cells: (number, source) pairs, run in order. A cell or a function that ends its process costs only itself: a fresh process
    goes on without it. closed: files and folders that stay closed to the code, beside those that hold answers.
    """

    def __init__(self, cells, folder, *, isolation=None, limits=None, closed=()):
        self.cells, self.folder, self.closed = list(cells), folder, closed
        self.isolation, self.limits = fence.chosen(isolation), limits or Limits()
        self.failures, self.deadly, self.child = {}, set(), None
        self.end = monotonic() + self.limits.total

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._stop()

    def grade(self, exercise, seed):
        """The Report on the function named like the exercise."""
        try:
            return judge(exercise, lambda cases: self._call(exercise, cases), seed)
        except Unjudged as end:
            return Report(exercise.id, exercise.version, end.verdict, seed, sentence=end.sentence)

    def _call(self, exercise, cases):
        """One Outcome per case."""
        self._be_in_time()
        self._run_cells()
        try:
            answer = self.child.ask("call", exercise.id, exercise.harness_name, cases, seconds=exercise.seconds)
            return self._outcomes(exercise, answer, len(cases))
        except Died as death:
            self._stop()
            raise Unjudged("error", str(death)) from death

    def _outcomes(self, exercise, answer, count):
        if "missing" in answer:
            raise self._missing(exercise)
        if "not attempted" in answer:
            raise Unjudged("not attempted", str(answer["not attempted"]))
        try:
            outcomes = [
                Outcome(value, error and Failure(*map(str, error)), tuple(map(int, changed)))
                for value, error, changed in answer["outcomes"]
            ]
        except (KeyError, TypeError, ValueError):
            outcomes = []
        if len(outcomes) != count:
            raise Died("The code answered in place of the grader, so that nothing can be judged.")
        return outcomes

    def _missing(self, exercise):
        """Why there is no function of that name: the cell that defines it failed, or no cell does."""
        holding = [number for number, source in self.cells if defines(source, exercise.id) and number in self.failures]
        if holding:
            return Unjudged("error", f"Cell {holding[-1]}, which holds it, did not run to its end. {self.failures[holding[-1]]}")
        others = "".join(f" Cell {number} did not run to its end. {sentence}" for number, sentence in self.failures.items())
        return Unjudged("not attempted", f"No cell defines a function named `{exercise.id}`.{others}")

    def _run_cells(self):
        """A child in which the cells have run, but for those that ended an earlier one."""
        while self.child is None:
            self.child = Child(self.folder, self.isolation, self.limits, self.closed)
            for number, source in self.cells:
                self._be_in_time()
                if number not in self.deadly and not self._run_cell(number, source):
                    self._stop()
                    break

    def _run_cell(self, number, source):
        """Whether the child has survived the cell."""
        try:
            failure = self.child.ask("cell", number, source).get("failure")
        except Died as death:
            self.failures[number] = str(death)
            self.deadly.add(number)
            return False
        if failure:
            kind, message, line = map(str, failure)
            where = f" in {line.replace(': ', ': `', 1)}`" if ": " in line else ""
            self.failures[number] = f"It stopped{where} with {Failure(kind, message)}."
        return True

    def _be_in_time(self):
        """A notebook of many endless loops must come to its end too."""
        if monotonic() > self.end:
            self._stop()
            raise Unjudged("error", f"The notebook as a whole ran longer than {self.limits.total:g} s, so that this was not run.")

    def _stop(self):
        if self.child:
            self.child.stop()
        self.child = None


def isolation():
    """In words, what keeps submitted code from the answers on this computer, for `dlcourse doctor`."""
    if fence.best() == fence.BUBBLEWRAP:
        return "bubblewrap: no network, files to read only, home closed, no view of other processes; besides, an audit hook and a watchdog"
    return "audit hook and watchdog: they stop mistakes and simple tricks. On Linux, install bubblewrap for a wall: apt install bubblewrap"
