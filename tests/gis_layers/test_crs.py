"""Projections, areas and distances against published and closed-form values of the WGS84 ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_layers import crs


def test_the_map_is_centred_on_105_east_and_comes_back_to_the_same_degrees() -> None:
    lon, lat = np.meshgrid(np.linspace(73.5, 135.1, 9), np.linspace(3.8, 53.6, 7))
    x, y = crs.to_albers(lon, lat)
    assert x.shape == lon.shape
    back_lon, back_lat = crs.from_albers(x, y)
    np.testing.assert_allclose(back_lon, lon, atol=1e-9)
    np.testing.assert_allclose(back_lat, lat, atol=1e-9)
    assert crs.to_albers(105.0, 36.0)[0] == pytest.approx(0.0, abs=1e-6)
    east, west = crs.to_albers([115.0, 95.0], [36.0, 36.0])[0]
    assert east == pytest.approx(-west)
    assert east > 0


def test_the_map_keeps_areas() -> None:
    # edges finely divided, so that straight lines on the map follow the parallels
    box = shapely.segmentize(shapely.box(88.0, 30.0, 89.0, 31.0), 0.01)
    on_map = shapely.area(crs.geometry_to_albers(box)) / 1e6
    assert on_map == pytest.approx(float(crs.cell_area_km2(1.0, 30.0, 31.0)), rel=1e-6)


def test_all_cells_together_are_the_surface_of_the_ellipsoid() -> None:
    south = np.arange(-90.0, 90.0)
    # 510,065,622 km2 (WGS84)
    assert 360 * crs.cell_area_km2(1.0, south, south + 1).sum() == pytest.approx(510_065_622, abs=1)


def test_a_hole_is_taken_off_and_the_direction_of_a_ring_does_not_matter() -> None:
    outer, inner = shapely.box(100, 30, 102, 32), shapely.box(100.5, 30.5, 101, 31)
    ring = shapely.difference(outer, inner)
    assert crs.area_km2(ring) == pytest.approx(crs.area_km2(outer) - crs.area_km2(inner), rel=1e-9)
    assert crs.area_km2(shapely.reverse(outer)) == pytest.approx(crs.area_km2(outer), rel=1e-12)
    assert crs.area_km2(outer) > 0


def test_a_degree_of_the_equator_and_of_the_meridian_have_their_known_lengths() -> None:
    assert float(crs.distance_km(0, 0, 1, 0)) == pytest.approx(111.3195, abs=1e-4)  # a * pi / 180
    assert float(crs.distance_km(0, 0, 0, 1)) == pytest.approx(110.5744, abs=1e-4)
    assert float(crs.distance_km(0, -90, 0, 90)) == pytest.approx(20_003.931, abs=1e-3)  # half a meridian


def test_distances_broadcast_and_are_the_same_there_and_back() -> None:
    there = crs.distance_km(116.4, 39.9, [121.5, 87.6], [31.2, 43.8])
    assert there.shape == (2,)
    np.testing.assert_allclose(there, crs.distance_km([121.5, 87.6], [31.2, 43.8], 116.4, 39.9))
    line = shapely.LineString([(116.4, 39.9), (121.5, 31.2)])
    assert crs.length_km(line) == pytest.approx(float(there[0]))
