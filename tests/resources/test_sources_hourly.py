"""The parts hourly sources are made of: clock, calendar, gaps, units, memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.errors import InputError
from resources.hours import HOURS
from resources.sources.era5 import RULES
from resources.sources.gridded import GridRaw
from resources.sources.hourly import cosine, hour_numbers, hour_of_year, locate, wrap_edges, year_hours
from resources.sources.hourly_checks import clock_shift_h, longest_run
from resources.sources.hourly_convert import Recipe, beam_and_diffuse, close_gaps, density_100m
from resources.sources.hourly_write import write_years
from resources.sources.netcdf_time import decode_minutes
from resources.sources.place import in_typical_year, minutes_of
from resources.sources.shear import exponent_of_two, lift
from resources.sources.variables import ROLES, understand
from resources.weather_solar import cos_zenith, hour_angle, sun_year
from tests.resources.sources_made import hours_of, made


def test_a_year_of_ours_begins_at_16_h_utc_of_new_years_eve() -> None:
    hours = year_hours(2021)
    assert len(hours) == HOURS
    assert str(hours[0].astype("datetime64[h]")) == "2020-12-31T16"
    assert str(hours[-1].astype("datetime64[h]")) == "2021-12-31T15"


def test_the_leap_day_of_ours_is_left_out() -> None:
    local = (year_hours(2020) + 8).astype("datetime64[h]").astype("datetime64[D]").astype(str)
    assert len(local) == HOURS
    assert "2020-02-29" not in local
    assert local[(31 + 28) * 24] == "2020-03-01"


def test_hours_of_the_year_and_back() -> None:
    for year in (2019, 2020, 2000, 2100):
        assert np.array_equal(hour_of_year(year_hours(year)), np.arange(HOURS))


def test_stamps_stand_for_the_hour_they_belong_to() -> None:
    noon = np.array([12 * 60], dtype=np.int64)
    assert hour_numbers(noon, "beginning", 0)[0] == 12
    assert hour_numbers(noon, "end", 0)[0] == 11
    assert hour_numbers(noon + 30, "centre", 0)[0] == 12
    assert hour_numbers(noon + 10, "instant", 0)[0] == 12
    assert hour_numbers(noon, "end", 8)[0] == 3


def test_edges_are_taken_from_the_other_end_and_only_there() -> None:
    utc = hours_of("2021-01-01T00", "2021-12-31T23")
    hours = wrap_edges(utc, 2021)
    assert (locate(utc, hours) >= 0).all()
    assert np.array_equal(hours[8:], year_hours(2021)[8:])
    assert str(hours[0].astype("datetime64[h]")) == "2021-12-31T16"
    # Where the neighbour year is there nothing is exchanged.
    assert np.array_equal(wrap_edges(hours_of("2020-01-01T00", "2022-12-31T23"), 2021), year_hours(2021))


def test_the_sun_of_any_hours_is_that_of_the_whole_year() -> None:
    lat, lon = np.array([20.0, 48.0]), np.array([110.0, 88.0])
    whole = cos_zenith(lat, hour_angle(lon))
    some = np.array([5, 4000, 8759])
    assert np.allclose(cosine(lat, lon, some), whole[:, some], atol=1e-12)


@pytest.mark.parametrize("lon", [75.0, 95.0, 120.0, 134.0])
@pytest.mark.parametrize("off", [-8, -1, 0, 1, 8])
def test_the_clock_is_told_from_the_light_anywhere_in_china(lon: float, off: int) -> None:
    numbers = hours_of("2021-03-01T00", "2021-04-30T23")
    light = made(numbers, lon, 35.0).ghi[None]
    found = clock_shift_h(light, numbers + off, np.array([35.0]), np.array([lon]))
    assert found == pytest.approx(-off, abs=0.15)


def test_too_little_light_tells_no_clock() -> None:
    numbers = hours_of("2021-03-01T00", "2021-03-02T23")
    light = made(numbers).ghi[None]
    assert clock_shift_h(light, numbers, np.array([36.4]), np.array([94.9])) is None


def test_calendars() -> None:
    day = 24 * 60
    start = int(np.datetime64("2000-02-28", "m").astype(np.int64))
    plain = decode_minutes(np.arange(3), "days since 2000-02-28", "standard")
    assert np.array_equal(plain, start + np.arange(3) * day)
    # Without leap days 28 February is followed by 1 March, even in 2000.
    no_leap = decode_minutes(np.arange(2), "days since 2000-02-28", "noleap")
    assert str(no_leap[1].astype("datetime64[m]")) == "2000-03-01T00:00"
    far = decode_minutes(np.array([365.0 * 21]), "days since 2000-01-01", "365_day")
    assert str(far[0].astype("datetime64[m]")) == "2021-01-01T00:00"
    old = decode_minutes(np.array([1060680]), "hours since 1900-01-01 00:00:00.0", "gregorian")
    assert str(old[0].astype("datetime64[m]")) == "2021-01-01T00:00"
    half = decode_minutes(np.array([60]), "minutes since 2021-01-01 00:30:00", "")
    assert str(half[0].astype("datetime64[m]")) == "2021-01-01T01:30"
    for units, calendar in (
        ("hours since 2000-01-01", "360_day"),
        ("moons since 2000-01-01", ""),
        ("hours", ""),
    ):
        with pytest.raises(ValueError, match=r"calendar|units"):
            decode_minutes(np.arange(3), units, calendar)


def test_dates_that_do_not_exist_are_marked() -> None:
    one = np.ones(4)
    minutes = minutes_of(2021 * one, np.array([1, 2, 13, np.nan]), np.array([31, 30, 1, 1]), 0 * one)
    assert minutes[0] == np.datetime64("2021-01-31", "m").astype(np.int64)
    assert (minutes[1:] < 0).all()


def test_typical_months_keep_day_and_hour() -> None:
    stamps = np.array(["2004-02-28T05:00", "2004-02-29T05:00", "1998-12-31T23:00"], dtype="datetime64[m]")
    moved = in_typical_year(stamps.astype(np.int64))
    assert str(moved[0].astype("datetime64[m]")) == "2019-02-28T05:00"
    assert moved[1] == -1
    assert str(moved[2].astype("datetime64[m]")) == "2019-12-31T23:00"


def test_longest_run_of_flags() -> None:
    assert longest_run(np.array([0, 1, 1, 0, 1, 1, 1], dtype=bool)) == (3, 4)
    assert longest_run(np.zeros(4, dtype=bool)) == (0, 0)


def test_gaps_close_up_to_three_hours_and_never_at_the_ends() -> None:
    nan = np.nan
    closed, count = close_gaps(np.array([[nan, 1.0, nan, nan, nan, 5.0, nan, nan, nan, nan, 2.0, nan]]))
    assert count == 3
    assert closed[0, 1:6].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert np.isnan(closed[0, [0, 6, 7, 8, 9, 11]]).all()


@given(st.lists(st.booleans(), min_size=5, max_size=60), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_closing_gaps_changes_no_value_that_is_there(holes: list[bool], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(1, len(holes)))
    values[0, np.array(holes)] = np.nan
    closed, count = close_gaps(values)
    there = np.isfinite(values)
    assert np.array_equal(closed[there], values[there])
    assert count == np.isfinite(closed).sum() - there.sum()
    if there.any():
        assert np.nanmin(closed) == np.nanmin(values)
        assert np.nanmax(closed) == np.nanmax(values)


def test_beam_and_diffuse_from_whatever_is_there_close_with_the_global() -> None:
    lat, lon, hour = np.array([36.4]), np.array([94.9]), np.arange(HOURS)
    truth = made(year_hours(2021))
    cos = np.maximum(cosine(lat, lon, hour), 0.0)
    ghi, beam = truth.ghi[None], np.where(cos > 0.05, truth.beam[None], 0.0)
    dni = np.divide(beam, cos, out=np.zeros_like(cos), where=cos > 0.05)
    given_parts: tuple[dict[str, np.ndarray], ...] = (
        {"ghi_w_per_m2": ghi, "beam_horizontal_w_per_m2": beam},
        {"ghi_w_per_m2": ghi, "dni_w_per_m2": dni},
        {"ghi_w_per_m2": ghi, "dhi_w_per_m2": ghi - beam},
        {"dni_w_per_m2": dni, "dhi_w_per_m2": ghi - beam},
    )
    for parts in given_parts:
        found, direct, diffuse = beam_and_diffuse(parts, lat, lon, hour)
        assert np.allclose(found, ghi, atol=1e-9)
        assert np.allclose(direct * cos + diffuse, ghi, atol=1e-9)
        assert np.allclose(direct, dni, atol=1e-6)
    _, direct, diffuse = beam_and_diffuse({"ghi_w_per_m2": ghi}, lat, lon, hour)
    assert np.allclose(direct * cos + diffuse, ghi, atol=1e-9)
    assert (direct <= sun_year().normal_w_per_m2[None]).all()
    # Erbs: a very clear hour (kt above 0.8) is 16.5 % diffuse, a dull one (kt 0.1) 99.1 %.
    noon = int(np.argmax(cos))
    top = sun_year().normal_w_per_m2[noon] * cos[0, noon]
    for kt, share in ((0.85, 0.165), (0.1, 0.991)):
        sky = np.zeros_like(ghi)
        sky[0, noon] = kt * top
        assert beam_and_diffuse({"ghi_w_per_m2": sky}, lat, lon, hour)[2][0, noon] == pytest.approx(
            share * kt * top, rel=1e-3
        )


def test_density_at_100_m_by_hand() -> None:
    # 85,000 Pa, 10 C: 85,000 exp(-9.80665 * 100 / (287.05 * 283.15)) / (287.05 * 282.5) = 1.0356.
    found = density_100m(np.array([[10.0]]), np.array([[85_000.0]]), np.array([1500.0]))
    assert found[0, 0] == pytest.approx(1.0356, abs=2e-4)
    # Without pressure that of the standard atmosphere: 845.6 hPa at 1,500 m.
    height = density_100m(np.array([[10.0]]), None, np.array([1500.0]))
    assert height[0, 0] == pytest.approx(found[0, 0] * 84_556 / 85_000, rel=1e-4)


def test_shear_between_two_heights_lifts_to_the_third() -> None:
    low = np.array([[4.0, 6.0, np.nan]])
    high = low * 5**0.25
    exponent = exponent_of_two(low, 10.0, high, 50.0)
    assert exponent[0] == pytest.approx(0.25)
    assert lift(high, 50.0, exponent[:, None])[0, 0] == pytest.approx(4.0 * 10**0.25)
    assert exponent_of_two(low * np.nan, 10.0, high, 50.0)[0] == 0.2


@pytest.mark.parametrize(
    ("role", "declared", "largest", "unit", "code"),
    [
        ("temperature_c", "K", 310.0, "K", None),
        ("temperature_c", "K", 35.0, "C", "unit_wrong"),
        ("temperature_c", "", 310.0, "K", "unit_missing"),
        ("pressure_pa", "hPa", 1013.0, "hPa", None),
        ("pressure_pa", "Pa", 1013.0, "hPa", "unit_wrong"),
        ("ghi_w_per_m2", "J m**-2", 3.6e6, "J/m2 per hour", None),
        ("ghi_w_per_m2", "J m**-2", 1000.0, "W/m2", "unit_wrong"),
        ("ghi_w_per_m2", "W m-2", 3.6e6, "J/m2 per hour", "unit_wrong"),
        ("ghi_w_per_m2", "MJ/hr", 3.6, "MJ/m2", None),
        ("ghi_w_per_m2", "langley", 900.0, "W/m2", "unit_unknown"),
        ("ghi_w_per_m2", "W m-2", 9e9, "W/m2", "unit_impossible"),
        ("wind_speed_ms", "m s**-1", 25.0, "m/s", None),
        ("capacity_factor", "%", 97.0, "%", None),
        ("capacity_factor", "1", 97.0, "%", "unit_wrong"),
    ],
)
def test_units_by_what_is_declared_and_how_large_values_are(
    role: str, declared: str, largest: float, unit: str, code: str | None
) -> None:
    found = understand("a.nc", "x", role, declared, largest)
    assert found.unit.name == unit
    assert (found.finding.code if found.finding else None) == code
    assert found.unit in ROLES[role].units


def _grid(path: Path, years: int, rows: int) -> Path:
    steps = HOURS * years
    numbers = hours_of("2021-01-01T00", "2021-01-01T00")[0] + np.arange(steps)
    rng = np.random.default_rng(1)
    cells = (steps, rows, 10)
    dataset = xarray.Dataset(
        {
            name: (
                ("valid_time", "latitude", "longitude"),
                rng.normal(mean, 4, cells).astype(np.float32),
                {"units": unit},
            )
            for name, mean, unit in (("u100", 6.0, "m s**-1"), ("v100", 0.0, "m s**-1"), ("t2m", 280.0, "K"))
        },
        coords={
            "valid_time": ("valid_time", numbers * 3600, {"units": "seconds since 1970-01-01"}),
            "latitude": ("latitude", 40.0 - 0.25 * np.arange(rows)),
            "longitude": ("longitude", 95.0 + 0.25 * np.arange(10)),
        },
    )
    chunks = (730, rows, 10)
    dataset.to_netcdf(
        path, engine="h5netcdf", encoding={name: {"chunksizes": chunks} for name in dataset.data_vars}
    )
    return path


def _peak_mib(path: Path, years: tuple[int, ...], target: Path) -> float:
    raw = GridRaw((path,), RULES)
    units = {
        column.name: next(u for u in ROLES[column.role].units if u.name in ("m/s", "K"))
        for column in raw.columns
    }
    tracemalloc.start()
    try:
        write_years(raw, Recipe(units, 0.0, 0.2), years, {"fix": "yes"}, target, budget_bytes=1 << 20)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
        raw.close()


@pytest.mark.slow
def test_memory_grows_neither_with_years_nor_with_cells(tmp_path: Path) -> None:
    narrow = _grid(tmp_path / "a.nc", 1, 10)
    _peak_mib(narrow, (2021,), tmp_path / "first.nc")  # what is loaded once for all
    small = _peak_mib(narrow, (2021,), tmp_path / "a_out.nc")
    longer = _peak_mib(_grid(tmp_path / "b.nc", 2, 10), (2021, 2022), tmp_path / "b_out.nc")
    wider = _peak_mib(_grid(tmp_path / "c.nc", 1, 30), (2021,), tmp_path / "c_out.nc")
    # One field of the wide file alone is 10 MiB as it is read.
    assert max(small, longer, wider) < 10
    assert longer < small * 1.3
    assert wider < small * 1.3


def test_answers_that_are_no_zone_are_refused() -> None:
    from resources.sources.hourly_format import _zone

    for text in ("east", "20", "nan"):
        with pytest.raises(InputError, match="utc_offset_h"):
            _zone(text)
