"""The Transformer reads the English sentences of `seq2seq` and writes the Spanish ones, with the same figure: how well it foresees them."""

from benchmarks.train.seq2seq import PIECES, SPECIAL, batches, nats, numbered
from benchmarks.train.task import Task
from dlcourse import data
from dlcourse.data.tokenizers import BPETokenizer
from dlcourse.models import Transformer
from dlcourse.optim import AdamW, clip_grad_norm_
from dlcourse.schedule import OneCycleLR


def run(rng, epochs=12, batch=64, channels=128, dropout=0.3, lr=2e-3):
    train, validation = data.sentence_pairs()
    english, spanish = (BPETokenizer.train("\n".join(pair[side] for pair in train), PIECES) for side in (0, 1))
    pairs = numbered(train, english, spanish)
    sizes = SPECIAL + len(english), SPECIAL + len(spanish)
    model = Transformer(*sizes, layers=2, channels=channels, hidden=4 * channels, dropout=dropout, rng=rng)
    adam = AdamW(model.parameters(), lr, betas=(0.9, 0.98))
    schedule = OneCycleLR(adam, lr, epochs * -(-len(pairs) // batch), pct_start=0.2)
    for _ in range(epochs):
        for source, target in batches(pairs, batch, rng):
            adam.zero_grad()
            model.loss(model(source, target[:, :-1]), target[:, 1:]).backward()
            clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
            schedule.step()
    return nats(model, numbered(validation, english, spanish)) / sum(len(sentence) + 1 for _, sentence in validation)


TASK = Task(
    "transformer",
    figure="loss on the Spanish of 483 sentences, given the English; its end counts as a character",
    unit="nats per character",
    goal=1.2,
    least=1.25,
    higher_is_better=False,
    run=run,
)
