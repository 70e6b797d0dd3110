"""Tokenizers turn text into numbers and back: by characters, or by pieces learned from much text."""

from dlcourse.data.tokenizers.bpe import BPETokenizer
from dlcourse.data.tokenizers.characters import CharTokenizer
from dlcourse.data.tokenizers.wordpiece import WordPieceTokenizer
