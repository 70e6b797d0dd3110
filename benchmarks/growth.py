"""How the time of a training step grows: `python -m benchmarks.growth`. A slope of 1 in the log-log plot: twice the size, twice the time.

Slopes below 1 are overhead that is still being paid off; ours stand beside PyTorch's, measured in turns in one process.
"""

import argparse
import json
import sys

import numpy as np

from benchmarks.clock import on_one_thread, race
from benchmarks.workloads import contest, gpt


def mlp(batch=64, width=128, depth=2):
    """A step of an MLP on `width` features; both sides, and whether they agree."""
    from dlcourse import functional as F
    from dlcourse.models import MLP

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(batch, width)).astype("f4"), rng.integers(0, 10, batch)
    return contest(MLP(*[width] * depth, 10, rng=rng), x, y, F.cross_entropy, "cross_entropy")


GROWTHS = {
    "batch": ((32, 64, 128, 256, 512, 1024), lambda n: mlp(batch=n)),
    "width": ((64, 128, 256, 512, 1024), lambda n: mlp(width=n)),
    "depth": ((2, 4, 8, 16, 32), lambda n: mlp(depth=n)),
    "length": ((16, 32, 64, 128, 256, 512), lambda n: gpt(batch=2, length=n)),
}


def measure(name, quick=False):
    """Sizes, milliseconds of both sides and the slopes of the straight lines through them in the log-log plot."""
    sizes, make = GROWTHS[name]
    row = {"name": f"growth_{name}", "sizes": list(sizes), "ours_ms": [], "torch_ms": [], "agree": True}
    for size in sizes:
        ours, theirs, agree = make(size)
        mine, other = race([ours, theirs], seconds=0.03 if quick else 0.1, samples=5 if quick else 9)
        row["ours_ms"].append(mine)
        row["torch_ms"].append(other)
        row["agree"] = bool(row["agree"] and agree)
    return row | {"ours_slope": slope(sizes, row["ours_ms"]), "torch_slope": slope(sizes, row["torch_ms"])}


def slope(sizes, times):
    """The slope of the least-squares line through log time against log size."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what grows (default: all): {', '.join(GROWTHS)}")
    parser.add_argument("--quick", action="store_true", help="short samples")
    parser.add_argument("--json", metavar="FILE", help="also write the rows to FILE")
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in GROWTHS]:
        parser.error(f"nothing called {', '.join(unknown)} grows here; there are {', '.join(GROWTHS)}")
    rows = []
    for name in args.names or GROWTHS:
        rows.append(measure(name, args.quick))
        print(line(rows[-1]), flush=True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=2)
    return 0 if all(row["agree"] for row in rows) else 1


def line(row):
    times = "  ".join(f"{n}: {a:.2f}/{b:.2f}" for n, a, b in zip(row["sizes"], row["ours_ms"], row["torch_ms"], strict=True))
    return f"{row['name']:14} slope ours {row['ours_slope']:.2f}, PyTorch {row['torch_slope']:.2f}   ms ours/PyTorch  {times}"


if __name__ == "__main__":
    on_one_thread("benchmarks.growth")
    sys.exit(main())
