"""Texts that come with the course: they are what they say, and the scripts that made them are run on a small piece."""

import lzma
from collections import Counter

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import texts
from dlcourse.data.embedded.names import build as names
from dlcourse.data.embedded.sentence_pairs import build as sentence_pairs
from dlcourse.data.embedded.shakespeare import build as shakespeare


def test_shakespeare_is_nine_plays_in_two_parts():
    train, validation = data.shakespeare()
    assert (len(train), len(validation)) == (1_004_047, 110_967)
    assert train.startswith("ACT I.\n\nScene I. Elsinore.") and train.endswith(".\n")
    assert "To be, or not to be,--that is the question:--" in train
    assert validation.count("[Exeunt.]") > 9 and "And flights of angels sing thee to thy rest!" in validation
    assert len(set(train + validation)) == 77
    assert set(validation) <= set(train), "a model that knows the training text knows every character"
    assert "\n\n\n" not in train + validation and " \n" not in train + validation


def test_speakers_stand_in_capitals():
    speakers = Counter(block.split("\n")[0] for block in data.shakespeare()[0].split("\n\n"))
    assert {"HAMLET.", "ROMEO.", "OTHELLO.", "LADY MACBETH.", "PUCK."} <= set(speakers)
    assert speakers["HAMLET."] > 300 and not speakers["Ham."]


def test_nothing_is_in_both_parts():
    train, validation = data.shakespeare()
    long = [speech for speech in validation.split("\n\n") if len(speech) > 200]
    assert len(long) > 100 and not any(speech in train for speech in long)


@pytest.mark.parametrize("name", ["shakespeare", "sentence_pairs", "names"])
def test_a_damaged_text_is_not_taken_for_one(name, tmp_path, monkeypatch):
    broken = tmp_path / f"{name}.xz"
    broken.write_bytes(lzma.compress(b"ACT I."))
    monkeypatch.setattr(texts, name.upper(), broken)
    with pytest.raises(ValueError, match=f"{name}.xz is damaged: .* Install the course again"):
        getattr(data, name)()


PLAY = """HAMLET

Persons.

SCENE. Elsinore.



ACT I.

Scene I. A platform.

[Enter two.]

Ber.\x20
Who's there?

1 Clown.
Nay, answer me:  stand/\x20\x20


Ham
He {bows.]

To be alone.

THE END"""


def test_a_play_is_cleaned():
    assert shakespeare.clean(PLAY).split("\n\n") == [
        "ACT I.",
        "Scene I. A platform.",
        "[Enter two.]",
        "BERNARDO.\nWho's there?",
        "1 CLOWN.\nNay, answer me:  stand,",
        "HAMLET.\nHe [bows.]",
        "To be alone.",
    ]


def test_a_play_is_split_between_two_speeches():
    play = "\n\n".join(f"SPEAKER {i}.\nwords" for i in range(100))
    train, validation = shakespeare.split(play)
    assert f"{train}\n\n{validation}" == play
    assert train.endswith("SPEAKER 90.\nwords") and validation.startswith("SPEAKER 91.")


def test_sentence_pairs_are_short_sentences_that_occur_once():
    train, validation = data.sentence_pairs()
    assert (len(train), len(validation)) == (4339, 483)
    both = train + validation
    assert len({english for english, _ in both}) == len(both)
    for pair in both:
        assert all(2 <= len(side.split()) <= 8 and side[-1] in ".?!" and side.strip() == side for side in pair)
    assert set("".join(map("".join, validation))) <= set("".join(map("".join, train)))


def test_the_two_sides_say_the_same():
    """Names and numbers are much the same in both languages; questions are questions."""
    pairs = sum(data.sentence_pairs(), [])
    pair = dict(pairs)
    assert pair["Moses did so."] == "E hízolo Moisés."
    for english, spanish in (("David", "David"), ("Moses", "Moisés"), ("king", "rey"), ("water", "agua")):
        sides = [(english in a, spanish.lower() in b.lower()) for a, b in pairs]
        both, either = sides.count((True, True)), sides.count((True, False))
        assert both > 5 and both > 3 * either, english
    assert sum(a[-1] == "?" for a, _ in pairs) > 300
    assert sum((a[-1] == "?") == (b[-1] == "?") for a, b in pairs) > 0.97 * len(pairs)


def word(text, *numbers):
    return f'<w lemma="{" ".join(f"strong:{number}" for number in numbers)}">{text}</w>'


ENGLISH = f"<title>A song</title>“{word('God', 'H1')}<note>1:1 a note</note>{word('is', 'H3605')} {word('light', 'H2')}; and he—."
VERSE = (f"{ENGLISH} {word('Go', 'H9')}.”", f"{word('DIOS', 'H1')} {word('fué á la luz', 'H2')}: y él; {word('Vuelve', 'H8')} á.")


def test_a_verse_becomes_the_pairs_whose_words_have_a_common_origin():
    assert sentence_pairs.pairs([VERSE]) == {"God is light.": "Dios fue a la luz."}
    assert sentence_pairs.pairs(
        [VERSE],
    ) == sentence_pairs.pairs([VERSE, VERSE])
    little = f"{word('And he', 'G2532')}.", f"{word('Y él', 'G2532')}."
    assert sentence_pairs.pairs([little]) == {}, "a common 'and' is not enough"
    assert sentence_pairs.pairs([(VERSE[0], f"{word('Luz', 'H2')}.")]) == {}, "pieces that do not correspond are not paired"


@pytest.mark.parametrize(
    "piece, sentence", [("‘what then?", "What then?"), ("¿qué, pues?", "¿Qué, pues?"), ("lo!", "Lo!"), ("EN el—.", "En el."), (" —", "")]
)
def test_a_piece_becomes_a_sentence(piece, sentence):
    assert sentence_pairs.sentence("".join(sentence_pairs.pieces(piece))) == sentence


def test_names_and_their_shares():
    found, women, men = data.names()
    assert len(found) == len(set(found)) == len(women) == len(men) == 5163
    assert set("".join(found)) == set("abcdefghijklmnopqrstuvwxyz")
    assert found[0] == "james" and (women[found.index("mary")], men[found.index("mary")]) == (2.629, 0.009)
    assert (np.diff(women + men) <= 1e-12).all(), "the most frequent come first"
    assert 85 < women.sum() < 100 and 85 < men.sum() < 100


def test_names_of_both_are_joined():
    assert names.joined({"mary": "2.5", "kim": "0.1"}, {"kim": "0.1", "al": "0.2"}) == "mary 2.5 0\nal 0 0.2\nkim 0.1 0.1"
