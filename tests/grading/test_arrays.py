"""The harnesses of the exercises about shapes and loops."""

import numpy as np
import pytest

from dlcourse.grading.arrays import REFUSED, PythonLoop, loops, shape_or_refusal, without_loops
from dlcourse.grading.bank import load
from dlcourse.grading.mutation import hand_in


def with_for(a, b):
    for _ in range(2):
        a = a + 1
    return a


def with_while(a, b):
    while a.sum() < 5:
        a = a + 1
    return a


def with_inner(a, b):
    def inner(rows):
        return [row + 1 for row in rows]

    return inner(a)


LOOPING = [
    with_for,
    with_while,
    with_inner,
    lambda a, b: [row + 1 for row in a],
    lambda a, b: sum(row for row in a),
    lambda a, b: list(map(sum, a)),
    lambda a, b: np.apply_along_axis(np.sum, 0, a),
]


@pytest.mark.parametrize("function", LOOPING)
def test_every_kind_of_loop_is_seen(function):
    with pytest.raises(PythonLoop):
        without_loops(function, np.ones((2, 2)), np.ones((2, 2)))


def test_what_only_looks_like_a_loop_is_run():
    assert without_loops(lambda a, b: a if a > b else b, 1, 2) == 2
    assert not loops(None)
    assert not loops(getattr(np.add, "__code__", None))


def test_a_refusal_is_told_from_whatever_is_returned():
    def refuse(a, b):
        raise ValueError

    assert shape_or_refusal(refuse, (2,), (3,)) == REFUSED
    assert shape_or_refusal(lambda a, b: None, (2,), (3,)) == "nothing"
    assert shape_or_refusal(lambda a, b: ValueError("no"), (2,), (3,)) == "the error itself"
    assert shape_or_refusal(lambda a, b: a, (2,), (3,)) == (2,)


def test_the_word_is_no_refusal():
    def words(a, b):
        try:
            return np.broadcast_shapes(a, b)
        except ValueError:
            return "ValueError"

    report = hand_in(load("broadcast_shape"), words)
    assert report.verdict == "wrong"
    assert "For a = (2, 3) and b = (2,), a ValueError is expected; your function returns ValueError." in str(report)
