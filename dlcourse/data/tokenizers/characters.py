"""Every character is a token: the smallest vocabulary, the longest sequences."""

import numpy as np


class CharTokenizer:
    """Numbers the characters that occur in `text`, in the order of their code points.

    `encode` gives int64 (T,), `decode` the text again; `len` is the size of the vocabulary.
    """

    def __init__(self, text):
        self.tokens = sorted(set(text))
        self.ids = {character: i for i, character in enumerate(self.tokens)}

    def __len__(self):
        return len(self.tokens)

    def encode(self, text):
        """Raises ValueError for a character that is not in the vocabulary."""
        try:
            return np.array([self.ids[character] for character in text], np.int64)
        except KeyError as error:
            raise ValueError(
                f"The character {error.args[0]!r} is not among the {len(self)} of the vocabulary. Give CharTokenizer a text that holds it."
            ) from None

    def decode(self, ids):
        return "".join(self.tokens[i] for i in ids)
