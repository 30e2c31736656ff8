"""The embedded atlas: sane everywhere, labelled, physical between its layers, near what is published."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import numpy as np
import pytest

from gis_layers.errors import InputError
from gis_layers.grid import CLIMATE
from resources import atlas
from resources.air import air_density_kg_per_m3, pressure_pa
from resources.atlas_words import WORDS_ZH
from resources.stations import stations

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
LIMITS = {
    "elevation": (-200, 9000),
    "sea_depth": (0, 11000),
    "land_share": (0, 1),
    "temperature_monthly": (-45, 45),
    "rain_monthly": (0, 3000),
    "ghi_monthly": (3, 320),
    "beam_share_monthly": (0, 0.95),
    "air_density": (0.5, 1.4),
    "desert_class": (0, 3),
    "wind_speed_100m": (1, 18),
    "wind_month_ratio": (0.3, 2.0),
    "weibull_shape": (1.4, 2.5),
    "wind_speedup": (1, 2.5),
    "terrain_exposure": (-4.01, 4.01),
    "runoff": (0, 9000),
    "hydro_potential": (0, 20000),
    "river_flow": (0, 100_000),
    "basin": (1, 11),
    "pv_yield": (500, 2300),
    "wind_cf": (0, 0.8),
    "wind_cf_area_mean": (0, 0.8),
    "complementarity": (-0.5, 0.5),
}
MONTHLY = ("temperature_monthly", "rain_monthly", "ghi_monthly", "beam_share_monthly", "wind_month_ratio")


@pytest.mark.parametrize("layer_id", atlas.layer_ids())
def test_a_layer_has_unit_source_grade_and_possible_values(layer_id: str) -> None:
    info, raster = atlas.layer(layer_id), atlas.read(layer_id)
    for text in (info.title_zh, info.title_en, info.unit, info.source, info.licence, info.period):
        assert text
    assert info.bands == raster.bands
    low, high = LIMITS[layer_id]
    assert np.nanmin(raster.values) >= low
    assert np.nanmax(raster.values) <= high


@pytest.mark.parametrize("layer_id", atlas.layer_ids())
def test_source_and_period_say_the_same_in_chinese(layer_id: str) -> None:
    info = atlas.layer(layer_id)
    for english, chinese in ((info.source, info.source_zh), (info.period, info.period_zh)):
        assert chinese
        # Whatever a rebuilt file says anew shows in its figures.
        assert set(re.findall(r"\d+(?:[.:/-]\d+)*", english)) == set(
            re.findall(r"\d+(?:[.:/-]\d+)*", chinese)
        )
        assert re.search("[\u4e00-\u9fff]", chinese) or english == chinese


def test_every_layer_has_its_chinese_words_and_no_others() -> None:
    assert set(WORDS_ZH) == set(atlas.LAYERS)


def test_monthly_layers_have_twelve_bands_and_no_hole() -> None:
    for layer_id in MONTHLY:
        values = atlas.read(layer_id).values
        assert values.shape[0] == 12
        assert np.isfinite(values).all()


def test_the_climate_layers_are_all_there() -> None:
    wanted = {"elevation", "sea_depth", "land_share", "desert_class", "air_density", "wind_speed_100m"}
    assert wanted | set(MONTHLY) <= set(atlas.layer_ids())


def test_the_atlas_rasters_stay_below_ten_megabytes() -> None:
    assert sum(atlas.layer(layer_id).path.stat().st_size for layer_id in atlas.layer_ids()) < 10e6


def test_elevation_is_where_there_is_land_and_depth_where_there_is_sea() -> None:
    land = atlas.read("land_share").values[0]
    known = np.isfinite(atlas.read("elevation").values[0])
    assert known[land > 0].all()
    # Beyond the land only lakes have a height: some hundreds of cells of the window's 363,000.
    assert 100 < known[land == 0].sum() < 3000
    assert not np.isfinite(atlas.read("sea_depth").values[0][land >= 0.995]).mean() > 0.01


def test_known_heights_and_depths_are_met() -> None:
    height = atlas.elevation_at([94.90, 89.2, 116.4, 120.5], [36.42, 42.7, 39.9, 24.0])
    np.testing.assert_allclose(height[:3], [2809, -100, 45], atol=60)
    from gis_layers.raster import sample

    strait = sample(atlas.read("sea_depth"), [119.3], [24.6])[0, 0]
    assert 40 < strait < 80


def test_a_place_has_a_whole_climate_even_at_the_coast() -> None:
    climate = atlas.climate_at([121.875, 94.9, 119.8], [31.625, 36.42, 25.5])
    for name in ("ghi_monthly_kwh_per_m2", "temperature_monthly_c", "wind_speed_monthly_ms", "weibull_shape"):
        assert np.isfinite(getattr(climate, name)).all()
    assert climate.temperature_monthly_c.shape == (3, 12)
    assert climate.temperature_monthly_c[1].mean() < 10


def test_one_place_may_be_asked_for_with_plain_numbers() -> None:
    one, many = atlas.climate_at(94.9, 36.42), atlas.climate_at([94.9, 100.0], [36.42, 30.0])
    assert len(one) == 1
    np.testing.assert_array_equal(one.ghi_monthly_kwh_per_m2[0], many.ghi_monthly_kwh_per_m2[0])


@pytest.mark.parametrize(("lon", "lat"), [(10.0, 50.0), (100.0, 60.0), (float("nan"), 30.0)])
def test_a_place_outside_the_window_is_refused_by_name(lon: float, lat: float) -> None:
    with pytest.raises(InputError, match=r"73\.\.136 degrees east") as caught:
        atlas.climate_at(lon, lat)
    assert len(caught.value.problems) == 1


def test_an_unknown_layer_is_refused_with_the_names_of_all() -> None:
    with pytest.raises(InputError, match="ghi_monthly"):
        atlas.read("sunshine")


def test_a_higher_place_beside_a_lower_one_is_colder_by_the_lapse_rate() -> None:
    # Two places of one climate cell's neighbourhood in the Tian Shan: their climate differs by height alone.
    lon, lat = np.full(200, 87.9), np.linspace(43.0, 43.9, 200)
    climate = atlas.climate_at(lon, lat)
    from gis_layers.raster import Raster, sample

    fine = atlas.read("elevation")
    cells = np.nan_to_num(fine.values[0]).reshape(CLIMATE.rows, 3, CLIMATE.cols, 3).mean(axis=(1, 3))
    cell_height = sample(Raster(cells[None], fine.bounds), lon, lat)[0]
    plain = sample(atlas.read("temperature_monthly"), lon, lat).mean(axis=0)
    lift = climate.elevation_m - cell_height
    assert np.ptp(lift) > 300
    np.testing.assert_allclose(climate.temperature_monthly_c.mean(axis=1) - plain, -0.0065 * lift)


def test_the_standard_atmosphere_is_met_at_the_heights_of_its_tables() -> None:
    # ISO 2533: 898.75 hPa at 1 km, 701.09 at 3 km, 540.20 at 5 km; 1.1117 kg/m3 at 1 km.
    np.testing.assert_allclose(pressure_pa([0, 1000, 3000, 5000]), [101325, 89875, 70109, 54020], rtol=1e-4)
    assert air_density_kg_per_m3(1000.0, 8.5, 2.0 - 2.0) == pytest.approx(1.1117, rel=1e-3)


def test_the_pressure_of_the_stations_agrees_with_their_height() -> None:
    known = [s for s in stations() if s.winter_pressure_hpa and s.summer_pressure_hpa]
    printed = np.array([(s.winter_pressure_hpa + s.summer_pressure_hpa) / 2 for s in known])  # type: ignore[operator]
    ours = pressure_pa([s.elevation_m for s in known]) / 100.0
    assert np.abs(ours / printed - 1.0).max() < 0.02


def test_station_temperatures_are_met_within_a_kelvin_and_a_warmer_climate() -> None:
    known = [s for s in stations() if s.annual_temperature_c is not None]
    climate = atlas.climate_at([s.lon_deg for s in known], [s.lat_deg for s in known])
    at_station = climate.temperature_monthly_c.mean(axis=1) - 0.0065 * (
        np.array([s.elevation_m for s in known]) - climate.elevation_m
    )
    error = at_station - np.array([s.annual_temperature_c for s in known], dtype=float)
    assert 0.3 < error.mean() < 1.2
    assert error.std() < 0.9


def test_the_beam_share_never_exceeds_what_a_clear_dry_sky_lets_through() -> None:
    share = atlas.read("beam_share_monthly").values
    # Dry Qaidam above the wet Sichuan basin in every month.
    golmud, chengdu = ((54 - 36 + 1) * 4 - 6, (94 - 73) * 4 + 3), ((55 - 31) * 4 + 1, (104 - 73) * 4)
    assert (share[:, *golmud] > share[:, *chengdu] + 0.2).all()


@pytest.mark.parametrize(
    ("file", "lon", "lat", "worst", "mean"),
    [
        ("CHN_Beijing.Beijing.545110_CSWD.epw", 116.47, 39.80, 0.15, 0.07),
        ("CHN_Shanghai.Shanghai.583620_CSWD.epw", 121.45, 31.40, 0.30, 0.12),
    ],
)
def test_monthly_irradiation_is_near_the_typical_year(
    file: str, lon: float, lat: float, worst: float, mean: float
) -> None:
    path = REFERENCE / "weather_epw" / file
    if not path.exists():
        pytest.skip("the typical-year files are not beside the project")
    rows = [line.split(",") for line in path.read_text(encoding="latin-1").splitlines()[8:]]
    month = np.array([int(row[1]) for row in rows])
    ghi, diffuse = (np.array([float(row[c]) for row in rows]) / 1000 for c in (13, 15))
    total = np.bincount(month, ghi)[1:]
    ours = atlas.climate_at(lon, lat)
    error = np.abs(ours.ghi_monthly_kwh_per_m2[0] / total - 1.0)
    assert error.max() < worst
    assert error.mean() < mean
    beam = ours.beam_share_monthly[0] @ ours.ghi_monthly_kwh_per_m2[0] / ours.ghi_monthly_kwh_per_m2.sum()
    assert abs(beam - (1.0 - diffuse.sum() / ghi.sum())) < 0.08


@functools.cache
def provinces_area_means() -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """By technology: capacity factors of the provinces' area means, ours and the reanalysis of 2020, by adcode.

    Ours go through the hourly chain at at most 30 cells a province and are carried to all its cells by their mean
    speed to the power 2.5 (a ratio estimate; PV as sampled): with one cell a degree, Shanghai had none, Beijing
    one, and the rank strayed by 0.1 with where the cells fell.
    """
    h5py = pytest.importorskip("h5py")
    folder = REFERENCE / "province_profiles_2020"
    if not folder.exists():
        pytest.skip("the reference profiles are not beside the project")
    from gis_layers.boundary import locate
    from gis_layers.province import PROVINCES
    from resources.profile import profiles_of_weather, take
    from resources.solar import PvSystem
    from resources.weather import generate
    from resources.wind import FLEET_TURBINE

    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    code = locate(lon, lat, "province")
    lon, lat, code = lon[code != ""], lat[code != ""], code[code != ""]
    climate = atlas.climate_at(lon, lat)
    strength = climate.wind_speed_monthly_ms.mean(axis=1) ** 2.5
    area = np.cos(np.deg2rad(lat))
    cells = {adcode: np.flatnonzero(code == adcode) for adcode in sorted(set(code.tolist()))}
    sampled = {adcode: own[:: -(-len(own) // 30)] for adcode, own in cells.items()}
    places = np.concatenate(list(sampled.values()))
    pv, wind = np.zeros(len(code)), np.zeros(len(code))
    for some in np.array_split(places, 4):
        profiles = profiles_of_weather(generate(take(climate, some), 2020), PvSystem(), FLEET_TURBINE)
        pv[some], wind[some] = profiles.pv.mean(axis=1), profiles.wind.mean(axis=1)
    pv_mean, wind_mean = {}, {}
    for adcode, own in cells.items():
        some = sampled[adcode]
        whole = float(area[own] @ strength[own] / area[own].sum())
        pv_mean[adcode] = float(area[some] @ pv[some] / area[some].sum())
        wind_mean[adcode] = whole * float(area[some] @ wind[some] / (area[some] @ strength[some]))
    adcodes = {p.name_en.replace(" ", ""): str(p.adcode) for p in PROVINCES.values()}
    result = {}
    for tech, ours in (("solar", pv_mean), ("onwind", wind_mean)):
        with h5py.File(folder / f"profile_{tech}.nc") as handle:
            names = [adcodes.get(b.decode(), "") for b in handle["bus"][:]]
            theirs = dict(zip(names, handle["profile"][:].mean(axis=0).tolist(), strict=True))
        result[tech] = (ours, theirs)
    return result


@pytest.mark.parametrize(("tech", "least"), [("solar", 0.9), ("onwind", 0.6)])
def test_provinces_rank_as_in_the_reanalysis(tech: str, least: float) -> None:
    from scipy.stats import spearmanr

    ours, theirs = provinces_area_means()[tech]
    both = sorted(ours.keys() & theirs.keys())
    assert len(both) == 31
    rank = spearmanr([ours[code] for code in both], [theirs[code] for code in both]).statistic
    assert float(rank) >= least


def test_a_lake_has_the_height_of_its_water() -> None:
    heights = atlas.elevation_at(
        [100.2, 81.4, 120.15], [36.9, 30.7, 31.2]
    )  # Qinghai Lake, Manasarovar, Taihu
    assert heights == pytest.approx([3194, 4590, 3], abs=30)
