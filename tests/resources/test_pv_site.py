from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis_layers.errors import InputError
from resources import atlas
from resources.hours import MONTH_HOURS
from resources.pv_equipment import modules
from resources.pv_site import at_place, desert_class_at
from resources.pv_snow import SnowClimate
from resources.solar import PvSystem, pv_capacity_factor
from resources.weather import generate

# Golmud, Kubuqi, Harbin, Shanghai
LON, LAT = np.array([94.9, 109.0, 126.6, 121.4]), np.array([36.4, 40.4, 45.8, 31.2])


def test_the_desert_class_of_a_place_is_that_of_its_cell() -> None:
    np.testing.assert_array_equal(desert_class_at(LON, LAT), [1, 3, 0, 0])
    assert np.isnan(desert_class_at(np.array([130.0]), np.array([25.0]))[0])


def test_a_place_replaces_the_flat_shares_and_counts_nothing_twice() -> None:
    climate = atlas.climate_at(LON, LAT)
    plant, kept = at_place(climate, PvSystem())
    assert plant.losses.soiling_share == 0
    assert plant.losses.light_induced_share == PvSystem().losses.light_induced_share
    assert kept.shape == (4, 12)
    assert ((kept > 0.5) & (kept <= 1)).all()
    assert kept[0].mean() < kept[3].mean()  # the desert soils
    older, less = at_place(climate, PvSystem(), module=modules()["topcon"], year_of_operation=10)
    assert older.losses.light_induced_share == 0
    np.testing.assert_allclose(less / kept, 1 - 0.01 - 0.004 * 8.5)


def test_snow_that_was_measured_counts_in_its_months() -> None:
    climate = atlas.climate_at(LON, LAT)
    fall = np.zeros((4, 12))
    fall[2, 0] = 40.0
    _, bare = at_place(climate, PvSystem(), snow=SnowClimate(np.zeros((4, 12)), np.zeros((4, 12))))
    _, white = at_place(climate, PvSystem(), snow=SnowClimate(fall, fall / 5.0))
    assert white[2, 0] < bare[2, 0] - 0.02
    np.testing.assert_array_equal(white[:, 5:11], bare[:, 5:11])
    np.testing.assert_array_equal(white[[0, 1, 3]], bare[[0, 1, 3]])


def test_the_year_of_a_plant_at_its_place_follows_its_months() -> None:
    climate = atlas.climate_at(LON[:1], LAT[:1])
    weather = generate(climate, 2020)
    plant, kept = at_place(climate, PvSystem(dc_ac_ratio=1.0))
    clean = pv_capacity_factor(weather, plant)[0]
    dusty = pv_capacity_factor(weather, plant, kept)[0]
    for month, hours in enumerate(MONTH_HOURS):
        ratio = dusty[hours].sum(dtype=float) / clean[hours].sum(dtype=float)
        assert ratio == pytest.approx(kept[0, month], abs=0.01)


def test_ageing_needs_a_module_a_year_and_a_warranty() -> None:
    climate = atlas.climate_at(LON[:1], LAT[:1])
    with pytest.raises(InputError, match="both"):
        at_place(climate, PvSystem(), year_of_operation=3)
    unknown = replace(modules()["hjt"], yearly_loss_share=None)
    with pytest.raises(InputError, match="warranty"):
        at_place(climate, PvSystem(), module=unknown, year_of_operation=3)
