"""Copy three series of measurements from statsmodels: `python build.py statsmodels-0.15.0-*.whl` (`pip download --no-deps statsmodels`)."""

import hashlib
import lzma
import sys
import zipfile

from dlcourse.data.series import SERIES


def build(path, name):
    """Write one series as it stands there and return its checksum."""
    with zipfile.ZipFile(path) as wheel:
        content = wheel.read(f"statsmodels/datasets/{name}/{name}.csv")
    (SERIES / f"{name}.xz").write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print("SHA256 =", {name: build(sys.argv[1], name) for name in ("co2", "nile", "sunspots")})
