"""Tools moved by the hand: presses, drags, keys and typed places, on the real canvas where it matters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.events import MapEvent, Tool
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from app.desktop.texts import TEXTS
from app.desktop.tools.editable import Editable
from app.desktop.tools.pins import COLOURS, MOST, Pin, PinList
from app.desktop.tools.toolbox import ToolBox
from gis_layers.crs import area_km2, distance_km

ALBERS = Projection("albers")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


class Hand:
    """Moves the tool in hand as the canvas would, by places or pixels."""

    window: QWidget
    """Held here: nobody else does."""

    def __init__(self, box: ToolBox) -> None:
        self.box = box
        x, y = ALBERS.forward(np.array([102.0]), np.array([37.0]))
        self.view = Viewport(float(x[0]), float(y[0]), 1000.0, 800, 600)
        self.said: list[str] = []
        box.message.connect(self.said.append)

    def take(self, id: str) -> Any:
        self.box.activate(id)
        tool = self.box.tools[id]
        tool.look(self.view, ALBERS)
        return tool

    def px(self, lon: float, lat: float) -> tuple[float, float]:
        x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
        return self.view.to_screen(float(x[0]), float(y[0]))

    def send(self, kind: Any, px: float, py: float, button: Any = "left", **keys: bool) -> None:
        x, y = self.view.to_map(px, py)
        lon, lat = ALBERS.inverse(np.array([x]), np.array([y]))
        assert self.box.active is not None
        self.box.active.handle(MapEvent(kind, float(lon[0]), float(lat[0]), px, py, 1000.0, button, **keys))

    def move(self, lon: float, lat: float) -> None:
        self.send("move", *self.px(lon, lat), "none")

    def click(self, lon: float, lat: float, **keys: bool) -> None:
        self.move(lon, lat)
        self.send("press", *self.px(lon, lat), **keys)
        self.send("release", *self.px(lon, lat), **keys)

    def double(self, lon: float, lat: float) -> None:
        self.click(lon, lat)
        self.send("double", *self.px(lon, lat))
        self.send("release", *self.px(lon, lat))

    def drag(self, start: tuple[float, float], end: tuple[float, float], **keys: bool) -> None:
        self.send("press", *self.px(*start), **keys)
        for share in (0.3, 0.7, 1.0):
            between = [a + (b - a) * share for a, b in zip(start, end, strict=True)]
            self.send("move", *self.px(*between), **keys)
        self.send("release", *self.px(*end), **keys)

    def key(self, key: Qt.Key) -> bool:
        assert self.box.active is not None
        return self.box.active.key(key, False)


@pytest.fixture
def hand(qtbot: QtBot, qapp: QApplication) -> Hand:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    hand = Hand(ToolBox(window))
    hand.window = window
    return hand


def caught(signal: Any) -> list[tuple[Any, ...]]:
    got: list[tuple[Any, ...]] = []
    signal.connect(lambda *values: got.append(values))
    return got


def shaped(geometry: Any) -> Editable:
    return Editable("drawing", "shape", geometry)


SQUARE = [(101.0, 36.0), (103.0, 36.0), (103.0, 38.0), (101.0, 38.0)]


def test_every_tool_has_words_a_hint_and_the_canvas_contract(hand: Hand) -> None:
    assert set(hand.box.TOOL_IDS) == set(hand.box.tools)
    for id, tool in hand.box.tools.items():
        contract: Tool = tool
        assert contract.id == id
        for key in (f"tool.{id}", f"tool.{id}.hint"):
            assert all(TEXTS[key]), key


def test_all_words_differ_in_chinese_and_english_and_fill_the_same_blanks() -> None:
    import string

    for key, (zh, en) in TEXTS.items():
        if key.startswith("tool."):
            blanks = [{name for _, name, _, _ in string.Formatter().parse(w) if name} for w in (zh, en)]
            assert blanks[0] == blanks[1], key


def test_a_polygon_is_drawn_by_clicks_and_a_double_click(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    hand.take("draw_polygon")
    for place in SQUARE[:3]:
        hand.click(*place)
    hand.double(*SQUARE[3])
    polygon = drawn[0][0]
    assert polygon.is_valid
    assert np.allclose(sorted(polygon.exterior.coords[:-1]), sorted(SQUARE), atol=1e-6)


def test_a_click_on_the_first_vertex_or_enter_or_the_right_button_closes_too(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    hand.take("draw_polygon")
    for how in range(3):
        for place in SQUARE:
            hand.click(*place)
        if how == 0:
            hand.click(*SQUARE[0])
        elif how == 1:
            assert hand.key(Qt.Key.Key_Return)
        else:
            hand.send("press", 10.0, 10.0, "right")
        assert len(drawn) == how + 1
        assert len(drawn[-1][0].exterior.coords) == 5


def test_a_crossing_polygon_is_refused_with_words_and_can_be_mended(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    tool = hand.take("draw_polygon")
    for place in (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]):
        hand.click(*place)
    hand.key(Qt.Key.Key_Enter)
    assert not drawn
    assert hand.said[-1] == TEXTS["tool.crossing"][0]
    assert len(tool.sketch.places) == 4
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Enter)
    assert len(drawn) == 1


def test_backspace_takes_back_one_vertex_and_escape_all_then_puts_the_tool_down(hand: Hand) -> None:
    tool = hand.take("draw_polygon")
    assert not hand.key(Qt.Key.Key_Backspace)
    for place in SQUARE[:3]:
        hand.click(*place)
    assert hand.key(Qt.Key.Key_Backspace)
    assert len(tool.sketch.places) == 2
    hand.key(Qt.Key.Key_Escape)
    assert tool.sketch.places == []
    assert hand.box.active is tool
    hand.key(Qt.Key.Key_Escape)
    assert hand.box.active is None


def test_a_drag_while_drawing_pans_and_sets_no_vertex(hand: Hand) -> None:
    panned = caught(hand.box.panned)
    tool = hand.take("draw_polygon")
    hand.click(*SQUARE[0])
    hand.drag((102.0, 37.0), (102.5, 37.0))
    assert len(tool.sketch.places) == 1
    moved = sum(dx for dx, _ in panned)
    assert moved == pytest.approx(hand.px(102.5, 37.0)[0] - hand.px(102.0, 37.0)[0])


def test_taking_up_another_tool_drops_what_is_unfinished(hand: Hand) -> None:
    tool = hand.take("draw_polygon")
    hand.click(*SQUARE[0])
    hand.take("identify")
    assert tool.sketch.places == []


def test_vertices_snap_to_borders_unless_ctrl_is_held(hand: Hand) -> None:
    hand.box.set_borders([shapely.box(101.0, 36.0, 103.0, 38.0)])
    tool = hand.take("draw_polygon")
    near = (101.03, 36.02)
    hand.click(*near)
    assert tool.sketch.places[0] == (101.0, 36.0)
    assert tool.snap is not None
    hand.send("press", *hand.px(*near), ctrl=True)
    hand.send("release", *hand.px(*near), ctrl=True)
    assert tool.sketch.places[1] == pytest.approx(near)


def test_distance_is_measured_leg_by_leg_on_the_ellipsoid(hand: Hand) -> None:
    tool = hand.take("measure_distance")
    measured = caught(tool.measured)
    for place in SQUARE[:2]:
        hand.click(*place)
    hand.double(*SQUARE[2])
    expected = float(distance_km(101.0, 36.0, 103.0, 36.0) + distance_km(103.0, 36.0, 103.0, 38.0))
    assert measured[0][0] == pytest.approx(expected, rel=1e-6)
    assert "km" in hand.said[-1]
    assert tool.sketch.places  # stays in sight
    hand.click(*SQUARE[3])
    assert len(tool.sketch.places) == 1  # the next click begins anew


def test_area_is_told_in_mu_in_chinese_and_hectares_in_english(hand: Hand) -> None:
    tool = hand.take("measure_area")
    measured = caught(tool.measured)
    for language, word in (("zh", "万亩"), ("en", " ha")):
        hand.box.set_language(language)  # type: ignore[arg-type]
        for place in SQUARE:
            hand.click(*place)
        hand.key(Qt.Key.Key_Enter)
        assert word in hand.said[-1]
    assert measured[0][0] == pytest.approx(area_km2(shapely.Polygon(SQUARE)), rel=1e-6)


def test_a_rectangle_comes_by_drag_or_by_two_clicks(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    hand.take("draw_rectangle")
    hand.drag(SQUARE[0], SQUARE[2])
    hand.click(*SQUARE[1])
    hand.click(*SQUARE[3])
    assert len(drawn) == 2
    for (polygon,) in drawn:
        assert np.allclose(polygon.bounds, (101, 36, 103, 38), atol=1e-6)


def test_a_flat_rectangle_is_refused(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    hand.take("draw_rectangle")
    assert hand.box.active is not None
    assert hand.box.active.type_place("101 36")
    hand.box.active.type_place("103 36")
    assert not drawn
    assert hand.said[-1] == TEXTS["tool.no_area"][0]


def test_a_circle_takes_a_typed_radius(hand: Hand) -> None:
    drawn = caught(hand.box.drawn)
    tool = hand.take("draw_circle")
    assert tool.type_place("102 37")
    assert tool.type_place("50公里")
    ring = np.array(drawn[0][0].exterior.coords)
    assert distance_km(102.0, 37.0, ring[:, 0], ring[:, 1]) == pytest.approx(50.0, abs=1e-6)


def test_a_whole_polygon_is_drawn_from_the_keyboard(hand: Hand, qtbot: QtBot) -> None:
    drawn = caught(hand.box.drawn)
    hand.take("draw_polygon")
    hand.key(Qt.Key.Key_1)
    line = hand.box.box._line
    assert hand.box.box.isVisible()
    assert line.text() == "1"
    for words in ("101 36", "@100 90", "nonsense", "@100 0"):
        line.setText(words)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        if words == "nonsense":
            assert hand.said[-1] == TEXTS["tool.type.bad"][0]
            assert line.text() == words  # kept for mending
            line.clear()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    polygon = drawn[0][0]
    assert area_km2(polygon) == pytest.approx(5000.0, rel=0.01)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not hand.box.box.isVisible()


def test_backspace_in_the_empty_box_takes_back_a_vertex(hand: Hand, qtbot: QtBot) -> None:
    tool = hand.take("draw_polygon")
    tool.type_place("101 36")
    hand.box.type_place()
    line = hand.box.box._line
    line.setText("5")
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert tool.sketch.places
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert not tool.sketch.places


def test_a_corridor_catches_load_centres_exactly(hand: Hand) -> None:
    drawn = caught(hand.box.corridor_drawn)
    hand.box.set_anchors([("酒泉", 101.0, 36.0), ("西宁", 103.0, 38.0)])
    hand.take("draw_corridor")
    hand.click(101.02, 36.02)
    hand.click(103.02, 37.98)
    start, end, km = drawn[0]
    assert (start, end) == ((101.0, 36.0), (103.0, 38.0))
    assert km == pytest.approx(float(distance_km(*start, *end)))


def test_a_corridor_is_typed_by_the_names_of_its_ends(hand: Hand) -> None:
    drawn = caught(hand.box.corridor_drawn)
    hand.box.set_anchors([("Jiuquan", 101.0, 36.0), ("Jinan", 117.0, 36.7), ("济南东", 117.2, 36.8)])
    tool = hand.take("draw_corridor")
    assert not tool.type_place("ji")  # two begin so
    assert tool.type_place("jiu")
    assert tool.type_place("济南")
    assert drawn[0][:2] == ((101.0, 36.0), (117.2, 36.8))


def test_province_borders_are_read_beside_the_window_and_caught(hand: Hand, qtbot: QtBot) -> None:
    hand.box.load_borders()
    qtbot.waitUntil(lambda: "borders" in hand.box.snapper._groups, timeout=60_000)
    points, _ = hand.box.snapper._groups["borders"]
    tool = hand.take("draw_polygon")
    index = int(np.argmin(np.hypot(points[:, 0] - 102.0, points[:, 1] - 37.0)))
    hand.move(*points[index])
    assert tool.snap is not None
    assert tool.snap.kind == "vertex"


def test_the_right_and_middle_buttons_are_left_to_the_map_when_nothing_is_made(hand: Hand) -> None:
    for id in ("identify", "draw_polygon", "edit"):
        tool = hand.take(id)
        for button in ("right", "none"):
            assert not tool.handle(MapEvent("press", 102.0, 37.0, 400.0, 300.0, 1000.0, button))  # type: ignore[arg-type]


def test_a_corridor_from_a_place_to_itself_is_refused(hand: Hand) -> None:
    drawn = caught(hand.box.corridor_drawn)
    hand.take("draw_corridor")
    hand.click(101.0, 36.0)
    hand.click(101.0, 36.0)
    assert not drawn
    assert hand.said[-1] == TEXTS["tool.same_place"][0]


def test_identify_says_where_and_a_drag_says_nothing(hand: Hand) -> None:
    picked = caught(hand.box.picked)
    hand.take("identify")
    hand.click(102.0, 37.0)
    hand.drag((102.0, 37.0), (103.0, 37.0))
    assert len(picked) == 1
    assert picked[0] == pytest.approx((102.0, 37.0, 400.0, 300.0), abs=1e-6)
    assert hand.box.active is not None
    hand.box.active.type_place("103E 36N")
    assert picked[1] == pytest.approx((103.0, 36.0, *hand.px(103.0, 36.0)), abs=1e-6)


def test_selecting_by_click_and_by_box(hand: Hand) -> None:
    pointed, boxed = caught(hand.box.pointed), caught(hand.box.boxed)
    hand.take("select")
    hand.click(102.0, 37.0, shift=True)
    assert pointed[0] == (pytest.approx(102.0), pytest.approx(37.0), 1000.0, True)
    hand.drag((101.0, 38.0), (103.0, 36.0))
    polygon, adds = boxed[0]
    assert polygon.is_valid
    assert not adds
    for lon, lat in [(101.1, 37.0), (102.9, 37.0), (102.0, 36.2)]:
        assert polygon.contains(shapely.Point(lon, lat))
    assert not polygon.contains(shapely.Point(104.0, 37.0))


def edit_square(hand: Hand) -> Any:
    assert hand.box.edit(shaped(shapely.Polygon(SQUARE)))
    tool = hand.box.edit_tool
    tool.look(hand.view, ALBERS)
    return tool


def test_a_vertex_is_dragged_and_enter_hands_over_before_and_after(hand: Hand) -> None:
    edited = caught(hand.box.edited)
    edit_square(hand)
    hand.drag(SQUARE[2], (104.0, 38.5))
    hand.key(Qt.Key.Key_Return)
    before, after = edited[0]
    assert before.geometry.equals(shapely.Polygon(SQUARE))
    assert np.isclose(np.array(after.exterior.coords), (104.0, 38.5), atol=1e-6).all(axis=1).any()
    assert hand.box.active is None


def test_dragging_an_edge_inserts_a_vertex_and_shift_click_deletes_one(hand: Hand) -> None:
    tool = edit_square(hand)
    hand.drag((101.0, 37.0), (100.0, 37.0))
    assert len(tool.sketch.places) == 5
    assert tool.sketch.places[4] == pytest.approx((100.0, 37.0))
    hand.click(100.0, 37.0, shift=True)
    assert tool.sketch.places == SQUARE


def test_editing_by_keys_alone(hand: Hand) -> None:
    edited = caught(hand.box.edited)
    tool = edit_square(hand)
    tool.type_place("104 39")
    assert hand.said[-1] == TEXTS["tool.pick_vertex"][0]
    assert tool.sketch.places == SQUARE
    hand.key(Qt.Key.Key_PageDown)
    assert tool.picked == 0
    hand.key(Qt.Key.Key_PageUp)
    assert tool.picked == 3
    tool.type_place("100.5 38.5")
    hand.key(Qt.Key.Key_Insert)
    assert len(tool.sketch.places) == 5
    hand.key(Qt.Key.Key_Delete)
    assert len(tool.sketch.places) == 4
    hand.key(Qt.Key.Key_Return)
    assert (100.5, 38.5) in edited[0][1].exterior.coords


def test_backspace_takes_back_edits_and_escape_restores(hand: Hand) -> None:
    edited = caught(hand.box.edited)
    tool = edit_square(hand)
    hand.drag(SQUARE[2], (104.0, 38.5))
    hand.drag(SQUARE[0], (100.0, 35.5))
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Backspace)
    assert tool.sketch.places == SQUARE
    hand.drag(SQUARE[2], (104.0, 38.5))
    hand.key(Qt.Key.Key_Escape)
    assert not edited
    assert not tool.sketch.places


def test_an_edit_that_crosses_is_refused_and_one_without_change_is_silent(hand: Hand) -> None:
    edited = caught(hand.box.edited)
    tool = edit_square(hand)
    hand.drag(SQUARE[0], (104.0, 37.0))
    assert hand.said[-1] == TEXTS["tool.crossing"][0]
    hand.key(Qt.Key.Key_Return)
    assert not edited
    assert tool.sketch.places
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Return)
    assert not edited
    assert hand.box.active is None


def test_a_polygon_with_a_hole_is_not_taken_up(hand: Hand) -> None:
    holed = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2))
    assert not hand.box.edit(shaped(holed))
    assert TEXTS["tool.not_editable"][0] in hand.said


def test_a_click_with_the_edit_tool_takes_up_the_drawing_there(hand: Hand) -> None:
    hand.box.set_things([shaped(shapely.Polygon(SQUARE)), shaped(shapely.LineString([(98, 36), (99, 36)]))])
    tool = hand.take("edit")
    hand.click(95.0, 40.0)
    assert hand.said[-1] == TEXTS["tool.edit.none"][0]
    hand.click(98.5, 36.0)
    assert not tool.sketch.closed
    assert len(tool.sketch.places) == 2
    hand.key(Qt.Key.Key_Escape)
    hand.click(102.0, 37.0)
    assert tool.sketch.closed


def test_a_shape_being_edited_does_not_catch_itself_but_others_do(hand: Hand) -> None:
    other = shapely.box(104.0, 36.0, 105.0, 38.0)
    hand.box.set_things([shaped(shapely.Polygon(SQUARE)), shaped(other)])
    tool = edit_square(hand)
    hand.drag(SQUARE[2], (103.05, 38.0))
    assert tool.sketch.places[2] == pytest.approx((103.05, 38.0))
    hand.drag((103.05, 38.0), (103.97, 38.02))
    assert tool.sketch.places[2] == (104.0, 38.0)


def test_pins_are_placed_in_china_named_and_no_more_than_six(hand: Hand) -> None:
    changed = caught(hand.box.pins_changed)
    hand.take("pin")
    hand.click(102.0, 37.0)
    hand.click(102.5, 37.5)
    pins = changed[-1][0]
    assert [pin.letter for pin in pins] == ["A", "B"]
    assert len({pin.name for pin in pins}) == 2
    hand.box.add_pin(139.7, 35.7)
    assert hand.said[-1] == TEXTS["tool.pin.outside"][0]
    for step in range(4):
        hand.box.add_pin(100.0 + step, 37.0)
    hand.box.add_pin(104.0, 37.0)
    assert len(hand.box.pins.pins) == MOST
    assert str(MOST) in hand.said[-1]
    hand.box.remove_pin("B")
    hand.box.add_pin(104.0, 37.0)
    assert hand.box.pins.pins[-1].letter == "B"
    hand.box.rename_pin("B", "  库布其  ")
    assert hand.box.pins.pins[-1].name == "库布其"


def test_pins_are_plain_data() -> None:
    pins = PinList()
    pin = pins.add("青海", (95.0, 36.0))
    assert pin is not None
    assert Pin.from_dict(pin.to_dict()) == pin
    assert not pins.rename("A", "   ")
    assert not pins.remove("F")
    for wrong in ({"letter": "Z"}, {"lon_deg": float("nan")}, {"lat_deg": 91.0}, {"name": ""}, {"extra": 1}):
        with pytest.raises(ValueError):
            Pin.from_dict(pin.to_dict() | wrong)
    assert len(set(COLOURS)) == MOST


def test_every_tool_paints_on_light_and_dark_alike(hand: Hand) -> None:
    for id in hand.box.TOOL_IDS:
        tool = hand.take(id)
        if id == "edit":
            hand.box.edit(shaped(shapely.Polygon(SQUARE)))
            hand.key(Qt.Key.Key_PageDown)
        else:
            hand.click(*SQUARE[0])
            hand.move(*SQUARE[2])
        if id == "select":
            hand.send("press", 100.0, 100.0)
            hand.send("move", 300.0, 300.0)
        inked = []
        for ground in (0xFFFFFFFF, 0xFF101418):
            picture = QImage(800, 600, QImage.Format.Format_RGB32)
            picture.fill(ground)
            painter = QPainter(picture)
            tool.paint(painter, hand.view, ALBERS)
            hand.box.pin_overlay.paint(painter, hand.view, ALBERS)
            painter.end()
            pixels = np.frombuffer(picture.constBits(), dtype=np.uint32).reshape(600, 800)
            inked.append(int((pixels != ground).sum()))
        if id != "identify":
            assert min(inked) > 60, id


def test_a_tool_takes_nothing_before_it_has_seen_the_map(hand: Hand) -> None:
    hand.box.activate("draw_polygon")
    tool = hand.box.tools["draw_polygon"]
    assert not tool.handle(MapEvent("press", 100.0, 37.0, 1.0, 1.0, 1000.0, "left"))


def test_a_polygon_is_drawn_with_a_real_mouse_on_the_real_canvas(qtbot: QtBot, qapp: QApplication) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    box = ToolBox(canvas)
    box.tool_changed.connect(canvas.set_tool)
    box.repaint.connect(canvas.update)
    drawn = caught(box.drawn)
    box.activate("draw_polygon")
    canvas.grab()
    corners = [QPoint(300, 200), QPoint(500, 200), QPoint(500, 400), QPoint(300, 400)]
    for corner in corners:
        qtbot.mouseMove(canvas, corner)
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=corner)
    at = QPointF(corners[-1])
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier)
        )
    assert len(drawn) == 1
    for (lon, lat), corner in zip(
        sorted(drawn[0][0].exterior.coords[:-1]),
        sorted(canvas.to_degrees(c.x(), c.y()) for c in corners),
        strict=True,
    ):
        assert (lon, lat) == pytest.approx(corner, abs=1e-9)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert box.active is None
