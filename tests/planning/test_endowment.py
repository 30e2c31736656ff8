"""The endowment: what parts hold is what the whole holds, hours of an assessment come through, spread is told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import BalanceError, InputError
from gis_layers.grid import TERRAIN, Grid
from gis_layers.provenance import Grade
from planning.endowment import (
    Columns,
    Ground,
    assess_endowment,
    check_sums,
    columns_of,
    endowment_key,
    parents,
)
from planning.endowment_sea import Sea, SeaRules, assess_sea
from planning.endowment_values import Endowment, LandEndowment, RegionEndowment, best_class
from planning.endowment_yields import Yields, atlas_yields, p_shares, resampled, yields_of
from planning.tables import load_tables
from resources.assessment import Assessment
from resources.assessment_file import AssessedYear
from resources.offshore import FOUNDATIONS
from resources.validation_hydro import POTENTIAL_GW, potential_gw_by_basin
from resources.weather import HourlyWeather
from resources.years import EXCEEDANCES, yield_table

FULL = np.ones(TERRAIN.shape)


@pytest.fixture(scope="module")
def made() -> tuple[Endowment, list[Ground]]:
    """The provinces as the program makes them, and the ground they stand on."""
    from planning import endowment

    grounds: list[Ground] = []
    plain = endowment._ground

    def kept(*given: object) -> Ground:
        grounds.append(plain(*given))  # type: ignore[arg-type]
        return grounds[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(endowment, "_ground", kept)
        # Hours at sea have tests of their own; here they would take longer than all the rest.
        patch.setattr(
            "planning.endowment_sea._gross_hours", lambda sites, cells, *_: np.full(len(cells), 3000.0)
        )
        return assess_endowment("province"), grounds


@pytest.fixture(scope="module")
def provinces(made: tuple[Endowment, list[Ground]]) -> Endowment:
    return made[0]


def sums(e: Endowment, read: object) -> float:
    return float(sum(read(r) for r in e.regions))  # type: ignore[operator]


def test_the_nation_is_the_sum_of_its_provinces(provinces: Endowment) -> None:
    n = provinces.nation
    assert len(provinces.regions) == 34
    for read in (
        lambda r: r.land_km2,
        lambda r: r.wind.capacity_mw,
        lambda r: r.pv.energy_mwh,
        lambda r: r.roof.capacity_mw,
        lambda r: r.sea_mwh,
        lambda r: r.hydro_mw,
        lambda r: r.wind.taken_km2[2],
        lambda r: r.pv.class_mw[3],
    ):
        assert sums(provinces, read) == pytest.approx(read(n), rel=1e-9)
    assert n.land_km2 == pytest.approx(9.5e6, rel=0.01)


def test_what_rules_take_and_what_is_left_are_the_land(provinces: Endowment) -> None:
    for r in (*provinces.regions, provinces.nation):
        for land in (r.wind, r.pv):
            assert sum(land.taken_km2) + land.eligible_km2 == pytest.approx(r.land_km2, rel=1e-6)
            assert sum(land.class_km2) == pytest.approx(land.eligible_km2, rel=1e-6, abs=1e-6)
            assert all(
                alone >= taken - 1e-6 for alone, taken in zip(land.alone_km2, land.taken_km2, strict=True)
            )


def test_capacity_is_land_over_the_tables_figure_and_pv_is_told_as_ac(provinces: Endowment) -> None:
    tables = load_tables()
    n = provinces.nation
    for land, technology in ((n.wind, "wind"), (n.pv, "pv")):
        km2_per_gw = tables.technology(technology, "land_km2_per_gw")
        assert land.capacity_mw == pytest.approx(land.eligible_km2 / km2_per_gw * 1e3, rel=1e-9)
        stated = next(f for f in provinces.figures if f.unit == "km2/GW" and technology in f.what_en.lower())
        assert stated.value == km2_per_gw
        assert stated.source
    # Energy is modules times kWh/kWp: over AC capacity it is the ratio more than the atlas's yield.
    assert n.pv.full_load_hours is not None
    per_module = n.pv.full_load_hours / provinces.pv_dc_ac
    limits = provinces.pv.limits_h
    assert limits[0] < per_module < limits[-1]
    best = n.pv.class_mwh[-1] / n.pv.class_mw[-1] / provinces.pv_dc_ac
    assert best >= limits[-1]


def test_water_of_the_regions_is_the_layers_in_china(provinces: Endowment) -> None:
    layer_gw = sum(potential_gw_by_basin().values())
    assert sums(provinces, lambda r: r.hydro_mw) / 1e3 == pytest.approx(layer_gw, rel=1e-9)
    told = next(c for c in provinces.comparisons if c.published == POTENTIAL_GW)
    assert told.error_share == pytest.approx(layer_gw / POTENTIAL_GW - 1, rel=1e-6)


def test_counties_and_cities_hold_what_their_provinces_hold(
    made: tuple[Endowment, list[Ground]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = made[1][0]
    held = {level: columns_of(ground, level) for level in ("province", "city")}
    check_sums(held["city"], parents("city", "province"), held["province"], "city")
    # One megawatt too much in one city must be found, and the province named.
    values = dict(held["city"].values)
    values["roof_mw"] = values["roof_mw"].copy()
    values["roof_mw"][held["city"].ids.index("320100")] *= 1.5
    with pytest.raises(BalanceError) as told:
        check_sums(
            Columns(held["city"].ids, values, {}), parents("city", "province"), held["province"], "city"
        )
    assert told.value.params["region"] == "320000"
    assert told.value.params["quantity"] == "roof_mw"


@pytest.mark.slow
def test_the_counties_of_the_country_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planning.endowment.assess_sea", lambda *_: small_sea())
    found = assess_endowment("county")
    assert len(found.regions) == 2891
    assert sum(r.pv.energy_mwh for r in found.regions) == pytest.approx(found.nation.pv.energy_mwh, rel=1e-9)


def small_sea() -> Sea:
    one = np.ones(1)
    return Sea(
        120.5 * one, 35.0 * one, 119.2 * one, 35.1 * one, np.zeros(1, np.int64), one, 6 * one, 1e4 * one
    )


# -- sea -----------------------------------------------------------------------------------------------------


def test_sea_counts_between_the_stated_distances_and_never_beyond_any_foundation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def flat(weather: HourlyWeather, turbine: object) -> np.ndarray:
        return np.full((len(weather), 8760), 0.5, dtype=np.float32)

    class Still:
        climate_at = staticmethod(lambda lon, lat: lon)

        @staticmethod
        def weather_at(climate: np.ndarray, year: int) -> object:
            return type("Served", (), {"weather": climate})

    monkeypatch.setattr("planning.endowment_sea.wind_capacity_factor", flat)
    near = assess_sea(SeaRules(nearest_km=10, farthest_km=30), Still())  # type: ignore[arg-type]
    wide = assess_sea(SeaRules(nearest_km=10, farthest_km=100), Still())  # type: ignore[arg-type]
    assert 0 < len(near.lon_deg) < len(wide.lon_deg)
    assert set(np.unique(wide.foundation)) <= set(range(len(FOUNDATIONS)))
    assert wide.capacity_mw == pytest.approx(wide.usable_km2 * SeaRules().density_mw_per_km2)
    # Half the rated power before losses: what is lost on the way is more the further out.
    hours = wide.energy_mwh / wide.capacity_mw
    assert (hours < 4380).all()
    assert (hours > 3500).all()
    # A cell off Jiangsu is nearest to the coast of the mainland there, not to Japan or Korea.
    off = np.flatnonzero((np.abs(wide.lon_deg - 121.7) < 0.1) & (np.abs(wide.lat_deg - 33.0) < 0.1))
    assert len(off)
    assert (wide.coast_lon_deg[off] < wide.lon_deg[off]).all()


# -- hours of an assessment ----------------------------------------------------------------------------------


def assessment(
    step: float, wind: float, years: tuple[int, ...] = (2020,), box: tuple[slice, slice] | None = None
) -> Assessment:
    grid = Grid(rows=round(40 / step), cols=round(63 / step))
    shape = (len(years), 12, grid.rows, grid.cols)
    values = np.full(shape, np.nan, dtype=np.float32)
    some = box or (slice(None), slice(None))
    for number in range(len(years)):
        values[(number, slice(None), *some)] = (wind + 100.0 * number) / 12
    flat = np.where(np.isfinite(values[:, 0]), 0.3, np.nan).astype(np.float32)
    return Assessment(
        grid,
        years,
        values,
        values / 2,
        flat,
        flat,
        ("640000",),
        np.zeros((2, len(years), 1, 8760), np.float32),
    )


def from_assessment(held: Assessment, spec: None, grade: Grade, real_years: bool) -> Yields:
    read = (
        AssessedYear(year, wind.sum(axis=0), pv.sum(axis=0), both)
        for year, wind, pv, both in zip(
            held.years, held.wind_hours, held.pv_hours, held.complementarity, strict=True
        )
    )
    return yields_of(held.grid, read, spec, grade, real_years)


def test_hours_of_an_assessment_take_the_atlas_place_where_it_has_cells() -> None:
    rows, cols = slice(40, 80), slice(100, 160)
    found = from_assessment(assessment(0.25, 2400.0, box=(rows, cols)), None, "user", False)
    inside = (slice(121, 239), slice(301, 479))
    assert found.layers.wind[inside] == pytest.approx(np.full((118, 178), 2400.0), rel=1e-5)
    assert found.layers.pv[inside] == pytest.approx(np.full((118, 178), 1200.0), rel=1e-5)
    atlas = atlas_yields().layers
    far = (slice(0, 80), slice(0, 200))
    assert np.array_equal(found.layers.wind[far], atlas.wind[far], equal_nan=True)
    assert found.assessed[inside].all()
    assert not found.assessed[far].any()


def test_a_finer_assessment_is_averaged_over_the_terrain_cell() -> None:
    step = 1 / 24
    grid = Grid(rows=960, cols=1512)
    values = np.full(grid.shape, 1000.0)
    values[::2] = 3000.0  # two of the four cells in every terrain cell
    assert step == pytest.approx(grid.step_deg)
    assert resampled(values, grid) == pytest.approx(2000.0 * FULL)


def test_years_of_real_weather_are_averaged_and_give_the_spread() -> None:
    held = assessment(0.25, 2000.0, years=(2018, 2019, 2020))
    real = from_assessment(held, None, "user", True)
    drawn = from_assessment(held, None, "reference", False)
    assert real.years == (2018, 2019, 2020)
    assert drawn.years == ()
    assert np.nanmean(real.layers.wind) == pytest.approx(2100.0, rel=1e-5)
    assert real.wind_years.shape == (3, *TERRAIN.shape)
    assert len(drawn.wind_years) == 0


def test_p_values_without_years_are_those_of_the_documented_spread() -> None:
    for kind in ("wind", "pv"):
        shares = p_shares(kind, np.empty((0, 3)))  # type: ignore[arg-type]
        table = yield_table([1.0], kind)  # type: ignore[arg-type]
        drawn = [table.rows[0].values[EXCEEDANCES.index(p)] for p in (0.75, 0.90)]
        assert shares[:, 0] == pytest.approx(drawn, rel=0.01)
        assert (shares == shares[:, :1]).all()


def test_wilder_years_lower_the_p90_and_a_region_without_energy_keeps_the_default() -> None:
    calm, wild = [100.0, 101.0, 99.0, 100.0], [60.0, 140.0, 80.0, 120.0]
    shares = p_shares("wind", np.array([calm, wild, [0.0] * 4]).T)
    assert shares[1, 1] < shares[1, 0] < shares[0, 0] < 1
    assert shares[:, 2] == pytest.approx(p_shares("wind", np.empty((0, 1)))[:, 0])


def test_a_file_that_is_no_assessment_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "评估.nc"
    file.write_bytes(b"not netcdf")
    with pytest.raises(InputError, match="assessment"):
        assess_endowment("province", file)
    with pytest.raises(InputError, match=r"gone\.nc"):
        endowment_key(tmp_path / "gone.nc")
    assert endowment_key(file) != endowment_key()


# -- classes -------------------------------------------------------------------------------------------------


def land(*km2: float) -> LandEndowment:
    zero = (0.0,) * len(km2)
    return LandEndowment(
        taken_km2=(), alone_km2=(), eligible_km2=sum(km2), class_km2=km2, class_mw=zero, class_mwh=zero,
        capacity_mw=0.0, energy_mwh=0.0, energy_p75_mwh=0.0, energy_p90_mwh=0.0, full_load_hours=None,
    )  # fmt: skip


def test_the_best_class_is_that_of_the_best_fifth() -> None:
    assert best_class(land(90.0, 0.0, 10.0)) == 0
    assert best_class(land(70.0, 10.0, 10.0, 10.0)) == 2
    assert best_class(land(0.0, 0.0)) is None


# -- files ---------------------------------------------------------------------------------------------------


def test_the_files_hold_the_same_figures_and_no_text_becomes_a_formula(
    provinces: Endowment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl
    import pyogrio.raw

    from planning.report import endowment as files

    monkeypatch.setattr(files, "endowment_pages", lambda e, number: {"one.png": lambda: number.encode()})
    evil = provinces.regions[0].model_copy(update={"name_zh": '=HYPERLINK("x")', "name_en": "+1"})
    document = provinces.model_copy(update={"regions": (evil, *provinces.regions[1:])})
    written = files.write_endowment(tmp_path / "禀赋", document, "GS(2026)1")
    assert {p.name for p in written} == {
        "endowment.json", "endowment.xlsx", "endowment.csv", "endowment.gpkg", "one.png",
    }  # fmt: skip
    assert files.read_endowment(written[0]) == document
    rows = list(csv.DictReader(io.StringIO((tmp_path / "禀赋/endowment.csv").read_text("utf-8-sig"))))
    assert len(rows) == 35
    assert rows[0]["name_zh"] == '\'=HYPERLINK("x")'
    assert float(rows[-1]["pv_mwh"]) == pytest.approx(provinces.nation.pv.energy_mwh)
    book = openpyxl.load_workbook(tmp_path / "禀赋/endowment.xlsx", data_only=True)
    sheet = book.worksheets[0]
    assert sheet.cell(7, 1).data_type == "s"
    # 10 MW of the nation's wind stand in the total row, as the live sum of the column.
    assert sheet.cell(7 + 34, 6).value == pytest.approx(provinces.nation.wind.capacity_mw / 10, rel=1e-9)
    assert len(book.worksheets) == 8
    meta, _, shapes, values = pyogrio.raw.read(tmp_path / "禀赋/endowment.gpkg", layer="endowment_province")
    assert len(shapes) == 34
    hydro = values[list(meta["fields"]).index("hydro_mean_mw")]
    assert hydro.sum() == pytest.approx(provinces.nation.hydro_mw)
    assert "ten_stroke_line" in [
        str(name) for name, _ in pyogrio.list_layers(tmp_path / "禀赋/endowment.gpkg")
    ]


def test_a_damaged_document_is_refused(tmp_path: Path) -> None:
    from planning.report.endowment import read_endowment

    (tmp_path / "a.json").write_text('{"energymap_endowment": 7}', "utf-8")
    with pytest.raises(InputError, match="endowment of this program"):
        read_endowment(tmp_path / "a.json")


def test_maps_are_drawn_in_both_languages_with_the_review_number(provinces: Endowment) -> None:
    from planning.report.endowment_maps import MAPS, class_map, endowment_map, endowment_pages

    pages = endowment_pages(provinces, "")
    assert {name.rpartition("_")[2] for name in pages} == {"zh.png", "en.png"}
    assert len(pages) == 2 * (len(MAPS) + 2)
    plain = endowment_map(provinces, MAPS[0], "zh", "")
    assert plain[:4] == b"\x89PNG"
    assert endowment_map(provinces, MAPS[0], "zh", "GS(2026)1") != plain
    assert class_map(provinces, "pv", "en", "")[:4] == b"\x89PNG"


def test_every_region_says_where_it_lies_and_what_its_months_are(provinces: Endowment) -> None:
    tibet: RegionEndowment | None = provinces.region("540000")
    hainan = provinces.region("460000")
    assert tibet is not None
    assert hainan is not None
    assert tibet.sea is None
    assert hainan.sea is not None
    assert len(tibet.sun_kwh_per_m2) == len(tibet.wind_ms) == len(tibet.rain_mm) == 12
    assert 1500 < sum(tibet.sun_kwh_per_m2) < 2200
    assert sum(hainan.rain_mm) > sum(tibet.rain_mm)
    assert hainan.hydro_mw < tibet.hydro_mw
