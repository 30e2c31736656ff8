"""What was drawn is seen on the map."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from app.desktop.tools.drawing_overlay import LINE, DrawingOverlay, _path
from app.desktop.tools.snapping import Screen
from planning.workspace import Drawing

RING = ((107.0, 40.0), (108.0, 40.0), (108.0, 41.0), (107.0, 41.0), (107.0, 40.0))


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


PROJECTION = Projection("plate_carree")
VIEW = Viewport(0, 0, 1, 400, 400).fitted(*PROJECTION.bounds(105.0, 38.0, 110.0, 43.0))


def painted(overlay: DrawingOverlay) -> QImage:
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    overlay.paint(painter, VIEW, PROJECTION)
    painter.end()
    return image


def inked(image: QImage) -> set[tuple[int, int]]:
    return {(x, y) for x in range(400) for y in range(400) if image.pixelColor(x, y) == LINE}


def test_a_shape_of_the_project_has_its_outline_where_it_was_drawn(qapp: QApplication) -> None:
    overlay = DrawingOverlay()
    assert not inked(painted(overlay))
    overlay.drawings = (Drawing(id="a", name="甲", kind="polygon", rings=(RING,)),)
    marks = inked(painted(overlay))
    assert marks
    columns, rows = {x for x, _ in marks}, {y for _, y in marks}
    x, y = PROJECTION.forward(np.array([107.0, 108.0]), np.array([40.0, 41.0]))
    west, south = VIEW.to_screen(float(x[0]), float(y[0]))
    east, north = VIEW.to_screen(float(x[1]), float(y[1]))
    assert (min(columns), max(columns)) == (pytest.approx(west, abs=2), pytest.approx(east, abs=2))
    assert (min(rows), max(rows)) == (pytest.approx(north, abs=2), pytest.approx(south, abs=2))


def test_a_shape_not_decided_on_is_dashed(qapp: QApplication) -> None:
    shape = Drawing(id="a", name="甲", kind="polygon", rings=(RING,))
    whole, dashed = DrawingOverlay(), DrawingOverlay()
    whole.drawings, dashed.pending = (shape,), shape
    assert 0 < len(inked(painted(dashed))) < len(inked(painted(whole)))


def test_a_long_edge_is_painted_along_its_geodesic(qapp: QApplication) -> None:
    far = ((95.0, 40.0), (115.0, 40.0), (115.0, 45.0), (95.0, 45.0), (95.0, 40.0))
    shape = Drawing(id="a", name="甲", kind="polygon", rings=(far,))
    _, top = PROJECTION.forward(np.array([105.0]), np.array([45.0]))
    path = _path(shape, Screen(VIEW, PROJECTION))
    _, parallel = VIEW.to_screen(0.0, float(top[0]))
    # Twenty degrees at 45 N: the middle of the edge lies 0.43 degrees north of the parallel.
    bulge_m = (parallel - path.boundingRect().top()) * VIEW.metres_per_pixel
    assert bulge_m / 111_000 == pytest.approx(0.43, abs=0.02)
