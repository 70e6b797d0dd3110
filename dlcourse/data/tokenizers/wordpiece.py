"""WordPiece, BERT's way to cut text into tokens (Devlin et al. 2019): words first, then the longest pieces that are in a vocabulary.

Capitals and accents are dropped, as for the published "uncased" models.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np

SPECIAL = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")
LONGEST_WORD = 100  # a longer one is unknown
IDEOGRAPHS = (  # each is a word of its own: the blocks of Chinese characters
    range(0x4E00, 0xA000),
    range(0x3400, 0x4DC0),
    range(0x20000, 0x2A6E0),
    range(0x2A700, 0x2B740),
    range(0x2B740, 0x2B820),
    range(0x2B920, 0x2CEB0),
    range(0xF900, 0xFB00),
    range(0x2F800, 0x2FA20),
)


class WordPieceTokenizer:
    """Tokens by a vocabulary in which the pieces that continue a word begin with ##. A token's number is its place in the list.

    `encode` gives int64 (T,), `decode` the words again, without capitals and accents; `len` is the size of the vocabulary.
    Raises ValueError for a vocabulary without [UNK], [CLS] or [SEP].
    """

    def __init__(self, tokens):
        self.tokens = list(tokens)
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        if missing := {"[UNK]", "[CLS]", "[SEP]"} - self.ids.keys():
            raise ValueError(
                f"WordPieceTokenizer expected {', '.join(sorted(missing))} among its {len(self)} tokens. Is it BERT's vocab.txt?"
            )

    @classmethod
    def read(cls, path):
        """From a file such as BERT's vocab.txt: a token in each line."""
        return cls(Path(path).read_text(encoding="utf-8").rstrip("\n").split("\n"))

    def __len__(self):
        return len(self.tokens)

    def encode(self, text, second=None, *, max_length=512):
        """[CLS] text [SEP], and second [SEP] if there are two; text alone is cut so that everything has at most max_length tokens."""
        pieces = self.tokenize(text)
        if second is None:
            pieces = ["[CLS]", *pieces[: max_length - 2], "[SEP]"]
        else:
            pieces = ["[CLS]", *pieces, "[SEP]", *self.tokenize(second), "[SEP]"]
        return np.array([self.ids[piece] for piece in pieces], np.int64)

    def segments(self, ids):
        """0 for the first text and its [SEP], 1 for the second: BERT's token types, in the shape of ids (..., T)."""
        ends = np.cumsum(np.asarray(ids) == self.ids["[SEP]"], -1)
        return np.concatenate([np.zeros_like(ends[..., :1]), ends[..., :-1]], -1)

    def tokenize(self, text):
        """The pieces as strings. Names of special tokens, such as [MASK], stay whole."""
        parts = enumerate(SPECIAL.split(text))
        return [piece for i, part in parts for piece in ([part] if i % 2 else self._pieces_of_words(part))]

    def decode(self, ids):
        kept = [self.tokens[i] for i in ids if not SPECIAL.fullmatch(self.tokens[i])]
        return " ".join(kept).replace(" ##", "")

    def _pieces_of_words(self, text):
        return [piece for word in words(text) for piece in self._pieces(word)]

    def _pieces(self, word):
        """The longest token that begins the word, then the longest that continues it, and so on; [UNK] where there is none."""
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self.ids)
            end = next(ends, None)
            if end is None or len(word) > LONGEST_WORD:
                return ["[UNK]"]
            pieces.append(prefix + word[start:end])
            start = end
        return pieces


def words(text):
    """Lower-case words without accents; punctuation marks and Chinese characters are words of their own."""
    spaced = "".join(map(_spaced, text))
    plain = "".join(c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn")
    return "".join(_apart(c) for c in map(str.lower, plain)).split()


@cache
def _spaced(character):
    """What cleaning leaves of a character: nothing, a space, or itself, with spaces around if it is a Chinese one."""
    if character in "\t\n\r":
        return " "
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):  # control characters and the like
        return ""
    return f" {character} " if any(ord(character) in block for block in IDEOGRAPHS) else character


def _apart(character):
    return f" {character} " if _is_punctuation(character) else character


@cache
def _is_punctuation(character):
    symbols = "$+<=>^`|~"  # not punctuation in Unicode
    return character in symbols or unicodedata.category(character)[0] == "P"
