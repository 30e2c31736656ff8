"""Measuring on the ellipsoid against published and hand-computed values."""

from __future__ import annotations

import numpy as np
import pytest

from gis_layers.crs import area_km2, distance_km
from gis_layers.measure import along, circle, destination, legs, ring_area_km2, ring_length_km

BEIJING, SHANGHAI, URUMQI = (116.391, 39.907), (121.474, 31.230), (87.617, 43.793)


def test_a_degree_of_the_equator_is_111_km_due_east() -> None:
    run = legs([(100.0, 0.0), (101.0, 0.0)])
    # 6378.137 km x pi/180
    assert run.length_km[0] == pytest.approx(111.31949, abs=1e-4)
    assert run.azimuth_deg[0] == pytest.approx(90.0)


def test_a_quarter_of_the_meridian_is_the_published_10001_966_km() -> None:
    assert legs([(110.0, 0.0), (110.0, 90.0)]).total_km == pytest.approx(10001.966, abs=1e-3)


def test_going_back_turns_the_azimuth_into_the_other_half() -> None:
    assert legs([(110.0, 30.0), (110.0, 35.0), (110.0, 30.0)]).azimuth_deg == pytest.approx([0.0, 180.0])
    assert legs([(110.0, 0.0), (109.0, 0.0)]).azimuth_deg[0] == pytest.approx(270.0)


def test_a_line_needs_two_places() -> None:
    assert legs([BEIJING]).total_km == 0.0
    assert legs([]).total_km == 0.0
    with pytest.raises(ValueError, match="1 places"):
        along([BEIJING], 10.0)


def test_the_destination_of_a_leg_is_its_end() -> None:
    run = legs([BEIJING, URUMQI])
    end = destination(BEIJING, float(run.azimuth_deg[0]), run.total_km)
    assert end == pytest.approx(URUMQI, abs=1e-9)


def test_a_circle_keeps_its_radius_everywhere_and_nearly_its_area() -> None:
    for centre in (BEIJING, (110.0, 18.5), (95.0, 49.0)):
        ring = np.array(circle(centre, 50.0).exterior.coords)
        assert distance_km(*centre, ring[:, 0], ring[:, 1]) == pytest.approx(50.0, abs=1e-9)
        # a regular polygon of 96 points: n/2 sin(2 pi/n) r^2; the Earth's curvature takes 5e-6 of it
        assert area_km2(circle(centre, 50.0)) == pytest.approx(48 * np.sin(np.pi / 48) * 2500.0, rel=2e-5)


def test_a_circle_needs_a_radius() -> None:
    for radius in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="radius_km"):
            circle(BEIJING, radius)


def test_points_along_a_line_keep_its_length_its_vertices_and_the_step() -> None:
    line = [URUMQI, BEIJING, SHANGHAI]
    track = along(line, 25.0)
    assert track.distance_km[-1] == pytest.approx(legs(line).total_km)
    assert np.diff(track.distance_km).max() <= 25.0
    steps = distance_km(track.lon_deg[:-1], track.lat_deg[:-1], track.lon_deg[1:], track.lat_deg[1:])
    assert steps == pytest.approx(np.diff(track.distance_km), abs=1e-6)
    for lon, lat in line:
        assert ((track.lon_deg == lon) & (track.lat_deg == lat)).any()


def test_two_equal_places_make_a_line_of_no_length() -> None:
    track = along([BEIJING, BEIJING], 10.0)
    assert track.distance_km.tolist() == [0.0, 0.0]


def test_a_ring_is_measured_whichever_way_it_runs() -> None:
    ring = [(100.0, 40.0), (101.0, 40.0), (101.0, 41.0), (100.0, 41.0)]
    assert ring_area_km2(ring) == pytest.approx(ring_area_km2(ring[::-1]))
    assert ring_area_km2(ring) == pytest.approx(9413.0, rel=0.005)  # 85.39 / 84.11 km wide, 111.04 km high
    assert ring_length_km(ring) == pytest.approx(85.39 + 84.11 + 2 * 111.04, rel=1e-3)
    assert ring_area_km2(ring[:2]) == 0.0
    assert ring_length_km(ring[:1]) == 0.0
