"""The view of the map plane, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desktop.map.colour import RAMPS, colourise, nice_range
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.viewport import MAX_METRES_PER_PIXEL, MIN_METRES_PER_PIXEL, Viewport

VIEW = Viewport(1000.0, 2000.0, 500.0, 800, 600)
pixels = st.floats(0, 800)


@given(pixels, pixels)
def test_screen_to_map_and_back_is_identity(px: float, py: float) -> None:
    x, y = VIEW.to_map(px, py)
    assert VIEW.to_screen(x, y) == pytest.approx((px, py))


@given(pixels, pixels, st.floats(0.2, 5))
def test_zooming_keeps_the_place_under_the_pointer(px: float, py: float, factor: float) -> None:
    zoomed = VIEW.zoomed(factor, px, py)
    assert zoomed.to_map(px, py) == pytest.approx(VIEW.to_map(px, py), abs=1e-5)


def test_zoom_stops_at_both_ends() -> None:
    assert VIEW.zoomed(1e9, 0, 0).metres_per_pixel == MIN_METRES_PER_PIXEL
    assert VIEW.zoomed(1e-9, 0, 0).metres_per_pixel == MAX_METRES_PER_PIXEL


def test_dragging_east_shows_what_lies_west() -> None:
    assert VIEW.panned(10, 0).center_x_m == VIEW.center_x_m - 5000
    assert VIEW.panned(0, 10).center_y_m == VIEW.center_y_m + 5000


def test_a_fitted_box_is_inside_the_view() -> None:
    left, bottom, right, top = VIEW.fitted(-1e6, -2e6, 3e6, 1e6).extent
    assert left <= -1e6
    assert bottom <= -2e6
    assert right >= 3e6
    assert top >= 1e6


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_every_projection_comes_back_to_where_it_started(name: str) -> None:
    projection = Projection(name)  # type: ignore[arg-type]
    lon, lat = np.array([75.0, 104.0, 134.0]), np.array([20.0, 35.0, 53.0])
    back_lon, back_lat = projection.inverse(*projection.forward(lon, lat))
    np.testing.assert_allclose(back_lon, lon, atol=1e-9)
    np.testing.assert_allclose(back_lat, lat, atol=1e-9)


def test_missing_values_are_transparent_and_low_is_the_first_colour() -> None:
    rgba = colourise(np.array([[np.nan, 0.0, 10.0]]), RAMPS["sun"], 0.0, 10.0)
    assert rgba[0, 0, 3] == 0
    assert tuple(rgba[0, 1]) == (0xFF, 0xFF, 0xCC, 255)
    assert tuple(rgba[0, 2]) == (0xB1, 0x00, 0x26, 255)


def test_classes_cut_the_ramp_into_steps() -> None:
    values = np.linspace(0, 1, 101)[None, :]
    assert len(np.unique(colourise(values, RAMPS["wind"], 0, 1, classes=5).reshape(-1, 4), axis=0)) == 5


def test_a_nice_range_is_round_and_holds_the_middle() -> None:
    low, high = nice_range(np.arange(1000.0))
    assert low <= 20
    assert high >= 979
    assert low % 1 == 0
