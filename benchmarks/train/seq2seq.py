"""A GRU reads short sentences of the Bible in English, another writes them in Spanish and looks back at each word.

4,339 pairs are few: its figure is how well it foresees the Spanish, piece by piece, given the English sentence and the pieces before.
"""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data, no_grad
from dlcourse.data.tokenizers import BPETokenizer
from dlcourse.models import AttentionSeq2Seq
from dlcourse.models.seq2seq import BEGIN, END
from dlcourse.optim import AdamW, clip_grad_norm_
from dlcourse.schedule import OneCycleLR

SPECIAL = 3  # PAD, BEGIN and END come before the pieces
PIECES = 1000


def run(rng, epochs=12, batch=64, units=128, dropout=0.3, lr=6e-3):
    train, validation = data.sentence_pairs()
    english, spanish = (BPETokenizer.train("\n".join(pair[side] for pair in train), PIECES) for side in (0, 1))
    pairs = numbered(train, english, spanish)
    sizes = SPECIAL + len(english), SPECIAL + len(spanish)
    model = AttentionSeq2Seq(*sizes, units=units, attention=64, dropout=dropout, rng=rng)
    adam = AdamW(model.parameters(), lr)
    schedule = OneCycleLR(adam, lr, epochs * -(-len(pairs) // batch), pct_start=0.1)
    for _ in range(epochs):
        for source, target in batches(pairs, batch, rng):
            adam.zero_grad()
            model.loss(model(source, target[:, :-1]), target[:, 1:]).backward()
            clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()
    return nats(model, numbered(validation, english, spanish)) / sum(len(sentence) + 1 for _, sentence in validation)


def numbered(pairs, english, spanish):
    """Each pair as numbers: what is read, and what is written between BEGIN and END."""
    return [(SPECIAL + english.encode(a), [BEGIN, *(SPECIAL + spanish.encode(b)), END]) for a, b in pairs]


def batches(pairs, batch, rng):
    """All pairs once, those of about one length side by side, so that little is padding: sources (B, S) and targets (B, T)."""
    order = np.argsort([len(target) + rng.uniform(0, 3) for _, target in pairs])
    parts = [order[i : i + batch] for i in range(0, len(order), batch)]
    for i in rng.permutation(len(parts)):
        yield padded([pairs[j] for j in parts[i]])


def padded(pairs):
    return tuple(data.pad(side)[0] for side in zip(*pairs, strict=True))


def nats(model, pairs, batch=100):
    """The sum of -log p of all targets."""
    model.eval()
    total = 0.0
    with no_grad():
        for i in range(0, len(pairs), batch):
            source, target = padded(pairs[i : i + batch])
            total += model.loss(model(source, target[:, :-1]), target[:, 1:]).item() * np.count_nonzero(target[:, 1:])
    return total


TASK = Task(
    "seq2seq",
    figure="loss on the Spanish of 483 sentences, given the English; its end counts as a character",
    unit="nats per character",
    goal=1.2,
    least=1.25,
    higher_is_better=False,
    run=run,
)
