"""Text to learn from: nine plays by Shakespeare, short sentences in English and Spanish, and first names."""

import numpy as np

from dlcourse.data import checksum

SHAKESPEARE = checksum.EMBEDDED / "shakespeare" / "shakespeare.xz"
SHAKESPEARE_TRAIN = 1_004_047  # characters
SHAKESPEARE_SHA256 = "fc2608d611abf2928b5dfbc1c3598cff6292a30e7f7dc3932407f7efc646e0fa"  # of the uncompressed bytes, like those below
SENTENCE_PAIRS = checksum.EMBEDDED / "sentence_pairs" / "sentence_pairs.xz"
SENTENCE_PAIRS_TRAIN = 4339
SENTENCE_PAIRS_SHA256 = "485cf3e4313adf1ef75d3186cc705e076077f138945caae73ddf89d7e34af94f"

NAMES = checksum.EMBEDDED / "names" / "names.xz"
NAMES_SHA256 = "0d3bf331d7bc6be3a2a3eb84b33b2a7dd6dafef2fc626961d03ab27c1ee1753a"


def shakespeare():
    """Nine plays (Hamlet, Macbeth, Romeo and Juliet ...): 1,004,047 characters to train on, 110,967 for validation, as two strings.

    Validation is the last tenth of every play. There are 77 different characters. Raises checksum.Damaged when the file is broken.
    """
    text = checksum.read_embedded(SHAKESPEARE, SHAKESPEARE_SHA256).decode("ascii")
    return text[:SHAKESPEARE_TRAIN], text[SHAKESPEARE_TRAIN:]


def sentence_pairs():
    """Short sentences from two translations of the Bible: two lists of (English, Spanish), 4,339 to train on and 483 for validation.

    Each has 2 to 8 words, ends in a full stop, question or exclamation mark, and no English sentence occurs twice; for example
    ("I planted.", "Yo planté."). Raises checksum.Damaged when the file is broken.
    """
    lines = checksum.read_embedded(SENTENCE_PAIRS, SENTENCE_PAIRS_SHA256).decode().split("\n")
    pairs = [tuple(line.split("\t")) for line in lines]
    return pairs[:SENTENCE_PAIRS_TRAIN], pairs[SENTENCE_PAIRS_TRAIN:]


def names():
    """First names in the United States of 1990: a list of 5,163 in small letters, and the per cent of women and of men who bore each.

    Returns names, women, men; the last two are float64 (5163,). The most frequent come first.
    """
    lines = checksum.read_embedded(NAMES, NAMES_SHA256).decode("ascii").split("\n")
    found, women, men = zip(*(line.split() for line in lines), strict=True)
    return list(found), np.array(women, float), np.array(men, float)
