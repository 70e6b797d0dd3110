"""The series that come with the course: known values of each, and a damaged file."""

import lzma

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import series


def test_sunspots_come_and_go_in_eleven_years():
    years, spots = data.sunspots()
    np.testing.assert_array_equal(years, np.arange(1700, 2009))
    assert years.dtype == np.int64 and spots.dtype == np.float64
    assert (spots[0], spots[1957 - 1700], spots[-1]) == (5.0, 190.2, 2.9)
    power = np.abs(np.fft.rfft(spots - spots.mean()))
    assert 10.5 < len(spots) / power.argmax() < 11.5


def test_co2_rises_and_breathes():
    days, ppm = data.co2()
    assert days.dtype == "datetime64[D]" and ppm.dtype == np.float64 and len(days) == len(ppm) == 2284
    assert (str(days[0]), ppm[0], str(days[-1]), ppm[-1]) == ("1958-03-29", 316.1, "2001-12-29", 371.5)
    assert set(np.diff(days).astype(int)) == {7}
    assert np.isnan(ppm).sum() == 59
    month = days.astype("datetime64[M]").astype(int) % 12
    assert np.nanmean(ppm[month == 4]) > 4 + np.nanmean(ppm[month == 8]), "more in May than in September"


def test_the_nile_carries_less_after_1898():
    years, flow = data.nile()
    np.testing.assert_array_equal(years, np.arange(1871, 1971))
    assert (flow[0], flow[-1]) == (1120.0, 740.0)
    assert flow[years < 1899].mean() > 200 + flow[years >= 1899].mean()


@pytest.mark.parametrize("load", [data.sunspots, data.co2, data.nile])
def test_a_damaged_series_is_not_taken_for_one(load, tmp_path, monkeypatch):
    (tmp_path / f"{load.__name__}.xz").write_bytes(lzma.compress(b"year,value\n1700,1\n"))
    monkeypatch.setattr(series, "SERIES", tmp_path)
    with pytest.raises(ValueError, match=f"{load.__name__}.xz is damaged"):
        load()
