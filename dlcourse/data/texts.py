"""Text to learn from: nine plays by Shakespeare."""

from dlcourse.data import checksum

SHAKESPEARE = checksum.EMBEDDED / "shakespeare" / "shakespeare.xz"
SHAKESPEARE_TRAIN = 1_004_047  # characters
SHAKESPEARE_SHA256 = "fc2608d611abf2928b5dfbc1c3598cff6292a30e7f7dc3932407f7efc646e0fa"  # of the uncompressed bytes


def shakespeare():
    """Nine plays (Hamlet, Macbeth, Romeo and Juliet ...): 1,004,047 characters to train on, 110,967 for validation, as two strings.

    Validation is the last tenth of every play. There are 77 different characters. Raises checksum.Damaged when the file is broken.
    """
    text = checksum.read_embedded(SHAKESPEARE, SHAKESPEARE_SHA256).decode("ascii")
    return text[:SHAKESPEARE_TRAIN], text[SHAKESPEARE_TRAIN:]
