"""The ground fades before its data end, and never over China."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.desktop.map.edge import PAPER, EdgeFade, faded, with_edge
from app.desktop.map.layers import MapLayer
from app.desktop.map.projection import DEFINITIONS, Projection, ProjectionId
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from gis_layers import boundary


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


def test_no_place_of_china_is_faded() -> None:
    for name in ("province_1", "ten_stroke_line"):
        points = shapely.get_coordinates(boundary.table(name).geometry)
        assert not faded(points[:, 0], points[:, 1]).any()


def test_only_paper_is_left_where_the_data_end() -> None:
    west, south, east, north = shapely.total_bounds(boundary.table("neighbour_land").geometry)
    lon, lat = np.linspace(west, east, 50), np.linspace(south, north, 50)
    for edge in (
        faded(np.full(50, west), lat),
        faded(np.full(50, east), lat),
        faded(lon, np.full(50, south)),
        faded(lon, np.full(50, north)),
    ):
        assert edge == pytest.approx(1.0)


def test_the_fade_is_smooth() -> None:
    lon = np.linspace(60.0, 80.0, 2001)
    steps = np.diff(faded(lon, np.full_like(lon, 40.0)))
    assert (steps <= 1e-12).all()
    assert np.abs(steps).max() < 0.003


@pytest.mark.parametrize("name", list(DEFINITIONS))
@pytest.mark.parametrize("night", [False, True])
def test_the_sheet_ends_in_one_tone_in_every_projection(
    qapp: QApplication, name: ProjectionId, night: bool
) -> None:
    projection = Projection(name)
    view = Viewport(0, 0, 1, 600, 400).fitted(*projection.bounds(40.0, -5.0, 170.0, 70.0))
    fade = EdgeFade()
    fade.project(projection)
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    (fade.at_night() if night else fade).paint(painter, view)
    painter.end()
    for lon, lat in ((60.0, 40.0), (150.0, 40.0), (100.0, 63.0)):
        x, y = projection.forward(np.array([lon]), np.array([lat]))
        px, py = view.to_screen(float(x[0]), float(y[0]))
        assert image.pixelColor(round(px), round(py)) == QColor(PAPER[night])
    x, y = projection.forward(np.array([104.0]), np.array([36.0]))
    px, py = view.to_screen(float(x[0]), float(y[0]))
    assert image.pixelColor(round(px), round(py)) == QColor("#ff00ff")


def test_the_fade_lies_over_the_ground_and_under_the_rest() -> None:
    def layer(name: str) -> MapLayer:
        one = EdgeFade()
        one.id = name
        return one

    ids = [x.id for x in with_edge([layer("layer.neighbour"), layer("layer.hillshade"), layer("mine")])]
    assert ids == ["layer.neighbour", "layer.hillshade", "layer.edge", "mine"]
    assert [x.id for x in with_edge([layer("mine")])] == ["mine"]
