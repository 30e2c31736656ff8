"""What was drawn is seen on the map."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from app.desktop.tools.drawing_overlay import LINE, DrawingOverlay
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
