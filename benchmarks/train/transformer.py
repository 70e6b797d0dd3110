"""The Transformer reads the English sentences of `seq2seq` and writes the Spanish ones. So few pairs suit it less than the GRU."""

from benchmarks.train.translation import translation_task
from dlcourse.models import Transformer


def make_model(english, spanish, rng):
    return Transformer(english, spanish, layers=2, channels=128, hidden=512, dropout=0.2, rng=rng)


TASK = translation_task("transformer", make_model, epochs=8, lr=2e-3, betas=(0.9, 0.98), goal=1.4, least=1.45)
