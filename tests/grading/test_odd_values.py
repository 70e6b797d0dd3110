"""Whatever a function gives back, the grader answers with a report, and gives no points for nonsense."""

import numpy as np
import pytest

from dlcourse import Tensor
from dlcourse.grading import bank, check
from dlcourse.grading.wire import pack, unpack

LOOP = []
LOOP.append(LOOP)
ODD = [
    *(None, 1.5, True, "text", b"bytes", object(), range(3), iter([1]), Exception("x"), len, {1, 2}, {}, {"a": 1}, 10**5000),
    *([], (), LOOP, [1, [2]], [[1, 2], [3]], ("a", np.ones(3)), (None, None), [np.ones(3)] * 3, Tensor(np.ones(3))),
    *(np.ones(0), np.ones((2, 3, 4)), np.full((3, 3), np.inf), np.array(3), np.float32(1), np.ones(3, complex), np.array([True])),
    *(np.array("text"), np.array([None]), np.ma.array([1.0, 2]), np.array([1, 2], dtype="datetime64[s]")),
]


@pytest.mark.parametrize("id", bank.ids())
def test_an_odd_value_gets_a_report_and_no_points(id, tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    for value in ODD:
        report = check(id, lambda *_, value=value: value, seed=1)
        assert report.points == 0, value
        assert report.message and report._repr_html_()


def test_what_cannot_be_packed_leaves_its_type():
    assert repr(unpack(pack(LOOP))) == "<list>"
    assert repr(unpack(pack([10**5000]))) == "<list>"
