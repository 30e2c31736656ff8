"""The style dialog: what the hand does is on the map at once, and what cannot be drawn never gets there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from app.desktop.map.stack import LayerItem, LayerStack
from app.desktop.map.style import RasterStyle, VectorStyle
from app.desktop.panels.style_dialog import StyleDialog
from app.desktop.panels.style_raster import changed, parse_breaks

FIRST = RasterStyle(palette="sun", low=0, high=10)


@dataclass
class Picture:
    id: str
    visible: bool = True
    opacity: float = 1.0
    fields: tuple[str, ...] = ("name", "mw")

    def project(self, projection: Any) -> None: ...
    def paint(self, painter: Any, viewport: Any) -> None: ...

    def sample(self) -> np.ndarray:
        return np.linspace(100, 200, 1001).reshape(7, 143)


@pytest.fixture
def stack() -> LayerStack:
    made = LayerStack()
    made.add(LayerItem("grid", "group.resource", "辐照", "irradiation", "W", style=FIRST), Picture("grid"))
    made.add(LayerItem("line", "group.base", "线", "line", style=VectorStyle()), Picture("line"))
    return made


@pytest.fixture
def dialog(qtbot: QtBot, stack: LayerStack) -> StyleDialog:
    made = StyleDialog(stack, "grid", "en")
    qtbot.addWidget(made)
    made.show()
    return made


def style(stack: LayerStack) -> RasterStyle:
    held = stack.item("grid").style
    assert isinstance(held, RasterStyle)
    return held


def test_it_opens_with_what_the_layer_has_and_blocks_nothing(dialog: StyleDialog, stack: LayerStack) -> None:
    assert dialog.windowTitle() == "Style: irradiation"
    assert not dialog.isModal()
    assert (dialog.raster.low.value(), dialog.raster.high.value()) == (0, 10)
    assert dialog.vector.isHidden()
    assert style(stack) == FIRST


def test_every_choice_shows_on_the_map_at_once(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.gallery.setCurrentRow(1)
    assert style(stack).palette == "wind"
    dialog.raster.reverse.setChecked(True)
    dialog.raster.high.setValue(20)
    dialog.raster.classes.setValue(5)
    dialog.opacity.setValue(30)
    held = style(stack)
    assert (held.reverse, held.high, held.classes) == (True, 20, 5)
    assert stack.item("grid").opacity == pytest.approx(0.3)
    assert dialog.raster.breaks.text() == "4, 8, 12, 16"
    assert len(dialog._preview.legend.steps) == 5


def test_a_range_upside_down_never_reaches_the_map(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.low.setValue(50)
    assert style(stack).low == 0


def test_the_range_comes_from_the_data(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.from_data.click()
    assert (style(stack).low, style(stack).high) == (100, 200)
    assert dialog.raster.low.value() == 100


def test_quantiles_are_taken_from_the_data(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.method.setCurrentIndex(1)
    dialog.raster.classes.setValue(4)
    assert style(stack).breaks == pytest.approx((125, 150, 175))


def test_own_breaks_start_where_the_map_is_and_take_any_comma(
    dialog: StyleDialog, stack: LayerStack, qtbot: QtBot
) -> None:
    dialog.raster.method.setCurrentIndex(3)
    assert style(stack).breaks == pytest.approx((2, 4, 6, 8))
    dialog.raster.breaks.selectAll()
    qtbot.keyClicks(dialog.raster.breaks, "1, 3")
    assert style(stack).breaks == (1.0, 3.0)
    assert not dialog.raster.classes.isEnabled()
    assert parse_breaks("10，100；1e3") == (10.0, 100.0, 1000.0)
    assert parse_breaks("10, many") is None
    dialog.raster.method.setCurrentIndex(0)
    assert style(stack).classification == "equal"


def test_one_class_is_skipped(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.classes.stepUp()
    assert style(stack).classes == 2
    dialog.raster.classes.stepDown()
    assert style(stack).classes == 0


def test_reset_goes_back_to_the_style_the_layer_came_with(dialog: StyleDialog, stack: LayerStack) -> None:
    dialog.raster.gallery.setCurrentRow(3)
    dialog.raster.classes.setValue(7)
    dialog.reset.click()
    assert style(stack) == FIRST
    assert dialog.raster.gallery.currentRow() == 0


def test_a_change_from_elsewhere_shows_in_the_dialog_and_is_not_echoed(
    dialog: StyleDialog, stack: LayerStack
) -> None:
    spy = QSignalSpy(stack.changed)
    stack.set_style("grid", RasterStyle(palette="water", low=1, high=3, classes=3, reverse=True))
    assert spy.count() == 1
    assert (dialog.raster.low.value(), dialog.raster.high.value(), dialog.raster.classes.value()) == (1, 3, 3)
    assert dialog.raster.reverse.isChecked()


def test_it_closes_and_goes_with_its_layer(stack: LayerStack, qtbot: QtBot) -> None:
    dialog = StyleDialog(stack, "grid", "en")
    dialog.show()
    with qtbot.waitSignal(dialog.closed) as closed:
        stack.remove("grid")
    assert closed.args == ["grid"]
    stack.set_opacity("line", 0.2)
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


def test_lines_take_colour_width_and_fill(qtbot: QtBot, stack: LayerStack) -> None:
    dialog = StyleDialog(stack, "line", "zh", dark=True)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.vector.set_colour("line", QColor("#ff0000"))
    dialog.vector.line_width.setValue(2.4)
    dialog.vector.no_fill.setChecked(False)
    dialog.vector.set_colour("fill", QColor(0, 0, 255, 128))
    dialog.vector.label_field.setCurrentIndex(1)
    held = stack.item("line").style
    assert isinstance(held, VectorStyle)
    assert (held.line, held.width_px, held.fill) == ("#ff0000", 2.4, "#800000ff")
    assert held.label_field == "name"
    dialog.set_language("en")
    assert dialog.windowTitle() == "Style: line"


def test_named_classes_lose_their_names_when_the_limits_change() -> None:
    named = RasterStyle(low=0, high=2, classification="breaks", breaks=(1.0,), labels_en=("a", "b"))
    kept = changed(named, None, palette="wind")
    assert kept is not None
    assert kept.labels_en == ("a", "b")
    moved = changed(named, None, breaks=(1.5,))
    assert moved is not None
    assert moved.labels_en == ()
