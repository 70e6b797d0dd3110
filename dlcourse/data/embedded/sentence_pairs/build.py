"""Find short English and Spanish sentences that say the same: `python build.py FOLDER`, with the two Debian packages unpacked in it.

Two translations of the same books are cut at full stops, semicolons and colons. A verse that falls into as many pieces in both gives
pairs of pieces; a pair stays when both are short and most of their words go back to the same Hebrew or Greek words, which the packages
name by their numbers in Strong's dictionary. Reading the packages needs `pip install pysword==0.2.8`.
"""

import hashlib
import lzma
import re
import sys

import numpy as np

from dlcourse.data.texts import SENTENCE_PAIRS

ENGLISH, SPANISH = "engWEB2015eb", "spaRV1909eb"
WORDS = range(2, 9)  # how many a piece may have
SHARED = 0.6  # at least this part of the fewer numbers must occur on the other side
EVERYWHERE = {"strong:G2532", "strong:G3588", "strong:G1161", "strong:H0853", "strong:H0834", "strong:H3605"}  # and, the, but, which, all
VALIDATION = 0.1
SEED = 0

BESIDE = re.compile(r"<(note|title)\b.*?</\1>", re.DOTALL)
WORD = re.compile(r'<w lemma="([^"]*)">(.*?)</w>')
NUMBERS = re.compile("\x01([^\x02]*)\x02")  # stand before the words that they belong to
CAPITALS = re.compile(r"[A-ZÁÉÍÓÚÑ]{2,}")
CUT = re.compile(r"(?<=[.?!;:]) ")
OLD_SPELLING = re.compile(r"\b(?:[áéóú]|fué|fuí|dió|vió)\b", re.IGNORECASE)
WITHOUT_ACCENT = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")


def verses(folder):
    """(English, Spanish) of every verse, with the marks of the packages."""
    from pysword.modules import SwordModules

    modules = SwordModules(f"{folder}/usr/share/sword")
    modules.parse_modules()
    english, spanish = map(modules.get_bible_from_module, (ENGLISH, SPANISH))
    of_english, of_spanish = map(lengths, (english, spanish))
    for book, chapters in of_spanish.items():
        for chapter, length in enumerate(chapters, start=1):
            if of_english[book][chapter - 1] == length:  # two chapters are counted otherwise
                for verse in range(1, length + 1):
                    place = {"books": [book], "chapters": [chapter], "verses": [verse], "clean": False}
                    yield english.get(**place), spanish.get(**place)


def lengths(bible):
    """{book: [verses in each chapter]}"""
    return {book.name: book.chapter_lengths for books in bible.get_structure().get_books().values() for book in books}


def pieces(verse):
    """The verse cut into pieces, in which the numbers of each word stand before it."""
    verse = WORD.sub("\x01\\1\x02\\2", BESIDE.sub(" ", verse))
    verse = re.sub(r"[“”‘\"«»()]", "", re.sub("<[^>]*>", " ", verse)).replace("’", "'")
    verse = re.sub(r" (?=[,.;:?!])", "", re.sub(r"\s+", " ", verse).strip(" '"))
    return CUT.split(verse)


def numbers(piece):
    """The Strong's numbers in it that tell something."""
    return {number for group in NUMBERS.findall(piece) for number in group.split()} - EVERYWHERE


def sentence(piece):
    """The words alone, with a capital at the beginning and a full stop, question or exclamation mark at the end; empty without words."""
    words = CAPITALS.sub(lambda word: word[0].lower(), NUMBERS.sub("", piece)).strip(" '")  # chapters begin in capitals
    if not (first := re.search(r"\w", words)):
        return ""
    words = words[: first.start()] + first[0].upper() + words[first.end() :]
    return words if words[-1] in "?!" else words.rstrip(",;:.—") + "."


def modern(spanish):
    """Small words without the accents that they carried in 1909."""
    return OLD_SPELLING.sub(lambda word: word[0].translate(WITHOUT_ACCENT), spanish)


def aligned(english, spanish):
    """Whether most of the numbers of the piece with fewer occur in the other."""
    a, b = numbers(english), numbers(spanish)
    return min(len(a), len(b)) > 0 and len(a & b) >= SHARED * min(len(a), len(b))


def pairs(all_verses):
    """{English: Spanish}, each English sentence once, with its first translation."""
    found = {}
    for verse in all_verses:
        english, spanish = map(pieces, verse)
        for a, b in zip(english, spanish, strict=True) if len(english) == len(spanish) else ():
            left, right = sentence(a), modern(sentence(b))
            if len(left.split()) in WORDS and len(right.split()) in WORDS and aligned(a, b):
                found.setdefault(left, right)
    return found


def build(folder):
    """Write sentence_pairs.xz; how many pairs are for training, and the checksum of what is in the file."""
    lines = np.array([f"{english}\t{spanish}" for english, spanish in sorted(pairs(verses(folder)).items())])
    chosen = np.random.default_rng(SEED).permutation(len(lines)) < VALIDATION * len(lines)
    content = "\n".join([*lines[~chosen], *lines[chosen]]).encode()  # sorted, so that it packs well
    SENTENCE_PAIRS.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    return (~chosen).sum(), hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print("SENTENCE_PAIRS_TRAIN = {}\nSENTENCE_PAIRS_SHA256 = {!r}".format(*build(sys.argv[1])))
