"""`python -m dlcourse.compare`: measure how far every kernel, layer and model is from PyTorch, and print or write the ledger."""

import argparse
import sys
from pathlib import Path

from dlcourse.compare.ledger import ledger


def main():
    parser = argparse.ArgumentParser(prog="python -m dlcourse.compare", description=__doc__)
    parser.add_argument("--out", metavar="FILE", help="write the ledger there (Markdown) instead of printing it")
    args = parser.parse_args()
    measured = ledger()
    if args.out:
        Path(args.out).write_text(measured.to_markdown() + "\n", encoding="utf-8")
        print(measured)
    else:
        print(measured.to_markdown())
    return 0 if all(entry.holds for entry in measured.entries) else 1


if __name__ == "__main__":
    sys.exit(main())
