"""Put a fresh copy of an exercise notebook (or a lesson) into my_work/. The old one is kept beside it, under another name.

examples:
  dlcourse new 03                   the exercises of lesson 3
  dlcourse new softmax              the exercises that softmax is one of
  dlcourse new lessons/02_the_neuron
"""

from dlcourse import workspace
from dlcourse.grading import bank


def add_arguments(parser):
    parser.add_argument("name", help="number or name of the exercise notebook, an exercise in it, or lessons/NAME")


def run(args):
    """Raises ValueError for a name that no notebook has."""
    copy, kept = workspace.fresh_copy(_notebook(args.name))
    print(f"A fresh copy lies in {copy.relative_to(workspace.course_root())}.")
    if kept:
        print(f"The old one is kept as {kept.relative_to(workspace.course_root())}.")
    return 0


def _notebook(name):
    return next((f"exercises/{lesson}" for lesson, ids in bank.CONTENTS.items() if name in ids), name)
