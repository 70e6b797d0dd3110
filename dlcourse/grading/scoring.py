"""Grade a notebook: run it in the sandbox and report on each of its exercises."""

from dlcourse import workspace
from dlcourse.grading import bank, notebook
from dlcourse.grading.progress import Progress
from dlcourse.grading.sandbox import Sandbox
from dlcourse.grading.tutor import new_seed


def grade(path, *, seed=None, isolation=None, limits=None):
    """Yield one Report per exercise of a notebook. Attempts in my_work/exercises are remembered.

    Raises NotebookError for a file that is no notebook of this course.
    """
    submission = notebook.read(path)
    progress = Progress() if submission.folder.is_relative_to(workspace.my_work() / "exercises") else None
    with Sandbox(submission.cells, submission.folder, isolation=isolation, limits=limits) as sandbox:
        for id in submission.exercises:
            report = sandbox.grade(bank.load(id), new_seed() if seed is None else seed)
            if progress:
                progress.record(report)
            yield report


def points(reports):
    """The mean over the exercises, from 0 to 100."""
    return round(sum(report.points for report in reports) / len(reports))
