"""Each reader gives what the format's own software wrote, and runs nothing."""

import io
import os
import pickle
import struct

import numpy as np
import pytest

from dlcourse.pretrained import formats

RNG = np.random.default_rng(0)
ARRAYS = {"a.weight": RNG.normal(size=(3, 4)).astype(np.float32), "a.bias": np.zeros(3, np.float32), "steps": np.array(7)}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def saved_by_torch(state):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: there is nobody to write its format")
    file = io.BytesIO()
    torch.save(state, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def test_npz():
    file = io.BytesIO()
    np.savez(file, **ARRAYS)
    assert_same(formats.npz(file.getvalue()), ARRAYS)


def test_npz_with_a_pickle_inside_is_refused():
    file = io.BytesIO()
    np.savez(file, a=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        formats.npz(file.getvalue())


def test_safetensors():
    from safetensors.numpy import save

    assert_same(formats.safetensors(save(ARRAYS)), ARRAYS)


def test_torch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: there is nobody to write its format")
    layer = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    state = layer.state_dict()
    assert_same(formats.torch(saved_by_torch(state)), {name: t.numpy() for name, t in state.items()})


def test_torch_tensors_that_share_their_numbers_or_skip_some():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: there is nobody to write its format")
    whole = torch.arange(24.0).reshape(4, 6)
    state = {"whole": whole, "corner": whole[1:3, 2:4], "turned": whole.T, "thinned": whole[:, ::2]}
    assert_same(formats.torch(saved_by_torch(state)), {name: t.numpy() for name, t in state.items()})


class Malicious:
    def __reduce__(self):
        return os.mkdir, ("taken over",)


@pytest.mark.parametrize("place", range(5), ids=["magic", "protocol", "machine", "tensors", "order"])
def test_a_pickle_that_wants_to_run_something_is_refused(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = [formats.TORCH_MAGIC, 1001, {}, {}, []]
    parts[place] = Malicious()
    with pytest.raises(pickle.UnpicklingError, match=r"asks for (posix|nt).mkdir, which is no tensor"):
        formats.torch(b"".join(pickle.dumps(part, protocol=2) for part in parts))
    assert not list(tmp_path.iterdir())


def test_another_file_is_not_taken_for_one_of_torch():
    with pytest.raises(ValueError, match="begins differently"):
        formats.torch(pickle.dumps(1))


def test_onnx():
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: there is nobody to write its format")
    arrays = {"weight": RNG.normal(size=(3, 400)).astype(np.float32), "number": np.float32(3).reshape(())}
    tensors = [onnx.numpy_helper.from_array(array, name) for name, array in (arrays | {"whole": np.arange(300)}).items()]
    node = onnx.helper.make_node("Relu", ["weight"], ["y"], alpha=1.5)
    y = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [3, 400])
    model = onnx.helper.make_model(onnx.helper.make_graph([node], "graph", [], [y], tensors))
    assert_same(formats.onnx(model.SerializeToString()), arrays)


def string(text):
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def saved_by_ctranslate2(arrays, aliases, version=6):
    """The format as CTranslate2's model_spec.py writes it."""
    types = {np.dtype(name): number for number, name in enumerate(["f4", "i1", "i2", "i4", "f2"])}
    content = struct.pack("<I", version) + string("ToySpec") + struct.pack("<II", 3, len(arrays))
    for name, array in arrays.items():
        content += string(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)
        content += struct.pack("<BI", types[array.dtype], array.nbytes) + array.tobytes()
    content += struct.pack("<I", len(aliases))
    return content + b"".join(string(alias) + string(name) for alias, name in aliases.items())


def test_ctranslate2():
    arrays = {"layer/weight": ARRAYS["a.weight"].astype(np.float16), "heads": np.array(6, np.int16), "flag": np.array(1, np.int8)}
    found = formats.ctranslate2(saved_by_ctranslate2(arrays, {"projection": "layer/weight"}))
    assert_same(found, arrays | {"projection": arrays["layer/weight"]})


def test_another_version_of_ctranslate2_is_named():
    with pytest.raises(ValueError, match="version 6 was expected, this one says 5"):
        formats.ctranslate2(saved_by_ctranslate2({}, {}, version=5))
