"""Lines and rings in the making, without a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.desktop.tools.sketch import Sketch, circle_places, rectangle

SQUARE = [(100.0, 40.0), (101.0, 40.0), (101.0, 41.0), (100.0, 41.0)]
BOW_TIE = [(100.0, 40.0), (101.0, 41.0), (101.0, 40.0), (100.0, 41.0)]


def test_a_ring_needs_three_places_and_a_line_two() -> None:
    assert Sketch(True, SQUARE[:2]).problem() == "tool.few_area"
    assert Sketch(True, SQUARE[:3]).problem() is None
    assert Sketch(False, SQUARE[:1]).problem() == "tool.few_line"
    assert Sketch(False, SQUARE[:2]).problem() is None


def test_a_ring_that_crosses_itself_is_refused_and_a_line_may_cross() -> None:
    assert Sketch(True, BOW_TIE).problem() == "tool.crossing"
    assert Sketch(False, BOW_TIE).problem() is None


def test_a_ring_that_touches_a_vertex_twice_is_refused() -> None:
    assert Sketch(True, [*SQUARE, SQUARE[0], (99.5, 40.5)]).problem() == "tool.crossing"


def test_a_crossing_shows_while_the_pointer_moves() -> None:
    sketch = Sketch(True, BOW_TIE[:3])
    assert sketch.crosses_itself((100.0, 41.0))
    assert not sketch.crosses_itself((100.5, 39.5))


def test_a_slip_of_the_hand_is_no_area() -> None:
    assert Sketch(True, [(100, 40), (100.00001, 40), (100, 40.00001)]).problem() == "tool.no_area"


def test_the_polygon_is_valid_and_runs_anticlockwise() -> None:
    polygon = Sketch(True, SQUARE[::-1]).geometry()
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert set(polygon.exterior.coords) == set(SQUARE)


def test_a_vertex_on_top_of_the_last_is_not_added() -> None:
    sketch = Sketch(True)
    assert sketch.add(SQUARE[0])
    assert not sketch.add(SQUARE[0])
    assert sketch.places == SQUARE[:1]


def test_undo_takes_back_one_vertex_at_a_time_and_stops_at_none() -> None:
    sketch = Sketch(False, SQUARE[:2])
    assert sketch.undo()
    assert sketch.last == SQUARE[0]
    assert sketch.undo()
    assert not sketch.undo()
    assert sketch.last is None


def test_a_vertex_inserted_on_an_edge_stands_between_its_ends() -> None:
    sketch = Sketch(True, SQUARE)
    assert sketch.insert(3, (99.0, 40.5)) == 4
    assert sketch.places == [*SQUARE, (99.0, 40.5)]
    assert sketch.insert(0, (100.5, 39.5)) == 1
    assert sketch.places[1] == (100.5, 39.5)


def test_a_triangle_keeps_its_three_vertices() -> None:
    sketch = Sketch(True, SQUARE)
    assert sketch.delete(0)
    assert not sketch.delete(0)
    assert len(sketch.places) == 3


place = st.tuples(st.floats(73, 136), st.floats(15, 55))


@given(place, place)
def test_a_rectangle_is_the_same_from_either_corner(a: tuple[float, float], b: tuple[float, float]) -> None:
    assert rectangle(a, b) == rectangle(b, a)
    assert rectangle(a, b) == rectangle((a[0], b[1]), (b[0], a[1]))


def test_a_circle_is_a_ring_of_96_places() -> None:
    ring = circle_places((110.0, 35.0), 20.0)
    assert len(ring) == len(set(ring)) == 96
    assert Sketch(True, ring).problem() is None


@given(st.lists(place, max_size=7))
def test_whatever_is_clicked_a_shape_without_problem_is_valid(places: list[tuple[float, float]]) -> None:
    sketch = Sketch(True)
    for each in places:
        sketch.add(each)
    if sketch.problem() is None:
        assert sketch.geometry().is_valid
    else:
        assert sketch.problem() in {"tool.few_area", "tool.crossing", "tool.no_area"}
