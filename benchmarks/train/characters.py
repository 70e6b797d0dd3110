"""Shakespeare's plays as numbers, one for each character, cut into windows; and how well a model names the next one."""

import numpy as np

from dlcourse import data
from dlcourse.tensor import no_grad


def shakespeare():
    """(ids to train on, ids for validation, alphabet): ids[i] is the place of character i in the alphabet."""
    texts = [np.frombuffer(text.encode("ascii"), np.uint8) for text in data.shakespeare()]
    alphabet = np.unique(texts[0])
    train, validation = (np.searchsorted(alphabet, text) for text in texts)
    return train, validation, alphabet.tobytes().decode("ascii")


def windows(ids, length, *, batch, steps, rng):
    """`steps` batches of windows from anywhere in the text: x (batch, length) and the characters that follow each of them."""
    for _ in range(steps):
        starts = rng.integers(0, len(ids) - length, batch)
        window = ids[starts[:, None] + np.arange(length + 1)]
        yield window[:, :-1], window[:, 1:]


def nats(model, ids, length, *, batch=64):
    """The mean of -log p(character) over the whole text, cut into windows each of which is read from its beginning."""
    n = (len(ids) - 1) // length
    x, y = ids[: n * length].reshape(n, length), ids[1 : n * length + 1].reshape(n, length)
    model.eval()
    with no_grad():
        losses = [len(x[i : i + batch]) * model.loss(model(x[i : i + batch]), y[i : i + batch]).item() for i in range(0, n, batch)]
    return sum(losses) / n
