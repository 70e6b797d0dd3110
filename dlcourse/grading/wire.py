"""Values as bytes, for the pipe between the grader and the learner's process: JSON that says what is what, then raw numbers.

No pickle: whatever the bytes say, reading them builds numbers, text, arrays and containers, and runs nothing.
"""

import json
import struct
from dataclasses import dataclass

import numpy as np

NUMBERS = "biufc"  # the kinds of dtype that are plain numbers
TOKEN = 16  # bytes
LARGEST = 64 << 20  # bytes of one message


@dataclass(frozen=True)
class Foreign:
    """Stands for a value that is no number, text, array or container: only the name of its type crosses the pipe."""

    type_name: str

    def __repr__(self):
        return f"<{self.type_name}>"


def pack(value):
    """Numbers, text, None, arrays, tuples, lists and dictionaries of these -> bytes. Anything else becomes a `Foreign`."""
    buffers = []
    try:
        header = json.dumps(_describe(value, buffers)).encode()
    except (RecursionError, ValueError):  # a list in itself, a number of 5,000 digits
        return pack(Foreign(type(value).__name__))
    return b"".join([struct.pack(">I", len(header)), header, *buffers])


def unpack(data):
    """The value that `pack` made `data` from. Raises ValueError for bytes that it did not make."""
    try:
        (size,) = struct.unpack_from(">I", data)
        return _build(json.loads(data[4 : 4 + size]), _Buffers(data, 4 + size))
    except (struct.error, TypeError, KeyError, RecursionError, AttributeError) as error:
        raise ValueError(f"These bytes are no packed value: {error}.") from error


def send(stream, token, value):
    """Write one message: the token that says who speaks, the length, the packed value."""
    data = pack(value)
    stream.write(token + struct.pack(">Q", len(data)) + data)
    stream.flush()


def receive(stream, token):
    """The next message, or None at the end of the stream. Raises ValueError when the sender is another, or the message too long."""
    head = stream.read(TOKEN + 8)
    if not head:
        return None
    if head[:TOKEN] != token[: len(head)] or len(head) < TOKEN + 8:
        raise ValueError("The code wrote into the grader's own pipe, so that its answer cannot be read.")
    (size,) = struct.unpack(">Q", head[TOKEN:])
    if size > LARGEST:
        raise ValueError(f"The answer has {size:,} bytes; at most {LARGEST:,} can be judged.")
    return unpack(stream.read(size))


def _describe(value, buffers):
    """`value` as JSON; the bytes of its arrays go to `buffers`."""
    if value is None or isinstance(value, (bool, int, float, str)) and not isinstance(value, np.generic):
        return value
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in NUMBERS:
        buffers.append(np.asarray(value).tobytes())
        return {"array" if isinstance(value, np.ndarray) else "scalar": [value.dtype.str, value.shape]}
    if isinstance(value, dict):
        return {"dict": [[_describe(key, buffers), _describe(item, buffers)] for key, item in value.items()]}
    for name, kind in (("list", list), ("tuple", tuple)):
        if isinstance(value, kind):
            return {name: [_describe(item, buffers) for item in value]}
    return {"foreign": value.type_name if isinstance(value, Foreign) else type(value).__name__}


def _build(node, buffers):
    if not isinstance(node, dict):
        return node
    ((kind, content),) = node.items()
    return BUILDERS[kind](content, buffers)


def _array(content, buffers):
    dtype, shape = np.dtype(str(content[0])), tuple(map(int, content[1]))
    if dtype.kind not in NUMBERS or min(shape, default=0) < 0:
        raise ValueError(f"No array of numbers has dtype {dtype} and shape {shape}.")
    return buffers.take(dtype, shape)


class _Buffers:
    """Takes one array after the other from the bytes behind the header."""

    def __init__(self, data, start):
        self.data, self.position = data, start

    def take(self, dtype, shape):
        count = int(np.prod(shape, dtype=object))
        array = np.frombuffer(self.data, dtype, count, self.position) if count else np.empty(0, dtype)
        self.position += array.nbytes
        return array.reshape(shape).copy()


BUILDERS = {
    "array": _array,
    "scalar": lambda content, buffers: _array(content, buffers)[()],
    "list": lambda items, buffers: [_build(item, buffers) for item in items],
    "tuple": lambda items, buffers: tuple(_build(item, buffers) for item in items),
    "dict": lambda items, buffers: {_build(key, buffers): _build(item, buffers) for key, item in items},
    "foreign": lambda name, buffers: Foreign(str(name)[:80]),
}
