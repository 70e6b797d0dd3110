"""The harness of functions that train, and the time that such an exercise may take."""

import numpy as np
import pytest

from dlcourse.grading.bank import load
from dlcourse.grading.mutation import hand_in
from dlcourse.grading.process import Limits
from dlcourse.grading.sandbox import Sandbox
from dlcourse.grading.training import ALONE, train_and_ask

IMAGES = np.random.default_rng(0).random((30, 784), dtype=np.float32)
LABELS = np.arange(30) % 10


def asked(function):
    return train_and_ask(function, IMAGES, LABELS, IMAGES[:25], 0)


def test_parameters_are_counted_however_they_are_nested():
    count, _ = asked(lambda x, t, seed: ({"a": np.zeros((3, 4)), "b": [np.zeros(5), (1.0, 2)]}, lambda p, x: np.zeros(len(x), int)))
    assert count == 12 + 5 + 2


def test_every_question_is_asked_of_predict():
    _, answers = asked(lambda x, t, seed: ([np.ones(784)], lambda p, x: (x @ p[0]).round(3)))
    sums = IMAGES[:25].sum(1)
    assert np.allclose(answers["test"], sums, atol=0.01)
    assert np.allclose(answers["backward"], sums[::-1], atol=0.01)
    assert np.allclose(answers["mirrored"], sums, atol=0.01)
    assert np.allclose(answers["alone"], sums[:ALONE], atol=0.01)
    assert not answers["blank"].any()


def test_a_predict_that_cannot_do_without_parameters_knows_nothing():
    def predict(parameters, x):
        if not parameters[0].any():
            raise ZeroDivisionError
        return np.zeros(len(x))

    assert asked(lambda x, t, seed: ([np.ones(3)], predict))[1]["blank"].size == 0


@pytest.mark.parametrize("result", [None, 3, (np.ones(3), np.ones(3)), ([object()], len), (["w"], len), (np.ones(3), len, len)])
def test_what_is_not_parameters_and_predict_is_said_so(result):
    assert asked(lambda x, t, seed: result) is None
    report = hand_in(load("digits"), lambda x, t, seed: result or (0,))
    assert report.mistake == "not parameters and predict"


def test_predict_cannot_write_into_the_images():
    def predict(parameters, x):
        x[:] = 0
        return np.zeros(len(x))

    before = IMAGES.copy()
    asked(lambda x, t, seed: ([np.ones(3)], predict))
    assert np.array_equal(IMAGES, before)


SLOW = """
import time
def digits(x_train, y_train, seed):
    time.sleep(2)
    return [], None
def softmax(logits):
    time.sleep(2)
"""


def test_a_training_may_take_longer_than_a_formula(tmp_path):
    with Sandbox([(1, SLOW)], tmp_path, limits=Limits(seconds=1.0)) as sandbox:
        assert sandbox.grade(load("digits"), 0).mistake == "not parameters and predict"
        assert "longer than 1 s" in sandbox.grade(load("softmax"), 0).sentence
