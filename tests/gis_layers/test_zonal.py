"""What the cells of a grid hold of a region is the whole region, on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_layers import zonal
from gis_layers.boundary import regions
from gis_layers.crs import area_km2
from gis_layers.errors import BalanceError
from gis_layers.grid import TERRAIN
from gis_layers.raster import cell_area_km2
from gis_layers.zonal import overlay_outlines, zones


def box(west: float, south: float, east: float, north: float) -> object:
    return shapely.box(west, south, east, north)


def test_a_cell_of_the_grid_is_itself_and_a_quarter_of_it_a_quarter() -> None:
    step = TERRAIN.step_deg
    west, north = 73.0 + 100 * step, 55.0 - 50 * step
    held = overlay_outlines(
        ["whole", "half"],
        np.array(
            [box(west, north - step, west + step, north), box(west, north - step, west + step / 2, north)]
        ),
    )
    cell = cell_area_km2(TERRAIN)[50, 100]
    found = held.area_km2.toarray()
    assert found[0, 50 * TERRAIN.cols + 100] == pytest.approx(cell, rel=1e-12)
    assert found[1, 50 * TERRAIN.cols + 100] == pytest.approx(cell / 2, rel=1e-12)
    assert np.count_nonzero(found > 1e-9) == 2


def test_a_hole_is_no_part_of_a_region() -> None:
    ring = shapely.Polygon(
        [(100, 35), (102, 35), (102, 37), (100, 37)], [[(100.5, 35.5), (101, 35.5), (101, 36), (100.5, 36)]]
    )
    held = overlay_outlines(["ring"], np.array([ring]))
    expected = sum(
        float(overlay_outlines(["b"], np.array([b])).region_km2[0]) * sign
        for b, sign in ((box(100, 35, 102, 37), 1), (box(100.5, 35.5, 101, 36), -1))
    )
    assert held.area_km2.sum() == pytest.approx(expected, rel=1e-12)


def test_what_lies_beyond_the_window_is_in_no_cell() -> None:
    held = overlay_outlines(["south"], np.array([box(112, 10, 113, 16)]))
    inside = overlay_outlines(["north"], np.array([box(112, 15, 113, 16)]))
    assert held.region_km2[0] == pytest.approx(inside.region_km2[0])
    far = overlay_outlines(["far"], np.array([box(10, 10, 11, 11)]))
    assert far.region_km2.tolist() == [0.0]
    assert far.area_km2.sum() == 0.0


def test_provinces_have_their_area_on_the_ellipsoid() -> None:
    held = zones("province")
    outlines = dict(zip(*(lambda r: (r.ids, r.geometry))(regions("province", 0)), strict=True))
    for code in ("150000", "540000", "710000", "110000"):
        ours = held.region_km2[held.ids.index(code)]
        assert ours == pytest.approx(
            area_km2(outlines[code]), rel=1e-4
        )  # long straight borders are geodesics there


def test_counties_add_up_to_cities_and_provinces_and_to_china() -> None:
    county, city, province = (zones(layer).region_km2.sum() for layer in ("county", "city", "province"))
    assert county == pytest.approx(province, rel=1e-9)
    assert city == pytest.approx(province, rel=1e-9)
    assert 9.45e6 < province < 9.65e6  # 9.6 million with islands south of the window


def test_a_sum_of_ones_is_the_area_and_a_missing_value_counts_nothing() -> None:
    held = zones("province")
    ones = np.ones(TERRAIN.shape)
    assert held.total(ones) == pytest.approx(held.region_km2, rel=1e-9)
    ones[:240] = np.nan
    assert held.total(ones).sum() < 0.9 * held.region_km2.sum()
    months = held.total(np.stack([np.ones(TERRAIN.shape)] * 3))
    assert months.shape == (3, len(held.ids))


def test_pieces_that_do_not_add_up_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zonal._pieces

    def lossy(*args: object) -> tuple[object, object]:
        cell, area = whole(*args)  # type: ignore[arg-type]
        return cell[1:], area[1:]

    monkeypatch.setattr(zonal, "_pieces", lossy)
    with pytest.raises(BalanceError, match="area"):
        overlay_outlines(["box"], np.array([box(100, 35, 101, 36)]))
