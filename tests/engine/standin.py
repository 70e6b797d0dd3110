"""A stand-in for CuPy: arrays that live in NumPy but, like a device's, refuse to meet NumPy's own functions or host arrays.

It shows where the source reaches around the seam. It can't show how fast CuPy is, nor where CuPy's arithmetic differs.
"""

import types

import numpy as np
import scipy.special


class DeviceArray:
    """A wrapped array. Only this module's functions and its own operators take it."""

    __array_ufunc__ = None

    def __init__(self, host):
        self.host = np.asarray(host)

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion of a device array to NumPy: something reached around the seam.")

    def get(self):
        return self.host.copy()

    def item(self):
        return self.host.item()

    def __len__(self):
        return len(self.host)

    def __bool__(self):
        return bool(self.host)

    def __float__(self):
        return float(self.host)

    def __getitem__(self, index):
        return wrap(self.host[unwrap(index)])

    def __setitem__(self, index, value):
        self.host[unwrap(index)] = unwrap(value)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return wrap(getattr(self.host, name))


def unwrap(value):
    """Device arrays become host arrays; a host array with axes is refused, as CuPy refuses it."""
    if isinstance(value, DeviceArray):
        return value.host
    if isinstance(value, np.ndarray):
        raise TypeError("A host array met a device array: something reached around the seam.")
    if isinstance(value, tuple | list):
        return type(value)(map(unwrap, value))
    return value


def wrap(value):
    if isinstance(value, np.ndarray | np.generic):
        return DeviceArray(value)
    if isinstance(value, list | tuple):
        return type(value)(map(wrap, value))
    return on_device(value) if callable(value) and not isinstance(value, type) else value


def on_device(function):
    def call(*args, **kwargs):
        result = function(*map(unwrap, args), **{key: unwrap(value) for key, value in kwargs.items()})
        return next((a for a in args if isinstance(a, DeviceArray) and a.host is result), wrap(result))  # the third argument may be `out`

    return call


def _operator(name):
    def call(self, other):
        result = getattr(self.host, name)(unwrap(other))
        return self if result is self.host else wrap(result)

    return call


ARITHMETIC = "add radd sub rsub mul rmul truediv rtruediv pow rpow matmul rmatmul gt ge lt le eq ne and or iadd isub imul itruediv"
for _name in ARITHMETIC.split(" "):
    setattr(DeviceArray, f"__{_name}__", _operator(f"__{_name}__"))
DeviceArray.__hash__ = object.__hash__
DeviceArray.__neg__ = lambda self: wrap(-self.host)
DeviceArray.__invert__ = lambda self: wrap(~self.host)


def module():
    """The stand-in as a module, to be put in place of cupy, with cupyx and cupyx.scipy.special."""
    fake = types.ModuleType("cupy")
    for name, value in vars(np).items():
        if not name.startswith("_"):
            setattr(fake, name, value if isinstance(value, type) or not callable(value) else on_device(value))
    fake.ndarray = DeviceArray
    fake.asarray = lambda x, dtype=None: (
        x if isinstance(x, DeviceArray) and dtype is None else DeviceArray(np.asarray(getattr(x, "host", x), dtype))
    )
    fake.array = lambda x, dtype=None: DeviceArray(np.array(getattr(x, "host", x), dtype))
    fake.lib = types.SimpleNamespace(stride_tricks=types.SimpleNamespace(as_strided=on_device(np.lib.stride_tricks.as_strided)))
    fake.linalg = types.SimpleNamespace(norm=on_device(np.linalg.norm))
    fake.cuda = types.SimpleNamespace(Stream=types.SimpleNamespace(null=types.SimpleNamespace(synchronize=lambda: None)))
    cupyx = types.ModuleType("cupyx")
    cupyx.scatter_add = lambda target, index, values: np.add.at(target.host, unwrap(index), unwrap(values))
    special = types.ModuleType("cupyx.scipy.special")
    special.erf = on_device(scipy.special.erf)
    return {"cupy": fake, "cupyx": cupyx, "cupyx.scipy.special": special}
