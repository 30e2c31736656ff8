"""Eligible land and what could stand on it: rules take what they say, and everything adds up."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_layers.errors import BalanceError, InputError
from gis_layers.grid import TERRAIN
from gis_layers.raster import Raster
from gis_layers.zonal import overlay_outlines, zones
from resources import atlas
from resources.eligible import KIND_SHARES, LandCover, Rule, audit, outline_rule, rules_for, share_left
from resources.potential import YieldLayers, embedded_yields, mean_over, potential
from resources.resource_data import ResourceData

FULL = np.ones(TERRAIN.shape)


def rule(id: str, kept: float) -> Rule:
    return Rule(id, id, id, np.full(TERRAIN.shape, kept), "made", "made", "estimated")


def place(lon: float, lat: float) -> tuple[int, int]:
    return int((55.0 - lat) / TERRAIN.step_deg), int((lon - 73.0) / TERRAIN.step_deg)


def test_an_audit_adds_up_whatever_the_order() -> None:
    held = zones("province")
    first = audit([rule("a", 0.5), rule("b", 0.8)], held)
    assert first.taken_km2.sum(axis=1) + first.eligible_km2 == pytest.approx(first.total_km2)
    assert first.alone_km2[:, 1] == pytest.approx(0.2 * first.total_km2)
    assert first.taken_km2[:, 1] == pytest.approx(0.1 * first.total_km2)
    other = audit([rule("b", 0.8), rule("a", 0.5)], held)
    assert other.eligible_km2 == pytest.approx(first.eligible_km2)


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(InputError, match="shares from 0 to 1"):
        rule("wrong", 1.2)


def test_nothing_is_built_on_lakes_high_mountains_and_in_protected_areas() -> None:
    park = shapely.box(109.0, 39.0, 110.0, 40.0)
    rules = rules_for("wind", more=[outline_rule("park", "保护区", "protected area", [park], "made")])
    left = share_left(rules)
    assert left[place(100.2, 36.9)] == 0.0  # Qinghai Lake
    assert left[place(86.9, 28.0)] == 0.0  # Everest
    assert left[place(109.5, 39.5)] < 1e-9
    assert left[place(109.5, 40.5)] > 0.0
    held = zones("province")
    account = audit(rules, held)
    column = account.rule_ids.index("park")
    park_km2 = overlay_outlines(["park"], np.array([park])).region_km2[0]
    assert account.alone_km2[:, column].sum() == pytest.approx(park_km2, rel=1e-6)


def test_desert_takes_more_than_other_land() -> None:
    left = share_left(rules_for("pv"))
    assert left[place(101.8, 40.0)] == pytest.approx(KIND_SHARES["pv"][1])  # Badain Jaran
    assert left[place(117.0, 36.9)] <= KIND_SHARES["pv"][0]  # Jinan


def test_a_land_cover_map_counts_where_it_has_values() -> None:
    bare = np.zeros(TERRAIN.shape)
    here, half, none = place(101.8, 40.0), place(101.8, 40.2), place(101.8, 40.4)
    bare[here], bare[half] = 1.0, 0.5
    left = share_left(rules_for("wind", cover=LandCover({"bare": bare}, "made", "made")))
    assert left[here] == pytest.approx(0.40)
    assert left[half] == pytest.approx(0.5 * 0.40 + 0.5 * 0.25)
    assert left[none] == pytest.approx(0.25)
    with pytest.raises(InputError, match="lava"):
        rules_for("wind", cover=LandCover({"lava": bare}, "made", "made"))


def test_a_region_of_one_quality_has_its_area_times_density_times_hours() -> None:
    square = overlay_outlines(["square"], np.array([shapely.box(100, 35, 101, 36)]))
    yields = YieldLayers(wind=2100.0 * FULL, pv=1500.0 * FULL, complementarity=0.2 * FULL)
    found = potential("wind", 0.25 * FULL, yields, 5.0, square)
    area = square.region_km2[0]
    assert found.area_km2[0].tolist() == pytest.approx([0, 0, 0.25 * area, 0, 0])
    assert found.capacity_mw[0].sum() == pytest.approx(1.25 * area)
    assert found.energy_mwh[0].sum() == pytest.approx(1.25 * area * 2100.0)
    assert found.full_load_hours[0] == pytest.approx(2100.0)
    assert found.class_titles()[2] == "2,000-2,500"


def test_a_limit_belongs_to_the_better_class() -> None:
    square = overlay_outlines(["square"], np.array([shapely.box(100, 35, 101, 36)]))
    yields = YieldLayers(wind=2000.0 * FULL, pv=FULL, complementarity=FULL)
    found = potential("wind", FULL, yields, 5.0, square)
    assert np.flatnonzero(found.area_km2[0]).tolist() == [2]


def test_a_cell_without_hours_takes_its_neighbours() -> None:
    square = overlay_outlines(["square"], np.array([shapely.box(100, 35, 101, 36)]))
    hours = 2100.0 * FULL
    hours[place(100.5, 35.5)] = np.nan
    found = potential("wind", FULL, YieldLayers(hours, FULL, FULL), 5.0, square)
    assert found.full_load_hours[0] == pytest.approx(2100.0)


def test_a_density_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="above 0"):
        potential("pv", FULL, YieldLayers(FULL, FULL, FULL), 0.0, zones("province"))


def test_counties_hold_what_their_provinces_hold() -> None:
    yields, kept = embedded_yields(), share_left(rules_for("pv"))
    county, province = (potential("pv", kept, yields, 30.0, zones(layer)) for layer in ("county", "province"))
    assert county.energy_mwh.sum(axis=0) == pytest.approx(province.energy_mwh.sum(axis=0), rel=1e-9)
    code = province.ids.index("640000")
    own = [i for i, county_id in enumerate(county.ids) if county_id.startswith("64")]
    assert county.capacity_mw[own].sum() == pytest.approx(province.capacity_mw[code].sum(), rel=1e-6)


def test_a_mean_is_over_eligible_land_and_over_all_land_where_there_is_none() -> None:
    west, east = shapely.box(100, 35, 101, 36), shapely.box(101, 35, 102, 36)
    held = overlay_outlines(["west", "east"], np.array([west, east]))
    values = np.where(np.arange(TERRAIN.cols) * TERRAIN.step_deg + 73.0 < 101.0 - 1e-9, 1.0, 3.0) * FULL
    kept = FULL.copy()
    kept[:, np.arange(TERRAIN.cols) * TERRAIN.step_deg + 73.0 >= 101.0 - 1e-9] = 0.0
    assert mean_over(values, kept, held) == pytest.approx([1.0, 3.0])


def test_yields_of_replaced_layers_must_be_assessed_anew() -> None:
    speed = atlas.read("wind_speed_100m")
    data = ResourceData({"wind_speed_100m": Raster(speed.values.copy(), speed.bounds)}, (), "auto", ())
    with pytest.raises(InputError, match="wind_speed_100m"):
        embedded_yields(data)


def test_classes_that_lose_land_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    square = overlay_outlines(["square"], np.array([shapely.box(100, 35, 101, 36)]))
    monkeypatch.setattr("resources.potential.np.digitize", lambda *_: np.full(TERRAIN.shape, 9))
    with pytest.raises(BalanceError, match="area"):
        potential("wind", FULL, YieldLayers(FULL, FULL, FULL), 5.0, square)
