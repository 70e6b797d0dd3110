"""`python -m benchmarks.train`: train each model on real data with several seeds, and say whether its figure is reached.

Each training has a process of its own. What is done is kept in a file at once, so that the same command goes on where it was stopped.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib import import_module

from benchmarks.machine import PAGES_KEPT
from benchmarks.train.results import Results, summary
from dlcourse.data.home import home

HEAD = f"{'task':20}{'seeds':>6}{'median':>10}{'least':>10}{'greatest':>10}{'seconds':>9}{'goal':>9}{'bound':>9}  reached  figure"
LIMIT = 1800  # seconds, until a training counts as stuck
LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments=None, package="benchmarks.train"):
    """Exit status: 0 every figure is reached, 1 one is not, or a training failed."""
    modules = import_module(package).MODULES
    args = parse(arguments, modules)
    results, names = Results(args.json), args.names or modules
    if args.fresh:
        results.forget(names)
    train_what_is_missing(results, package, names, args)
    return 0 if table(results.read(), names, args.seeds) else 1


def parse(arguments, modules):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"the tasks (default: all): {', '.join(modules)}")
    parser.add_argument("--seeds", type=int, default=5, help="train with the seeds 0 .. SEEDS - 1 (default: 5)")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at the same time (default: 2)")
    parser.add_argument("--threads", type=int, default=1, help="threads of each training (default: 1)")
    parser.add_argument("--json", metavar="FILE", default=home() / "train.json", help="the file of results (default: %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="begin again: drop what the file holds of these tasks")
    args = parser.parse_args(arguments)
    if unknown := [name for name in args.names if name not in modules]:
        parser.error(f"there is no task {', '.join(unknown)}; the tasks are {', '.join(modules)}")
    if min(args.seeds, args.jobs, args.threads) < 1:
        parser.error("--seeds, --jobs and --threads must be at least 1")
    return args


def train_what_is_missing(results, package, names, args):
    """Train every (task, seed) that the file lacks. What fails is said and does not stop the others."""
    missing = [(name, seed) for seed in range(args.seeds) for name in names if not results.has(name, seed)]
    if kept := len(names) * args.seeds - len(missing):
        print(f"{kept} of {len(names) * args.seeds} are done already in {args.json} (--fresh begins again)")
    with ThreadPoolExecutor(args.jobs) as pool:
        started = {pool.submit(trained_by_itself, package, *job, args.threads): job for job in missing}
        try:
            for future in as_completed(started):
                note(results, *started[future], future)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C nothing new begins


def trained_by_itself(package, name, seed, threads):
    """One training in a fresh process. Raises RuntimeError with the last line of its trouble."""
    command = [sys.executable, "-m", "benchmarks.train.worker", package, name, str(seed)]
    environment = {**os.environ, **PAGES_KEPT, **dict.fromkeys(LIBRARIES, str(threads)), "TQDM_DISABLE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1])
    result = json.loads(done.stdout)
    result["run"]["threads"] = threads
    return result


def note(results, name, seed, future):
    """Keep and print one result, or print why there is none."""
    try:
        result = future.result()
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"{name}, seed {seed}: failed. {error}", flush=True)
        return
    results.add(name, result)
    run = result["run"]
    print(f"{name}, seed {seed}: {run['figure']:.4g} {result['unit']} in {run['seconds']:.0f} s", flush=True)


def table(everything, names, seeds):
    """Print a line per task; whether all have reached their figures."""
    print(f"\n{HEAD}")
    summaries = {name: summary(everything[name], seeds) if name in everything else None for name in names}
    for name, of in summaries.items():
        print(line(name, everything[name], of) if of else f"{name:20}{0:6}")
    return all(of and of["reached"] for of in summaries.values())


def line(name, task, of):
    numbers = [of["median"], of["least"], of["greatest"]]
    shown = "".join(f"{number:10.4g}" for number in numbers) + f"{of['seconds']:9.1f}{task['goal']:9.4g}{task['least']:9.4g}"
    return f"{name:20}{of['runs']:6}{shown}  {'yes' if of['reached'] else 'NO':7}  {task['figure']}, {task['unit']}"


if __name__ == "__main__":
    sys.exit(main())
