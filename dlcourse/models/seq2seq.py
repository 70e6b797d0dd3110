"""Sequence to sequence: one recurrent network reads, another writes (Sutskever, Vinyals and Le 2014). With attention the writer looks back
at what was read (Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and translate").
B batch, S time of the source, T time of the target, E features of a token, H units, A attention, V vocabulary of the target."""

import math
from contextlib import contextmanager

import numpy as np

from dlcourse import functional as F
from dlcourse.backend import to_device, to_host
from dlcourse.functional.constant import constant
from dlcourse.nn import GRU, Dropout, Embedding, GRUCell, Linear, Module, init
from dlcourse.tensor import Tensor, no_grad

PAD, BEGIN, END = 0, 1, 2  # the first three tokens of both vocabularies; a source is padded at its end


class Translator(Module):
    """What reads and writes can translate: source (B, S) and target (B, T) -> logits (B, T, V), at each place for the token that follows.

    Raises ValueError for a source of nothing but PAD.
    """

    def forward(self, source, target):
        logits, _ = self.write(target, self.read(source))
        return logits

    def read(self, source):
        """What is known before the first token is written: a tuple, in each of its parts the batch comes first."""
        raise NotImplementedError(f"{type(self).__name__} expected a method read(self, source).")

    def write(self, target, known):
        """The logits (B, T, V), and what is known after the last token."""
        raise NotImplementedError(f"{type(self).__name__} expected a method write(self, target, known).")

    @staticmethod
    def loss(logits, ids):
        """The mean of -log p(token) in nats, for logits (B, T, V) and the tokens (B, T) that do follow; PAD does not count."""
        return F.cross_entropy(logits.transpose(1, 2), ids, ignore_index=PAD)

    def translate(self, source, *, longest=50):
        """The likeliest token at each place, up to END: source (B, S) -> tokens (B, up to `longest`), PAD after END."""
        written, ended = np.full((len(source), 1), BEGIN), np.zeros((len(source), 1), bool)
        with no_grad(), _evaluation(self):
            known = self.read(source)
            while written.shape[1] <= longest and not ended.all():
                logits, known = self.write(written[:, -1:], known)
                token = to_host(logits.data[:, -1]).argmax(1)[:, None]
                written = np.concatenate([written, np.where(ended, PAD, token)], 1)
                ended |= token == END
        return written[:, 1:]

    def search(self, source, *, beams=5, longest=50):
        """The likeliest translation of one source (S,), going on with the `beams` best beginnings at each place: its tokens and its log p.

        With one beam it is `translate`. A translation ends with END, or after `longest` tokens.
        """
        written, log_p, done = np.full((1, 1), BEGIN), np.zeros(1), []
        with no_grad(), _evaluation(self):
            known = self.read(source[None])
            while written.shape[1] <= longest and len(done) < beams:
                logits, known = self.write(written[:, -1:], known)
                longer = log_p[:, None] + to_host(F.log_softmax(logits[:, -1]).data)  # (beginnings, V): each with each token behind it
                best = np.argsort(-longer, axis=None)[: beams - len(done)]
                rows, tokens = np.unravel_index(best, longer.shape)
                written, log_p = np.concatenate([written[rows], tokens[:, None]], 1), longer[rows, tokens]
                done += [(p, w) for p, w in zip(log_p, written, strict=True) if w[-1] == END]
                going = tokens != END
                written, log_p, rows = written[going], log_p[going], to_device(rows[going])
                known = [part[rows] for part in known]
        log_p, tokens = max([*done, *zip(log_p, written, strict=True)], key=lambda one: one[0])
        return tokens[1:], float(log_p)


