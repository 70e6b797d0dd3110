from itertools import product

import numpy as np
import pytest
import torch

from dlcourse import functional as F
from dlcourse.compare import relative_difference, to_torch
from dlcourse.models import AttentionSeq2Seq, Seq2Seq
from dlcourse.models.seq2seq import BEGIN, END, PAD
from dlcourse.optim import Adam

both = pytest.mark.parametrize("model", [Seq2Seq, AttentionSeq2Seq])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def padded(rng, B, T, V):
    """Random tokens, in each row one less than in the row before, then PAD."""
    ids = rng.integers(3, V, (B, T))
    for row in range(B):
        ids[row, T - row :] = PAD
    return ids


def reversals(rng, B, T, V):
    """Sources, the same reversed as the writer gets them, and as it should write them."""
    source = padded(rng, B, T, V)
    words = [list(row[row != PAD][::-1]) for row in source]
    wanted = np.array([[*word, END] + [PAD] * (T - len(word)) for word in words])
    given = np.array([[BEGIN, *word] + [PAD] * (T - len(word)) for word in words])
    return source, given, wanted


@both
def test_it_learns_one_batch_by_heart(rng, model):
    model = model(9, 9, features=8, units=24, rng=rng)
    source, given, wanted = reversals(rng, 4, 5, 9)
    adam = Adam(model.parameters(), 0.02)
    for _ in range(100):
        adam.zero_grad()
        loss = model.loss(model(source, given), wanted)
        loss.backward()
        adam.step()
    assert loss.item() < 0.05
    assert (model.translate(source) == wanted).all()
    for row, tokens in zip(source, wanted, strict=True):
        found, log_p = model.search(row[row != PAD], beams=3)
        assert (found == tokens[tokens != PAD]).all() and -1 < log_p < 0


@both
def test_padding_changes_nothing(rng, model):
    model = model(9, 8, features=4, units=5, rng=rng).astype("float64")
    source, target = padded(rng, 4, 5, 9), rng.integers(3, 8, (4, 6))
    logits = model(source, target).data
    assert logits.shape == (4, 6, 8)
    for row, ids in enumerate(source):
        alone = model(ids[None, ids != PAD], target[row : row + 1]).data
        assert relative_difference(alone[0], logits[row]) < 1e-14


@both
def test_its_trajectory_is_pytorchs(rng, model):
    """30 steps of Adam in float64."""
    model = model(9, 8, features=4, units=5, rng=rng).astype("float64")
    twin = to_torch(model)
    ours, theirs = Adam(model.parameters(), 0.01), torch.optim.Adam(twin.parameters(), 0.01)
    for _ in range(30):
        source, target, wanted = padded(rng, 3, 4, 9), rng.integers(3, 8, (3, 5)), padded(rng, 3, 5, 8)
        ours.zero_grad()
        theirs.zero_grad()
        model.loss(model(source, target), wanted).backward()
        logits = twin(torch.tensor(source), torch.tensor(target))
        torch.nn.functional.cross_entropy(logits.transpose(1, 2), torch.tensor(wanted), ignore_index=PAD).backward()
        ours.step()
        theirs.step()
    learned = dict(twin.named_parameters())
    for name, p in model.named_parameters():
        assert relative_difference(p, learned[name]) < 1e-10, name


@both
def test_a_search_with_enough_beams_finds_the_likeliest_translation(rng, model):
    model = model(9, 5, features=4, units=5, rng=rng).astype("float64")
    for p in model.parameters():
        p.data = 3 * p.data  # so that the likeliest token at each place is not always the way to the likeliest translation
    source = rng.integers(3, 9, 4)
    everything = {tokens: log_probability(model, source, tokens) for tokens in possible(4, 5)}
    best = max(everything, key=everything.get)
    found, log_p = model.search(source, beams=5**4, longest=4)
    assert tuple(found) == best and log_p == pytest.approx(everything[best])
    greedy, greedy_log_p = model.search(source, beams=1, longest=4)
    assert (greedy == model.translate(source[None], longest=4)[0]).all()
    assert greedy_log_p == pytest.approx(everything[tuple(greedy)]) and greedy_log_p <= log_p
    assert model.search(source, beams=3, longest=4)[1] <= log_p + 1e-12


def possible(longest, V):
    """All translations up to END, or of the longest length without it."""
    others = [t for t in range(V) if t != END]
    for n in range(longest):
        yield from ((*tokens, END) for tokens in product(others, repeat=n))
    yield from product(others, repeat=longest)


def log_probability(model, source, tokens):
    target = np.array([[BEGIN, *tokens[:-1]]])
    log_p = F.log_softmax(model(source[None], target)).data
    return float(sum(log_p[0, t, token] for t, token in enumerate(tokens)))


def test_attention_looks_at_words_not_at_padding(rng):
    model = AttentionSeq2Seq(9, 8, features=4, units=5, rng=rng)
    source = padded(rng, 3, 5, 9)
    weights = model.alignment(source, rng.integers(3, 8, (3, 6)))
    assert weights.shape == (3, 6, 5) and weights.sum(2) == pytest.approx(1, abs=1e-6)
    assert ((weights > 0) == (source != PAD)[:, None]).all()
    state, *read = model.read(source)
    context, first = model.look(state, *read)
    assert relative_difference(context, np.einsum("bs,bsh->bh", first.data, read[0].data)) < 1e-6


def test_dropout_is_off_in_translation_and_the_mode_comes_back(rng):
    model = AttentionSeq2Seq(9, 8, features=4, units=5, dropout=0.5, rng=rng)
    source = padded(rng, 3, 5, 9)
    first, second = (model.translate(source, longest=6) for _ in range(2))
    assert (first == second).all() and first.shape == (3, 6) and model.training
    assert (model(source, source % 8).data != model(source, source % 8).data).any()


def test_an_empty_source_gets_a_sentence(rng):
    with pytest.raises(ValueError, match="at least one token in each source"):
        Seq2Seq(9, 8, rng=rng)(np.array([[3, 4], [PAD, PAD]]), np.array([[3], [3]]))
