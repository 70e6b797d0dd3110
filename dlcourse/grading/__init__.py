"""What a learner calls in a notebook: `check` an answer, ask for a `hint`, read the `solution` after an attempt.

Each imports what it needs when it is called, so that the process which runs submitted code can import this package without the answers.
"""


def check(id, function, *, seed=None):
    """The Report on a function, on fresh random cases; `seed`, printed with a failure, makes the same cases again."""
    from dlcourse.grading import tutor

    return tutor.check(id, function, seed=seed)


def hint(id):
    """The next of the three hints of an exercise."""
    from dlcourse.grading import tutor

    return tutor.hint(id)


def solution(id):
    """The course's own answer, once you have made an attempt."""
    from dlcourse.grading import tutor

    return tutor.solution(id)
