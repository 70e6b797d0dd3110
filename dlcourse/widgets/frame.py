"""A frame is what one state looks like: named arrays, numbers and words. It travels as one blob, so no view is ever half updated."""

import json
import math
import struct

import numpy as np

WIRE = {"f": np.dtype("<f4"), "i": np.dtype("<i4"), "u": np.dtype("|u1"), "b": np.dtype("|u1")}


class Frame(dict):
    """`Frame(curve=array, z=-1.0, sentence="...")`: what `compute` returns."""

    def __init__(self, **items):
        super().__init__(items)


def pack(frame, **notes):
    """The frame as bytes: the manifest's length (8 bytes), the manifest (JSON), then each array on an 8-byte boundary.

    Arrays travel as float32, int32 or uint8; everything else stands in the manifest, beside the notes.
    Raises TypeError for an array of another kind.
    """
    arrays = {name: _wire(name, item) for name, item in frame.items() if isinstance(item, np.ndarray) and item.ndim}
    values = {name: _plain(item) for name, item in frame.items() if name not in arrays}
    places, offset = [], 0
    for name, array in arrays.items():
        places.append({"name": name, "dtype": array.dtype.name, "shape": array.shape, "offset": offset})
        offset += _aligned(array.nbytes)
    manifest = json.dumps({"arrays": places, "values": values, **notes}, allow_nan=False).encode()
    manifest += b" " * (_aligned(len(manifest)) - len(manifest))
    bodies = [array.tobytes().ljust(_aligned(array.nbytes), b"\0") for array in arrays.values()]
    return struct.pack("<Q", len(manifest)) + manifest + b"".join(bodies)


def unpack(blob):
    """(frame, manifest) of a packed frame."""
    (length,) = struct.unpack_from("<Q", blob)
    manifest = json.loads(blob[8 : 8 + length])
    frame = Frame(**manifest["values"])
    for place in manifest["arrays"]:
        count = math.prod(place["shape"])
        flat = np.frombuffer(blob, np.dtype(place["dtype"]), count, 8 + length + place["offset"])
        frame[place["name"]] = flat.reshape(place["shape"])
    return frame, manifest


def _wire(name, array):
    if array.dtype.kind not in WIRE:
        raise TypeError(f'A frame expected "{name}" to be an array of numbers, got dtype {array.dtype}. Give words as a list.')
    kind = "i" if array.dtype.kind == "u" and array.dtype.itemsize > 1 else array.dtype.kind
    return np.ascontiguousarray(array, WIRE[kind])


def _plain(item):
    """JSON knows no NumPy scalar and no NaN: the first becomes Python's, the second null."""
    if isinstance(item, dict):
        return {key: _plain(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_plain(value) for value in item]
    if isinstance(item, (np.generic, np.ndarray)):
        item = item.item()
    return None if isinstance(item, float) and not math.isfinite(item) else item


def _aligned(size):
    return -(-size // 8) * 8
