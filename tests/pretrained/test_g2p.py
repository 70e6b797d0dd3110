"""g2p's network with its makers' weights: the phonemes that their own software gives."""

import json
from pathlib import Path

import pytest

from dlcourse import pretrained
from dlcourse.data.sequences import pad

ANSWERS = json.loads((Path(__file__).parent / "reference" / "g2p.json").read_text(encoding="utf-8"))
LONGEST = 20  # phonemes that the original writes at most


@pytest.mark.parametrize("word", ANSWERS)
def test_says_a_word_as_the_original_does(weights, word):
    model, spelling = weights("g2p"), pretrained.tokenizer("g2p")
    assert spelling.decode(model.translate(spelling.encode(word)[None], longest=LONGEST)[0]) == ANSWERS[word]


def test_says_many_words_at_once(weights):
    model, spelling = weights("g2p"), pretrained.tokenizer("g2p")
    ids, _ = pad([spelling.encode(word) for word in ANSWERS])
    assert list(map(spelling.decode, model.translate(ids, longest=LONGEST))) == list(ANSWERS.values())
