"""Atlases, land cover and elevation are known by their names, and checked all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from gis_layers.grid import TERRAIN
from gis_layers.raster import cell_area_km2
from gis_layers.zonal import zones
from resources import atlas
from resources.eligible import COVER_SHARES, rules_for
from resources.land_cover import land_cover_of
from resources.resource_data import ResourceChoice, open_resource
from resources.sea_depth import sea_depth_of
from resources.sources.global_solar_atlas import FORMAT as SOLAR
from resources.sources.global_wind_atlas import FORMAT as WIND
from resources.sources.importing import inspect_source
from resources.sources.land_cover_legends import LEGENDS
from resources.sources.registry import identify
from tests.resources.library_factory import raster_entry
from tests.resources.rasters_made import cells, geotiff, imported, refused, weights

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "rasters"
SPEED = np.full((20, 20), 7.0, np.float32)


@pytest.mark.parametrize(
    ("name", "variable", "height"),
    [
        ("gwa3_250_windspeed_100m.tif", "wind_speed_ms", 100),
        ("gwa3_250_wind-speed_150m.tif", "wind_speed_ms", 150),
        ("CHN_wind-speed_50m.tif", "wind_speed_ms", 50),
        ("CHN_combined-Weibull-A_100.tif", "weibull_scale_ms", 100),
        ("combined-Weibull-k_200.tif", "weibull_shape", 200),
        ("CHN_power-density_10m.tif", "wind_power_density_w_per_m2", 10),
        ("CHN_air-density_100m.tif", "air_density_kg_per_m3", 100),
    ],
)
def test_names_of_the_global_wind_atlas(name: str, variable: str, height: int) -> None:
    known = WIND.known(Path(name))
    assert known is not None
    assert (known.variable, known.height_m) == (variable, height)


def test_other_names_are_not_the_global_wind_atlas() -> None:
    for name in (
        "gwa3_250_capacityfactor_IEC1.tif",
        "my_wind_speed.tif",
        "CHN_elevation.tif",
        "windspeed.tif",
    ):
        assert WIND.known(Path(name)) is None


def test_the_wind_atlas_serves_the_run_with_its_licence(tmp_path: Path) -> None:
    entry = imported([geotiff(tmp_path / "CHN_wind-speed_150m.tif", SPEED)], tmp_path / "in")
    assert entry.manifest.format == "global_wind_atlas"
    assert entry.manifest.licence.startswith("CC BY 4.0")
    assert (entry.manifest.grade, entry.manifest.details["period"]) == ("reanalysis", "2008-2017")
    data = open_resource(ResourceChoice(rasters=(entry.ref,)), tmp_path / "in")
    speed = data.read("wind_speed_100m").values[0]
    row, col = np.argmin(abs(TERRAIN.lat_deg - 39)), np.argmin(abs(TERRAIN.lon_deg - 101))
    assert speed[row, col] == pytest.approx(7.0 * (100 / 150) ** 0.14)


def test_a_wind_atlas_in_another_unit_is_not_believed(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "CHN_wind-speed_100m.tif", SPEED * 4.2)  # 8.2 m/s in km/h
    assert weights([path])["unit_wrong"] == "consent"
    assert "km/h by the size" in refused([path], tmp_path / "in")


def test_of_several_heights_one_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    paths = [geotiff(tmp_path / f"CHN_wind-speed_{h}m.tif", SPEED + h / 100) for h in (50, 150, 100)]
    report = inspect_source(paths)
    layer = next(question for question in report.questions if question.id == "layer")
    assert layer.choices[0].value == "wind_speed_ms 100 m"
    assert weights(paths)["layers_left"] == "note"
    assert imported(paths, tmp_path / "in").manifest.details["height_m"] == 100.0
    other = imported(paths, tmp_path / "in", layer="wind_speed_ms 50 m")
    assert cells(other)[0] == pytest.approx(7.5)


@pytest.mark.parametrize(
    ("folder", "value", "expected"),
    [
        ("China_GISdata_LTAy_AvgDailyTotals_GlobalSolarAtlas-v2_GEOTIFF", 4.4, 4.4 * 365),
        ("China_GISdata_LTAy_YearlyMonthlyTotals_GlobalSolarAtlas-v2_GEOTIFF", 1606.0, 1606.0),
        ("downloads", 1606.0, 1606.0),
    ],
)
def test_the_folder_or_the_size_tells_daily_from_yearly_sun(
    tmp_path: Path, folder: str, value: float, expected: float
) -> None:
    path = geotiff(tmp_path / folder / "GHI.tif", np.full((9, 9), value))
    assert identify([path]).id == "global_solar_atlas"
    entry = imported([path], tmp_path / "in", fix__unit_missing="yes")
    assert entry.manifest.details["variable"] == "ghi_kwh_per_m2_year"
    assert entry.manifest.details["mean"] == pytest.approx(expected)


def test_a_whole_delivery_gives_its_ghi_and_names_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "China_GISdata_LTAy_YearlyMonthlyTotals_GlobalSolarAtlas-v2_GEOTIFF"
    for name, value in (
        ("DIF", 600.0),
        ("GHI", 1606.0),
        ("OPTA", 36.0),
        ("PVOUT_01", 90.0),
        ("PVOUT_02", 95.0),
    ):
        geotiff(folder / f"{name}.tif", np.full((9, 9), value))
    assert identify(sorted(folder.iterdir())).id == "global_solar_atlas"
    entry = imported([folder], tmp_path / "in")
    assert (entry.manifest.details["variable"], entry.manifest.details["tiles"]) == ("ghi_kwh_per_m2_year", 1)
    assert "one that is read" in refused([folder / "OPTA.tif"], tmp_path / "no")


def test_a_quality_layer_beside_land_cover_is_left_out(tmp_path: Path) -> None:
    name = "ESA_WorldCover_10m_2021_v200_N36E099"
    classes = geotiff(tmp_path / f"{name}_Map.tif", np.full((9, 9), 60, np.uint8))
    quality = geotiff(tmp_path / f"{name}_InputQuality.tif", np.full((9, 9), 77, np.uint8))
    entry = imported([quality, classes], tmp_path / "in")
    assert (cells(entry) == 60).all()


def test_a_folder_that_lies_about_its_sums_is_found(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "LTAy_AvgDailyTotals" / "GHI.tif", np.full((9, 9), 1606.0))
    assert weights([path])["unit_wrong"] == "consent"


def test_names_of_the_global_solar_atlas() -> None:
    assert SOLAR.known(Path("DIF.tif")).variable == "dhi_kwh_per_m2_year"  # type: ignore[union-attr]
    assert SOLAR.known(Path("TEMP.tif")).unit == "C"  # type: ignore[union-attr]
    assert SOLAR.known(Path("PVOUT.asc")) is not None
    for other in ("PVOUT_05.tif", "OPTA.tif"):  # a month, the best tilt: of the delivery, not read
        assert SOLAR.known(Path(other)).variable == ""  # type: ignore[union-attr]
    assert SOLAR.known(Path("ghi.tif")) is None


# -- land cover ---------------------------------------------------------------------------------------------


def test_every_class_of_every_legend_is_one_of_ours() -> None:
    for legend in LEGENDS.values():
        for code, (zh, en, ours) in legend.classes.items():
            assert zh
            assert en
            assert ours in COVER_SHARES["wind"]
            assert code not in legend.missing
            assert 0 <= code < 255


def test_land_cover_keeps_the_area_of_each_class(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    codes = rng.choice([10, 30, 60, 80], (190, 230), p=[0.2, 0.3, 0.4, 0.1]).astype(np.uint8)
    bounds = (100.013, 38.027, 102.313, 39.927)  # crosses cells anywhere
    path = geotiff(tmp_path / "ESA_WorldCover_10m_2021_N36E099_Map.tif", codes, bounds)
    entry = imported([path], tmp_path / "in")
    assert entry.manifest.details["legend"] == "esa_worldcover"
    cover = land_cover_of(entry)
    edges = np.linspace(bounds[3], bounds[1], 191)
    from gis_layers.crs import cell_area_km2 as area_between

    per_row = area_between(0.01, edges[1:], edges[:-1])
    for code, name in ((10, "tree"), (30, "grass"), (60, "bare"), (80, "water")):
        on_map = float(((codes == code) * per_row[:, None]).sum())
        assert float((cover.fractions[name] * cell_area_km2(TERRAIN)).sum()) == pytest.approx(
            on_map, rel=1e-5
        )
    whole = np.asarray(sum(cover.fractions.values()))
    assert whole.max() == pytest.approx(1.0, abs=1e-6)
    row, col = np.argmin(abs(TERRAIN.lat_deg - 39)), np.argmin(abs(TERRAIN.lon_deg - 101))
    assert whole[row, col] == pytest.approx(1.0, abs=1e-6)
    assert whole[0, 0] == 0.0


def test_land_cover_decides_what_may_be_built_on(tmp_path: Path) -> None:
    codes = np.full((200, 200), 7, np.uint8)  # barren
    codes[:, 100:] = 2  # forest
    entry = imported([geotiff(tmp_path / "CLCD_v01_2020.tif", codes, nodata=0)], tmp_path / "in")
    assert entry.manifest.details["period"] == "2020"
    land = next(rule for rule in rules_for("pv", cover=land_cover_of(entry)) if rule.id == "land")
    row = np.argmin(abs(TERRAIN.lat_deg - 39))
    west, east = (np.argmin(abs(TERRAIN.lon_deg - lon)) for lon in (100.5, 101.5))
    assert land.kept[row, west] == pytest.approx(COVER_SHARES["pv"]["bare"])
    assert land.kept[row, east] == pytest.approx(0.0, abs=1e-9)
    assert "Wuhan University" in land.source


def test_shares_are_kept_beside_the_map_and_go_with_it(tmp_path: Path) -> None:
    from resources.library import remove

    path = geotiff(tmp_path / "CLCD_v01_2020.tif", np.full((50, 50), 4, np.uint8))
    entry = imported([path], tmp_path / "in")
    first = land_cover_of(entry)
    assert list((tmp_path / "in").glob("*.grid-cover.npz"))
    again = land_cover_of(entry)
    assert np.allclose(first.fractions["grass"], again.fractions["grass"], atol=1e-7)
    remove(entry)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_projected_map_keeps_its_area_too(tmp_path: Path) -> None:
    from gis_layers.crs import ALBERS_CHINA, to_albers

    x, y = (float(v) for v in to_albers(101.0, 39.0))
    codes = np.full((300, 300), 1, np.uint8)
    codes[:100] = 8
    path = geotiff(
        tmp_path / "CLCD_albers_2021.tif", codes, (x - 6e4, y - 6e4, x + 6e4, y + 6e4), crs=ALBERS_CHINA
    )
    cover = land_cover_of(imported([path], tmp_path / "in"))
    km2 = {name: float((share * cell_area_km2(TERRAIN)).sum()) for name, share in cover.fractions.items()}
    assert km2["built"] == pytest.approx(4800.0, rel=0.01)
    assert km2["crop"] == pytest.approx(9600.0, rel=0.01)


def test_codes_a_legend_does_not_know_are_a_finding(tmp_path: Path) -> None:
    codes = np.full((50, 50), 10, np.uint8)
    codes[0, :5] = 13
    path = geotiff(tmp_path / "GLC_FCS30_2020_E100N40.tif", codes)
    assert weights([path])["class_unknown"] == "consent"
    assert "13 to 13" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", fix__class_unknown="yes")
    assert np.isnan(cells(entry)[0, 0, :5]).all()
    other = geotiff(tmp_path / "CLCD_2020.tif", np.full((50, 50), 60, np.uint8))
    assert weights([other])["class_unknown"] == "fatal"  # a WorldCover under a false name


def test_the_legend_is_asked_for_where_no_name_tells_it(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "land_cover.tif", np.full((50, 50), 60, np.uint8))
    assert "legend: found no answer" in refused([path], tmp_path / "in")
    entry = imported([path], tmp_path / "in", legend="esa_worldcover")
    assert entry.manifest.details["legend"] == "esa_worldcover"


def test_of_several_years_in_bands_the_last_is_proposed(tmp_path: Path) -> None:
    codes = np.stack([np.full((20, 20), code, np.uint8) for code in (10, 130, 190)])
    entry = imported([geotiff(tmp_path / "GLC_FCS30D_20002022_E100N40.tif", codes)], tmp_path / "in")
    assert (cells(entry) == 190).all()


def test_a_map_of_shares_under_the_name_of_classes_is_refused(tmp_path: Path) -> None:
    path = REFERENCE / "Copernicus_LC100_discrete_classification_2019_clip.tif"
    if not path.is_file():
        pytest.skip("shared/reference/rasters is not there")
    # The file is the share of bare ground averaged to 0.05 degrees, whatever its name says.
    assert weights([path])["class_unknown"] == "fatal"
    assert "codes of Copernicus LC100" in refused([path], tmp_path / "in", fix="yes")


def test_other_rasters_are_no_land_cover(tmp_path: Path) -> None:
    entry = raster_entry(tmp_path, "x", "elevation_m", np.ones((1, 5, 5)), (100.0, 38.0, 102.0, 40.0))
    with pytest.raises(InputError, match="a map of one of"):
        land_cover_of(entry)


# -- elevation ----------------------------------------------------------------------------------------------


def _tile(folder: Path, lat: int, lon: int, height: float, **more: object) -> Path:
    values = np.full((61, 61), height, np.int16)
    half = 0.5 / 60  # tiles of SRTM share the rows of points at their edges
    bounds = (lon - half, lat - half, lon + 1 + half, lat + 1 + half)
    return geotiff(folder / f"N{lat:02d}E{lon:03d}.SRTMGL1.tif", values, bounds, nodata=-32768)


def test_tiles_side_by_side_become_one_map(tmp_path: Path) -> None:
    paths = [_tile(tmp_path, 38, lon, 1500.0) for lon in (100, 101, 102)]
    assert identify(paths).id == "elevation_tiles"
    entry = imported(paths, tmp_path / "in")
    assert (entry.manifest.details["tiles"], entry.manifest.details["columns"]) == (3, 181)
    assert (cells(entry) == 1500).all()
    assert cells(entry).shape == (1, 61, 181)
    layers = open_resource(ResourceChoice(rasters=(entry.ref,)), tmp_path / "in").layers
    assert "elevation" in layers


def test_tiles_that_disagree_are_both_named(tmp_path: Path) -> None:
    paths = [_tile(tmp_path, 38, 100, 1500.0), _tile(tmp_path, 38, 101, 1540.0)]
    assert weights(paths)["tiles_disagree"] == "consent"
    said = refused(paths, tmp_path / "in")
    assert "N38E100.SRTMGL1.tif and N38E101.SRTMGL1.tif" in said
    assert "by up to 40 m" in said
    entry = imported(paths, tmp_path / "in", fix__tiles_disagree="yes")
    assert cells(entry)[0, 0, 60] == 1500  # the first keeps its values
    assert entry.manifest.details["overlap_cells_that_differ"] == 61


def test_a_missing_tile_is_listed(tmp_path: Path) -> None:
    paths = [_tile(tmp_path, lat, lon, 1500.0) for lat, lon in ((38, 100), (38, 102), (37, 101))]
    report = inspect_source(paths)
    missing = next(found for found in report.findings if found.code == "tiles_missing")
    assert missing.params["count"] == 3
    assert "101-102E 38.01-39.01N" in missing.problem.found
    assert np.isnan(cells(imported(paths, tmp_path / "in"))[0, 10, 90])


def test_tiles_of_another_step_are_brought_to_the_finest(tmp_path: Path) -> None:
    fine = geotiff(
        tmp_path / "Copernicus_DSM_COG_10_N49_00_E120_00_DEM.tif", np.full((40, 40), 700.0, np.float32),
        (120.0, 49.0, 121.0, 50.0),
    )  # fmt: skip
    coarse = geotiff(
        tmp_path / "Copernicus_DSM_COG_10_N50_00_E120_00_DEM.tif",
        np.repeat(np.arange(20.0, dtype=np.float32)[None] + 500, 40, axis=0), (120.0, 50.0, 121.0, 51.0),
    )  # fmt: skip
    assert weights([fine, coarse])["tiles_resampled"] == "note"
    entry = imported([fine, coarse], tmp_path / "in")
    assert cells(entry)[0, 0].tolist() == [500.0 + at // 2 for at in range(40)]
    assert (cells(entry)[0, 40:] == 700).all()


def test_hgt_files_are_read_by_their_names(tmp_path: Path) -> None:
    heights = np.full((1201, 1201), 900, ">i2")
    heights[5, 5] = -32768
    path = tmp_path / "N38E100.hgt"
    path.write_bytes(heights.tobytes())
    entry = imported([path], tmp_path / "in")
    assert entry.manifest.details["mean"] == 900.0
    assert np.isnan(cells(entry)[0, 5, 5])
    assert entry.manifest.licence.startswith("public domain")
    path.write_bytes(heights.tobytes()[:-2000])
    assert "format" in refused([path], tmp_path / "no")


def test_gebco_has_land_and_sea(tmp_path: Path) -> None:
    path = REFERENCE / "gebco_2025_CN.tif"
    if not path.is_file():
        pytest.skip("shared/reference/rasters is not there")
    entry = imported([path], tmp_path / "in")
    assert entry.manifest.source.endswith("2024")  # as the file itself says, whatever its name
    assert entry.manifest.details["period"] == "2024"
    assert 0.2 < float(entry.manifest.details["below_sea_level_share"]) < 0.5
    data = open_resource(ResourceChoice(rasters=(entry.ref,)), tmp_path / "in")
    found, own = data.read("elevation").values[0], atlas.read("elevation").values[0]
    land = zones("province").total(np.isfinite(own).astype(float)).sum() > 0
    assert land
    west_of_it = TERRAIN.lon_deg < 91.0
    assert np.array_equal(found[:, west_of_it], own[:, west_of_it], equal_nan=True)
    both = np.isfinite(own) & (own > 500) & (TERRAIN.lon_deg > 93)[None] & (TERRAIN.lat_deg < 45)[:, None]
    both &= (TERRAIN.lat_deg > 15)[:, None] & (TERRAIN.lon_deg < 120)[None]
    assert np.corrcoef(found[both], own[both])[0, 1] > 0.98


def test_the_depth_of_the_sea_is_kept_apart_from_the_land(tmp_path: Path) -> None:
    heights = np.full((80, 80), -30, np.int16)
    heights[:, :40] = 12  # the west of the box is an island of ours
    bounds = (122.5, 34.0, 123.5, 35.0)  # Yellow Sea
    entry = imported([geotiff(tmp_path / "gebco_2024.tif", heights, bounds)], tmp_path / "in")
    depth = sea_depth_of(entry)
    row = np.argmin(abs(TERRAIN.lat_deg - 34.5))
    east, west, far = (np.argmin(abs(TERRAIN.lon_deg - lon)) for lon in (123.3, 122.7, 121.0))
    assert depth[row, east] == pytest.approx(30.0)
    assert np.isnan(depth[row, west])
    assert np.isnan(depth[row, far])
    turpan = geotiff(tmp_path / "srtm_54_04.tif", np.full((60, 60), -150, np.int16), (89.0, 42.5, 89.5, 43.0))
    assert np.isnan(sea_depth_of(imported([turpan], tmp_path / "in"))).all()
    assert entry.manifest.details["below_sea_level_share"] == 0.5


def test_gebco_agrees_with_the_atlas_on_the_shelf(tmp_path: Path) -> None:
    path = REFERENCE / "gebco_2025_CN.tif"
    if not path.is_file():
        pytest.skip("shared/reference/rasters is not there")
    depth = sea_depth_of(imported([path], tmp_path / "in"))
    own = atlas.read("sea_depth").values[0]
    both = np.isfinite(depth) & np.isfinite(own) & (own < 200)
    assert both.sum() > 5000
    assert abs(np.median(depth[both] - own[both])) < 5.0
