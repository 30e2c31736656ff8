"""Rules take their data from the user's library where it holds them: land cover, heights, areas of any name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_layers.boundary import table
from gis_layers.errors import InputError
from gis_layers.vector import write_layer
from gis_layers.zonal import zones
from planning.siting.area import area_of
from planning.siting.exclusion import eligibility_of
from planning.siting.rules import load_rules
from resources.eligible import audit, rules_for
from resources.library import Entry
from resources.resource_data import EMBEDDED, ResourceData
from tests.planning.siting_rasters import NORTH_M, WEST_M, on_map, rule_set, square
from tests.resources.library_factory import _entry, raster_entry

BOUNDS = (106.9, 39.4, 107.9, 40.4)
"""About the square, degrees."""


def _data(**parts: Any) -> ResourceData:
    held = {name: getattr(EMBEDDED, name) for name in ("layers", "hours", "level", "origins")}
    return ResourceData(**{**held, **parts})


def _areas(folder: Path, name: str, what: str, west_km: float, east_km: float) -> Entry:
    """A strip of the square from north to south."""
    box = shapely.box(WEST_M + west_km * 1e3, NORTH_M - 30e3, WEST_M + east_km * 1e3, NORTH_M + 10e3)
    data = folder / f"{name}.gpkg"
    write_layer(data, "areas", [shapely.multipolygons([on_map(box)])], "MultiPolygon", {"name": ["strip"]})
    return _entry(folder, name, data, "areas", {"what": what})


def _row(answer: Any, rule_id: str) -> Any:
    return next(row for row in answer.rows_of("wind") if row.rule_id == rule_id)


def test_areas_serve_the_rule_of_their_kind_and_others_are_never_dropped(tmp_path: Path) -> None:
    red = _areas(tmp_path, "red", "red_line", 0.0, 5.0)
    other = _areas(tmp_path, "army", "军事区", 4.0, 6.0)
    rules = rule_set({"id": "red_line", "kind": "red_line", "buffer_m": 1000})
    answer = eligibility_of(square(), rules, _data(excluded=(red, other)))
    # The one no rule is about comes first: 2 km; then 6 km with the buffer, of which 2 km are gone.
    assert [row.rule_id for row in answer.rows_of("pv")] == ["army", "red_line"]
    assert _row(answer, "army").title_zh == "军事区"
    assert _row(answer, "army").in_order_km2 == pytest.approx(40.0, abs=1e-3)
    assert _row(answer, "red_line").alone_km2 == pytest.approx(120.0, abs=1e-3)
    assert _row(answer, "red_line").in_order_km2 == pytest.approx(80.0, abs=1e-3)
    # A rule for other areas takes them with its own buffer.
    both = rule_set({"id": "red_line", "kind": "red_line"}, {"id": "more", "kind": "areas", "buffer_m": 500})
    again = eligibility_of(square(), both, _data(excluded=(red, other)))
    assert _row(again, "more").alone_km2 == pytest.approx(60.0, abs=1e-3)


def test_land_cover_of_the_library_stands_in_for_outlines_and_gives_densities(tmp_path: Path) -> None:
    codes = np.full((1, 200, 200), 60.0)
    codes[:, :, :100] = 50.0  # built west of 107.4
    cover = raster_entry(tmp_path, "cover", "land_cover_class", codes, BOUNDS, legend="esa_worldcover")
    rules = rule_set(
        {"id": "towns", "kind": "settlement", "technologies": ["wind"]},
        {"id": "use", "kind": "land_use", "technologies": ["wind"], "usable": {"wind": {"bare": 0.5}}},
    )
    answer = eligibility_of(square(), rules, _data(land_cover=cover))
    towns = _row(answer, "towns")
    assert towns.grade == "measured"
    assert 0.0 < towns.in_order_km2 < 400.0
    assert answer.eligible_km2["wind"] == pytest.approx(0.5 * (answer.area_km2 - towns.in_order_km2))
    (bare,) = answer.by_class
    assert (bare.land_class, bare.mw_per_km2) == ("bare", 5.0)
    assert bare.capacity_mw == pytest.approx(5.0 * answer.eligible_km2["wind"])
    assert answer.capacity_mw["wind"] == pytest.approx(bare.capacity_mw)
    assert answer.density_mw_per_km2["wind"].max() == pytest.approx(5.0)


def test_fine_heights_of_the_library_give_slopes(tmp_path: Path) -> None:
    east = np.linspace(0.0, 1.0, 1000)[None, None, :]
    # A degree at 39.9 N is 85.5 km: 1 km of rise is 1.17 %; the map is 2 % narrower there.
    heights = np.broadcast_to(1000.0 + 1000.0 * east, (1, 1000, 1000)).copy()
    entry = raster_entry(tmp_path, "dem", "elevation_m", heights, BOUNDS)
    answer = eligibility_of(square(), load_rules(), _data(rasters=(entry,)))
    assert answer.slope_percent is not None
    assert np.nanmean(answer.slope_percent) == pytest.approx(1.17, rel=0.03)
    assert _row(answer, "slope_wind").resolution_m == pytest.approx(98.0, abs=2.0)
    assert "no fine elevation" not in _row(answer, "slope_wind").title_en


def test_land_cover_that_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    codes = np.full((1, 20, 20), 60.0)
    cover = raster_entry(
        tmp_path, "cover", "land_cover_class", codes, (90.0, 30.0, 91.0, 31.0), legend="esa_worldcover"
    )
    with pytest.raises(InputError, match="where the area lies"):
        eligibility_of(square(), load_rules(), _data(land_cover=cover))


def test_on_the_atlas_alone_a_province_has_what_the_endowment_gives_it() -> None:
    """Another way of counting, by shares of 5' cells on the ellipsoid, with the same four rules."""
    code = "640000"
    held = table("province_0")
    at = [str(one) for one in held.columns["adcode"]].index(code)
    rules = rule_set(
        {"id": "water", "kind": "water"},
        {"id": "height", "kind": "elevation", "max_m": 4000},
        {"id": "steep", "kind": "slope", "max_percent": 17},
        {"id": "land", "kind": "land_use"},
    )
    answer = eligibility_of(area_of(held.geometry[at], "Ningxia"), rules, cell_m=5000.0, pixel_m=500.0)
    cells = zones("province")
    for technology in ("wind", "pv"):
        account = audit(rules_for(technology), cells)
        region = cells.ids.index(code)
        assert answer.area_km2 == pytest.approx(account.total_km2[region], rel=1e-5)
        assert answer.eligible_km2[technology] == pytest.approx(account.eligible_km2[region], rel=5e-3)
        ours = [row.alone_km2 for row in answer.rows_of(technology)]
        assert ours == pytest.approx(account.alone_km2[region].tolist(), rel=5e-3, abs=1.0)
