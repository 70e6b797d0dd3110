"""A small BERT fills in hidden characters of Shakespeare: 15 of 100, of which one in ten is wrong and one in ten is there.

While it learns 30 of 100 are hidden: so few steps teach more that way (Wettig et al. 2023, "Should you mask 15 % in masked language
modeling?").
"""

import numpy as np

from benchmarks.train.characters import shakespeare
from benchmarks.train.task import Task
from dlcourse import data, no_grad
from dlcourse.models import BERT, MaskedLanguageModel
from dlcourse.models.bert import NOT_HIDDEN, hide
from dlcourse.optim import AdamW
from dlcourse.schedule import OneCycleLR
from dlcourse.train import fit

LENGTH = 16


def run(rng, steps=800, batch=64, lr=3e-3):
    train, validation, tokenizer = shakespeare()
    mask, padding = len(tokenizer), len(tokenizer) + 1
    bert = BERT(len(tokenizer) + 2, layers=2, channels=128, hidden=512, length=LENGTH, dropout=0.0, padding=padding, rng=rng)
    model = MaskedLanguageModel(bert, rng=rng)
    adam = AdamW(model.parameters(), lr, weight_decay=0.01)
    schedule = OneCycleLR(adam, lr, steps, pct_start=0.2)
    hidden = {"mask": mask, "vocabulary": len(tokenizer), "rng": rng}
    batches = (hide(x, share=0.3, **hidden) for x, _ in data.windows(train, LENGTH, batch, steps, rng))
    for _ in fit(model, batches, model.loss, adam, clip=1.0):
        schedule.step()
    rows = validation[: len(validation) // LENGTH * LENGTH].reshape(-1, LENGTH)
    return 100 * accuracy(model, *hide(rows, **hidden))


def accuracy(model, read, targets, batch=64):
    """The share of hidden places (N, T) at which the likeliest character is the one that stood there."""
    model.eval()
    with no_grad():
        named = [model(read[i : i + batch]).numpy().argmax(2) for i in range(0, len(read), batch)]
    return (np.concatenate(named) == targets)[targets != NOT_HIDDEN].mean()


TASK = Task("bert", figure="hidden characters of Shakespeare named rightly", unit="%", goal=46.0, least=44.0, run=run)
