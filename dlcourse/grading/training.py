"""A harness for functions that train: run one once, then ask its `predict` the questions that show what it does.

Knows no exercise and no answer, so that the process which runs the learner's code may import it.
"""

import numpy as np

ALONE = 20  # images that are asked for one by one
SIDE = 28


def train_and_ask(function, x_train, y_train, x_test, seed):
    """(parameters counted, answers): the answers by name, each an array with what `predict` gave for one set of images.

    None for what is not `parameters, predict`.
    """
    result = function(x_train, y_train, seed)
    if not _is_pair(result):
        return None
    parameters, predict = result
    questions = {
        "test": x_test,
        "again": x_test,
        "backward": x_test[::-1],
        "train": x_train[: len(x_test)],
        "moved": _moved(x_test),
        "mirrored": x_test.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(x_test.shape),
    }
    answers = {name: _asked(predict, parameters, x) for name, x in questions.items()}
    answers["alone"] = np.concatenate([np.ravel(_asked(predict, parameters, x_test[i : i + 1])) for i in range(ALONE)])
    answers["blank"] = _blank(predict, parameters, x_test)
    return sum(map(np.size, _leaves(parameters))), answers


def _is_pair(result):
    """Whether it is arrays of numbers, however nested, and a function."""
    pair = isinstance(result, (tuple, list)) and len(result) == 2 and callable(result[1])
    return pair and all(isinstance(leaf, (np.ndarray, np.generic, int, float)) for leaf in _leaves(result[0]))


def _leaves(parameters):
    """All arrays in nested lists, tuples and dictionaries."""
    if isinstance(parameters, dict):
        parameters = list(parameters.values())
    if isinstance(parameters, (list, tuple)):
        return [leaf for part in parameters for leaf in _leaves(part)]
    return [parameters]


def _asked(predict, parameters, x):
    return np.asarray(predict(parameters, x.copy()))


def _blank(predict, parameters, x):
    """What is answered when all parameters are 0; nothing, where that cannot be computed."""
    try:
        return _asked(predict, _zeros(parameters), x)
    except Exception:  # a division by what is 0 now, or whatever the learner's code does with it
        return np.zeros(0)


def _zeros(parameters):
    if isinstance(parameters, dict):
        return {name: _zeros(part) for name, part in parameters.items()}
    if isinstance(parameters, (list, tuple)):
        return type(parameters)(map(_zeros, parameters))
    return np.zeros_like(parameters)


def _moved(x):
    """Each image two pixels to the right and one down: digits that a reader would not call others."""
    return np.roll(x.reshape(-1, SIDE, SIDE), (1, 2), axis=(1, 2)).reshape(x.shape)
