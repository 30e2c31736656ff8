"""What is on the map is moved, reshaped and removed by the edit tool, and every step undoes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from app.desktop.map.events import MapEvent
from gis_layers.measure import circle, legs
from planning.drawn import line_between
from planning.edits import put_item, put_line
from planning.workspace import Drawing, Workspace


class Mouse:
    """Moves the tool in hand by places, as the canvas would."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        window.bench.toolbox.activate("edit")
        window.canvas.repaint()
        window.bench.toolbox.edit_tool.look(window.canvas.viewport, window.canvas.projection)

    def send(self, kind: Any, place: tuple[float, float], **keys: bool) -> None:
        canvas = self.window.canvas
        px, py = canvas.viewport.to_screen(*canvas.to_plane(*place))
        tool = self.window.bench.toolbox.active
        assert tool is not None
        tool.handle(MapEvent(kind, *place, px, py, canvas.viewport.metres_per_pixel, "left", **keys))

    def drag(self, start: tuple[float, float], end: tuple[float, float], **keys: bool) -> None:
        self.send("press", start, **keys)
        for share in (0.5, 1.0):
            self.send("move", tuple(np.array(start) + (np.array(end) - start) * share), **keys)  # type: ignore[arg-type]
        self.send("release", end, **keys)

    def click(self, place: tuple[float, float]) -> None:
        self.send("press", place)
        self.send("release", place)

    def key(self, key: Qt.Key) -> None:
        tool = self.window.bench.toolbox.active
        assert tool is not None
        tool.key(key, False)


def undone(window: MainWindow) -> Workspace:
    while window.document.undo_name is not None:
        window.document.undo()
    return window.document.workspace


def with_line(window: MainWindow) -> None:
    line = line_between((101.8, 36.6), (113.6, 34.7), "own-line", "线", "Line", 8000.0)
    window.document.apply(put_line(window.document.scenario.id, line))


