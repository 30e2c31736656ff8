"""The view of the whole country, clear of legends, inset, scale bar and sources."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.colour import RAMPS
from app.desktop.map.furniture import Furniture
from app.desktop.map.home import OUTLINE_DEG, country, is_clear
from app.desktop.map.legends import KeyLegend, KeyRow, RampLegend
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.viewport import Viewport
from gis_layers import boundary

LEGENDS = (
    RampLegend(
        "Wind capacity factor on the average ground of the cell", "", "reference", RAMPS["wind"], 0, 1
    ),
    KeyLegend(
        "Width: power sent", "solid DC, dashed AC", tuple(KeyRow(f"DC {n} GW", "#000", 2) for n in range(5))
    ),
)


def land() -> shapely.Geometry:
    """Of the country with its two large islands."""
    whole = shapely.unary_union(boundary.regions("province", 2).geometry)
    return shapely.MultiPolygon([part for part in whole.geoms if part.area > 0.5])


def test_the_outline_lies_around_the_land_of_the_country() -> None:
    outline = shapely.Polygon(OUTLINE_DEG)
    assert outline.buffer(0.35).contains(land())
    assert outline.area < 1.2 * land().area


@pytest.mark.parametrize("name", list(DEFINITIONS))
@pytest.mark.parametrize("size", [(1380, 900), (1380, 660), (1000, 620), (2400, 1300)])
def test_no_land_of_the_country_is_under_the_furniture(
    qtbot: QtBot, qapp: QApplication, name: str, size: tuple[int, int]
) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    furniture = Furniture(canvas)
    furniture.legends = list(LEGENDS)
    canvas.set_furniture(furniture)
    canvas.resize(*size)
    canvas.set_projection(Projection(name))  # type: ignore[arg-type]
    canvas.show()
    canvas.show_all()
    points = shapely.get_coordinates(land())
    x, y = canvas.projection.forward(points[:, 0], points[:, 1])
    px, py = canvas.viewport.to_screen(x, y)  # type: ignore[arg-type]
    assert np.min(px) > 0
    assert np.max(px) < size[0]
    assert np.min(py) > 0
    assert np.max(py) < size[1]
    for box in furniture.covered(canvas.viewport):
        under = (px > box.left()) & (px < box.right()) & (py > box.top()) & (py < box.bottom())
        assert not under.any(), box
    canvas.wait_painted()


def test_with_nothing_in_the_way_the_country_fills_the_window() -> None:
    view, projection = Viewport(0, 0, 5000, 1000, 800), Projection("albers")
    free = country(view, projection, [])
    assert is_clear(free, projection, [])
    tighter = country(view, projection, [QRectF(0, 0, 1000, 100)])
    assert tighter.metres_per_pixel >= free.metres_per_pixel
    x, y = projection.forward(OUTLINE_DEG[:, 0], OUTLINE_DEG[:, 1])
    needed = max(np.ptp(x) / 1000, np.ptp(y) / 800)
    assert needed < free.metres_per_pixel < 1.05 * needed


def test_in_a_small_window_the_last_boxes_give_way_and_the_first_do_not() -> None:
    view, projection = Viewport(0, 0, 5000, 600, 500), Projection("albers")
    foot, much = QRectF(0, 440, 600, 60), QRectF(0, 0, 500, 440)
    shown = country(view, projection, [foot, much])
    assert is_clear(shown, projection, [foot])
    assert not is_clear(shown, projection, [much])


def test_where_everything_is_covered_the_country_is_shown_all_the_same() -> None:
    view, projection = Viewport(0, 0, 5000, 600, 500), Projection("albers")
    shown = country(view, projection, [QRectF(0, 0, 600, 500)])
    assert is_clear(shown, projection, [])


def test_the_whole_country_stays_whole_until_the_user_looks_elsewhere(
    qtbot: QtBot, qapp: QApplication
) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(1200, 800)
    canvas.show()
    canvas.show_all()
    canvas.resize(1200, 500)
    qtbot.waitUntil(lambda: canvas.viewport.height_px == 500)
    assert is_clear(canvas.viewport, canvas.projection, [])
    canvas.center_on(100.0, 35.0, 1000.0)
    canvas.resize(1200, 700)
    qtbot.waitUntil(lambda: canvas.viewport.height_px == 700)
    assert canvas.viewport.metres_per_pixel == 1000.0
    canvas.wait_painted()
