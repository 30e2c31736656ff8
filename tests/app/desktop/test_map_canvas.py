"""The canvas under the hand, offscreen: pictures in the background, wheel, trackpad, pan, inertia, keys."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.events import MapEvent
from app.desktop.map.layers import PathLayer, PathStyle
from app.desktop.map.motion import Glide
from app.desktop.map.painting import blank, paint_layers, painting
from app.desktop.map.projection import DEFINITIONS, Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@dataclass
class Sheet:
    """A layer of one colour, which may take its time."""

    id: str
    colour: str
    seconds: float = 0.0
    visible: bool = True
    opacity: float = 1.0
    painted: int = 0
    projected: int = 0

    def project(self, projection: Projection) -> None:
        self.projected += 1

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        time.sleep(self.seconds)
        self.painted += 1
        painter.fillRect(0, 0, viewport.width_px, viewport.height_px, QColor(self.colour))


class Grabbing:
    """A tool that takes everything."""

    id = "grabbing"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def handle(self, event: MapEvent) -> bool:
        self.kinds.append(event.kind)
        return True

    def key(self, key: Qt.Key, shift: bool) -> bool:
        return False

    def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None: ...

    def deactivate(self) -> None: ...


@pytest.fixture
def canvas(qtbot: QtBot, qapp: QApplication) -> MapCanvas:
    shown = MapCanvas()
    qtbot.addWidget(shown)
    shown.resize(800, 600)
    shown.show()
    return shown


def colour_at(canvas: MapCanvas, x: int, y: int) -> str:
    return canvas.grab().toImage().pixelColor(x, y).name()


def wheel(canvas: MapCanvas, at: QPoint, pixels: int = 0, notches: int = 0) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        QPoint(0, pixels),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def drag(qtbot: QtBot, canvas: MapCanvas, button: Qt.MouseButton, way: int = 100) -> None:
    qtbot.mousePress(canvas, button, pos=QPoint(400, 300))
    for share in range(1, 11):
        qtbot.mouseMove(canvas, QPoint(400 + way * share // 10, 300))
    qtbot.mouseRelease(canvas, button, pos=QPoint(400 + way, 300))


def test_a_slow_layer_never_holds_up_the_window(canvas: MapCanvas, qtbot: QtBot) -> None:
    began = time.perf_counter()
    canvas.set_layers([Sheet("slow", "#ff0000", seconds=0.4)])
    QApplication.processEvents()
    canvas.repaint()
    assert time.perf_counter() - began < 0.1
    with qtbot.waitSignal(canvas.painted, timeout=5000):
        pass
    assert colour_at(canvas, 10, 10) == "#ff0000"


def test_the_picture_of_an_older_order_is_never_shown(canvas: MapCanvas) -> None:
    old, new = Sheet("old", "#ff0000", seconds=0.2), Sheet("new", "#00ff00")
    canvas.set_layers([old])
    QApplication.processEvents()
    canvas.set_layers([new])
    assert colour_at(canvas, 10, 10) == "#00ff00"
    time.sleep(0.3)
    QApplication.processEvents()
    assert colour_at(canvas, 10, 10) == "#00ff00"


def test_layers_are_projected_once_for_each_projection(canvas: MapCanvas) -> None:
    sheet = Sheet("one", "#ff0000")
    for _ in range(3):
        canvas.set_layers([sheet])
        canvas.wait_painted()
    assert sheet.projected == 1
    canvas.set_projection(Projection("mercator"))
    canvas.wait_painted()
    assert sheet.projected == 2


def test_a_small_pan_needs_no_new_picture(canvas: MapCanvas, qtbot: QtBot) -> None:
    sheet = Sheet("one", "#ff0000")
    canvas.set_layers([sheet])
    canvas.wait_painted()
    painted = sheet.painted
    with qtbot.waitSignal(canvas.view_settled, timeout=2000):
        canvas.set_viewport(canvas.viewport.panned(30, 20))
    canvas.wait_painted()
    assert sheet.painted == painted


@pytest.mark.parametrize(("pixels", "notches"), [(0, 2), (90, 0), (-45, 0)])
def test_wheel_and_trackpad_zoom_at_the_cursor(canvas: MapCanvas, pixels: int, notches: int) -> None:
    at = QPoint(600, 150)
    before, scale = canvas.to_degrees(at.x(), at.y()), canvas.viewport.metres_per_pixel
    wheel(canvas, at, pixels, notches)
    assert canvas.to_degrees(at.x(), at.y()) == pytest.approx(before, abs=1e-9)
    assert (canvas.viewport.metres_per_pixel < scale) == (pixels + notches > 0)


def test_switching_the_projection_keeps_centre_and_scale_on_the_ground(canvas: MapCanvas) -> None:
    canvas.center_on(104.0, 36.0, 1000.0)
    ground = canvas.viewport.metres_per_pixel / canvas.projection.scale_at(104.0, 36.0)
    for name in DEFINITIONS:
        canvas.set_projection(Projection(name))
        assert canvas.center_deg() == pytest.approx((104.0, 36.0), abs=1e-6)
        now = canvas.viewport.metres_per_pixel / canvas.projection.scale_at(*canvas.center_deg())
        assert now == pytest.approx(ground, rel=1e-6)


def test_a_mercator_metre_is_the_secant_of_latitude_and_an_albers_one_keeps_area() -> None:
    assert Projection("mercator").scale_at(100.0, 60.0) == pytest.approx(2.0, rel=0.01)
    assert Projection("albers").scale_at(85.0, 40.0) == pytest.approx(1.0, rel=1e-6)


def test_north_leans_east_of_up_in_the_far_west_of_albers() -> None:
    albers = Projection("albers")
    assert albers.north_at(105.0, 35.0) == pytest.approx(0.0, abs=1e-6)
    assert 10 < albers.north_at(75.0, 38.0) < 30
    assert albers.north_at(130.0, 45.0) < -10
    assert Projection("mercator").north_at(75.0, 38.0) == pytest.approx(0.0, abs=1e-6)


def test_zoom_to_shows_the_whole_box_and_a_point_in_the_middle(canvas: MapCanvas) -> None:
    canvas.zoom_to((100.0, 30.0, 105.0, 34.0))
    for lon, lat in ((100.0, 30.0), (105.0, 34.0), (100.0, 34.0), (105.0, 30.0)):
        x, y = canvas.viewport.to_screen(*canvas.to_plane(lon, lat))
        assert 0 < x < 800
        assert 0 < y < 600
    canvas.zoom_to((101.0, 31.0, 101.0, 31.0))
    assert canvas.center_deg() == pytest.approx((101.0, 31.0), abs=1e-6)


def test_the_middle_button_moves_the_map_whatever_tool_is_in_the_hand(
    canvas: MapCanvas, qtbot: QtBot
) -> None:
    canvas.inertia = False
    tool = Grabbing()
    canvas.set_tool(tool)
    before = canvas.viewport.center_x_m
    drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    assert canvas.viewport.center_x_m == before
    assert tool.kinds[0] == "press"
    tool.kinds.clear()
    drag(qtbot, canvas, Qt.MouseButton.MiddleButton)
    assert canvas.viewport.center_x_m < before
    assert tool.kinds == []


def test_the_space_bar_moves_the_map_while_a_tool_is_in_the_hand(canvas: MapCanvas, qtbot: QtBot) -> None:
    canvas.inertia = False
    canvas.set_tool(Grabbing())
    before = canvas.viewport.center_x_m
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    moved = canvas.viewport.center_x_m
    assert moved < before
    drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    assert canvas.viewport.center_x_m == moved


def test_the_map_glides_on_and_a_press_stops_it(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "motion_reduced", lambda: False)
    drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    put_down = canvas.viewport.center_x_m
    qtbot.wait(60)
    assert canvas.viewport.center_x_m < put_down
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    stopped = canvas.viewport.center_x_m
    qtbot.wait(60)
    assert canvas.viewport.center_x_m == stopped


def test_the_map_stays_where_it_was_put_when_the_user_wants_no_motion(
    canvas: MapCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "motion_reduced", lambda: True)
    drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    put_down = canvas.viewport.center_x_m
    qtbot.wait(60)
    assert canvas.viewport.center_x_m == put_down


def test_a_glide_comes_to_rest_within_a_second_and_a_slow_hand_starts_none() -> None:
    glide = Glide()
    for tick in range(5):
        glide.moved(tick * 0.016, 20.0, 0.0)
    assert glide.released(0.064)
    steps = 0
    while glide.step(0.016) is not None:
        steps += 1
    assert 5 < steps < 60
    for tick in range(5):
        glide.moved(1 + tick * 0.016, 0.5, 0.0)
    assert not glide.released(1.064)


def test_arrows_pan_and_home_shows_the_country(canvas: MapCanvas, qtbot: QtBot) -> None:
    home = canvas.viewport
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.viewport.center_x_m < home.center_x_m
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert np.isclose(canvas.viewport.center_x_m, home.center_x_m)


def test_a_fault_in_a_layer_is_raised_where_it_is_seen(canvas: MapCanvas, qtbot: QtBot) -> None:
    class Broken(Sheet):
        def paint(self, painter: QPainter, viewport: Viewport) -> None:
            raise ValueError("broken layer")

    with qtbot.captureExceptions() as found:
        canvas.set_layers([Broken("b", "#000000")])
        qtbot.waitUntil(lambda: len(found) > 0, timeout=3000)
    assert "broken layer" in str(found[0][1])
    canvas.set_layers([])


def outline(identity: str) -> PathLayer:
    edge = np.array([[95.0, 30.0], [115.0, 30.0], [115.0, 40.0], [95.0, 40.0], [95.0, 30.0]])
    layer = PathLayer(identity, PathStyle("#30363c", 4.0, "#faf8f2"), [(1e9, [edge], True)])
    layer.project(Projection("albers"))
    return layer


def test_the_base_map_is_dark_at_night_and_the_users_layers_keep_their_colours(canvas: MapCanvas) -> None:
    for identity, changed in (("layer.land", True), ("user.mine", False)):
        lightness = []
        for dark in (False, True):
            canvas.set_dark(dark)
            canvas.set_layers([outline(identity)])
            canvas.center_on(105.0, 35.0, 5000.0)
            lightness.append(canvas.grab().toImage().pixelColor(400, 300).lightnessF())
        assert lightness[0] > 0.9
        assert (lightness[1] < 0.3) == changed


def test_lines_are_as_wide_on_a_screen_of_twice_the_pixels() -> None:
    x, y = Projection("albers").forward(np.array([105.0]), np.array([30.0]))
    view = Viewport(float(x[0]), float(y[0]), 5000.0, 100, 100)
    widths = []
    for ratio in (1.0, 2.0):
        image = blank(view, ratio, "#faf8f2")
        with painting(image) as painter:
            paint_layers(painter, view, ((outline("layer.line"), 1.0),))
        column = [image.pixelColor(image.width() // 2, row).lightnessF() for row in range(image.height())]
        widths.append(sum(1 for lightness in column if lightness < 0.5))
    assert widths[0] == pytest.approx(4, abs=1)
    assert widths[1] == pytest.approx(8, abs=1)


def test_the_ten_strokes_are_seen_at_night_on_any_raster() -> None:
    x, y = Projection("albers").forward(np.array([105.0]), np.array([30.0]))
    view = Viewport(float(x[0]), float(y[0]), 5000.0, 100, 100)
    layer = outline("layer.strokes")
    layer.style = PathStyle("#30363c", 2.2)
    for ground in ("#12181d", "#fdd870", "#b10026"):
        image = blank(view, 1.0, ground)
        with painting(image) as painter:
            paint_layers(painter, view, ((layer, 1.0),), night=True)
        column = [image.pixelColor(50, row).lightnessF() for row in range(35, 65)]
        assert max(column) - min(column) > 0.45
