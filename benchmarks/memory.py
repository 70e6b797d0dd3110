"""Peak memory of one training step beyond what the model itself takes: `python -m benchmarks.memory`, ours and PyTorch's, Linux only.

Each side runs in a process of its own, in which freed memory goes back to the system at once, so that the peak is that of live arrays.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def gpt(batch):
    """(model, make batch): the small GPT of the table, 4 layers, 128 wide, 4 heads, 64 positions, 65 characters."""
    from dlcourse.models import GPT

    rng = np.random.default_rng(0)
    ids = rng.integers(0, 65, (batch, 65))
    return GPT(65, 64, layers=4, heads=4, channels=128, rng=rng), ids[:, :-1], ids[:, 1:]


def step_of(side, batch):
    """A training step with AdamW as a function of nothing, for `ours` or `torch`, from the same weights."""
    model, x, y = gpt(batch)
    if side == "ours":
        from dlcourse import functional as F
        from dlcourse.optim import AdamW
    else:
        import torch
        import torch.nn.functional as F
        from torch.optim import AdamW

        from dlcourse.compare import to_torch

        model, x, y = to_torch(model), torch.from_numpy(x), torch.from_numpy(y)
    optimizer = AdamW(model.parameters())

    def step(n):
        optimizer.zero_grad()
        F.cross_entropy(model(x[:n]).reshape(-1, 65), y[:n].reshape(-1)).backward()
        optimizer.step()

    return step


def peak(side, batch):
    """Megabytes that a step on `batch` sequences takes at its peak, beyond those after a step on one."""
    step = step_of(side, batch)
    step(1)
    before = kilobytes("VmRSS")
    CLEAR.write_text("5")  # sets the peak back to now
    step(batch)
    return (kilobytes("VmHWM") - before) / 1024


def kilobytes(name):
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith(name)]
    return int(line.split()[1])


def measure(batch=64):
    """One row: megabytes of both sides and their ratio."""
    ours, torch = (in_a_process(side, batch) for side in ("ours", "torch"))
    return {"name": f"memory_gpt_{batch}", "ours_mb": ours, "torch_mb": torch, "ratio": ours / torch}


def in_a_process(side, batch):
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    returned = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    command = [sys.executable, "-m", "benchmarks.memory", "--side", side, "--batch", str(batch)]
    return float(subprocess.check_output(command, env={**os.environ, **limits, **returned}))


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--batch", type=int, default=64, help="sequences in the batch (default 64)")
    parser.add_argument("--side", choices=["ours", "torch"], help="measure one side in this process and print its megabytes")
    parser.add_argument("--json", metavar="FILE", help="also write the row to FILE")
    args = parser.parse_args()
    if not CLEAR.exists():
        parser.error("the peak of a process is read from /proc, which only Linux has")
    if args.side:
        print(peak(args.side, args.batch))
        return
    row = measure(args.batch)
    print("{name}: ours {ours_mb:.0f} MB, PyTorch {torch_mb:.0f} MB, ratio {ratio:.2f}".format(**row))
    if args.json:
        Path(args.json).write_text(json.dumps([row], indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
