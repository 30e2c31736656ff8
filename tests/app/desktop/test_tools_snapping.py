"""Snapping in pixels, without a window."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely

from app.desktop.map.projection import Projection, ProjectionId
from app.desktop.map.viewport import Viewport
from app.desktop.tools.snapping import Screen, Snapper, hit_edge, hit_vertex

SQUARE = shapely.box(100.0, 35.0, 104.0, 39.0)


def screen(projection: ProjectionId = "albers", metres_per_pixel: float = 1000.0) -> Screen:
    plane = Projection(projection)
    x, y = plane.forward(np.array([102.0]), np.array([37.0]))
    return Screen(Viewport(float(x[0]), float(y[0]), metres_per_pixel, 800, 600), plane)


def near(view: Screen, lon: float, lat: float, dx: float, dy: float) -> tuple[float, float]:
    px, py = view.to_px(np.array([lon]), np.array([lat]))
    return float(px[0]) + dx, float(py[0]) + dy


@pytest.fixture
def snapper() -> Snapper:
    snapper = Snapper()
    snapper.set_geometries("own", [SQUARE])
    return snapper


@pytest.mark.parametrize("projection", ["albers", "mercator", "plate_carree"])
def test_eight_pixels_catch_a_vertex_and_nine_do_not(snapper: Snapper, projection: ProjectionId) -> None:
    view = screen(projection)
    caught = snapper.snap(view, *near(view, 104.0, 39.0, 5.5, -5.5))
    assert caught is not None
    assert caught.kind == "vertex"
    assert caught.place == (104.0, 39.0)
    assert snapper.snap(view, *near(view, 104.0, 39.0, 6.5, -6.5)) is None


def test_an_edge_is_caught_at_its_nearest_point(snapper: Snapper) -> None:
    view = screen()
    caught = snapper.snap(view, *near(view, 104.0, 37.0, 6.0, 0.0))
    assert caught is not None
    assert caught.kind == "edge"
    assert caught.place[0] == pytest.approx(104.0)
    assert caught.place[1] == pytest.approx(37.0, abs=0.01)


def test_a_vertex_goes_before_an_edge_and_a_name_before_both(snapper: Snapper) -> None:
    view = screen()
    at = near(view, 104.0, 39.0, -3.0, 2.0)
    assert snapper.snap(view, *at).kind == "vertex"  # type: ignore[union-attr]
    snapper.set_named([("西宁", 104.02, 39.02)])
    caught = snapper.snap(view, *at)
    assert caught is not None
    assert (caught.kind, caught.name, caught.place) == ("named", "西宁", (104.02, 39.02))


def test_nothing_is_caught_where_nothing_is() -> None:
    view = screen()
    assert Snapper().snap(view, 400.0, 300.0) is None
    empty = Snapper()
    empty.set_geometries("own", [])
    empty.set_named([])
    assert empty.snap(view, 400.0, 300.0) is None


def test_lines_points_and_many_parts_can_be_caught() -> None:
    snapper, view = Snapper(), screen()
    snapper.set_geometries(
        "all",
        [shapely.Point(101, 36), shapely.LineString([(102, 36), (103, 36)]), shapely.MultiPolygon([SQUARE])],
    )
    for place in ((101.0, 36.0), (103.0, 36.0), (100.0, 39.0)):
        caught = snapper.snap(view, *near(view, *place, 1.0, 1.0))
        assert caught is not None
        assert caught.place == place


def test_two_shapes_are_not_joined_by_an_edge() -> None:
    snapper, view = Snapper(), screen()
    snapper.set_geometries(
        "lines", [shapely.LineString([(100, 36), (101, 36)]), shapely.LineString([(103, 38), (104, 38)])]
    )
    assert snapper.snap(view, *near(view, 102.0, 37.0, 0.0, 0.0)) is None


def test_a_group_is_replaced_not_added_to(snapper: Snapper) -> None:
    view = screen()
    snapper.set_geometries("own", [])
    assert snapper.snap(view, *near(view, 104.0, 39.0, 0.0, 0.0)) is None


@pytest.mark.slow  # a time, which a busy machine spoils
def test_all_province_borders_are_searched_within_a_frame() -> None:
    from gis_layers.boundary import regions

    snapper, view = Snapper(), screen()
    snapper.set_geometries("province", regions("province", 1).geometry)
    spent = []
    for step in range(30):
        begin = time.perf_counter()
        snapper.snap(view, 200.0 + 10 * step, 300.0)
        spent.append(time.perf_counter() - begin)
    assert np.median(spent) < 0.016


def test_vertices_and_edges_of_the_shape_in_hand_are_hit() -> None:
    view = screen()
    ring = [(100.0, 35.0), (104.0, 35.0), (104.0, 39.0), (100.0, 39.0)]
    assert hit_vertex(view, ring, *near(view, 104.0, 39.0, 4.0, 4.0)) == 2
    assert hit_vertex(view, ring, *near(view, 104.0, 37.0, 0.0, 0.0)) is None
    assert hit_edge(view, [*ring, ring[0]], *near(view, 100.0, 37.0, 4.0, 0.0)) == 3
    assert hit_edge(view, ring, *near(view, 100.0, 37.0, 4.0, 0.0)) is None
    assert hit_vertex(view, [], 0.0, 0.0) is None
    assert hit_edge(view, ring[:1], 0.0, 0.0) is None
