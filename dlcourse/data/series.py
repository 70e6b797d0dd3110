"""Measurements over time to learn from: sunspots, carbon dioxide in the air, the Nile.

Each function returns when (N,) and how much, float64 (N,). Raises checksum.Damaged (a ValueError) when the file is broken.
"""

import numpy as np

from dlcourse.data import checksum

SERIES = checksum.EMBEDDED / "series"
SHA256 = {
    "co2": "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f",
    "nile": "88e97bea7249e5832a85e41aec6ce4b8f7b1b14aae930c8363da7f193286b598",
    "sunspots": "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
}


def sunspots():
    """Years 1700 to 2008 as int64, and the mean number of spots on the sun (US National Geophysical Data Center)."""
    years, values = _read("sunspots")
    return years.astype(np.int64), values.astype(float)


def nile():
    """Years 1871 to 1970 as int64, and the water that the Nile carried past Aswan, in 10^8 cubic metres (Cobb 1978)."""
    years, values = _read("nile")
    return years.astype(np.int64), values.astype(float)


def co2():
    """2,284 weeks from 1958 to 2001 as datetime64[D], and the CO2 in the air of Mauna Loa, Hawaii, in parts per million.

    59 weeks without a measurement are NaN (Keeling and Whorf 2004).
    """
    dates, values = _read("co2")
    days = np.array([f"{date[:4]}-{date[4:6]}-{date[6:]}" for date in dates], "datetime64[D]")
    return days, np.where(values == "", "nan", values).astype(float)


def _read(name):
    """The two columns of the table as strings."""
    content = checksum.read_embedded(SERIES / f"{name}.xz", SHA256[name]).decode("ascii")
    return np.array([line.split(",") for line in content.split()[1:]]).T
