"""The same weights in PyTorch: largest relative difference of the output and of every gradient, and the time, side by side.

The only module that needs torch. Without it, each function says how to install it.
"""

import copy
import time
from statistics import median

import numpy as np

from dlcourse import functional as F
from dlcourse import nn
from dlcourse.backend import device_name, synchronize, to_host
from dlcourse.tensor import Tensor

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
LOSSES = {F.cross_entropy: "cross_entropy", F.mse_loss: "mse_loss", F.bce_with_logits: "binary_cross_entropy_with_logits"}
ARRAYS = {"cpu": "NumPy", "gpu": "CuPy"}
EMPTY = "PyTorch is not installed here, so this check is empty. To fill it: pip install torch"


def relative_difference(a, b):
    """max|a - b| / max|b|: 0 when equal, about 1e-7 for float32 and 1e-16 for float64 that were rounded differently.

    Raises ValueError when the shapes differ.
    """
    a, b = _host(a), _host(b)
    if a.shape != b.shape:
        raise ValueError(f"relative_difference expected two arrays of one shape, got {a.shape} and {b.shape}.")
    largest = np.abs(b).max(initial=0)
    return float(np.abs(a - b).max(initial=0) / (largest or 1))


def same_as_torch(ours, theirs, tolerance=None):
    """Assert that two arrays are equal up to rounding; returns True, so that a cell shows it.

    `tolerance` is a relative difference, 1e-5 for float32 and 1e-10 for float64 unless told. Raises AssertionError with the difference.
    """
    tolerance = tolerance or max(TOLERANCE.get(str(_host(x).dtype), 1e-10) for x in (ours, theirs))
    difference = relative_difference(ours, theirs)
    if not difference <= tolerance:
        raise AssertionError(f"Ours differs from PyTorch's by {difference:.1e} of the largest value; up to {tolerance:.0e} is rounding.")
    return True


def to_torch(model):
    """The same layers with the same weights as a torch.nn.Module.

    Raises TypeError for a layer that has no counterpart.
    """
    torch = _torch()
    if isinstance(model, nn.Sequential):
        return torch.nn.Sequential(*map(to_torch, model))
    if isinstance(model, nn.Linear):
        twin = torch.nn.Linear(*reversed(model.weight.shape), dtype=getattr(torch, str(model.weight.dtype)))
        twin.load_state_dict({name: torch.from_numpy(array) for name, array in model.state_dict().items()})
        return twin
    options = {nn.LeakyReLU: ("negative_slope",), nn.GELU: ("approximate",), nn.Dropout: ("p",)}.get(type(model), ())
    if type(model) not in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.LeakyReLU, nn.GELU, nn.Dropout):
        raise TypeError(f"to_torch expected layers of dlcourse.nn, got {type(model).__name__}.")
    return getattr(torch.nn, type(model).__name__)(*[getattr(model, name) for name in options])


def compare(model, x, target, loss=F.cross_entropy, repeats=7):
    """Run one forward and backward pass here and in PyTorch from the same weights, on the CPU and on a GPU where there is one.

    Returns a Comparison, which a notebook shows as a table; empty, with a sentence, when PyTorch is not installed.
    Both run in evaluation mode, since two dropouts draw different masks.
    """
    try:
        torch = _torch()
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
    torch = _torch()
    x, target = torch.from_numpy(np.asarray(x)).to(place), torch.from_numpy(np.asarray(target)).to(place)
    torch_loss = getattr(torch.nn.functional, LOSSES[loss])
    wait = torch.cuda.synchronize if place == "cuda" else lambda: None
    return _measured(to_torch(model).to(place).eval(), x, target, torch_loss, wait, repeats)


def _measured(model, x, target, loss, wait, repeats):
    """Output, loss and gradients by name, and the median milliseconds of a pass; both libraries are driven by the same lines."""

    def run():
        model.zero_grad()
        output = model(x)
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


def _host(x):
    if isinstance(x, Tensor):
        return x.numpy()
    return x.detach().cpu().numpy() if hasattr(x, "detach") else to_host(x)


def _torch():
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(EMPTY) from error
    return torch