def test_a_built_in_base_is_dragged_with_its_sites_and_the_step_has_a_name(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.document.workspace
    old = window.document.scenario.base("kubuqi")
    window.canvas.center_on(old.lon_deg, old.lat_deg, 500.0)
    mouse = Mouse(window)
    mouse.drag((old.lon_deg, old.lat_deg), (old.lon_deg + 0.05, old.lat_deg))
    qtbot.waitUntil(lambda: window.document.scenario.base("kubuqi") != old, timeout=60_000)
    new = window.document.scenario.base("kubuqi")
    assert new.lon_deg == pytest.approx(old.lon_deg + 0.05, abs=1e-3)
    assert new.wind_sites[0].lon_deg == pytest.approx(old.wind_sites[0].lon_deg + 0.05, abs=1e-3)
    assert window.document.undo_name is not None
    assert window.document.undo_name.zh == f"移动基地{old.name_zh}"
    assert window.document.undo_name.en == f"Move base {old.name_en}"
    assert undone(window) == before


def test_a_base_dragged_away_from_its_line_stays_and_the_window_says_why(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.document.workspace
    old = window.document.scenario.base("kubuqi")
    said: list[str] = []
    window.statusBar().messageChanged.connect(said.append)
    window.canvas.center_on(106.0, 36.0, 3000.0)
    Mouse(window).drag((old.lon_deg, old.lat_deg), (104.1, 30.7))
    qtbot.waitUntil(lambda: any("corridor_id" in words for words in said), timeout=60_000)
    assert window.document.workspace == before


def test_the_end_of_an_own_line_is_dragged_onto_a_load_centre(window: MainWindow) -> None:
    with_line(window)
    before = window.document.workspace
    window.canvas.center_on(110.0, 34.0, 2000.0)
    mouse = Mouse(window)
    mouse.drag((113.6, 34.7), (114.31, 30.6))
    (line,) = window.document.scenario.lines.own
    assert (line.from_node, line.to_node) == ("630000", "420000")
    # Caught: the city itself, not the place of the pointer.
    assert (line.to_lon_deg, line.to_lat_deg) != (114.31, 30.6)
    assert (line.to_lon_deg, line.to_lat_deg) == pytest.approx((114.3, 30.6), abs=0.15)
    assert line.mw == 8000.0
    window.document.undo()
    assert window.document.workspace == before


def test_delete_removes_the_base_or_line_in_hand_and_undo_brings_it_back(window: MainWindow) -> None:
    with_line(window)
    before = window.document.workspace
    window.canvas.center_on(108.0, 37.0, 2000.0)
    mouse = Mouse(window)
    mouse.click((101.8, 36.6))
    mouse.key(Qt.Key.Key_Delete)
    assert window.document.scenario.lines.own == ()
    base = window.document.scenario.base("kubuqi")
    mouse.click((base.lon_deg, base.lat_deg))
    mouse.key(Qt.Key.Key_Delete)
    assert "kubuqi" not in {b.id for b in window.document.scenario.bases}
    window.document.undo()
    window.document.undo()
    assert window.document.workspace == before


def test_an_edited_circle_stays_a_circle(window: MainWindow) -> None:
    ring = tuple((float(x), float(y)) for x, y in circle((100.0, 37.0), 60.0).exterior.coords)
    window.document.apply(put_item(Drawing(id="c", name="圆", kind="circle", rings=(ring,))))
    window.canvas.center_on(100.0, 37.0, 500.0)
    mouse = Mouse(window)
    mouse.click((100.0, 37.2))
    mouse.drag((100.0, 37.0), (100.4, 37.1), ctrl=True)
    window.canvas.repaint()
    rim = window.bench.toolbox.edit_tool.sketch.places[1]
    mouse.drag(rim, (101.4, 37.1), ctrl=True)
    mouse.key(Qt.Key.Key_Return)
    (drawing,) = window.document.workspace.drawings
    assert drawing.kind == "circle"
    radius = legs([(100.4, 37.1), (101.4, 37.1)]).total_km
    far = [legs([(100.4, 37.1), place]).total_km for place in drawing.rings[0]]
    assert far == pytest.approx([radius] * len(far), rel=1e-4)


def test_a_base_whose_outline_is_edited_can_have_its_sites_anew(window: MainWindow, qtbot: QtBot) -> None:
    window.bench.toolbox.drawn.emit(shapely.box(107.0, 40.0, 109.5, 41.0))
    window.drawing.bar.make.click()
    qtbot.waitUntil(lambda: len(window.document.workspace.drawings) == 1, timeout=60_000)
    base = window.document.scenario.bases[-1]
    window.canvas.center_on(108.0, 40.5, 800.0)
    mouse = Mouse(window)
    # The base's own marker lies over the area: a place well aside of it.
    mouse.click((107.1, 40.9))
    mouse.drag((109.5, 41.0), (108.0, 41.0), ctrl=True)
    mouse.key(Qt.Key.Key_Return)
    bar = window.drawing.bar
    assert bar.isVisible()
    assert base.name_zh in bar.what.text()
    assert window.document.scenario.bases[-1] == base
    bar.make.click()
    qtbot.waitUntil(lambda: window.document.scenario.bases[-1] != base, timeout=60_000)
    anew = window.document.scenario.bases[-1]
    assert (anew.land_max_km2 or 0) < (base.land_max_km2 or 0)
    assert (anew.id, anew.channel_mw) == (base.id, base.channel_mw)
    assert window.document.undo_name is not None
    assert window.document.undo_name.en == f"Find sites anew for base {base.name_en}"


def test_a_pin_is_dragged_and_the_step_says_move(window: MainWindow) -> None:
    window.bench.toolbox.add_pin(100.0, 37.0)
    (before,) = window.document.workspace.pins
    window.canvas.center_on(100.0, 37.0, 1000.0)
    mouse = Mouse(window)
    window.bench.toolbox.activate("pin")
    window.canvas.repaint()
    tool = window.bench.toolbox.active
    assert tool is not None
    tool.look(window.canvas.viewport, window.canvas.projection)
    mouse.drag((100.0, 37.0), (101.0, 37.5))
    (pin,) = window.document.workspace.pins
    assert (pin.lon_deg, pin.lat_deg) == pytest.approx((101.0, 37.5), abs=1e-6)
    assert pin.name == before.name
    assert window.document.undo_name is not None
    assert window.document.undo_name.en == f"Move pin {before.name}"
    assert [p.place for p in window.bench.toolbox.pins.pins] == [(pin.lon_deg, pin.lat_deg)]
    window.document.undo()
    assert window.document.workspace.pins == (before,)
    mouse.drag((100.0, 37.0), (139.7, 35.7))  # abroad: it stays
    assert window.document.workspace.pins == (before,)