class Seq2Seq(Translator):
    """All that the writing GRU knows of the source is the last state of the reading one (Sutskever et al., section 2)."""

    def __init__(self, source_vocabulary, target_vocabulary, *, features=64, units=128, dropout=0.0, rng=None):
        rng = init.default_rng(rng)
        self.source = Embedding(source_vocabulary, features, PAD, rng=rng)
        self.target = Embedding(target_vocabulary, features, PAD, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.reader = GRU(features, units, rng=rng)
        self.writer = GRU(features, units, rng=rng)
        self.head = Linear(units, target_vocabulary, rng=rng)

    def read(self, source):
        x = self.dropout(self.source(source)).transpose(0, 1)  # (S, B, E)
        _, last = self.reader(x, lengths=lengths(source))
        return (last[0],)  # (B, H)

    def write(self, target, known):
        x = self.dropout(self.target(target)).transpose(0, 1)  # (T, B, E)
        y, last = self.writer(x, known[0].unsqueeze(0))  # (T, B, H)
        return self.head(self.dropout(y)).transpose(0, 1), (last[0],)


class AttentionSeq2Seq(Translator):
    """The source is read in both directions, and at each place the writer weighs anew what it looks at (Bahdanau et al., section 3)."""

    def __init__(self, source_vocabulary, target_vocabulary, *, features=64, units=128, attention=128, dropout=0.0, rng=None):
        rng = init.default_rng(rng)
        self.source = Embedding(source_vocabulary, features, PAD, rng=rng)
        self.target = Embedding(target_vocabulary, features, PAD, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.reader = GRU(features, units, bidirectional=True, rng=rng)
        self.first = Linear(units, units, rng=rng)
        self.query = Linear(units, attention, rng=rng)
        self.key = Linear(2 * units, attention, bias=False, rng=rng)
        self.score = Linear(attention, 1, bias=False, rng=rng)
        self.writer = GRUCell(features + 2 * units, units, rng=rng)
        self.head = Linear(3 * units, target_vocabulary, rng=rng)

    def read(self, source):
        x = self.dropout(self.source(source)).transpose(0, 1)  # (S, B, E)
        memory, last = self.reader(x, lengths=lengths(source))  # (S, B, 2 H)
        memory = memory.transpose(0, 1)  # (B, S, 2 H)
        state = F.tanh(self.first(last[1]))  # (B, H), from the direction that ends at the first word
        return state, memory, self.key(memory), Tensor(constant(source) == PAD)

    def write(self, target, known):
        steps = list(self._steps(target, known))
        y = F.stack([F.concatenate([state, context], 1) for state, context, _ in steps], 1)  # (B, T, 3 H)
        return self.head(self.dropout(y)), (steps[-1][0], *known[1:])

    def alignment(self, source, target):
        """How much each place of the target looks at each place of the source: (B, T, S), rows of sum 1. For pictures."""
        with no_grad(), _evaluation(self):
            return np.stack([to_host(weights.data) for _, _, weights in self._steps(target, self.read(source))], 1)

    def look(self, state, memory, keys, padding):
        """The mean of the memory, weighed by how well the keys fit the state, and the weights: (B, 2 H) and (B, S)."""
        scores = self.score(F.tanh(self.query(state).unsqueeze(1) + keys)).squeeze(2)  # (B, S)
        weights = F.softmax(F.masked_fill(scores, padding, -math.inf))
        return (weights.unsqueeze(1) @ memory).squeeze(1), weights

    def _steps(self, target, known):
        """The writer's state, what it looks at and the weights of that, one place of the target after the other."""
        state, *read = known
        x = self.dropout(self.target(target))  # (B, T, E)
        for t in range(x.shape[1]):
            context, weights = self.look(state, *read)
            state = self.writer(F.concatenate([x[:, t], context], 1), state)
            yield state, context, weights


def lengths(ids):
    """The number of tokens before the padding: (B, T) -> (B,)."""
    n = (constant(ids) != PAD).sum(1)
    if not to_host(n).all():
        raise ValueError("A translator expected at least one token in each source, got one of nothing but padding. Leave it out.")
    return n


@contextmanager
def _evaluation(model):
    """Evaluation mode within the block."""
    before = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(before)
