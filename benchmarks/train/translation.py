"""Short sentences of the Bible, English into Spanish: 4,339 pairs to learn from, and how well a model foresees 483 others.

The pairs are few, so the figure is not how good a translation reads, but how well each piece of the Spanish is foreseen, given the
English sentence and the pieces before.
"""

import numpy as np

from benchmarks.train.task import Task
from dlcourse import data, no_grad
from dlcourse.data.tokenizers import BPETokenizer
from dlcourse.models.seq2seq import BEGIN, END
from dlcourse.optim import AdamW, clip_grad_norm_
from dlcourse.schedule import OneCycleLR

SPECIAL = 3  # PAD, BEGIN and END come before the pieces
PIECES = 1000


def translation_task(name, make_model, *, goal, least, **options):
    """The Task of the model that `make_model(English pieces, Spanish pieces, rng)` makes; options as in `train`."""

    def run(rng):
        pairs, validation = data.sentence_pairs()
        tokenizers = [BPETokenizer.train("\n".join(pair[side] for pair in pairs), PIECES) for side in (0, 1)]
        model = make_model(*(SPECIAL + len(tokenizer) for tokenizer in tokenizers), rng)
        train(model, numbered(pairs, *tokenizers), rng, **options)
        return nats(model, numbered(validation, *tokenizers)) / sum(len(sentence) + 1 for _, sentence in validation)

    figure = "loss on the Spanish of 483 sentences, given the English; its end counts as a character"
    return Task(name, figure, "nats per character", goal, least, run, higher_is_better=False)


def train(model, pairs, rng, *, epochs, lr, betas=(0.9, 0.999), batch=64):
    adam = AdamW(model.parameters(), lr, betas=betas)
    schedule = OneCycleLR(adam, lr, epochs * -(-len(pairs) // batch), pct_start=0.2)
    for _ in range(epochs):
        for source, target in batches(pairs, batch, rng):
            adam.zero_grad()
            model.loss(model(source, target[:, :-1]), target[:, 1:]).backward()
            clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()


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
