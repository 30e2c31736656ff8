"""NASA POWER files, made in the documented layout."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from resources.sources.importing import inspect_source
from tests.resources.sources_made import (
    LAT,
    LON,
    Made,
    codes,
    hours_of,
    imported,
    made,
    only_year,
    refused,
    stamp,
)

PARAMETERS = {
    "ALLSKY_SFC_SW_DWN": "CERES SYN1deg All Sky Surface Shortwave Downward Irradiance (Wh/m^2)",
    "T2M": "MERRA-2 Temperature at 2 Meters (C)",
    "PS": "MERRA-2 Surface Pressure (kPa)",
    "WS10M": "MERRA-2 Wind Speed at 10 Meters (m/s)",
    "WS50M": "MERRA-2 Wind Speed at 50 Meters (m/s)",
}


def columns(truth: Made) -> dict[str, np.ndarray]:
    return {
        "ALLSKY_SFC_SW_DWN": truth.ghi,
        "T2M": truth.temperature,
        "PS": truth.pressure / 1000,
        "WS10M": truth.speed,
        "WS50M": truth.speed * 5**0.2,
    }


def write_csv(
    path: Path, truth: Made, zone: str = "UTC", shift_h: int = 0, table: dict[str, np.ndarray] | None = None
) -> Path:
    table = table or columns(truth)
    lines = ["-BEGIN HEADER-", "NASA/POWER Source Native Resolution Hourly Data "]
    lines.append(f"Dates (month/day/year): 01/01/2021 through 12/31/2021 in {zone}")
    lines.append(f"Location: latitude  {LAT}   longitude {LON} ")
    lines.append("elevation from MERRA-2: Average for 0.5 x 0.625 degree lat/lon region = 2855.12 meters ")
    lines.append(
        "The value for missing source data that cannot be computed or is outside of the sources "
        "availability range: -999 "
    )
    lines.append("parameter(s): ")
    lines += [f"{name}     {PARAMETERS.get(name, name)} " for name in table]
    lines += ["-END HEADER-", ",".join(["YEAR,MO,DY,HR", *table])]
    when = [str(each) for each in stamp(truth.numbers + shift_h)]
    for at, text in enumerate(when):
        date = f"{text[:4]},{int(text[5:7])},{int(text[8:10])},{int(text[11:13])}"
        lines.append(date + "".join(f",{column[at]:.4f}" for column in table.values()))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def truth() -> Made:
    return made(hours_of("2021-01-01T00", "2021-12-31T23"))


def test_a_year_of_utc_becomes_a_year_of_ours(tmp_path: Path, truth: Made) -> None:
    path = write_csv(tmp_path / "power.csv", truth)
    report = inspect_source([path])
    assert report.period is not None
    assert (report.format_id, report.period.years, report.period.utc_offset_h) == ("nasa_power", (2021,), 0.0)
    assert report.places[0].elevation_m == 2855.12
    assert {variable.role: variable.unit_understood for variable in report.variables} == {
        "ghi_w_per_m2": "Wh/m2",
        "temperature_c": "C",
        "pressure_pa": "kPa",
        "wind_speed_ms": "m/s",
    }
    assert {found.weight for found in report.findings} == {"note"}
    year = only_year(imported([path], tmp_path / "in")[0])
    # 04 UTC is our noon hour of the same day; 1 January 00-08 of ours lies before the file.
    expected = truth.our_year(2021, truth.ghi)
    assert np.isnan(expected[:8]).all()
    assert np.allclose(year.ghi_w_per_m2[0, 8:], expected[8:], atol=0.01)
    # ... and is that of 31 December 16-24 UTC.
    assert np.allclose(year.temperature_c[0, :8], truth.temperature[-8:], atol=1e-3)
    # 10 m and 50 m differ by the power law 0.2, so 100 m is 2**0.2 above 50 m.
    at_100 = truth.our_year(2021, truth.speed) * 10**0.2
    assert np.allclose(year.wind_speed_ms[0, 8:], at_100[8:], rtol=1e-3)
    # 700 hPa at 5 C: 0.8766 kg/m3 on the ground, 100 m up 1.2 % less.
    warm = truth.our_year(2021, truth.temperature) + 273.15
    pressed = truth.our_year(2021, truth.pressure) * np.exp(-9.80665 * 100 / (287.05 * warm))
    assert np.allclose(year.air_density_kg_per_m3[0, 8:], (pressed / (287.05 * (warm - 0.65)))[8:], atol=1e-4)


def test_beam_and_diffuse_close_with_the_global(tmp_path: Path, truth: Made) -> None:
    from resources.weather_solar import cos_zenith, hour_angle

    year = only_year(imported([write_csv(tmp_path / "power.csv", truth)], tmp_path / "in")[0])
    cos = np.maximum(cos_zenith(year.lat_deg, hour_angle(year.lon_deg)), 0.0)
    assert np.allclose(year.dni_w_per_m2 * cos + year.dhi_w_per_m2, year.ghi_w_per_m2, atol=0.05)
    assert (year.dni_w_per_m2 >= 0).all()
    assert (year.dhi_w_per_m2 >= 0).all()


def test_json_and_csv_say_the_same(tmp_path: Path, truth: Made) -> None:
    table = columns(truth)
    keys = [str(each).replace("-", "").replace("T", "")[:10] for each in stamp(truth.numbers)]
    document = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [LON, LAT, 2855.12]},
        "properties": {
            "parameter": {
                name: dict(zip(keys, np.round(column, 4).tolist(), strict=True))
                for name, column in table.items()
            }
        },
        "header": {"fill_value": -999.0, "time_standard": "UTC", "start": "20210101", "end": "20211231"},
        "parameters": {
            name: {"units": text[text.rindex("(") + 1 : -1], "longname": text}
            for name, text in PARAMETERS.items()
        },
    }
    (tmp_path / "power.json").write_text(json.dumps(document), encoding="utf-8")
    one = only_year(imported([tmp_path / "power.json"], tmp_path / "json")[0])
    other = only_year(imported([write_csv(tmp_path / "power.csv", truth)], tmp_path / "csv")[0])
    for name in ("ghi_w_per_m2", "dni_w_per_m2", "temperature_c", "wind_speed_ms", "air_density_kg_per_m3"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_local_solar_time_is_moved_by_the_longitude(tmp_path: Path, truth: Made) -> None:
    # 94.9 E lies in the sixth swath of 15 degrees: LST is UTC+6.
    path = write_csv(tmp_path / "power.csv", truth, "LST", shift_h=6)
    year = only_year(imported([path], tmp_path / "in")[0])
    assert np.allclose(year.ghi_w_per_m2[0, 8:], truth.our_year(2021, truth.ghi)[8:], atol=0.01)


def test_local_time_that_is_said_to_be_utc_is_found_by_the_sun(tmp_path: Path, truth: Made) -> None:
    path = write_csv(tmp_path / "power.csv", truth, "UTC", shift_h=8)
    assert codes([path])["clock_offset"] == "consent"
    assert "time zone: found UTC+0, but the light comes 8.0 h later" in refused([path], tmp_path / "no")
    year = only_year(imported([path], tmp_path / "in", fix="yes")[0])
    assert np.allclose(year.ghi_w_per_m2[0, 8:], truth.our_year(2021, truth.ghi)[8:], atol=0.01)
    # Who insists on a zone the sun contradicts is refused.
    assert "expected UTC+8 by the sun" in refused([path], tmp_path / "no", utc_offset_h="0", fix="yes")
    assert "time zone" not in codes([path], utc_offset_h="8")


def test_units_that_do_not_fit_the_values_are_named_and_corrected_on_consent(
    tmp_path: Path, truth: Made
) -> None:
    table = columns(truth) | {"T2M": truth.temperature + 273.15, "PS": truth.pressure}
    path = write_csv(tmp_path / "power.csv", truth, table=table)
    text = refused([path], tmp_path / "no")
    assert "T2M: found C, values up to 29" in text
    assert "expected K by the size of the values" in text
    assert "PS: found kPa, values up to 7.05e+04, expected Pa by the size of the values" in text
    year = only_year(imported([path], tmp_path / "in", fix__unit_wrong="yes")[0])
    expected = truth.our_year(2021, truth.temperature)
    assert np.allclose(year.temperature_c[0, 8:], expected[8:], atol=1e-3)
    joules = columns(truth) | {"ALLSKY_SFC_SW_DWN": truth.ghi * 3600}
    path = write_csv(tmp_path / "joules.csv", truth, table=joules)
    assert "expected J/m2 per hour by the size of the values" in refused([path], tmp_path / "no")


def test_gaps_of_three_hours_are_closed_on_consent_and_longer_ones_refused(
    tmp_path: Path, truth: Made
) -> None:
    table = {name: column.copy() for name, column in columns(truth).items()}
    # Our hours 4,000 to 4,002 and, of the light, our noon.
    table["T2M"][3992:3995] = -999.0
    table["ALLSKY_SFC_SW_DWN"][4996] = -999.0
    path = write_csv(tmp_path / "short.csv", truth, table=table)
    text = refused([path], tmp_path / "no")
    assert "T2M: found 3 h missing in gaps of up to 3 h" in text
    assert "ALLSKY_SFC_SW_DWN: found 1 h missing" in text
    file, details = imported([path], tmp_path / "in", fix="yes")
    year = only_year(file)
    assert details["corrected_gap_short_values"] == 4
    left, right = truth.temperature[3991], truth.temperature[3995]
    assert year.temperature_c[0, 4000] == pytest.approx(left + (right - left) / 4, abs=1e-3)
    assert year.ghi_w_per_m2[0, 5004] == pytest.approx(truth.ghi[4996], rel=0.02)
    table["T2M"][3992:3996] = -999.0
    path = write_csv(tmp_path / "long.csv", truth, table=table)
    assert "4 h missing from 2021-06-16T16 (UTC+8)" in refused([path], tmp_path / "no2", fix="yes")


def test_small_negative_nights_are_clipped_on_consent_and_large_ones_refused(
    tmp_path: Path, truth: Made
) -> None:
    dark = columns(truth) | {"ALLSKY_SFC_SW_DWN": np.where(truth.ghi > 0, truth.ghi, -4.0)}
    path = write_csv(tmp_path / "dark.csv", truth, table=dark)
    assert "values below 0, to -4.0 W/m2" in refused([path], tmp_path / "no")
    year = only_year(imported([path], tmp_path / "in", fix__negative_small="yes")[0])
    assert year.ghi_w_per_m2.min() == 0.0
    darker = columns(truth) | {"ALLSKY_SFC_SW_DWN": np.where(truth.ghi > 0, truth.ghi, -40.0)}
    path = write_csv(tmp_path / "darker.csv", truth, table=darker)
    assert codes([path])["negative_large"] == "fatal"
    assert "to -40.0 W/m2" in refused([path], tmp_path / "no", fix="yes")


def test_years_in_several_files_join_without_taking_hours_from_the_other_end(tmp_path: Path) -> None:
    both = made(hours_of("2020-01-01T00", "2021-12-31T23"))
    cut = 8784
    halves = []
    for name, part in (("b", slice(cut, None)), ("a", slice(0, cut))):
        some = Made(both.numbers[part], *(getattr(both, key)[part] for key in _KEYS))
        halves.append(write_csv(tmp_path / f"{name}.csv", some))
    file, _ = imported(halves, tmp_path / "in")
    assert file.years == (2020, 2021)
    (second,) = file.blocks(2021)
    assert np.allclose(second.ghi_w_per_m2[0], both.our_year(2021, both.ghi), atol=0.01)
    (first,) = file.blocks(2020)
    # 29 February 2020 is dropped: 1 March 12 h of ours is 60 days after 1 January 04 UTC.
    assert first.ghi_w_per_m2[0, (31 + 28) * 24 + 12] == pytest.approx(both.ghi[60 * 24 + 4], abs=0.01)


_KEYS = ("ghi", "beam", "temperature", "pressure", "speed")


def test_files_that_overlap_must_agree(tmp_path: Path, truth: Made) -> None:
    one = write_csv(tmp_path / "a.csv", truth)
    same = write_csv(tmp_path / "b.csv", truth)
    assert codes([one, same])["duplicate_times"] == "consent"
    only_year(imported([one, same], tmp_path / "in", fix="yes")[0])
    other = columns(truth) | {"T2M": truth.temperature + 1}
    conflicting = write_csv(tmp_path / "c.csv", truth, table=other)
    assert "twice with other values (8760 rows)" in refused([one, conflicting], tmp_path / "no", fix="yes")


def test_a_leap_year_cut_after_8760_hours_is_not_taken_for_a_year(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", made(hours_of("2020-01-01T00", "2020-12-30T23")))
    found = codes([path])
    assert found["leap_day_shifted"] == "fatal"
    assert "30 December of a leap year" in refused([path], tmp_path / "no", fix="yes")


def test_a_file_cut_off_says_where_it_ends(tmp_path: Path, truth: Made) -> None:
    path = write_csv(tmp_path / "a.csv", truth)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    text = refused([path], tmp_path / "no", fix="yes")
    assert "rows: found 1 cut off" in text or "h without a row from 2021-0" in text
    path.write_bytes(data[:300])
    assert "header: found no -END HEADER-" in refused([path], tmp_path / "no")


def test_a_number_that_is_none_is_named_with_its_row(tmp_path: Path, truth: Made) -> None:
    path = write_csv(tmp_path / "a.csv", truth)
    lines = path.read_text().splitlines()
    header = next(at for at, line in enumerate(lines) if line.startswith("YEAR"))
    parts = lines[header + 10].split(",")
    lines[header + 10] = ",".join([*parts[:4], "bright", *parts[5:]])
    path.write_text("\n".join(lines))
    text = refused([path], tmp_path / "no")
    assert f"a.csv row {header + 11}: ALLSKY_SFC_SW_DWN: found bright, expected a number" in text


def test_a_column_that_never_changes_and_a_place_abroad_are_refused(tmp_path: Path, truth: Made) -> None:
    flat = columns(truth) | {"T2M": np.full(8760, 25.0)}
    path = write_csv(tmp_path / "a.csv", truth, table=flat)
    assert "T2M: found always 25" in refused([path], tmp_path / "no")
    path.write_text(path.read_text().replace(f"longitude {LON}", "longitude 7.1"))
    assert "place: found 7.1 36.4" in refused([path], tmp_path / "no")
