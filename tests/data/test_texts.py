"""Texts that come with the course: they are what they say, and the scripts that made them are run on a small piece."""

import lzma
from collections import Counter

import pytest

from dlcourse import data
from dlcourse.data import texts
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


def test_a_damaged_text_is_not_taken_for_one(tmp_path, monkeypatch):
    broken = tmp_path / "shakespeare.xz"
    broken.write_bytes(lzma.compress(b"ACT I."))
    monkeypatch.setattr(texts, "SHAKESPEARE", broken)
    with pytest.raises(ValueError, match="shakespeare.xz is damaged: .* Install the course again"):
        data.shakespeare()


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
