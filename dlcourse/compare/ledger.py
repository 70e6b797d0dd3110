"""The parity ledger: one row per kernel, layer and model, with its largest relative difference from PyTorch."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from dlcourse.compare.difference import TOLERANCE
from dlcourse.compare.parity import kernel_parity, module_parity
from dlcourse.compare.twin import import_torch


@dataclass
class Entry:
    """A kernel, layer or model, in how many ways it was used, and {(place, dtype): (outputs, gradients)}."""

    kind: str
    name: str
    uses: int
    differences: dict

    @property
    def holds(self):
        """Whether every difference is rounding: 1e-5 in float32, 1e-10 in float64."""
        return all(max(pair) < TOLERANCE[dtype] for (_, dtype), pair in self.differences.items())


class Ledger:
    """Entries, the places and the date on which they were measured."""

    def __init__(self, entries, places, software):
        self.entries, self.places, self.software, self.day = entries, places, software, date.today().isoformat()

    def to_markdown(self):
        """The ledger as a page: a table for kernels, one for layers, one for models."""
        kinds = dict.fromkeys(entry.kind for entry in self.entries)
        return "\n".join([HEAD.format(day=self.day, software=self.software), *(self._table(kind) for kind in kinds)])

    def __repr__(self):
        bad = [entry.name for entry in self.entries if not entry.holds]
        return f"{len(self.entries)} entries on {', '.join(self.places)}; beyond rounding: {', '.join(bad) or 'none'}"

    def _table(self, kind):
        columns = [(place, dtype) for place in self.places for dtype in TOLERANCE]
        entries = [entry for entry in self.entries if entry.kind == kind]
        titles = [f"{LABELS[place]} {dtype}: output | gradients" for place, dtype in columns]
        lines = [f"\n## {kind}s: {len(entries)}\n", f"| {kind} | uses | {' | '.join(titles)} |", "|---" * (2 + 2 * len(columns)) + "|"]
        for entry in entries:
            cells = [f"{d:.0e}" for column in columns for d in entry.differences[column]]
            lines.append(f"| {entry.name} | {entry.uses} | {' | '.join(cells)} |")
        return "\n".join(lines)


LABELS = {"cpu": "CPU", "cuda": "CUDA"}
HEAD = """# Parity with PyTorch

Largest relative difference, max|ours - PyTorch's| / max|PyTorch's| per array, of the outputs and of all gradients, from equal
inputs, weights and random upstream gradients. A kernel's row is the worst of all its uses in `dlcourse/compare/rows`. Rounding
alone gives about 1e-7 in float32 and 1e-16 in float64. Made by `python -m dlcourse.compare` on {day} with {software}."""


def ledger():
    """Measure everything, on the CPU and, where CuPy and PyTorch both find one, on a GPU."""
    from dlcourse.compare.rows import KERNELS
    from dlcourse.compare.rows.layers import LAYERS
    from dlcourse.compare.rows.models import MODELS

    places = ["cpu"] + ["cuda"] * _has_gpu()
    entries = [_entry("kernel", name, rows, kernel_parity, places) for name, rows in _grouped(KERNELS, lambda row: row.kernel.__name__)]
    entries += [_entry("layer", name, cases, module_parity, places) for name, cases in _grouped(LAYERS, str)]
    entries += [_entry("model", name, cases, module_parity, places) for name, cases in _grouped(MODELS, str)]
    return Ledger(entries, places, f"NumPy {np.__version__} and PyTorch {import_torch().__version__}")


def _entry(kind, name, uses, parity, places):
    measured = {(place, d): [parity(use, d, place=place) for use in uses] for place in places for d in TOLERANCE}
    return Entry(kind, name, len(uses), {key: tuple(map(float, np.max(pairs, axis=0))) for key, pairs in measured.items()})


def _grouped(items, name):
    groups = {}
    for item in items:
        groups.setdefault(name(item), []).append(item)
    return groups.items()


def _has_gpu():
    from dlcourse.backend import device

    try:
        with device("gpu"):
            return import_torch().cuda.is_available()
    except RuntimeError:
        return False
