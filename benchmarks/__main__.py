"""`python -m benchmarks`: the median time of ours and of PyTorch eager, in the same run, from the same weights.

Each number of threads has a process of its own, since libraries read it once, when they are loaded.
"""

import argparse
import json
import os
import subprocess
import sys

from benchmarks.machine import PAGES_KEPT
from benchmarks.startup import STARTUPS
from benchmarks.workloads import SHARED, WORKLOADS

ROWS = [*WORKLOADS, *STARTUPS]
HEAD = f"{'name':24}{'threads':>8}{'ours ms':>12}{'torch ms':>12}{'ratio':>8}   agree"


def main():
    args = parse()
    rows = []
    print(HEAD)
    for row in run(args):
        rows.append(row)
        print(line(row), flush=True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=2)
    return 1 if any(row["agree"] is False for row in rows) else 0


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"the rows to run (default: all): {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="one thread, short samples: under 40 s")
    parser.add_argument("--device", default="cpu", choices=["cpu", "gpu"], help="gpu: ours on CuPy, PyTorch on CUDA, with TF32 off and on")
    parser.add_argument("--json", metavar="FILE", help="also write the rows to FILE: name, threads, ours_ms, torch_ms, ratio, agree")
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in ROWS]:
        parser.error(f"there is no row {', '.join(unknown)}; the rows are {', '.join(ROWS)}")
    if args.device == "gpu":
        need_gpu(parser)
    return args


def need_gpu(parser):
    """End with a sentence when CuPy or PyTorch finds no GPU here."""
    import torch

    from dlcourse import device

    try:
        with device("gpu"):
            if not torch.cuda.is_available():
                parser.error("this PyTorch has no CUDA: install its CUDA build to race on a GPU")
    except RuntimeError as error:
        parser.error(str(error))


def run(args):
    """The rows, each as soon as it is measured."""
    for name in args.names or ROWS:
        if name in STARTUPS and args.device == "cpu":
            yield STARTUPS[name](args.quick)
        elif name in WORKLOADS and args.device == "gpu":
            yield from (measured_by_itself(name, 1, args.quick, "gpu", tf32) | {"tf32": tf32} for tf32 in (False, True))
        elif name in WORKLOADS:
            yield from (measured_by_itself(name, threads, args.quick) for threads in ((1,) if args.quick else (1, 2)))


def measured_by_itself(name, threads, quick, device="cpu", tf32=False):
    """One workload in a fresh process with that many threads; `tf32` lets a GPU round the factors of a product to 10 bits."""
    command = [sys.executable, "-m", "benchmarks.workloads", name, str(threads), "--device", device, *["--quick"] * quick]
    limits = {variable: str(threads) for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    if name in SHARED:
        limits["OPENBLAS_NUM_THREADS"] = "1"  # our two threads have half of the batch each
    done = subprocess.run(
        command, env={**os.environ, **limits, **PAGES_KEPT, "CUPY_TF32": str(int(tf32))}, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def line(row):
    shown = [f"{row[key]:.3f}" if row[key] is not None else "-" for key in ("ours_ms", "torch_ms")]
    ratio = f"{row['ratio']:.2f}" if row["ratio"] is not None else "-"
    agree = {True: "yes", False: "NO", None: "-"}[row["agree"]]
    name = row["name"] + (" TF32" if row.get("tf32") else "")
    return f"{name:24}{row['threads']:8}{shown[0]:>12}{shown[1]:>12}{ratio:>8}   {agree}"


if __name__ == "__main__":
    sys.exit(main())
