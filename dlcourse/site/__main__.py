"""Build the lessons and exercises into a static site that needs no network: open index.html in a browser, or print its pages.

examples:
  python3 start.py site                    into _site/
  python3 start.py site --out /srv/course  into another folder
"""

import argparse
import sys
from pathlib import Path

from dlcourse.authoring.source import AuthoringError
from dlcourse.site.build import BuildError, build
from dlcourse.workspace import course_root


def main(arguments=None):
    """Exit status 0 when the site was built."""
    parser = argparse.ArgumentParser(prog="start.py site", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=course_root() / "_site", metavar="FOLDER", help="where to (default: _site)")
    parser.add_argument("--jobs", type=int, default=2, help="lessons run at the same time (default: 2)")
    args = parser.parse_args(arguments)
    try:
        index = build(course_root(), args.out.resolve(), args.jobs)
    except (BuildError, AuthoringError) as error:
        print(f"start.py site: {error}", file=sys.stderr)
        return 1
    print(f"The site is ready: {index.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
