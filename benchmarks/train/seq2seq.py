"""A GRU reads short sentences of the Bible in English, another writes them in Spanish and looks back at each word."""

from benchmarks.train.translation import translation_task
from dlcourse.models import AttentionSeq2Seq


def make_model(english, spanish, rng):
    return AttentionSeq2Seq(english, spanish, units=128, attention=64, dropout=0.3, rng=rng)


TASK = translation_task("seq2seq", make_model, epochs=8, lr=6e-3, goal=1.25, least=1.3)
