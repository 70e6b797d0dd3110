"""Values through the pipe: what is packed comes out again, and bytes that nobody packed are refused."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.grading.wire import LARGEST, Foreign, pack, receive, send, unpack

TOKEN = b"0123456789abcdef"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(VALUES)
def test_numbers_text_and_containers_come_back(value):
    assert unpack(pack(value)) == value


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "uint8", "bool", "complex128", ">f8"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4), (1, 1, 1)])
def test_arrays_come_back_with_dtype_and_shape(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    back = unpack(pack((array, array.T)))[0]
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(back, array)
    back[...] = 0  # a copy of one's own, to write in


def test_array_scalars_stay_scalars():
    back = unpack(pack([np.float32(1.5), np.float64(2.5), np.int64(3)]))
    assert [type(value) for value in back] == [np.float32, np.float64, np.int64]


def test_nan_and_infinity_come_back():
    assert str(unpack(pack([float("nan"), float("inf")]))) == "[nan, inf]"


@pytest.mark.parametrize("value", [object(), np.array([object()]), {1, 2}, print, np.array(["text"])])
def test_other_objects_leave_only_the_name_of_their_type(value):
    assert unpack(pack(value)) == Foreign(type(value).__name__)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"abc",
        pack(np.ones(3))[:-1],
        *(
            struct.pack(">I", len(header)) + header
            for header in (
                b"{",
                b'{"no such kind": 1}',
                b'{"array": ["O", [1]]}',
                b'{"array": ["<f8", [-1]]}',
                b'{"array": ["<f8", [1000000000000]]}',
                b'{"array": ["nonsense", [1]]}',
                b'{"array": 3}',
                b'{"dict": [[{"list": []}, 1]]}',
                b'{"list": [1], "tuple": [2]}',
                b"[" * 100_000,
            )
        ),
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(ValueError):
        unpack(data)


def test_messages_follow_each_other():
    pipe = io.BytesIO()
    send(pipe, TOKEN, {"a": 1})
    send(pipe, TOKEN, np.ones(2))
    pipe.seek(0)
    assert receive(pipe, TOKEN) == {"a": 1}
    assert receive(pipe, TOKEN).sum() == 2
    assert receive(pipe, TOKEN) is None


TOO_LONG = TOKEN + struct.pack(">Q", LARGEST + 1)


@pytest.mark.parametrize("data", [b"forged", b"forged" * 100, TOKEN, TOO_LONG, b"x" * 16 + struct.pack(">Q", 0)])
def test_a_message_of_somebody_else_is_refused(data):
    with pytest.raises(ValueError):
        receive(io.BytesIO(data), TOKEN)
