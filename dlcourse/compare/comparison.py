"""One forward and backward pass here and in PyTorch, from the same weights: differences and times side by side."""

import copy
import time
from statistics import median

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import device_name, synchronize
from dlcourse.compare.difference import relative_difference
from dlcourse.compare.parity import in_tuple
from dlcourse.compare.twin import EMPTY, import_torch, to_torch
from dlcourse.tensor import Tensor

LOSSES = {F.cross_entropy: "cross_entropy", F.mse_loss: "mse_loss", F.bce_with_logits: "binary_cross_entropy_with_logits"}
ARRAYS = {"cpu": "NumPy", "gpu": "CuPy"}


def compare(model, x, target, loss=F.cross_entropy, repeats=7):
    """Run one forward and backward pass here and in PyTorch from the same weights, on the CPU and on a GPU where there is one.

    Returns a Comparison, which a notebook shows as a table; empty, with a sentence, when PyTorch is not installed.
    Both run in evaluation mode, since two dropouts draw different masks.
    """
    try:
        torch = import_torch()
    except ModuleNotFoundError:
        return Comparison([], {}, {})
    places = ["cpu"] + ["cuda"] * torch.cuda.is_available()
    ours, time_here = _ours(model, x, target, loss, repeats)
    rows, times = {name: [] for name in ours}, {ARRAYS[device_name()]: time_here}
    for place in places:
        theirs, times[f"PyTorch {place}"] = _theirs(model, x, target, loss, place, repeats)
        for name, value in ours.items():
            rows[name].append(relative_difference(value, theirs[name]))
    return Comparison(places, rows, times)


class Comparison:
    """Largest relative differences by quantity and place, and milliseconds by contestant."""

    def __init__(self, places, differences, milliseconds):
        self.places, self.differences, self.milliseconds = places, differences, milliseconds

    @property
    def largest(self):
        """The largest difference of all; 0 when there is nothing to compare."""
        return max((d for row in self.differences.values() for d in row), default=0.0)

    def __repr__(self):
        if not self.differences:
            return EMPTY
        lines = [f"{'':16}" + "".join(f"{place:>12}" for place in self.places)]
        lines += [f"{name:16}" + "".join(f"{d:12.1e}" for d in row) for name, row in self.differences.items()]
        return "\n".join([*lines, self._times()])

    def _repr_html_(self):
        if not self.differences:
            return f"<p>{EMPTY}</p>"
        head = "".join(f'<th scope="col">{place}</th>' for place in self.places)
        rows = [
            f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{d:.1e}</td>" for d in row) + "</tr>"
            for name, row in self.differences.items()
        ]
        title = "<p>Largest relative difference, ours against PyTorch</p>"
        return f'{title}<table><tr><th scope="col">quantity</th>{head}</tr>{"".join(rows)}</table><p>{self._times()}</p>'

    def _times(self):
        return "Forward and backward: " + ", ".join(f"{who} {ms:.2f} ms" for who, ms in self.milliseconds.items()) + "."


def _ours(model, x, target, loss, repeats):
    return _measured(copy.deepcopy(model).eval(), Tensor(x), target, loss, synchronize, repeats)  # a copy: the learner's gradients stay


def _theirs(model, x, target, loss, place, repeats):
    torch = import_torch()
    x, target = torch.from_numpy(np.asarray(x)).to(place), torch.from_numpy(np.asarray(target)).to(place)
    torch_loss = getattr(torch.nn.functional, LOSSES[loss])
    wait = torch.cuda.synchronize if place == "cuda" else lambda: None
    return _measured(to_torch(model).to(place).eval(), x, target, torch_loss, wait, repeats)


def _measured(model, x, target, loss, wait, repeats):
    """Output, loss and gradients by name, and the median milliseconds of a pass; both libraries are driven by the same lines."""

    def run():
        model.zero_grad()
        output = in_tuple(model(x))[0]  # recurrent layers also give their last state
        value = loss(output, target)
        value.backward()
        wait()
        return output, value

    (output, value), milliseconds = _timed(run, repeats)
    return {"output": output, "loss": value, **{f"d {name}": p.grad for name, p in model.named_parameters()}}, milliseconds


def _timed(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        times.append(1000 * (time.perf_counter() - start))
    return result, median(times)
