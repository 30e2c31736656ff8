from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources.climate import PlaceClimate
from resources.hours import HOURS
from resources.profile import choose_sites, region_profile, site_profiles, take
from tests.resources.hourly_places import PLACES, place_climate


def _grid(rows: int = 12, columns: int = 15) -> PlaceClimate:
    """Cells of a quarter degree; the wind grows to the east, the sun to the north."""
    base = take(place_climate("Jiuquan"), np.zeros(rows * columns, dtype=np.int64))
    row, column = np.divmod(np.arange(rows * columns), columns)
    return replace(
        base,
        lon_deg=95.0 + 0.25 * column,
        lat_deg=39.0 + 0.25 * row,
        wind_speed_monthly_ms=base.wind_speed_monthly_ms * (0.8 + 0.02 * column)[:, None],
        ghi_monthly_kwh_per_m2=base.ghi_monthly_kwh_per_m2 * (0.9 + 0.01 * row)[:, None],
    )


def test_profiles_are_shares_of_capacity_and_wind_stands_on_the_good_ground() -> None:
    climate = place_climate(*PLACES)
    good = site_profiles(climate, seed=1)
    average = site_profiles(climate, seed=1, developable=False)
    for profile in (good.pv, good.wind):
        assert profile.shape == (len(PLACES), HOURS)
        assert profile.min() >= 0
        assert profile.max() <= 1
    np.testing.assert_array_equal(good.pv, average.pv)
    assert (good.wind.sum(axis=1) > average.wind.sum(axis=1)).all()


def test_sites_are_good_land_of_the_region_and_spread_over_it() -> None:
    climate = _grid()
    inside = np.where(climate.lat_deg < 41.0, 500.0, 0.0)
    sites = choose_sites(climate, inside, 6, "wind")
    assert len(set(sites.cell.tolist())) == 6
    assert (inside[sites.cell] > 0).all()
    assert sites.weight.sum() == pytest.approx(1)
    assert (sites.weight > 0).all()
    wind = climate.wind_speed_monthly_ms.mean(axis=1)
    assert (wind[sites.cell] >= np.median(wind[inside > 0])).all()
    assert np.ptp(climate.lat_deg[sites.cell]) > 0.7


def test_the_sun_chooses_other_land_than_the_wind() -> None:
    climate = _grid()
    area = np.full(len(climate), 500.0)
    sunny = choose_sites(climate, area, 5, "pv")
    assert (climate.lat_deg[sunny.cell] >= np.median(climate.lat_deg)).all()


def test_the_choice_is_the_same_every_time_and_a_small_region_has_few_sites() -> None:
    climate = _grid()
    area = np.full(len(climate), 500.0)
    once, again = choose_sites(climate, area, 8, "wind"), choose_sites(climate, area, 8, "wind")
    np.testing.assert_array_equal(once.cell, again.cell)
    tiny = np.zeros(len(climate))
    tiny[[3, 4]] = 100.0
    only = choose_sites(climate, tiny, 8, "wind")
    assert only.cell.tolist() == [4]
    assert only.weight.tolist() == [1.0]


def test_no_site_stands_above_the_height_limit_and_none_at_all_is_an_error() -> None:
    climate = _grid()
    high = replace(climate, elevation_m=np.where(climate.lon_deg < 97, 1500.0, 4800.0))
    sites = choose_sites(high, np.ones(len(climate)), 4, "wind")
    assert (high.elevation_m[sites.cell] < 4500).all()
    with pytest.raises(InputError, match="4500 m"):
        choose_sites(replace(climate, elevation_m=np.full(len(climate), 4800.0)), np.ones(180), 4, "wind")


def test_a_region_is_the_weighted_mean_of_its_sites() -> None:
    profiles = np.array([[0.0, 1.0, 0.5], [1.0, 1.0, 0.0]], dtype=np.float32)
    np.testing.assert_allclose(region_profile(profiles, np.array([3.0, 1.0])), [0.25, 1.0, 0.375])


def test_many_sites_are_smoother_than_one() -> None:
    names = tuple(PLACES)
    wind = site_profiles(place_climate(*names), seed=1).wind
    together = region_profile(wind, np.ones(len(names)))
    assert together.std() / together.mean() < (wind.std(axis=1) / wind.mean(axis=1)).min()
