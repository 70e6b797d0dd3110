"""Shakespeare's plays as numbers, one for each character, and how well a model names the next one."""

from dlcourse import data
from dlcourse.data.tokenizers import CharTokenizer
from dlcourse.tensor import no_grad


def shakespeare():
    """(ids to train on, ids for validation, the tokenizer that made them)."""
    train, validation = data.shakespeare()
    tokenizer = CharTokenizer(train)
    return tokenizer.encode(train), tokenizer.encode(validation), tokenizer


def nats(model, ids, length, *, batch=64):
    """The mean of -log p(character) over the whole text, cut into windows each of which is read from its beginning."""
    n = (len(ids) - 1) // length
    x, y = ids[: n * length].reshape(n, length), ids[1 : n * length + 1].reshape(n, length)
    model.eval()
    with no_grad():
        losses = [len(x[i : i + batch]) * model.loss(model(x[i : i + batch]), y[i : i + batch]).item() for i in range(0, n, batch)]
    return sum(losses) / n
