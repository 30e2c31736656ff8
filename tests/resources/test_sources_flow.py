"""Discharge files: the layout of the GRDC, plain tables, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.sources.contract import SourceReport
from resources.sources.flow_csv import UNITS
from resources.sources.flow_series import FlowSeries, fill_short, read_series
from resources.sources.importing import import_source, inspect_source, read_manifest
from resources.sources.registry import identify

HEADER = """# Title:                 GRDC STATION DATA FILE
#                        --------------
# Format:                DOS-ASCII
# Field delimiter:       ;
# missing values are indicated by -999.000
#
# file generation date:  2020-01-01
#
# GRDC-No.:              {number}
# River:                 YANGTZE RIVER
# Station:               {station}
# Country:               CN
# Latitude (DD):       30.77
# Longitude (DD):      117.62
# Catchment area (km\u00b2):      1705383.0
# Altitude (m ASL):        19.0
#************************************************************
# Data Set Content:      MEAN {kind} DISCHARGE (Q)
# Unit of measure:                  {unit}
# Time series:           2001-01 - 2002-12
#************************************************************
# Table Header:
#     YYYY-MM-DD - Date
#     hh:mm      - Time
# Data lines: {lines}
# DATA
"""


def days(year: int, count: int = 1) -> list[str]:
    first = np.datetime64(f"{year}-01-01")
    return [str(day) for day in np.arange(first, np.datetime64(f"{year + count}-01-01"))]


def datong(number: int, count: int) -> np.ndarray:
    """Made flow of the right size: a wave of a year about 28,400 m3/s."""
    return 28_400 - 15_000 * np.cos(2 * np.pi * (np.arange(count) - 15) / 365.25) + number


def grdc(
    path: Path,
    rows: list[str],
    *,
    number: int = 2181900,
    station: str = "DATONG",
    kind: str = "DAILY",
    unit: str = "m\u00b3/s",
    lines: int | None = None,
) -> Path:
    head = HEADER.format(
        number=number, station=station, kind=kind, unit=unit, lines=len(rows) if lines is None else lines
    )
    title = "YYYY-MM-DD;hh:mm; Original; Calculated; Flag" if kind == "MONTHLY" else "YYYY-MM-DD;hh:mm; Value"
    path.write_bytes((head + "\r\n".join([title, *rows]) + "\r\n").encode("latin-1"))
    return path


def daily_rows(flow: np.ndarray, year: int = 2001, count: int = 2) -> list[str]:
    return [f"{day};--:--; {value:10.3f}" for day, value in zip(days(year, count), flow, strict=True)]


def codes(report: SourceReport, weight: str) -> list[str]:
    return [found.code for found in report.findings if found.weight == weight]


def imported(path: Path, folder: Path, answers: Mapping[str, str] | None = None) -> tuple[FlowSeries, ...]:
    manifest = import_source([path], answers or {}, folder)
    return read_series(manifest.parent / read_manifest(manifest, verify=True).data)


def refused(path: Path, answers: Mapping[str, str] | None = None) -> list[str]:
    folder = path.parent / "in"
    with pytest.raises(InputError) as caught:
        import_source([path], answers or {}, folder)
    assert not folder.exists() or not list(folder.iterdir())
    return [str(problem) for problem in caught.value.problems]


def test_a_grdc_file_of_days_comes_in_whole(tmp_path: Path) -> None:
    flow = datong(0, 730)
    path = grdc(tmp_path / "2181900_Q_Day.Cmd.txt", daily_rows(flow))
    report = inspect_source([path])
    assert (report.format_id, report.kind, report.grade) == ("grdc", "flow-series", "measured")
    assert (report.places[0].lon_deg, report.places[0].lat_deg) == (117.62, 30.77)
    assert report.findings == ()
    assert report.period is not None
    assert report.period.years == (2001, 2002)
    (series,) = imported(path, tmp_path / "in")
    assert series.name == "DATONG (2181900)"
    assert series.catchment_km2 == 1_705_383.0
    assert series.year_m3_s(2001) == pytest.approx(flow[:365], abs=1e-3)


def test_a_release_of_a_reservoir_is_kept_as_one(tmp_path: Path) -> None:
    path = grdc(tmp_path / "a.txt", daily_rows(datong(0, 730)))
    (natural,) = imported(path, tmp_path / "in")
    (released,) = imported(path, tmp_path / "in2", {"flow_nature": "regulated"})
    assert (natural.regulated, released.regulated) == (False, True)


def test_several_grdc_files_are_several_stations_and_one_twice_is_refused(tmp_path: Path) -> None:
    rows = daily_rows(datong(0, 730))
    one = grdc(tmp_path / "a.txt", rows)
    two = grdc(tmp_path / "b.txt", rows, number=2181800, station="HANKOU")
    path = import_source([one, two], {}, tmp_path / "in")
    names = [series.name for series in read_series(path.parent / read_manifest(path).data)]
    assert names == ["DATONG (2181900)", "HANKOU (2181800)"]
    again = grdc(tmp_path / "c.txt", rows)
    with pytest.raises(InputError, match=r"DATONG \(2181900\) twice"):
        import_source([one, again], {}, tmp_path / "in2")


def test_grdc_months_use_the_calculated_column_where_the_original_is_missing(tmp_path: Path) -> None:
    rows = [f"2001-{m:02d}-00;--:--; {20_000 + m}; {30_000 + m}; 100" for m in range(1, 13)]
    rows[4] = "2001-05-00;--:--; -999.000; 25000.5; 100"
    (series,) = imported(grdc(tmp_path / "m.mon", rows, kind="MONTHLY"), tmp_path / "in")
    assert series.step == "month"
    assert list(series.flow_m3_s[[0, 4]]) == [20_001, 25_000.5]
    assert series.year_m3_s(2001).shape == (8760,)
    assert series.year_m3_s(2001)[:744].mean() == pytest.approx(20_001)


def test_missing_days_of_the_grdc_are_gaps_short_ones_filled_with_consent(tmp_path: Path) -> None:
    flow = datong(0, 730)
    rows = daily_rows(flow)
    for at in range(100, 104):
        rows[at] = f"{rows[at][:10]};--:--; -999.000"
    path = grdc(tmp_path / "a.txt", rows)
    assert codes(inspect_source([path]), "consent") == ["gap_short"]
    assert any("4 missing" in text for text in refused(path))
    (series,) = imported(path, tmp_path / "in2", {"fix:gap_short": "yes"})
    assert series.flow_m3_s[100:104] == pytest.approx(
        np.interp([1, 2, 3, 4], [0, 5], flow[[99, 104]]), abs=1e-3
    )


def test_a_long_gap_leaves_its_year_out_and_never_becomes_nothing(tmp_path: Path) -> None:
    rows = daily_rows(datong(0, 730))
    path = grdc(tmp_path / "a.txt", rows[:100] + rows[140:])
    report = inspect_source([path])
    assert codes(report, "note") == ["year_left_out"]
    (series,) = imported(path, tmp_path / "in")
    assert series.years == (2002,)
    assert np.isnan(series.flow_m3_s[100:140]).all()
    with pytest.raises(InputError, match="year 2001"):
        series.year_m3_s(2001)


def test_a_grdc_file_that_is_cut_off_or_in_feet_is_refused_with_all_it_says(tmp_path: Path) -> None:
    rows = daily_rows(datong(0, 730))
    assert refused(grdc(tmp_path / "cut.txt", rows[:500], lines=730)) == [
        f"{tmp_path / 'cut.txt'}: rows: found 500, expected 730, as the header says; cut off?"
    ]
    rows[3] = "2001-01-04;--:--; high"
    rows[9] = "2001-02-30;--:--; 5.0"
    problems = refused(grdc(tmp_path / "ft.txt", rows, unit="ft3/s"))
    assert [text.split(": ")[1] for text in problems] == ["Unit of measure", "row", "row"]
    assert refused(grdc(tmp_path / "empty.txt", []))[0].endswith("rows of YYYY-MM-DD;hh:mm;value")


def test_negative_flow_and_a_spike_become_missing_only_with_consent(tmp_path: Path) -> None:
    flow = datong(0, 730)
    flow[50], flow[400] = -5.0, 5e6
    path = grdc(tmp_path / "a.txt", daily_rows(flow))
    assert set(codes(inspect_source([path]), "consent")) == {"flow_negative", "flow_spike", "gap_short"}
    (series,) = imported(path, tmp_path / "in", {"fix": "yes"})
    assert np.nanmin(series.flow_m3_s) > 0
    assert np.nanmax(series.flow_m3_s) < 50_000


def test_a_date_twice_is_fatal_where_its_values_differ_and_told_where_not(tmp_path: Path) -> None:
    rows = daily_rows(datong(0, 730))
    same = grdc(tmp_path / "a.txt", [*rows, rows[3]])
    assert set(codes(inspect_source([same]), "note")) == {"date_twice_same", "out_of_order"}
    differ = grdc(tmp_path / "b.txt", [*rows, "2001-01-04;--:--; 1.0"])
    assert any("2001-01-04 twice" in text for text in refused(differ))


def table(path: Path, head: str, rows: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([head, *rows]).encode(encoding))
    return path


def test_a_plain_table_of_days_is_known_by_its_words_in_both_languages(tmp_path: Path) -> None:
    flow = 600 + 10 * np.arange(365) % 300
    rows = [f"{day},{value}" for day, value in zip(days(2001), flow, strict=True)]
    english = table(tmp_path / "inflow.csv", "date,inflow (m3/s)", rows)
    chinese = table(tmp_path / "ruku.csv", "日期,入库流量(m³/s)", rows, "gb18030")
    for path in (english, chinese):
        assert identify([path]).id == "flow_csv"
        (series,) = imported(path, tmp_path / f"in_{path.stem}")
        assert series.year_m3_s(2001) == pytest.approx(flow)
        assert series.place is None


def test_a_table_of_wind_stays_with_the_mast(tmp_path: Path) -> None:
    path = table(
        tmp_path / "m.csv", "time,WS_80m (m/s),temp", ["2021-01-01 00:00,5,1", "2021-01-01 00:10,5,1"]
    )
    assert identify([path]).id == "mast"


def test_volumes_of_months_become_flow_by_the_days_of_each(tmp_path: Path) -> None:
    rows = [f"2001-{m:02d},15" for m in range(1, 13)]
    (series,) = imported(table(tmp_path / "w.csv", "月份,来水量(亿m3)", rows), tmp_path / "in")
    assert series.step == "month"
    assert series.flow_m3_s[0] == pytest.approx(15e8 / (31 * 86_400))
    assert series.flow_m3_s[1] == pytest.approx(15e8 / (28 * 86_400))


@pytest.mark.parametrize(
    ("unit", "factor"), [("m3/s", 1.0), ("1e8 m3", 86_400 / 1e8), ("1e4 m3", 8.64), ("l/s", 1e3)]
)
def test_the_unit_is_guessed_by_the_river_at_the_place(tmp_path: Path, unit: str, factor: float) -> None:
    """Datong: the embedded river has 29,361 m3/s."""
    flow = datong(0, 365)
    rows = [f"{day},{float(value * factor)!r}" for day, value in zip(days(2001), flow, strict=True)]
    path = table(tmp_path / "q.csv", "date,discharge", rows)
    place = {"lon_deg:q": "117.62", "lat_deg:q": "30.77"}
    report = inspect_source([path], place)
    (question,) = [q for q in report.questions if q.id == "unit:discharge"]
    assert question.choices[0].value == unit
    assert {choice.value for choice in question.choices} == set(UNITS)
    assert "unit_guessed" in codes(report, "note")
    (series,) = imported(path, tmp_path / "in", place)
    assert series.flow_m3_s == pytest.approx(flow)


def test_without_unit_and_place_the_user_must_say(tmp_path: Path) -> None:
    rows = [f"{day},5" for day in days(2001)]
    path = table(tmp_path / "q.csv", "date,discharge", rows)
    assert any("unit:discharge: found no answer" in text for text in refused(path))
    (series,) = imported(path, tmp_path / "in2", {"unit:discharge": "l/s"})
    assert series.flow_m3_s == pytest.approx(0.005)


def test_flow_far_from_the_embedded_river_asks_first(tmp_path: Path) -> None:
    rows = [f"{day},{5.0 + at % 7}" for at, day in enumerate(days(2001))]
    path = table(tmp_path / "q.csv", "date,Q (m3/s)", rows)
    place = {"lon_deg:q": "117.62", "lat_deg:q": "30.77"}
    assert codes(inspect_source([path], place), "consent") == ["flow_far_from_atlas"]
    impossible = {**place, "catchment_km2:q": "10", "fix": "yes"}
    assert any("mm a year" in text for text in refused(path, impossible))


def test_hours_become_days_and_stations_come_as_rows_or_columns(tmp_path: Path) -> None:
    rows = []
    for day in days(2001):
        for hour in range(0, 24, 6):
            rows += [f"{day} {hour:02d}:00,A,{100 + hour}", f"{day} {hour:02d}:00,B,{200 + hour}"]
    long = table(tmp_path / "long.csv", "time,station,flow m3/s", rows)
    one, two = imported(long, tmp_path / "in")
    assert (one.name, two.name) == ("A", "B")
    assert one.year_m3_s(2001) == pytest.approx(np.full(365, 109.0))
    wide = table(
        tmp_path / "wide.csv", "date,流量A(m3/s),流量B(m3/s),水位(m)", [f"{d},1,2,3" for d in days(2001)]
    )
    report = inspect_source([wide])
    assert [variable.name for variable in report.variables] == ["流量A(m3/s)", "流量B(m3/s)"]
    (chosen,) = imported(wide, tmp_path / "in2", {"column:flow": "流量B(m3/s)"})
    assert chosen.mean_m3_s == 2.0


def test_bad_cells_are_named_by_row_and_column(tmp_path: Path) -> None:
    rows = [f"{day},5" for day in days(2001)]
    rows[7] = "2001-01-08,much"
    assert any(
        "row 9 flow m3/s: found much" in text
        for text in refused(table(tmp_path / "a.csv", "date,flow m3/s", rows))
    )
    rows[7] = "someday,5"
    assert any(
        "row 9 date: found someday" in text
        for text in refused(table(tmp_path / "b.csv", "date,flow m3/s", rows))
    )
    assert any(
        "0 throughout" in t
        for t in refused(table(tmp_path / "c.csv", "date,flow m3/s", [f"{d},0" for d in days(2001)]))
    )


def test_rows_of_another_width_are_named(tmp_path: Path) -> None:
    rows = [f"{day},5" for day in days(2001)]
    rows[3], rows[9] = "2001-01-04", "2001-01-10,5,7"
    assert [
        text.split(": ", 1)[1] for text in refused(table(tmp_path / "a.csv", "date,flow m3/s", rows))
    ] == [
        "cells: found 1, expected 2, as in the header",
        "cells: found 3, expected 2, as in the header",
    ]


def test_stations_may_bring_their_places_and_faults_keep_their_rows(tmp_path: Path) -> None:
    rows = [
        f"{day},{name},{lon},30.77,{flow}"
        for day in days(2001)
        for name, lon, flow in (("A", 117.62, 28000), ("B", 117.7, 27000))
    ]
    head = "日期,站名,经度,纬度,流量(m3/s)"
    one, two = imported(table(tmp_path / "a.csv", head, rows), tmp_path / "good")
    assert one.place is not None
    assert two.place is not None
    assert (one.place.lon_deg, two.place.lon_deg) == (117.62, 117.7)
    rows.append("2001-01-04,B,117.7,30.77,1")
    assert any("row 732: date" in text for text in refused(table(tmp_path / "b.csv", head, rows)))


def test_short_gaps_are_bridged_and_longer_or_open_ones_kept() -> None:
    nan = np.nan
    values = np.array([nan, 1.0, nan, 3.0, nan, nan, nan, 7.0, nan])
    filled, count = fill_short(values, 2)
    assert count == 1
    assert filled == pytest.approx([nan, 1, 2, 3, nan, nan, nan, 7, nan], nan_ok=True)


def test_leap_years_lose_their_29_february_in_the_year_not_in_the_record(tmp_path: Path) -> None:
    rows = [f"{day},{1 + at}" for at, day in enumerate(days(2004))]
    (series,) = imported(table(tmp_path / "a.csv", "date,flow m3/s", rows), tmp_path / "in")
    assert len(series.flow_m3_s) == 366
    year = series.year_m3_s(2004)
    assert (year[58], year[59]) == (59.0, 61.0)


def test_a_copy_that_is_no_flow_series_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="flow series"):
        read_series(path)
