"""Hill shade: light from the upper left of the page, steepness per metre of ground."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from app.desktop.map.hillshade import HillshadeLayer, ground_slopes, illumination, north_on_page
from app.desktop.map.projection import Projection, ProjectionId
from app.desktop.map.viewport import Viewport
from gis_layers.crs import distance_km


def test_slopes_are_metres_per_metre_of_ground() -> None:
    step = 0.1
    lon, lat = 100 + (np.arange(40) + 0.5) * step, 40 - (np.arange(30) + 0.5) * step
    east, north = ground_slopes(np.tile(lon * 1000.0, (30, 1)), 40.0, step)
    row, col = 15, 20
    metres = float(distance_km(lon[col], lat[row], lon[col + 1], lat[row])) * 1000
    assert east[row, col] == pytest.approx(100.0 / metres, rel=1e-4)
    assert abs(north[row, col]) < 1e-9
    _, north = ground_slopes(np.tile((lat * 1000.0)[:, None], (1, 40)), 40.0, step)
    metres = float(distance_km(lon[0], lat[row], lon[0], lat[row - 1])) * 1000
    assert north[row, col] == pytest.approx(100.0 / metres, rel=1e-4)


def test_flat_ground_is_neither_lit_nor_shaded_and_the_north_west_is_lit() -> None:
    flat, rise, fall = np.float32(0), np.float32(0.05), np.float32(-0.05)
    up = np.zeros(5, dtype=np.float32)
    east = np.array([flat, rise, fall, flat, flat])
    north = np.array([flat, flat, flat, rise, fall])
    light = illumination(east, north, up)
    assert light[0] == pytest.approx(0, abs=1e-6)
    assert light[1] > 0.05  # rises to the east: faces west
    assert light[2] < -0.05
    assert light[3] < -0.05  # rises to the north: faces south
    assert light[4] > 0.05


def test_the_light_stays_at_the_upper_left_where_north_leans() -> None:
    # North leaning 90 degrees to the right: ground falling to true north falls to the page's right.
    leaning = illumination(np.float32([0.0]), np.float32([-0.05]), np.float32([np.pi / 2]))
    upright = illumination(np.float32([-0.05]), np.float32([0.0]), np.float32([0.0]))
    assert leaning == pytest.approx(upright, abs=1e-6)


def test_north_leans_on_albers_and_is_up_on_mercator() -> None:
    lon, lat = np.array([80.0, 105.0, 130.0]), np.array([40.0, 40.0, 40.0])
    albers = north_on_page(Projection("albers"), lon, lat)
    assert albers[0] > 0.1
    assert albers[1] == pytest.approx(0, abs=1e-6)
    assert albers[2] < -0.1
    assert north_on_page(Projection("mercator"), lon, lat) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", ["albers", "mercator", "plate_carree"])
def test_a_cone_is_light_at_its_north_west_and_dark_at_its_south_east(name: ProjectionId) -> None:
    lon, lat = np.meshgrid(100 + (np.arange(60) + 0.5) / 12, 40 - (np.arange(60) + 0.5) / 12)
    cone = np.maximum(0.0, 4000.0 - 2500.0 * np.hypot(lon - 102.5, lat - 37.5))
    cone[:, -6:] = np.nan
    projection = Projection(name)
    layer = HillshadeLayer("layer.hillshade", lambda: cone, 100.0, 40.0, 5.0)
    layer.project(projection)
    view = Viewport(0, 0, 1000, 400, 400).fitted(*projection.bounds(100, 35, 105, 40))
    image = QImage(400, 400, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(128, 128, 128))
    painter = QPainter(image)
    layer.paint(painter, view)
    painter.end()

    def grey(at_lon: float, at_lat: float) -> int:
        x, y = projection.forward(np.array([at_lon]), np.array([at_lat]))
        px, py = view.to_screen(float(x[0]), float(y[0]))
        return image.pixelColor(round(px), round(py)).red()

    assert grey(101.9, 38.1) > 135
    assert grey(103.1, 36.9) < 110
    assert grey(100.4, 35.4) == 128
    assert grey(104.8, 37.5) == 128  # the sea
