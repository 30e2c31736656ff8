"""The yield layers: the same chain as `energymap point`, and a complementarity that means what it says."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.boundary import locate
from gis_layers.grid import CLIMATE, TERRAIN
from gis_layers.raster import sample
from resources import atlas
from resources.build_atlas.yields import SEED, complementarity, inside_china, yields
from resources.place_report import place_report
from resources.profile import site_profiles, take
from resources.solar import PvSystem
from resources.weather import generate
from resources.wind import BASE_TURBINE, wind_capacity_factor
from tests.resources.hourly_places import place_climate

LAYERS = ("pv_yield", "wind_cf", "wind_cf_area_mean", "complementarity")
CENTRES = {
    "Golmud": (94.875, 36.375),
    "Beijing": (116.375, 39.875),
    "Lhasa": (91.125, 29.625),
    "Guazhou": (95.625, 40.625),
    "Chengdu": (104.125, 30.625),
    "Guangzhou": (113.375, 23.125),
    "Xilinhot": (116.125, 43.875),
    "Taichung": (120.625, 24.125),
}


def test_outputs_that_take_turns_are_fully_complementary_and_equal_ones_not_at_all() -> None:
    rng = np.random.default_rng(1)
    up = rng.random((1, 500))
    assert complementarity(up, 1.0 - up)[0] == pytest.approx(1.0)
    assert complementarity(up, up**3)[0] == pytest.approx(-1.0)
    assert abs(complementarity(up, rng.random((1, 500)))[0]) < 0.15


def test_complementarity_is_spearmans_coefficient_with_the_sign_turned() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    wind = rng.random((3, 240))
    pv = np.where(np.arange(240) % 24 < 12, 0.0, rng.random((3, 240)) + 0.3 * wind)  # nights are ties
    theirs = [spearmanr(a, b).statistic for a, b in zip(pv, wind, strict=True)]
    np.testing.assert_allclose(complementarity(pv, wind), -np.array(theirs))


def test_what_never_changes_has_no_complementarity() -> None:
    assert np.isnan(complementarity(np.ones((1, 10)), np.arange(10.0)[None])).all()


def test_a_place_yields_the_same_alone_as_among_others() -> None:
    climate = place_climate("Golmud", "Beijing", "Xilinhot")
    alone, among = yields(take(climate, np.array([1]))), yields(climate)
    assert among.pv_kwh_per_kwp[1] == pytest.approx(alone.pv_kwh_per_kwp[0], abs=0.01)
    assert among.complementarity[1] == pytest.approx(alone.complementarity[0], abs=1e-4)
    np.testing.assert_allclose(among.wind_cf[1], alone.wind_cf[0], atol=1e-4)


def test_the_wind_curve_meets_the_chain_between_its_steps() -> None:
    climate = place_climate("Jiuquan", "Lhasa", "Guangzhou", "Chengdu")
    weather = generate(climate, SEED)
    scales = np.array([0.45, 0.8, 1.0, 1.17, 1.9])
    chain = [wind_capacity_factor(weather, BASE_TURBINE, s).mean(axis=1, dtype=float) for s in scales]
    curve = yields(climate).wind_cf_at(np.tile(scales, (4, 1)))
    np.testing.assert_allclose(curve, np.stack(chain, axis=1), atol=0.005)


def test_the_layers_have_at_any_cell_what_the_chain_says_there() -> None:
    # Wind at the middle of 5' cells that are not their climate cell's middle, from plains to the Himalaya.
    rng = np.random.default_rng(3)
    row, col = rng.choice(np.argwhere(inside_china()), 60, replace=False).T
    climate = atlas.climate_at(TERRAIN.lon_deg[col], TERRAIN.lat_deg[row])
    profiles = site_profiles(climate, SEED)
    wind = atlas.read("wind_cf").values[0][row, col]
    error = np.abs(wind - profiles.wind.mean(axis=1, dtype=float))
    assert np.median(error) < 0.001
    assert error.max() < 0.02
    pv = sample(atlas.read("pv_yield"), climate.lon_deg, climate.lat_deg)[0]
    assert np.abs(pv / (profiles.pv.sum(axis=1, dtype=float) / PvSystem().dc_ac_ratio) - 1).max() < 0.03


@pytest.mark.parametrize("name", ["Golmud", "Guazhou", "Guangzhou", "Taichung"])
def test_a_cell_centre_has_what_the_point_report_says(name: str) -> None:
    report = place_report(*CENTRES[name], SEED)
    pv, wind = (sample(atlas.read(layer), *CENTRES[name])[0] for layer in LAYERS[:2])
    assert pv == pytest.approx(report["pv_specific_yield_kwh_per_kwp"], abs=0.6)
    assert wind == pytest.approx(report["wind_capacity_factor"], abs=0.002)


def test_all_land_of_china_has_values_and_nothing_else_has() -> None:
    inside = inside_china()
    any_of_nine = inside.reshape(CLIMATE.rows, 3, CLIMATE.cols, 3).any(axis=(1, 3))
    for name in LAYERS:
        values = atlas.read(name).values[0]
        known = inside if values.shape == TERRAIN.shape else any_of_nine
        np.testing.assert_array_equal(np.isfinite(values), known)
    abroad = ([126.9, 135.0, 106.9, 77.2, 125.0], [37.6, 35.0, 47.9, 28.6, 30.0])
    assert np.isnan(sample(atlas.read("pv_yield"), *abroad)).all()


def test_developable_ground_never_yields_less_than_average_ground() -> None:
    sites, average = (atlas.read(name).values[0] for name in ("wind_cf", "wind_cf_area_mean"))
    calmer = average < 0.5  # on the windiest summits a still better place is stopped by storms more often
    assert calmer.sum() > 0.99 * np.isfinite(average).sum()
    assert (sites >= average)[calmer].all()


def test_the_sun_yields_most_on_the_plateau_and_least_in_the_red_basin() -> None:
    names = ("Lhasa", "Golmud", "Xilinhot", "Guangzhou", "Chengdu")
    lhasa, golmud, *others = (float(sample(atlas.read("pv_yield"), *CENTRES[n])[0]) for n in names)
    ranked = [min(lhasa, golmud), *others]
    assert ranked == sorted(ranked, reverse=True)


def test_plateaus_complement_less_than_plains_as_in_the_reanalysis() -> None:
    # High land has its wind in the afternoon, with the sun; plains have it at night (docs/atlas.md).
    turns = atlas.read("complementarity").values[0].ravel()
    lon, lat = (a.ravel() for a in np.meshgrid(CLIMATE.lon_deg, CLIMATE.lat_deg))
    province = locate(lon, lat, "province")
    tibet, qinghai, henan, jiangsu = (
        float(np.nanmean(turns[province == code])) for code in ("540000", "630000", "410000", "320000")
    )
    assert max(tibet, qinghai) < 0 < min(henan, jiangsu)
