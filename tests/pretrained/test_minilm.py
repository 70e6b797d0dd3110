"""MiniLM with Microsoft's weights: the tokens and the sentence vectors of transformers."""

from pathlib import Path

import numpy as np
import pytest

from dlcourse import pretrained
from dlcourse.data.sequences import pad
from dlcourse.tensor import no_grad

REFERENCE = np.load(Path(__file__).parent / "reference" / "minilm.npz")
SENTENCES = REFERENCE["sentences"].tolist()


@pytest.fixture(scope="module")
def vectors(weights):
    """Text in, vectors out."""
    model, tokenizer = weights("minilm"), pretrained.tokenizer("minilm")
    ids = [tokenizer.encode(sentence) for sentence in SENTENCES]
    with no_grad():
        return model.sentence_vectors(pad(ids)[0]).numpy()


def test_tokens_are_those_of_the_original(weights):
    weights("minilm")
    tokenizer = pretrained.tokenizer("minilm")
    np.testing.assert_array_equal(pad([tokenizer.encode(sentence) for sentence in SENTENCES])[0], REFERENCE["ids"])


def test_vectors_are_those_of_the_original(vectors):
    expected = REFERENCE["vectors"]
    np.testing.assert_allclose(vectors, expected, rtol=0, atol=1e-5 * abs(expected).max())


def test_a_sentence_alone_has_the_vector_that_it_has_among_others(weights, vectors):
    tokenizer = pretrained.tokenizer("minilm")
    with no_grad():
        alone = weights("minilm").sentence_vectors(tokenizer.encode(SENTENCES[0])[None]).numpy()
    np.testing.assert_allclose(alone[0], vectors[0], rtol=0, atol=1e-6)


def test_sentences_of_one_meaning_are_closer(vectors):
    eating, meal, baby = vectors[:3]
    assert eating @ meal > 2 * max(eating @ baby, meal @ baby)
