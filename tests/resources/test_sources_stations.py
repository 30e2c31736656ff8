"""Tables of power stations: fuels, states, units and places understood, every odd row named."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from gis_layers.importer.datum import wgs84_to_gcj02
from resources.sources import station_table
from resources.sources.importing import inspect_source
from resources.sources.power_station_words import TECHNOLOGIES, status_of, technology_of
from resources.sources.power_stations import open_stations
from resources.sources.registry import identify
from tests.resources.rasters_made import imported, refused, weights

REFERENCE = Path(__file__).resolve().parents[3] / "shared/reference/power_plants/WRI_GPPD_raw_China.csv"
PLAIN = ["name", "lat", "lon", "fuel", "capacity_mw"]
ROWS = [
    ["Golmud", "36.4", "94.9", "solar", "200"],
    ["Jiuquan", "40.5", "96.8", "wind", "300"],
    ["Longyangxia", "36.12", "100.92", "hydro", "1280"],
    ["Daya Bay", "22.6", "114.54", "nuclear", "1968"],
]


def table(path: Path, rows: list[list[str]], header: list[str] = PLAIN, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
    return path


@pytest.mark.parametrize(
    ("fuel", "technology", "ours"),
    [
        ("Hydro", "Pumped storage", "pumped"),
        ("Hydro", "Run of River", "hydro"),
        ("Wind", "Offshore Wind", "wind_offshore"),
        ("wind", "Offshore hard mount", "wind_offshore"),
        ("Wind", "Onshore Wind", "wind"),
        ("solar", "PV", "pv"),
        ("solar", "Solar Thermal", "csp"),
        ("光热", "", "csp"),
        ("光伏", "", "pv"),
        ("oil/gas", "gas turbine", "oil"),
        ("Natural Gas", "", "gas"),
        ("Landfill gas", "", "waste"),
        ("bioenergy", "", "biomass"),
        ("coal", "ultra-supercritical", "coal"),
        ("抽水蓄能", "", "pumped"),
        ("水电", "", "hydro"),
    ],
)
def test_fuels_become_our_technologies(fuel: str, technology: str, ours: str) -> None:
    assert technology_of(fuel, technology) == ours
    assert ours in TECHNOLOGIES


def test_states_of_wri_gem_and_chinese_tables() -> None:
    said = [
        "Operational",
        "operating",
        "Under Construction",
        "pre-construction",
        "announced",
        "retired",
        "Shutdown",
    ]
    assert [status_of(text) for text in [*said, "shelved", "在建", "已投产", ""]] == [
        "operating", "operating", "construction", "planned", "planned", "retired", "retired",
        "cancelled", "construction", "operating", "unknown",
    ]  # fmt: skip


def test_a_plain_table_becomes_points_with_sums_by_province(tmp_path: Path) -> None:
    entry = imported([table(tmp_path / "a.csv", ROWS)], tmp_path / "in")
    assert (entry.manifest.kind, entry.manifest.format) == ("stations", "power_stations")
    points = open_stations(entry.data)
    assert points.text("technology") == ("pv", "wind", "hydro", "nuclear")
    assert points.text("province") == ("630000", "620000", "630000", "440000")
    assert points.columns["capacity_mw"].tolist() == [200.0, 300.0, 1280.0, 1968.0]
    assert points.geometry[0].x == pytest.approx(94.9)
    details = entry.manifest.details
    assert details["stations"] == 4
    assert details["running_mw:hydro:630000"] == details["running_mw:hydro"] == 1280.0


def test_chinese_tables_in_gbk_with_their_own_units(tmp_path: Path) -> None:
    header = ["电站名称", "经度", "纬度", "能源类型", "装机容量（万千瓦）", "状态", "投产时间"]
    rows = [
        ["格尔木", "94.9", "36.4", "光伏", "20", "在运", "2018年6月"],
        ["酒泉", "96.8", "40.5", "风电", "30", "在建", ""],
    ]
    entry = imported([table(tmp_path / "站.csv", rows, header, "gb18030")], tmp_path / "in")
    points = open_stations(entry.data)
    assert points.columns["capacity_mw"].tolist() == [200.0, 300.0]
    assert points.text("status") == ("operating", "construction")
    assert points.columns["year"][0] == 2018
    assert np.isnan(points.columns["year"][1])
    assert points.text("name") == ("格尔木", "酒泉")
    assert entry.manifest.details["mw:construction"] == 300.0
    assert "running_mw:wind" not in entry.manifest.details


def test_the_global_database_keeps_only_china(tmp_path: Path) -> None:
    header = ["country", "country_long", "name", "gppd_idnr", "capacity_mw", "latitude", "longitude", "primary_fuel",
              "other_fuel1", "commissioning_year", "owner"]  # fmt: skip
    rows = [
        ["CHN", "China", "A", "1", "100", "36.4", "94.9", "Solar", "", "2014.0", ""],
        ["IND", "India", "B", "2", "100", "20.0", "78.0", "Coal", "", "", ""],
    ]
    path = table(tmp_path / "global_power_plant_database.csv", rows, header)
    assert identify([path]).id == "wri_power_plants"
    assert weights([path])["other_countries"] == "note"
    entry = imported([path], tmp_path / "in")
    assert entry.manifest.licence.startswith("CC BY 4.0")
    assert open_stations(entry.data).columns["year"].tolist() == [2014.0]


GEM = ["Type", "Country/area", "Plant / Project name", "Unit / Phase name", "Capacity (MW)", "Status", "Start year",
       "Technology", "Latitude", "Longitude"]  # fmt: skip
GEM_ROWS = [
    ["solar", "China", "P", "1", "50", "operating", "2020", "PV", "36.4", "94.9"],
    ["solar", "China", "P", "2", "50", "operating", "2021", "PV", "36.4", "94.9"],
    ["wind", "China", "Sea", "1", "300", "announced", "2027", "Offshore hard mount", "33.3", "121.6"],
    ["coal", "China", "Old", "1", "600", "retired", "1985", "subcritical", "38.0", "114.5"],
]


def test_units_of_a_gem_plant_are_not_duplicates_and_offshore_wind_may_stand_at_sea(tmp_path: Path) -> None:
    path = table(tmp_path / "gem.csv", GEM_ROWS, GEM)
    assert identify([path]).id == "gem_tracker"
    assert "duplicates" not in weights([path])
    entry = imported([path], tmp_path / "in")
    points = open_stations(entry.data)
    assert points.text("technology") == ("pv", "pv", "wind_offshore", "coal")
    assert points.text("province")[2] == "320000"
    details = entry.manifest.details
    assert details["running_mw:pv"] == 100.0
    assert (details["mw:planned"], details["mw:retired"]) == (300.0, 600.0)


def test_excel_gives_what_the_csv_gives_and_says_so_where_it_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["This file", "is a tracker"])
    sheet = book.create_sheet("Power facilities")
    for row in [GEM, *GEM_ROWS]:
        sheet.append(row)
    path = tmp_path / "gem.xlsx"
    book.save(path)
    entry = imported([path], tmp_path / "in")
    assert entry.manifest.format == "gem_tracker"
    other = imported([table(tmp_path / "gem.csv", GEM_ROWS, GEM)], tmp_path / "in")
    assert entry.manifest.details == other.manifest.details

    def gone(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(station_table.importlib, "import_module", gone)
    from resources.sources.power_stations import FORMATS

    with pytest.raises(Exception, match="a CSV saved from it"):
        FORMATS[2].inspect((path,), {})


def test_doubtful_rows_are_named_and_left_out_with_consent(tmp_path: Path) -> None:
    good = [[f"P{at}", "36.4", f"{94 + at / 100:.2f}", "solar", "100"] for at in range(60)]
    bad = [
        ["Negative", "36.4", "95.9", "solar", "-5"],
        ["Empty", "36.4", "95.9", "solar", ""],
        ["Nowhere", "", "", "solar", "5"],
        ["Huge", "36.4", "95.9", "coal", "990000"],
        ["Abroad", "48.85", "2.35", "nuclear", "900"],
        ["Exchanged", "95.2", "36.2", "wind", "49"],
    ]
    path = table(tmp_path / "a.csv", good + bad)
    found = weights([path])
    expected = ("capacity_negative", "capacity_missing", "place_missing", "capacity_beyond", "outside_china",
                "place_exchanged")  # fmt: skip
    assert {code: found[code] for code in expected} == dict.fromkeys(expected, "consent")
    said = refused([path], tmp_path / "in")
    assert "a.csv rows 62: capacity" in said
    assert "(Negative)" in said
    entry = imported([path], tmp_path / "in", fix="yes")
    points = open_stations(entry.data)
    assert len(points.geometry) == 61
    assert (points.geometry[-1].x, points.geometry[-1].y) == (95.2, 36.2)
    assert points.columns["row_in_file"][-1] == 67


def test_too_many_impossible_rows_are_fatal(tmp_path: Path) -> None:
    rows = [
        [f"P{at}", "36.4", f"{94 + at / 100:.2f}", "solar", "-100" if at < 10 else "100"] for at in range(60)
    ]
    assert weights([table(tmp_path / "a.csv", rows)])["capacity_negative"] == "fatal"
    refused([tmp_path / "a.csv"], tmp_path / "in", fix="yes")


def test_a_table_with_exchanged_columns_is_asked_about(tmp_path: Path) -> None:
    rows = [[name, lon, lat, fuel, mw] for name, lat, lon, fuel, mw in ROWS]
    path = table(tmp_path / "a.csv", rows)
    assert "swapped" in weights([path])
    assert "order: found no answer" in refused([path], tmp_path / "in")
    points = open_stations(imported([path], tmp_path / "in", order="swapped").data)
    assert points.text("province")[0] == "630000"


def test_gcj02_is_turned_back_when_the_user_says_so(tmp_path: Path) -> None:
    shifted = [
        [name, f"{float(y):.7f}", f"{float(x):.7f}", fuel, mw]
        for name, lat, lon, fuel, mw in ROWS
        for x, y in [wgs84_to_gcj02(float(lon), float(lat))]
    ]
    path = table(tmp_path / "高德_电站.csv", shifted)
    assert "datum: found no answer" in refused([path], tmp_path / "in")
    points = open_stations(imported([path], tmp_path / "in", datum="gcj02").data)
    assert [point.x for point in points.geometry] == pytest.approx([94.9, 96.8, 100.92, 114.54], abs=1e-6)


def test_rows_said_twice_are_kept_once_unless_wanted(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [*ROWS, ROWS[0]])
    assert weights([path])["duplicates"] == "note"
    assert imported([path], tmp_path / "in").manifest.details["running_mw:pv"] == 200.0
    both = imported([path], tmp_path / "in", duplicates="keep_all")
    assert both.manifest.details["running_mw:pv"] == 400.0


def test_a_capacity_in_kw_without_a_unit_is_asked_about(tmp_path: Path) -> None:
    rows = [[name, lat, lon, fuel, f"{mw}000"] for name, lat, lon, fuel, mw in ROWS]
    path = table(tmp_path / "a.csv", rows, ["name", "lat", "lon", "fuel", "capacity"])
    assert "capacity_unit: found no answer" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", capacity_unit="kW")
    assert entry.manifest.details["running_mw:hydro"] == 1280.0
    lying = table(tmp_path / "b.csv", rows)
    assert weights([lying])["unit_wrong"] == "fatal"


def test_columns_nobody_can_guess_are_asked_for(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ROWS, ["a", "lat", "lon", "b", "capacity_mw"])
    asked = {question.id for question in inspect_source([path]).questions if question.required}
    assert asked == {"column:fuel"}
    entry = imported([path], tmp_path / "in", column__fuel="b", column__name="a")
    assert open_stations(entry.data).text("name")[0] == "Golmud"


def test_an_unknown_fuel_is_named_and_kept_as_other(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [*ROWS, ["Odd", "36.4", "95.4", "fusion", "5"]])
    found = next(one for one in inspect_source([path]).findings if one.code == "fuel_unknown")
    assert found.problem.found == "fusion (1)"
    assert imported([path], tmp_path / "in").manifest.details["running_mw:other"] == 5.0


def test_the_raw_table_of_china_sums_to_what_its_rows_say(tmp_path: Path) -> None:
    if not REFERENCE.is_file():
        pytest.skip("shared/reference/power_plants is not there")
    entry = imported([REFERENCE], tmp_path / "in", fix="yes", duplicates="keep_all")
    points = open_stations(entry.data)
    with REFERENCE.open(encoding="utf-8") as handle:
        rows = [
            row for row in csv.DictReader(handle) if row["Latitude"] and float(row["Capacity (MW)"] or 0) > 0
        ]
    assert len(points.geometry) == len(rows)
    assert points.columns["capacity_mw"].sum() == pytest.approx(
        sum(float(row["Capacity (MW)"]) for row in rows)
    )
    assert None not in points.text("province")
    states = sum(float(mw) for key, mw in entry.manifest.details.items() if key.startswith("mw:"))
    assert states == pytest.approx(points.columns["capacity_mw"].sum())
    hydro = entry.manifest.details["running_mw:hydro:510000"]
    assert 40_000 < float(hydro) < 90_000  # Sichuan
