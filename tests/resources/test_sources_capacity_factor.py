"""Hourly capacity factors of regions: made files, and those of 2020."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray

from resources.hours import HOURS
from resources.sources.capacity_factor_file import CapacityFactors, open_capacity_factors
from resources.sources.importing import import_source, inspect_source, read_manifest
from resources.sources.region_names import code_of_region, place_of_region
from tests.resources.sources_made import codes, hours_of, made, refused, stamp

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "province_profiles_2020"
REGIONS = ["Gansu", "InnerMongolia", "浙江"]


def pv(numbers: np.ndarray) -> np.ndarray:
    """(time, region) output that follows the sun of each region."""
    places = [place_of_region(name) for name in REGIONS]
    return np.stack([made(numbers, at.lon_deg, at.lat_deg, 3).ghi / 1100 for at in places], axis=1)


def save(
    path: Path, values: np.ndarray, stamps: np.ndarray, unit: str = "", regions: list[str] | None = None
) -> Path:
    hours = (stamps - stamps[0]) // np.timedelta64(1, "h")
    dataset = xarray.Dataset(
        {"profile": (("time", "bus"), values, {"units": unit} if unit else {})},
        coords={
            "time": (
                "time",
                hours.astype(np.int64),
                {"units": f"hours since {str(stamps[0]).replace('T', ' ')}:00"},
            ),
            "bus": ("bus", regions or REGIONS),
        },
    )
    dataset.to_netcdf(path, engine="h5netcdf")
    return path


def opened(path: Path, into: Path, **answers: str) -> CapacityFactors:
    manifest = import_source([path], {key.replace("__", ":"): value for key, value in answers.items()}, into)
    return open_capacity_factors(into / read_manifest(manifest, verify=True).data)


@pytest.fixture(scope="module")
def numbers() -> np.ndarray:
    return hours_of("2020-12-31T16", "2021-12-31T15")


def test_names_of_provinces_are_known_in_the_usual_spellings() -> None:
    spelt = {"Inner Mongolia": "150000", "InnerMongolia": "150000", "内蒙古": "150000", "Tibet": "540000"}
    spelt |= {"黑龙江省": "230000", "陕西": "610000", "Shanxi": "140000", "440000": "440000", "Atlantis": ""}
    assert {name: code_of_region(name) for name in spelt} == spelt


def test_a_file_of_local_time_is_seen_by_the_sun_and_told(tmp_path: Path, numbers: np.ndarray) -> None:
    values = pv(numbers)
    path = save(tmp_path / "pv.nc", values, stamp(numbers + 8))
    report = inspect_source([path])
    assert report.period is not None
    assert (report.period.utc_offset_h, report.period.stamp, report.period.years) == (
        8.0,
        "beginning",
        (2021,),
    )
    assert codes([path])["clock_offset"] == "consent"
    assert "the light comes 8.0 h after it, expected UTC+8" in refused([path], tmp_path / "no")
    file = opened(path, tmp_path / "in", fix="yes")
    assert (file.technology, file.adcodes) == ("pv", ("620000", "150000", "330000"))
    assert np.allclose(file.year(2021), values.T, atol=1e-6)


def test_utc_at_the_end_of_the_hour_needs_no_consent(tmp_path: Path) -> None:
    utc = hours_of("2021-01-01T00", "2021-12-31T23")
    values = pv(utc)
    path = save(tmp_path / "pv.nc", values, stamp(utc + 1))
    assert codes([path]) == {"clock_stamp": "note", "edge_hours_wrapped": "note"}
    file = opened(path, tmp_path / "in")
    # Our hour 8 of 1 January is the first of UTC.
    assert np.allclose(file.year(2021)[:, 8:], values.T[:, :-8], atol=1e-6)


def test_a_zone_the_sun_contradicts_is_refused(tmp_path: Path, numbers: np.ndarray) -> None:
    path = save(tmp_path / "pv.nc", pv(numbers), stamp(numbers + 8))
    text = refused([path], tmp_path / "no", utc_offset_h="0", stamp="beginning", fix="yes")
    assert "the light is off by 8.0 h, expected UTC+8" in text


def test_the_zone_of_wind_is_asked_for(tmp_path: Path, numbers: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(0.0, 0.9, (HOURS, 3))
    path = save(tmp_path / "wind.nc", values, stamp(numbers + 8))
    assert "utc_offset_h: found no answer" in refused([path], tmp_path / "no")
    file = opened(path, tmp_path / "in", utc_offset_h="8")
    assert file.technology == "wind"
    assert np.allclose(file.year(2021), values.T, atol=1e-6)


def test_values_above_one_are_clipped_by_consent_or_refused_and_percent_is_known(
    tmp_path: Path, numbers: np.ndarray
) -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(0.0, 0.9, (HOURS, 3))
    high = values.copy()
    high[5, 1] = 1.01
    path = save(tmp_path / "a.nc", high, stamp(numbers + 8))
    assert "1 values above 1, to 1.01" in refused([path], tmp_path / "no", utc_offset_h="8")
    assert opened(path, tmp_path / "in", utc_offset_h="8", fix__cf_above_one="yes").year(2021)[1, 5] == 1.0
    high[5, 1] = 1.4
    path = save(tmp_path / "b.nc", high, stamp(numbers + 8))
    assert codes([path])["cf_above_one"] == "fatal"
    path = save(tmp_path / "c.nc", values * 100, stamp(numbers + 8), "%")
    assert np.allclose(opened(path, tmp_path / "in", utc_offset_h="8").year(2021), values.T, atol=1e-6)
    path = save(tmp_path / "d.nc", values * 100, stamp(numbers + 8), "1")
    assert "expected % by the size of the values" in refused([path], tmp_path / "no", utc_offset_h="8")
    low = values.copy()
    low[7, 0] = -0.2
    path = save(tmp_path / "e.nc", low, stamp(numbers + 8))
    assert codes([path])["negative_large"] == "fatal"


def test_gaps_are_closed_up_to_three_hours(tmp_path: Path, numbers: np.ndarray) -> None:
    values = np.random.default_rng(2).uniform(0.0, 0.9, (HOURS, 3))
    holes = values.copy()
    holes[100:103, 2] = np.nan
    path = save(tmp_path / "a.nc", holes, stamp(numbers + 8))
    assert "3 h missing in short gaps" in refused([path], tmp_path / "no", utc_offset_h="8")
    file = opened(path, tmp_path / "in", utc_offset_h="8", fix="yes")
    step = (values[103, 2] - values[99, 2]) / 4
    assert file.year(2021)[2, 100:103] == pytest.approx(values[99, 2] + step * np.arange(1, 4), abs=1e-6)
    holes[100:104, 2] = np.nan
    path = save(tmp_path / "b.nc", holes, stamp(numbers + 8))
    assert "4 h missing from 2021-01-05T04 (UTC+8) in 浙江" in refused(
        [path], tmp_path / "no", utc_offset_h="8", fix="yes"
    )


def test_the_profiles_of_2020_are_in_our_time_whatever_is_said_of_them(tmp_path: Path) -> None:
    if not REFERENCE.is_dir():
        pytest.skip("no profiles beside the project (../shared/reference/province_profiles_2020)")
    path = REFERENCE / "profile_solar.nc"
    assert codes([path]) == {"clock_offset": "consent", "edge_hours_wrapped": "note"}
    file = opened(path, tmp_path / "in", fix__clock_offset="yes")
    year = file.year(2020)
    assert year.shape == (31, HOURS)
    assert all(file.adcodes)
    # Half of a region's light falls before its solar noon: 120 E at 12:00, 95 E at 13:40.
    hour = np.arange(HOURS) % 24 + 0.5
    noon = {name: float((row * hour).sum() / row.sum()) for name, row in zip(file.regions, year, strict=True)}
    assert noon["Zhejiang"] == pytest.approx(12.0, abs=0.3)
    assert noon["Qinghai"] == pytest.approx(13.6, abs=0.3)
    with xarray.open_dataset(path, engine="h5netcdf") as dataset:
        mean = float(dataset["profile"].mean())
    assert year.mean(dtype=np.float64) == pytest.approx(mean, rel=0.003)
