"""The one seam to the GPU: `xp` is NumPy on the host and CuPy on the device, under the same name.

`np` is always a host array, `xp` an array of the device at work. The switch is for the whole process, not for one thread.
"""

import importlib
import math
import os
from contextlib import contextmanager
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

MODULES = {"cpu": "numpy", "gpu": "cupy"}
xp = SimpleNamespace()  # refilled when the device switches: three times faster than a proxy that looks up each name


def device_name():
    """The device at work: "cpu" or "gpu"."""
    return xp.device_name


@contextmanager
def device(name):
    """Run the block on "cpu" or "gpu".

    Raises ValueError for another name, RuntimeError when there is no CuPy or no CUDA device.
    """
    before = xp.device_name
    _switch(name)
    try:
        yield
    finally:
        _switch(before)


def to_host(x):
    """The array as a NumPy array; waits until the device has computed it."""
    return x.get() if hasattr(x, "get") else np.asarray(x)


def to_device(x):
    """The array on the device at work."""
    return xp.asarray(x)


def synchronize():
    """Wait until the device has finished: before a clock is read."""
    if xp.device_name == "gpu":
        xp.cuda.Stream.null.synchronize()


def block_size():
    """How many numbers to copy and work on at once: on the host what its cache holds, on a device many, since each launch costs time."""
    return 2**17 if xp.device_name == "cpu" else 2**27


def blocks(*arrays):
    """Arrays of one shape and one order in memory, cut into views of `block_size` numbers, a tuple for each block."""
    if arrays[0].size <= block_size():
        yield arrays
        return
    flat = [array.ravel("K") for array in arrays]
    for i in range(0, flat[0].size, block_size()):
        yield tuple(array[i : i + block_size()] for array in flat)


def pieces(rows, size):
    """In how many equal pieces to multiply so many rows with a matrix of `size` numbers.

    OpenBLAS doesn't repack small matrices: up to a million products they take a fifth less time. On a device the whole is faster.
    """
    if xp.device_name != "cpu":
        return 1
    enough = range(max(1, -(-rows * size // 10**6)), rows // 40 + 1)
    return next((n for n in enough if rows % n == 0), 1)


def scatter_add(target, index, values):
    """target[index] += values, in place, where an index that occurs twice counts twice."""
    if xp.device_name == "gpu":
        importlib.import_module("cupyx").scatter_add(target, index, values)
    elif isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        rows = values.reshape(index.size, math.prod(target.shape[1:]))
        target += _rows_added(index.ravel() % len(target), rows, len(target)).reshape(target.shape)
    else:
        np.add.at(target, index, values)


def erf(x):
    """The error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x, which NumPy lacks."""
    return _special(xp.device_name).erf(x)


def _rows_added(ids, rows, n):
    """An array of n rows, the i-th the sum of `rows` with id i: a product with one-hot columns, ten times faster than np.add.at."""
    columns = np.ones(len(ids), rows.dtype), ids, np.arange(len(ids) + 1)
    return importlib.import_module("scipy.sparse").csc_matrix(columns, shape=(n, len(ids))) @ rows


@lru_cache
def _special(name):
    return importlib.import_module("cupyx.scipy.special" if name == "gpu" else "scipy.special")


def _switch(name):
    if name not in MODULES:
        raise ValueError(f'device expected "cpu" or "gpu", got {name!r}.')
    module = np if name == "cpu" else _cupy()
    vars(xp).clear()
    vars(xp).update(vars(module), device_name=name)


def _cupy():
    try:
        cupy = importlib.import_module(MODULES["gpu"])
        cupy.zeros(1)
        return cupy
    except Exception as error:  # no CuPy, no driver, no device: CuPy raises its own classes for each
        raise RuntimeError(
            f"The device gpu was asked for, but no GPU answers ({type(error).__name__}: {error}). "
            'Install CuPy (pip install "dlcourse[gpu]") on a machine with an NVIDIA GPU, or stay on device("cpu"): all lessons run there.'
        ) from error


_switch(os.environ.get("DLCOURSE_DEVICE", "cpu"))
