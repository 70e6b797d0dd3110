"""Make the notebooks from their sources, or check that they agree."""

import argparse
import sys
from pathlib import Path

from dlcourse.authoring.pairs import build_all, disagreements, sources
from dlcourse.authoring.source import AuthoringError

ROOT = Path(__file__).parents[2]


def main(arguments=None):
    """Exit status 0 when all was built, or all agrees."""
    options = _parser().parse_args(arguments)
    return options.run(options)


def build(options):
    """Build the sources named, or all."""
    failed = 0
    for path, result in build_all([path.resolve() for path in options.paths] or sources(options.root), options.jobs):
        if isinstance(result, AuthoringError):
            print(result, file=sys.stderr)
            failed += 1
        else:
            print(path.name, "->", ", ".join(f"{made.parent.name}/{made.name}" for made in result))
    return min(failed, 1)


def check(options):
    """Print what disagrees."""
    try:
        found = disagreements(options.root)
    except AuthoringError as error:
        found = [str(error)]
    print("\n".join(found) or f"{len(sources(options.root))} sources and their notebooks agree.")
    return 1 if found else 0


def _parser():
    parser = argparse.ArgumentParser(prog="python -m dlcourse.authoring", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the course, if it is not this clone")
    commands = parser.add_subparsers(required=True)
    building = commands.add_parser("build", help="run lessons/*.py and solutions/*.py, write their notebooks and the exercises")
    building.add_argument("paths", nargs="*", type=Path, help="sources; all when none is named")
    building.add_argument("--jobs", type=int, default=2, help="notebooks run at the same time (2)")
    building.set_defaults(run=build)
    commands.add_parser("check", help="say which notebooks are missing, stale or edited by hand; exit 1 if any").set_defaults(run=check)
    return parser


if __name__ == "__main__":
    sys.exit(main())
