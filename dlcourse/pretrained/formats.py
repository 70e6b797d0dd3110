"""The formats in which others keep their weights. A reader takes the bytes of a file and returns {name: array}; none runs what it reads."""

import io
import pickle
import struct
from collections import OrderedDict, defaultdict

import numpy as np
from safetensors.numpy import load as load_safetensors


def safetensors(content):
    """The format of safetensors: a table of names, shapes and places, then the numbers. Its own library reads it."""
    return load_safetensors(content)


def npz(content):
    """NumPy's own archive of named arrays."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


TORCH_MAGIC = 0x1950A86A20F9469CFC6C


def torch(content):
    """A state_dict as `torch.save` wrote it before version 1.6: a pickle with names and shapes, then the numbers, storage by storage.

    Raises ValueError when it is something else, pickle.UnpicklingError when the pickle asks for anything but tensors.
    """
    file, storages = io.BytesIO(content), {}
    if _Names(file, storages).load() != TORCH_MAGIC:
        raise ValueError("A file of torch.save before version 1.6 was expected; this one begins differently.")
    _protocol, _machine, tensors, order = (_Names(file, storages).load() for _ in range(4))
    for key in order:
        file.seek(8, io.SEEK_CUR)  # how many numbers follow; the pickle has said it already
        file.readinto(storages[key])
    return dict(tensors)


def _view(storage, offset, shape, strides, *_):
    """A tensor is a view of a storage; offset and strides count numbers, NumPy's count bytes."""
    size = storage.itemsize
    return np.ndarray(shape, storage.dtype, storage, offset * size, [stride * size for stride in strides])


class _Names(pickle.Unpickler):
    """An unpickler that knows four names and refuses all others, so that no pickle can make it run anything."""

    KNOWN = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _view,
        ("torch", "FloatStorage"): np.dtype("<f4"),
        ("torch", "LongStorage"): np.dtype("<i8"),
    }

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        if (module, name) not in self.KNOWN:
            raise pickle.UnpicklingError(f"A file of weights asks for {module}.{name}, which is no tensor; it was not opened.")
        return self.KNOWN[module, name]

    def persistent_load(self, storage):
        _kind, dtype, key, _device, size, _view_of = storage
        return self.storages.setdefault(key, np.empty(size, dtype))


def ctranslate2(content):
    """CTranslate2's model.bin, version 6: a header, then for each variable its name, shape, type and numbers, then second names for some.

    Raises ValueError for another version.
    """
    file = io.BytesIO(content)
    [version] = _unpack(file, "<I")
    if version != 6:
        raise ValueError(f"A CTranslate2 file of version 6 was expected, this one says {version}.")
    _specification, _revision = _string(file), _unpack(file, "<I")
    arrays = {}
    for _ in range(*_unpack(file, "<I")):
        name = _string(file)
        arrays[name] = _variable(file)
    for _ in range(*_unpack(file, "<I")):
        alias = _string(file)
        arrays[alias] = arrays[_string(file)]
    return arrays


CTRANSLATE2_DTYPES = ("<f4", "i1", "<i2", "<i4", "<f2")


def _variable(file):
    [rank] = _unpack(file, "<B")
    shape = _unpack(file, f"<{rank}I")
    kind, size = _unpack(file, "<BI")
    return np.frombuffer(file.read(size), CTRANSLATE2_DTYPES[kind]).reshape(shape)


def _string(file):
    """Its length in two bytes, then its letters and a zero."""
    return file.read(*_unpack(file, "<H"))[:-1].decode()


def _unpack(file, layout):
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


# the numbers of the fields in ONNX's onnx.proto, and of the one type of tensor that is read
GRAPH, INITIALIZER, DIMS, DATA_TYPE, NAME, RAW_DATA, FLOAT = 7, 5, 1, 2, 8, 9, 1


def onnx(content):
    """The float32 initializers of an ONNX graph: a protocol buffer, of which only the tensors are looked at."""
    model = _fields(memoryview(content))
    tensors = (_fields(tensor) for graph in model[GRAPH] for tensor in _fields(graph)[INITIALIZER])
    return {bytes(t[NAME][0]).decode(): _tensor(t) for t in tensors if t[DATA_TYPE] == [FLOAT]}


def _tensor(fields):
    return np.frombuffer(fields[RAW_DATA][0], "<f4").reshape(fields[DIMS])


def _fields(message):
    """{number: values} of a protocol buffer's message, each an int or the bytes of what is nested there."""
    values = defaultdict(list)
    for number, value in _walk(message):
        values[number].append(value)
    return values


def _walk(message):
    """(number, value) of each field. The messages above have two kinds of them: whole numbers, and bytes with their length before them."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7:
            value, at = message[at : at + value], at + value
        yield key >> 3, value


def _varint(message, at):
    """A whole number in groups of seven bits, the lowest first; the eighth bit of a byte says that another follows."""
    value = shift = 0
    while message[at] & 128:
        value |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1
