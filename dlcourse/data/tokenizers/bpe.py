"""Byte-pair encoding (Sennrich, Haddow and Birch 2016) on bytes, as in GPT-2 (Radford et al. 2019): frequent pairs become one token.

No text is unknown: what was never merged stays bytes.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise

import numpy as np

# a contraction, or letters, numbers or other signs with at most one space before them, or spaces but for the last before a word
PIECE = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+", re.ASCII)
SHOWN = (*range(33, 127), *range(161, 173), *range(174, 256))  # bytes that GPT-2 writes as the character of that number
BYTES = (*SHOWN, *(byte for byte in range(256) if byte not in SHOWN))  # token i < 256 is the byte BYTES[i]
NUMBERS = bytes.maketrans(bytes(BYTES), bytes(range(256)))
ALPHABET = {(chr(byte) if i < len(SHOWN) else chr(256 + i - len(SHOWN))): bytes([byte]) for i, byte in enumerate(BYTES)}


class BPETokenizer:
    """Tokens 0 to 255 are bytes, each further one joins a pair of earlier ones, the last are `special`, which no text contains.

    `encode` gives int64 (T,), `decode` the text again; `len` is the size of the vocabulary, `special` maps names to numbers.
    """

    def __init__(self, pairs, special=()):
        self.tokens = [bytes([byte]) for byte in BYTES]
        self.merged = {}
        for a, b in pairs:
            self.merged[a, b] = len(self.tokens)
            self.tokens.append(self.tokens[a] + self.tokens[b])
        self.special = {name: len(self.tokens) + i for i, name in enumerate(special)}
        self._merged_piece = cache(self._merge)

    @classmethod
    def train(cls, text, size, special=()):
        """Learn merges from the text until there are `size` tokens, special ones included, or no pair occurs twice.

        Raises ValueError when not even the bytes and the special tokens fit.
        """
        if size < (least := len(BYTES) + len(special)):
            raise ValueError(
                f"BPETokenizer.train expected a size of at least {least}, 256 bytes and {len(special)} special tokens; got {size}."
            )
        return cls(_frequent_pairs(text, size - len(BYTES) - len(special)), special)

    @classmethod
    def read(cls, merges, special=()):
        """From the lines of GPT-2's merges.txt, "Ġ t" and so on, in which each byte is written as a visible character.

        Raises ValueError for a line that does not join two earlier tokens.
        """
        ids = {character: i for i, character in enumerate(ALPHABET)}
        pairs = []
        for line in merges:
            a, _, b = line.strip().partition(" ")
            if line.startswith("#version"):
                continue
            if a not in ids or b not in ids:
                raise ValueError(f"A line of merges expected two tokens that earlier lines have made, got {line!r}.")
            pairs.append((ids[a], ids[b]))
            ids[a + b] = len(ids)
        return cls(pairs, special)

    def __len__(self):
        return len(self.tokens) + len(self.special)

    def encode(self, text):
        return np.array([i for piece in pieces(text) for i in self._merged_piece(piece)], np.int64)

    def decode(self, ids):
        """Special tokens are left out; bytes that are not whole characters become the sign for that."""
        return b"".join(self.tokens[i] for i in ids if i < len(self.tokens)).decode("utf-8", errors="replace")

    def _merge(self, piece):
        """Join the pair that was learned first, as long as there is one."""
        ids = _byte_ids(piece)
        while pairs := [pair for pair in pairwise(ids) if pair in self.merged]:
            first = min(pairs, key=self.merged.get)
            ids = _joined(ids, first, self.merged[first])
        return ids


def pieces(text):
    """The text cut into pieces across which nothing is merged: roughly, words with the space before them."""
    signs = "".join(map(_kind, text))
    return [text[slice(*match.span())] for match in PIECE.finditer(signs)]


@cache
def _kind(character):
    """An ASCII character itself; else one that stands for its kind: letter, number, white space, other."""
    if character.isascii():
        return character
    if character.isspace():
        return "\n"
    return {"L": "a", "N": "0"}.get(unicodedata.category(character)[0], ".")


def _byte_ids(piece):
    return list(piece.encode("utf-8").translate(NUMBERS))


def _joined(ids, pair, new):
    """The ids with `new` for each occurrence of the pair, from left to right."""
    joined = []
    for i in ids:
        if joined and (joined[-1], i) == pair:
            joined[-1] = new
        else:
            joined.append(i)
    return joined


def _frequent_pairs(text, n):
    """The n pairs to merge: each time the most frequent, among equals the one with the smallest numbers."""
    counted = Counter(pieces(text))
    words, times = [_byte_ids(piece) for piece in counted], list(counted.values())
    counts, where = Counter(), defaultdict(set)  # how often each pair occurs, and in which words
    for w, ids in enumerate(words):
        for pair in pairwise(ids):
            counts[pair] += times[w]
            where[pair].add(w)
    for new in range(len(BYTES), len(BYTES) + n):
        most = max(counts.values(), default=0)
        if most < 2:
            return
        best = min(pair for pair, count in counts.items() if count == most)
        yield best
        for w in where.pop(best):  # only these words change
            for pair in pairwise(words[w]):
                counts[pair] -= times[w]
            words[w] = _joined(words[w], best, new)
            for pair in pairwise(words[w]):
                counts[pair] += times[w]
                where[pair].add(w)
