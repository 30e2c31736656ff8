"""PVGIS, TMY3 and mast files, made in their layouts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from resources.hours import HOURS
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

PLACE = {"lon_deg": str(LON), "lat_deg": str(LAT), "elevation_m": "2800"}


@pytest.fixture(scope="module")
def truth() -> Made:
    return made(hours_of("2021-01-01T00", "2021-12-31T23"))


def pvgis_hourly(path: Path, truth: Made, minute: int = 30, slope: str = "0", shift_h: int = 0) -> Path:
    lines = [
        f"Latitude (decimal degrees):\t{LAT}",
        f"Longitude (decimal degrees):\t{LON}",
        "Elevation (m):\t2807",
        "Radiation database:\tPVGIS-ERA5",
        "",
        f"Slope: {slope} deg. ",
        "Azimuth: 0 deg. ",
        "time,Gb(i),Gd(i),Gr(i),H_sun,T2m,WS10m,Int",
    ]
    times = [
        str(each).replace("-", "").replace("T", ":").replace(":", "", 2)[:12]
        for each in stamp(truth.numbers + shift_h, minute)
    ]
    for at, text in enumerate(times):
        when = f"{text[:8]}:{text[8:12]}"
        lines.append(
            f"{when},{truth.beam[at]:.3f},{truth.ghi[at] - truth.beam[at]:.3f},0.0,0.0,"
            f"{truth.temperature[at]:.3f},{truth.speed[at]:.3f},0.0"
        )
    lines += [
        "",
        "Gb(i): Beam (direct) irradiance on the inclined plane (W/m2)",
        "PVGIS (c) European Union, 2001-2026",
    ]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    return path


def test_a_pvgis_series_is_read_with_its_own_beam(tmp_path: Path, truth: Made) -> None:
    path = pvgis_hourly(tmp_path / "p.csv", truth)
    report = inspect_source([path])
    assert report.format_id == "pvgis"
    assert report.places[0].elevation_m == 2807
    assert {found.weight for found in report.findings} == {"note"}
    year = only_year(imported([path], tmp_path / "in")[0])
    assert np.allclose(year.ghi_w_per_m2[0, 8:], truth.our_year(2021, truth.ghi)[8:], atol=0.01)
    high = year.ghi_w_per_m2[0] > 200
    high[:8] = False
    beam = (year.ghi_w_per_m2 - year.dhi_w_per_m2)[0]
    assert np.allclose(beam[high], truth.our_year(2021, truth.beam)[high], atol=0.02)
    # 10 m only: lifted by the power law 0.2 unless the user says otherwise.
    assert year.wind_speed_ms[0, 5000] == pytest.approx(
        truth.our_year(2021, truth.speed)[5000] * 10**0.2, rel=1e-3
    )


def test_pvgis_on_an_inclined_plane_is_refused(tmp_path: Path, truth: Made) -> None:
    path = pvgis_hourly(tmp_path / "p.csv", truth, slope="35")
    assert "slope: found a plane of 35 degrees" in refused([path], tmp_path / "no", fix="yes")


def test_a_pvgis_file_cut_within_a_row_is_refused(tmp_path: Path, truth: Made) -> None:
    path = pvgis_hourly(tmp_path / "p.csv", truth)
    lines = path.read_text().splitlines()[:5000]
    path.write_text("\n".join([*lines, lines[-1][:20]]))
    assert "p.csv row 5001: cells: found" in refused([path], tmp_path / "no", fix="yes")


def pvgis_tmy(truth: Made) -> list[dict[str, object]]:
    """Months of different years, as they are chosen."""
    rows = []
    for at, each in enumerate(stamp(truth.numbers)):
        text = str(each)
        when = f"{2005 + int(text[5:7])}{text[5:7]}{text[8:10]}:{text[11:13]}00"
        rows.append(
            {
                "time(UTC)": when,
                "T2m": round(float(truth.temperature[at]), 3),
                "RH": 40.0,
                "G(h)": round(float(truth.ghi[at]), 3),
                "Gb(n)": 0.0,
                "Gd(h)": round(float(truth.ghi[at]), 3),
                "IR(h)": 250.0,
                "WS10m": round(float(truth.speed[at]), 3),
                "WD10m": 200.0,
                "SP": round(float(truth.pressure[at]), 1),
            }
        )
    for row, beam in zip(rows, truth.ghi * 0.9, strict=True):
        row["Gb(n)"] = round(float(beam), 3)
    return rows


def test_a_typical_year_of_utc_turns_round_at_its_end(tmp_path: Path, truth: Made) -> None:
    rows = pvgis_tmy(truth)
    document = {
        "inputs": {
            "location": {"latitude": LAT, "longitude": LON, "elevation": 2807.0},
            "meteo_data": {"radiation_db": "PVGIS-ERA5"},
        },
        "outputs": {"months_selected": [], "tmy_hourly": rows},
        "meta": {},
    }
    (tmp_path / "t.json").write_text(json.dumps(document), encoding="utf-8")
    head = [
        f"Latitude (decimal degrees): {LAT}",
        f"Longitude (decimal degrees): {LON}",
        "Elevation (m): 2807",
    ]
    table = [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]
    (tmp_path / "t.csv").write_text(
        "\n".join(
            [
                *head,
                "month,year",
                *(f"{month},{2005 + month}" for month in range(1, 13)),
                *table,
                "",
                "T2m: ...",
            ]
        )
    )
    file, _ = imported([tmp_path / "t.json"], tmp_path / "in")
    assert file.years == (0,)
    year = only_year(file)
    assert np.allclose(year.ghi_w_per_m2[0, 8:], truth.ghi[:-8], atol=0.01)
    assert np.allclose(year.temperature_c[0, :8], truth.temperature[-8:], atol=0.01)
    again = only_year(imported([tmp_path / "t.csv"], tmp_path / "in2")[0])
    assert np.array_equal(year.dni_w_per_m2, again.dni_w_per_m2)
    assert np.array_equal(year.air_density_kg_per_m3, again.air_density_kg_per_m3)


def test_a_pvgis_json_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(
        '{"inputs": {"location": {}, "meteo_data": {}}, "outputs": {"tmy_hourly": [{"ti'
    )
    assert "a whole hourly JSON of PVGIS" in refused([tmp_path / "t.json"], tmp_path / "no")


def tmy3(path: Path, truth: Made) -> Path:
    lines = [
        f'999999,"MADE",GS,8.0,{LAT},{LON},2800',
        "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Pressure (mbar),Wspd (m/s)",
    ]
    # Local time: row 01:00 of 1 January is our hour 0, which is hour -8 of the UTC year; made hours turn round.
    for hour in range(HOURS):
        at = (hour - 8) % HOURS
        day = np.datetime64("2001-01-01") + hour // 24
        text = str(day)
        lines.append(
            f"{text[5:7]}/{text[8:10]}/{1990 + int(text[5:7])},{hour % 24 + 1:02d}:00,{truth.ghi[at]:.2f},"
            f"{truth.ghi[at] * 0.8:.2f},{truth.ghi[at] * 0.3:.2f},{truth.temperature[at]:.2f},"
            f"{truth.pressure[at] / 100:.2f},{truth.speed[at]:.2f}"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def test_tmy3_rows_are_the_hours_that_end_at_their_stamps(tmp_path: Path, truth: Made) -> None:
    path = tmy3(tmp_path / "t.csv", truth)
    report = inspect_source([path])
    assert (report.format_id, report.places[0].name) == ("tmy3", "MADE")
    assert {found.weight for found in report.findings} == {"note"}
    year = only_year(imported([path], tmp_path / "in")[0])
    assert np.allclose(year.ghi_w_per_m2[0], np.roll(truth.ghi, 8), atol=0.01)
    assert np.allclose(year.dni_w_per_m2[0], np.roll(truth.ghi, 8) * 0.8, atol=0.01)


def test_tmy3_with_missing_marks_or_rows_is_refused_by_name(tmp_path: Path, truth: Made) -> None:
    path = tmy3(tmp_path / "t.csv", truth)
    lines = path.read_text().splitlines()
    for at in range(4000, 4010):
        cells = lines[at].split(",")
        cells[5] = "-9900"
        lines[at] = ",".join(cells)
    path.write_text("\n".join(lines))
    assert "Dry-bulb (C): found 10 h missing" in refused([path], tmp_path / "no", fix="yes")
    path.write_text("\n".join(lines[:-30]))
    assert "rows: found 8730, expected 8760" in refused([path], tmp_path / "no", fix="yes")


def mast(path: Path, truth: Made, step: int = 10, names: str = "", keep: slice = slice(None)) -> Path:
    """Records of local time, stamped at their ends; within an hour they vary about its mean."""
    per_hour = 60 // step
    header = names or "日期时间,80m风速(m/s),10m风速(m/s),80m风向,气温(℃),气压(hPa),总辐射(W/m2),风速标准差"
    lines = ["测风塔 made,,,,,,,", header]
    wave = np.linspace(-0.5, 0.5, per_hour) if per_hour > 1 else np.zeros(1)
    for at in range(len(truth.numbers))[keep]:
        for part in range(per_hour):
            when = str(stamp(truth.numbers[at : at + 1] + 8, (part + 1) * step)[0]).replace("T", " ")
            speed = truth.speed[at] * (1 + wave[part] / 2)
            lines.append(
                f"{when},{speed * 8**0.15:.4f},{speed:.4f},180,{truth.temperature[at]:.3f},"
                f"{truth.pressure[at] / 100:.3f},{truth.ghi[at]:.3f},1.0"
            )
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return path


@pytest.fixture(scope="module")
def local_year() -> Made:
    """A year of UTC+8."""
    return made(hours_of("2020-12-31T16", "2021-12-31T15"))


def test_a_mast_asks_what_only_its_owner_knows_and_guesses_the_rest(tmp_path: Path, local_year: Made) -> None:
    path = mast(tmp_path / "m.csv", local_year, step=60)
    report = inspect_source([path])
    assert report.format_id == "mast"
    asked = {question.id: question for question in report.questions}
    required = {id for id, question in asked.items() if question.required}
    assert required == {"utc_offset_h", "lon_deg", "lat_deg"}
    first = {id: question.choices[0].value for id, question in asked.items() if question.choices}
    assert first["column:wind_speed_ms"] == "80m风速(m/s)"
    assert first["column:wind_speed_second"] == "10m风速(m/s)"
    assert first["column:ghi_w_per_m2"] == "总辐射(W/m2)"
    assert (first["height_m:80m风速(m/s)"], first["column:time"]) == ("80", "日期时间")
    # Once the place is known the sun tells the zone.
    placed = {question.id: question for question in inspect_source([path], PLACE).questions}
    assert placed["utc_offset_h"].choices[0].value == "8"
    text = refused([path], tmp_path / "no")
    assert all(f"{id}: found no answer" in text for id in required)


def test_ten_minute_records_become_hours_and_are_lifted_by_their_own_shear(
    tmp_path: Path, local_year: Made
) -> None:
    path = mast(tmp_path / "m.csv", local_year)
    file, _ = imported([path], tmp_path / "in", utc_offset_h="8", **PLACE)
    year = only_year(file)
    assert np.allclose(year.ghi_w_per_m2[0], local_year.ghi, atol=0.01)
    # 10 m to 80 m as 0.15; the same to 100 m.
    assert np.allclose(year.wind_speed_ms[0], local_year.speed * 10**0.15, rtol=1e-3)
    assert np.allclose(year.temperature_c[0], local_year.temperature, atol=1e-3)


def test_hours_with_too_few_records_are_gaps(tmp_path: Path, local_year: Made) -> None:
    path = mast(tmp_path / "m.csv", local_year)
    lines = path.read_text(encoding="gb18030").splitlines()
    # Two of the six records of our hour 5000 go: 67 % is too little; one of hour 6000: 83 % will do.
    gone = {2 + 5000 * 6, 2 + 5000 * 6 + 1, 2 + 6000 * 6}
    path.write_text("\n".join(line for at, line in enumerate(lines) if at not in gone), encoding="gb18030")
    answers = {"utc_offset_h": "8", **PLACE}
    assert codes([path], **answers)["averaged"] == "note"
    assert "missing in gaps of up to 3 h" in refused([path], tmp_path / "no", **answers)
    file, details = imported([path], tmp_path / "in", fix="yes", **answers)
    # One hour of each of six columns, wind counted once.
    assert details["corrected_gap_short_values"] == 4
    left, right = local_year.temperature[[4999, 5001]]
    assert only_year(file).temperature_c[0, 5000] == pytest.approx((left + right) / 2, abs=0.01)


def test_stamps_at_the_beginning_taken_for_the_end_are_found_by_the_sun(
    tmp_path: Path, local_year: Made
) -> None:
    path = mast(tmp_path / "m.csv", local_year, step=60)
    answers = {"utc_offset_h": "8", **PLACE}
    assert "clock_told_wrong" not in codes([path], stamp="end", **answers)
    text = refused([path], tmp_path / "no", stamp="beginning", fix="yes", **answers)
    assert "stamps at the other end of their hour" in text


def test_part_of_a_year_comes_in_for_comparing_only(tmp_path: Path, local_year: Made) -> None:
    path = mast(tmp_path / "m.csv", local_year, step=60, keep=slice(2000, 5000))
    answers = {"utc_offset_h": "8", "fix": "yes", **PLACE}
    assert "h without a row from" in refused([path], tmp_path / "no", **answers)
    file, details = imported([path], tmp_path / "in", partial="yes", **answers)
    assert file.years == (2021,)
    assert int(str(details["hours_missing"])) == 4 * (HOURS - 3000)
    ((_, values),) = file.pieces(2021, ["wind_speed_ms"])
    assert np.isfinite(values["wind_speed_ms"]).sum() == 3000
    with pytest.raises(Exception, match="hours of 2021 without a value"):
        next(file.blocks(2021))


def test_dates_that_can_be_read_two_ways_are_asked_for(tmp_path: Path, local_year: Made) -> None:
    lines = ["time,ghi (W/m2)"]
    for day in range(1, 13):
        lines += [
            f"{day:02d}/{month:02d}/2021 {hour:02d}:00,1.0" for month in range(1, 13) for hour in range(2)
        ]
    path = tmp_path / "m.csv"
    path.write_text("\n".join(lines))
    report = inspect_source([path], {**PLACE}, format_id="mast")
    asked = next(question for question in report.questions if question.id == "time_format")
    assert asked.required
    assert [choice.value for choice in asked.choices] == ["d/m/y", "m/d/y"]


def test_text_among_numbers_is_named_with_its_row(tmp_path: Path, local_year: Made) -> None:
    path = mast(tmp_path / "m.csv", local_year, step=60)
    lines = path.read_text(encoding="gb18030").splitlines()
    cells = lines[10].split(",")
    cells[4] = "故障"
    lines[10] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="gb18030")
    assert "m.csv row 11: 气温(℃): found 故障" in refused([path], tmp_path / "no", utc_offset_h="8", **PLACE)


def test_a_sensor_without_a_single_value_is_named(tmp_path: Path, local_year: Made) -> None:
    path = mast(tmp_path / "m.csv", local_year, step=60)
    lines = path.read_text(encoding="gb18030").splitlines()
    for at in range(2, len(lines)):
        cells = lines[at].split(",")
        cells[5] = ""
        lines[at] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="gb18030")
    text = refused([path], tmp_path / "no", utc_offset_h="8", fix="yes", **PLACE)
    assert "气压(hPa): found 730 h or more missing from 2021-01-01T00 (UTC+8)" in text
    # Left out by the answer, the standard atmosphere stands in.
    answers = {"column:pressure_pa": "none", "utc_offset_h": "8", **PLACE}
    assert codes([path], **answers)["pressure_of_height"] == "note"
    only_year(imported([path], tmp_path / "in", **answers)[0])
