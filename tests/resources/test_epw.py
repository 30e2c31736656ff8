from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.hours import DAYS_OF_MONTH, HOURS, month_means
from resources.sources.epw import from_epw

EPW = Path(__file__).parents[3] / "shared" / "reference" / "weather_epw"
LOCATION = "LOCATION,Test,Gansu,CHN,Made,000000,40.00,97.00,8.0,1500.0"


def _rows() -> list[list[str]]:
    """8,760 rows of 35 fields: noon 600 W/m2, 10 C, 850 hPa, 5 m/s."""
    rows = []
    for month, days in enumerate(DAYS_OF_MONTH, start=1):
        for day in range(1, days + 1):
            for hour in range(1, 25):
                row = ["0"] * 35
                row[:5] = ["2005", str(month), str(day), str(hour), "0"]
                row[6], row[9], row[21] = "10.0", "85000", "5.0"
                if hour == 13:
                    row[13], row[14], row[15] = "600", "500", "200"
                rows.append(row)
    return rows


def _write(path: Path, rows: list[list[str]], location: str = LOCATION) -> Path:
    header = [location] + [f"HEADER {i}" for i in range(2, 9)]
    path.write_text("\n".join(header + [",".join(row) for row in rows]) + "\n", encoding="utf-8")
    return path


def _problems(path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as caught:
        from_epw(path)
    return [(p.where.removeprefix(str(path)).strip(), p.field, p.found) for p in caught.value.problems]


def test_a_whole_file_becomes_a_year(tmp_path: Path) -> None:
    year = from_epw(_write(tmp_path / "a.epw", _rows()))
    assert (len(year), year.lon_deg[0], year.lat_deg[0], year.elevation_m[0]) == (1, 97.0, 40.0, 1500.0)
    assert year.ghi_w_per_m2.shape == (1, HOURS)
    # The row "hour 13" is 12:00-13:00, our hour 12.
    assert year.ghi_w_per_m2[0, 12] == 600
    assert year.ghi_w_per_m2[0, 13] == 0
    # 5 m/s at 10 m, power law 0.2: 5 * 10**0.2 at 100 m.
    assert year.wind_speed_ms[0, 0] == pytest.approx(7.924, abs=0.001)
    # 85,000 Pa at 10 C: 1.0458 kg/m3 on the ground; 100 m up the pressure is 1.2 % and the air 0.65 K less.
    assert year.air_density_kg_per_m3[0, 0] == pytest.approx(1.0356, abs=0.0005)


def test_a_file_cut_short_says_so(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.epw", _rows()[:5000])
    assert _problems(path) == [("", "rows of data", "5000")]


def test_a_file_cut_within_a_row_names_the_row(tmp_path: Path) -> None:
    rows = _rows()[:5000]
    rows[-1] = rows[-1][:8]
    fields = {(where, field) for where, field, _ in _problems(_write(tmp_path / "a.epw", rows))}
    assert ("row 5008", "fields") in fields
    assert ("", "rows of data") in fields


def test_all_problems_come_at_once_with_row_and_field(tmp_path: Path) -> None:
    rows = _rows()
    rows[0][13] = "9999"
    rows[9][13] = "9999"
    rows[4][21] = "windy"
    rows[6][9] = "999999"
    path = _write(tmp_path / "a.epw", rows, LOCATION.replace(",8.0,", ",1.0,").replace("97.00", "7.00"))
    assert _problems(path) == [
        ("row 1", "longitude_deg", "7.00"),
        ("row 1", "time_zone_h", "1.0"),
        ("row 15", "pressure_pa", "missing"),
        ("row 9", "ghi_w_per_m2", "missing (and 1 more rows)"),
        ("row 13", "wind_speed_ms", "windy"),
    ]


def test_hours_out_of_order_and_leap_days_are_refused(tmp_path: Path) -> None:
    rows = _rows()
    rows[1], rows[2] = rows[2], rows[1]
    assert _problems(_write(tmp_path / "a.epw", rows)) == [("row 10", "month,day,hour", "1,1,3")]


def test_another_file_is_not_an_epw(tmp_path: Path) -> None:
    path = tmp_path / "a.epw"
    path.write_text("time,ghi\n1,2\n", encoding="utf-8")
    fields = [field for _, field, _ in _problems(path)]
    assert fields[:2] == ["header", "rows of data"]


def test_an_empty_and_an_absent_file_are_named(tmp_path: Path) -> None:
    empty = tmp_path / "a.epw"
    empty.touch()
    assert [field for _, field, _ in _problems(empty)][:2] == ["header", "rows of data"]
    with pytest.raises(InputError, match=r"b\.epw"):
        from_epw(tmp_path / "b.epw")


def test_the_typical_years_of_beijing_and_shanghai_are_read() -> None:
    if not EPW.is_dir():
        pytest.skip("no EPW files beside the project (../shared/reference/weather_epw)")
    expected = {"Beijing": (1401, 2.35), "Shanghai": (1271, 3.25)}
    for path in sorted(EPW.glob("*.epw")):
        year = from_epw(path)
        ghi, wind = expected["Beijing" if "Beijing" in path.name else "Shanghai"]
        assert year.ghi_w_per_m2.sum(dtype=np.float64) / 1000 == pytest.approx(ghi, abs=1)
        assert year.wind_speed_ms.mean(dtype=np.float64) / 10**0.2 == pytest.approx(wind, abs=0.01)
        assert month_means(year.temperature_c)[0].argmax() == 6
