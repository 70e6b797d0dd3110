"""Every word is a token: short sequences, but a word that was never seen has no number of its own."""

import re
from collections import Counter

import numpy as np

WORD = re.compile(r"[\w'-]+|[^\w\s]")


class WordTokenizer:
    """Numbers the words and punctuation marks of `texts`, without capitals, the most frequent first.

    `least` is how often a word must occur to get a number. Tokens 0 to 3 are `padding`, `start`, `end` and `unknown`. `encode` gives
    int64 (T,) from start to end, `decode` the words with spaces between; `len` is the size of the vocabulary.
    """

    padding, start, end, unknown = range(4)

    def __init__(self, texts, *, least=1):
        counts = Counter(word for text in texts for word in words(text))
        kept = sorted((word for word, count in counts.items() if count >= least), key=lambda word: (-counts[word], word))
        self.tokens = ["<padding>", "<start>", "<end>", "<unknown>", *kept]
        self.ids = {token: i for i, token in enumerate(self.tokens)}

    def __len__(self):
        return len(self.tokens)

    def encode(self, text):
        return np.array([self.start, *(self.ids.get(word, self.unknown) for word in words(text)), self.end], np.int64)

    def decode(self, ids):
        """Up to the first end; start and padding are left out, an unknown word is <unknown>."""
        ids = [int(i) for i in ids]
        ids = ids[: ids.index(self.end)] if self.end in ids else ids
        return " ".join(self.tokens[i] for i in ids if i not in (self.start, self.padding))


def words(text):
    return WORD.findall(text.lower())
