"""See which data sets there are, download the large ones, and check that the files are intact.

examples:
  dlcourse data list           all data sets, and which of them are here
  dlcourse data fetch mnist    all 70,000 digits of MNIST (the course brings 3,000 along)
  dlcourse data verify         compare every file with its checksum
"""

import sys
from difflib import get_close_matches

from dlcourse.data.catalog import DATA_SETS
from dlcourse.data.download import DownloadError, fetch
from dlcourse.data.photographs import PHOTOGRAPHS

WITHOUT = "Until then, data.mnist() and data.fashion_mnist() give the pictures that come with the course."


def add_arguments(parser):
    actions = parser.add_subparsers(dest="action", metavar="list | fetch | verify", required=True)
    actions.add_parser("list", help="all data sets, and which of them are here")
    one = actions.add_parser("fetch", help="download a data set; one that broke off goes on where it stopped")
    one.add_argument("name", metavar="NAME", help="for example mnist: the whole of it, 70,000 digits")
    some = actions.add_parser("verify", help="compare the files with their checksums")
    some.add_argument("name", metavar="NAME", nargs="?", help="only this data set")


def run(args):
    """Exit status: 0 all well, 1 a download failed or a file is damaged, 2 no data set has this name."""
    chosen = [data_set for data_set in DATA_SETS if getattr(args, "name", None) in (None, data_set.name)]
    if not chosen:
        return _complain(_unknown(args.name), status=2)
    return {"list": _list, "fetch": _fetch, "verify": _verify}[args.action](chosen)


def _list(data_sets):
    _table(["name", "examples", "what", "from", "licence"], [_row(data_set) for data_set in data_sets])
    print()
    for data_set in data_sets:
        if not data_set.is_here():
            print(f"`dlcourse data fetch {data_set.name}` downloads the {data_set.examples:,} examples of {data_set.name}.")
    print("Drawn when you ask for them, for example by data.moons(200, noise=0.1): xor, moons, circles, spirals, blobs.")
    print(f"Single photographs, for example data.photograph('cat'): {', '.join(PHOTOGRAPHS)}.")
    return 0


def _row(data_set):
    here = "not here yet" if not data_set.is_here() else "downloaded" if data_set.files else data_set.source
    return [data_set.name, f"{data_set.examples:,}", data_set.content, here, data_set.licence]


def _fetch(data_sets):
    wanted = [data_set for data_set in data_sets if data_set.files]
    if not wanted:
        print(f"{data_sets[0].name} needs no download: it comes with {data_sets[0].source}.")
    for data_set in wanted:
        try:
            for file in data_set.files:
                fetch(file, data_set.folder)
        except DownloadError as error:
            return _complain(f"{error}\n{WITHOUT}")
        except KeyboardInterrupt:
            return _complain("\nStopped. Give the same command again to go on from here.", status=130)
        print(f"{data_set.name} is complete and intact in {data_set.folder}. {data_set.call} loads it.")
    return 0


def _verify(data_sets):
    results = [(data_set, "not downloaded" if not data_set.is_here() else data_set.verify() or "intact") for data_set in data_sets]
    _table(["name", "examples", "files"], [[data_set.name, f"{data_set.examples:,}", result] for data_set, result in results])
    return int(any(result not in ("intact", "not downloaded") for _, result in results))


def _table(head, rows):
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _unknown(name):
    names = sorted({data_set.name for data_set in DATA_SETS})
    guess = get_close_matches(name, names, n=1)
    return f"There is no data set {name!r}. " + (f"Did you mean {guess[0]}?" if guess else f"There are: {', '.join(names)}.")


def _complain(sentence, status=1):
    print(sentence, file=sys.stderr)
    return status
