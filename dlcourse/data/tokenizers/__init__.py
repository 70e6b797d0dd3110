"""Tokenizers turn text into numbers and back: by characters, by words, by learned pieces."""

from dlcourse.data.tokenizers.bpe import BPETokenizer
from dlcourse.data.tokenizers.characters import CharTokenizer
from dlcourse.data.tokenizers.wordpiece import WordPieceTokenizer
from dlcourse.data.tokenizers.words import WordTokenizer
