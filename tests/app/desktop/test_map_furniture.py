"""What stays put on the map: legends, scale, north, inset, sources."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.colour import RAMPS
from app.desktop.map.furniture import Furniture, MapSource, ground_metres_per_pixel, nice_length
from app.desktop.map.legends import WIDEST_PX, WIDTH_PX, KeyLegend, KeyRow, RampLegend, of_style, stack
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.style import RasterStyle, legend
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from gis_layers import boundary
from gis_layers.provenance import Grade

ROOM = QRectF(14, 14, 800, 500)
"""For three columns."""


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@given(st.lists(st.floats(40, 480), max_size=14))
def test_legends_never_overlap_nor_leave_the_room(heights: list[float]) -> None:
    boxes = [
        QRectF(at.x(), at.y(), WIDTH_PX, h)
        for at, h in zip(stack(heights, ROOM), heights, strict=True)
        if at is not None
    ]
    for number, box in enumerate(boxes):
        assert ROOM.contains(box)
        assert not any(box.intersects(other) for other in boxes[number + 1 :])


def test_a_small_legend_finds_room_where_a_large_one_did_not() -> None:
    places = stack([480, 480, 480, 480, 10], ROOM)
    assert places[3] is None
    assert places[4] is not None


def test_the_scale_bar_is_true_on_the_ground_in_every_projection() -> None:
    for name in DEFINITIONS:
        projection = Projection(name)
        x, y = projection.forward(np.array([105.0]), np.array([35.0]))
        view = Viewport(float(x[0]), float(y[0]), 1000.0, 1000, 800)
        lon, lat = projection.inverse(x[0] + np.array([-50e3, 50e3]), np.full(2, y[0]))
        # 100 pixels are so many degrees of this parallel: one degree is cos(35) x 111.32 km.
        by_hand = (lon[1] - lon[0]) * 111_320 * np.cos(np.radians(lat.mean())) / 100
        assert ground_metres_per_pixel(view, projection) == pytest.approx(by_hand, rel=3e-3)


@given(st.floats(1, 1e7))
def test_a_nice_length_is_round_and_fits(metres: float) -> None:
    length = nice_length(metres)
    assert metres / 2.51 <= length <= metres * (1 + 1e-12)
    assert f"{length:e}"[0] in "125"


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_the_inset_holds_all_ten_strokes_and_the_southernmost_island(name: str) -> None:
    projection = Projection(name)  # type: ignore[arg-type]
    left, bottom, right, top = Furniture.inset_view(projection).extent
    strokes = boundary.ten_stroke_line()
    assert len(strokes) == 10
    for west, south, east, north in [*strokes.bounds.to_numpy().tolist(), [112.2, 3.8, 112.3, 4.0]]:
        x0, y0, x1, y1 = projection.bounds(west, south, east, north)
        assert left < x0 < x1 < right
        assert bottom < y0 < y1 < top


def shown(qtbot: QtBot, dark: bool, grade: Grade = "reference") -> tuple[MapCanvas, Furniture]:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    furniture = Furniture(canvas)
    canvas.set_furniture(furniture)
    canvas.set_dark(dark)
    furniture.set_dark(dark)
    furniture.legends = [
        RampLegend("GHI", "kWh/m2", "note", RAMPS["sun"], 0, 2000),
        KeyLegend("kinds", "", (KeyRow("one", "#ff0000"), KeyRow("two", "#00ff00", 3.0))),
    ]
    furniture.sources = [MapSource("a source", grade)]
    canvas.resize(1000, 700)
    canvas.show()
    return canvas, furniture


def test_the_grade_is_on_the_map_only_where_something_is_reconstructed(
    qtbot: QtBot, qapp: QApplication
) -> None:
    pictures = [shown(qtbot, False, grade)[0].grab().toImage() for grade in ("reference", "official")]
    warned = [
        sum(QColor(picture.pixel(x, y)).name() == "#9a5b00" for x in range(400, 900) for y in range(660, 700))
        for picture in pictures
    ]
    assert warned[0] > 20
    assert warned[1] == 0


def test_the_furniture_is_dark_on_a_dark_map(qtbot: QtBot, qapp: QApplication) -> None:
    for dark in (False, True):
        canvas, _ = shown(qtbot, dark)
        picture = canvas.grab().toImage()
        # Paper of the legend, between its rows of words.
        lightness = picture.pixelColor(18, 18).lightnessF()
        assert (lightness < 0.3) if dark else (lightness > 0.9)


def test_a_new_legend_is_drawn_at_once(qtbot: QtBot, qapp: QApplication) -> None:
    canvas, furniture = shown(qtbot, False)
    before = canvas.grab().toImage()
    furniture.legends = furniture.legends[:1]
    assert canvas.grab().toImage() != before


def test_a_style_gives_its_ramp_or_its_classes() -> None:
    ramp = of_style("Wind", legend(RasterStyle(palette="wind", low=2, high=10), "m/s", ""), "")
    assert isinstance(ramp, RampLegend)
    assert (ramp.low, ramp.high, ramp.unit) == (2.0, 10.0, "m/s")
    cut = of_style("Wind", legend(RasterStyle(palette="wind", low=2, high=10, classes=4), "m/s", ""), "")
    assert isinstance(cut, KeyLegend)
    assert len(cut.rows) == 4
    wide = of_style("E", legend(RasterStyle(palette="earth", low=0, high=5500), "m", ""), "")
    assert isinstance(wide, RampLegend)
    assert wide.high == 5500.0


@pytest.mark.parametrize("size", [(724, 305), (1380, 660), (400, 240)])
def test_legends_and_inset_leave_most_of_a_small_map_to_the_map(
    qtbot: QtBot, qapp: QApplication, size: tuple[int, int]
) -> None:
    _, furniture = shown(qtbot, False)
    furniture.legends = [*furniture.legends] * 4
    view = Viewport(0.0, 0.0, 5000.0, *size)
    inset = furniture.covered(view)[3]
    legends = furniture.covered(view)[4:]
    assert legends
    right = max(box.right() for box in legends)
    assert right <= max(0.5 * size[0], WIDEST_PX + 20)
    assert inset.height() <= max(0.42 * size[1], 150) + 20
    assert not any(inset.intersects(box) for box in legends) or size[0] < 500
