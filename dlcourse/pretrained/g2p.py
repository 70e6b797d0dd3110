"""g2p (Park and Kim 2019): a network that knows how to say English words which stand in no dictionary. Letters go in, phonemes come out."""

import numpy as np

from dlcourse.models import Seq2Seq
from dlcourse.models.seq2seq import BEGIN, END, PAD
from dlcourse.pretrained import formats
from dlcourse.pretrained.package import Package
from dlcourse.pretrained.rename import rename

FILE = "g2p_en/checkpoint20.npz"
PACKAGE = Package(
    "g2p-en",
    version="2.1.0",
    licence="Apache-2.0",
    files={FILE: "b8af35e4596d8dd5836dfd3fe9b2ba4f97b9c311efe8879544cbcfcbd566d8c6"},
)
NAMES = (
    (r"^enc_emb$", "source.weight"),
    (r"^dec_emb$", "target.weight"),
    (r"^enc_", "reader."),
    (r"^dec_", "writer."),
    (r"^fc_", "head."),
    (r"\.w_(.*)", r".weight_\1_l0"),
    (r"\.b_(.*)", r".bias_\1_l0"),
    (r"\.w$", ".weight"),
    (r"\.b$", ".bias"),
)
UNKNOWN = 1  # as a letter
LETTERS = (PAD, UNKNOWN, END, *"abcdefghijklmnopqrstuvwxyz")
VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
OTHERS = (*"BDFGKLMNPRSTVWYZ", "CH", "DH", "HH", "JH", "NG", "SH", "TH", "UW", "ZH")
PHONEMES = (PAD, BEGIN, END, "?", *sorted([*OTHERS, *(vowel + stress for vowel in VOWELS for stress in "012")]))
THEIR_ROWS = (0, 2, 3, 1, *range(4, len(PHONEMES)))  # they say PAD, "?", BEGIN, END


def load():
    arrays = formats.npz(PACKAGE.read(FILE))
    for name in ("dec_emb", "fc_w", "fc_b"):
        arrays[name] = arrays[name][THEIR_ROWS, ...]
    model = Seq2Seq(len(LETTERS), len(PHONEMES), features=256, units=256)
    model.load_state_dict(rename(arrays, NAMES))
    return model


def tokenizer():
    return Spelling()


class Spelling:
    """Words as the network reads them, and the phonemes of ARPAbet that it writes; 0, 1, 2 after a vowel is no, main or weak stress."""

    def encode(self, word):
        """A lower-case word as int64 (T,), its letters and END."""
        return np.array([*(LETTERS.index(letter) if letter in LETTERS else UNKNOWN for letter in word), END])

    def decode(self, ids):
        """The phonemes before END."""
        ids = [*ids, END]
        return [PHONEMES[i] for i in ids[: ids.index(END)]]
