"""The layer tree under the hand: what it changes in the stack, and what it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.map.content import build_stack
from app.desktop.map.stack import LayerItem, LayerStack, resolve
from app.desktop.map.style import RasterStyle
from app.desktop.panels.layer_lines import ID_ROLE
from app.desktop.panels.layer_tree import LayerTree
from app.desktop.panels.swatch import Swatch
from app.desktop.panels.tick_tree import TickBox, TickTree
from app.desktop.theme import palette
from app.messages import Language


@dataclass
class Picture:
    id: str
    visible: bool = False
    opacity: float = 1.0

    def project(self, projection: Any) -> None: ...
    def paint(self, painter: Any, viewport: Any) -> None: ...


def item(identity: str, group: str = "group.resource", **more: Any) -> LayerItem:
    return LayerItem(identity, group, f"{identity}层", f"{identity} layer", **more)


@pytest.fixture
def stack() -> LayerStack:
    made = LayerStack()
    made.add(item("land", listed=False), Picture("land"))
    for identity in "abc":
        style = RasterStyle(palette="sun", low=0, high=8)
        made.add(
            item(identity, style=style, unit="MW", grade="reference", source="here", visible=identity == "a"),
            Picture(identity),
        )
    made.add(item("x", "group.base", box_deg=(73.0, 15.0, 136.0, 55.0)), Picture("x"))
    made.add(item("mine", "layers.group.user", removable=True, grade="user"), Picture("mine"))
    return made


@pytest.fixture
def tree(qtbot: QtBot, stack: LayerStack) -> LayerTree:
    made = LayerTree(stack, "en")
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    return made


def shown(tree: LayerTree) -> dict[str, list[str]]:
    widget = tree._tree
    groups = [widget.topLevelItem(i) for i in range(widget.topLevelItemCount())]
    return {g.text(0): [g.child(i).data(0, ID_ROLE) for i in range(g.childCount())] for g in groups}


def order(stack: LayerStack) -> list[str]:
    return [layer.id for layer in stack.layers()]


def test_groups_hold_their_layers_topmost_first(tree: LayerTree) -> None:
    assert shown(tree) == {"My layers": ["mine"], "Resource": ["c", "b", "a"], "Base map": ["x"]}


def test_a_tick_shows_the_layer_and_its_legend(tree: LayerTree, stack: LayerStack, qtbot: QtBot) -> None:
    line = tree._lines["b"]
    assert line.childCount() == 0
    with qtbot.waitSignal(stack.changed):
        line.setCheckState(0, Qt.CheckState.Checked)
    assert stack.layer("b").visible
    swatch = tree._tree.itemWidget(line.child(0), 0)
    assert isinstance(swatch, Swatch)
    assert (swatch.legend.low, swatch.legend.high, swatch.legend.unit) == ("0", "8", "MW")
    stack.set_visible("b", False)
    assert line.childCount() == 0
    assert line.checkState(0) == Qt.CheckState.Unchecked


def test_the_space_bar_ticks_the_current_layer(tree: LayerTree, stack: LayerStack, qtbot: QtBot) -> None:
    tree.select("c")
    qtbot.keyClick(tree._tree, Qt.Key.Key_Space)
    assert stack.item("c").visible


def test_a_change_touches_only_its_own_line(tree: LayerTree, stack: LayerStack) -> None:
    lines = dict(tree._lines)
    touched: list[str] = []
    tree._tree.model().dataChanged.connect(
        lambda top, _b, _r: touched.append(tree._tree.itemFromIndex(top).data(0, ID_ROLE))
    )
    tree._tree.model().rowsRemoved.connect(lambda *_: touched.append("removed"))
    tree._tree.blockSignals(False)
    stack.set_style("a", RasterStyle(palette="wind", low=0, high=5))
    stack.set_opacity("b", 0.5)
    assert set(touched) <= {"a", "b"}
    assert tree._lines == lines
    stack.move("c", 1)
    assert all(tree._lines[i] is lines[i] for i in lines)
    assert shown(tree)["Resource"] == ["b", "a", "c"]


def test_the_slider_sets_the_opacity_of_the_current_layer(
    tree: LayerTree, stack: LayerStack, qtbot: QtBot
) -> None:
    assert not tree._slider.isEnabled()
    tree.select("b")
    assert tree._slider.value() == 100
    with qtbot.waitSignal(stack.changed):
        tree._slider.setValue(40)
    assert stack.item("b").opacity == pytest.approx(0.4)
    stack.set_opacity("b", 0.7)
    assert tree._slider.value() == 70


def test_keys_move_a_layer_within_its_group(tree: LayerTree, stack: LayerStack) -> None:
    tree.select("a")
    tree.run("up")
    assert order(stack) == ["land", "b", "a", "c", "x", "mine"]
    assert tree.current_id() == "a"
    tree.run("up")
    tree.run("up")
    assert shown(tree)["Resource"] == ["a", "c", "b"]
    tree.run("down")
    assert shown(tree)["Resource"] == ["c", "a", "b"]
    tree.run("top")
    assert order(stack)[-1] == "a"
    tree.run("bottom")
    assert order(stack)[:2] == ["land", "a"]


def test_a_drop_moves_within_the_group_and_nowhere_else(tree: LayerTree, stack: LayerStack) -> None:
    tree._dropped(tree._lines["a"], tree._lines["c"], True)
    assert shown(tree)["Resource"] == ["a", "c", "b"]
    swatch = tree._tree.itemWidget(tree._lines["a"].child(0), 0)
    assert isinstance(swatch, Swatch)
    before = order(stack)
    tree._dropped(tree._lines["a"], tree._lines["x"], True)
    tree._dropped(tree._lines["a"], tree._groups["group.base"], True)
    assert order(stack) == before


def test_commands_offered_are_those_the_layer_knows(tree: LayerTree, qtbot: QtBot) -> None:
    tree.select("x")
    assert next(a.text() for a in tree.menu().actions() if a.text()) == "Zoom to layer"
    with qtbot.waitSignal(tree.zoom_requested) as box:
        tree.run("zoom")
    assert box.args == [73.0, 15.0, 136.0, 55.0]
    tree.select("a")
    assert "Remove" not in [a.text() for a in tree.menu().actions()]
    with qtbot.waitSignal(tree.style_requested) as asked:
        tree.run("style")
    assert asked.args == ["a"]
    tree.run("remove")
    assert "a" in shown(tree)["Resource"]


def test_a_users_layer_comes_and_goes(tree: LayerTree, stack: LayerStack) -> None:
    tree.select("mine")
    tree.remove_requested.connect(stack.remove)
    tree.run("remove")
    assert "mine" not in stack
    assert "My layers" not in shown(tree)
    stack.add(item("new", "layers.group.user", removable=True), Picture("new"))
    assert shown(tree)["My layers"] == ["new"]


def test_language_changes_words_not_lines(tree: LayerTree, stack: LayerStack) -> None:
    stack.set_visible("b", True)
    lines = dict(tree._lines)
    tree.set_language("zh")
    assert tree._lines == lines
    assert tree._lines["a"].text(0) == "a层"
    assert tree._lines["a"].text(1) == "参考"
    assert "来源: here" in tree._lines["a"].toolTip(0)
    assert list(shown(tree)) == ["我的图层", "资源", "底图"]
    tree.set_dark(True)


def test_a_title_that_does_not_fit_takes_more_lines_and_fewer_when_there_is_room(
    tree: LayerTree, stack: LayerStack, qtbot: QtBot
) -> None:
    words = "Wind capacity factor of the ground that may be built on, at a hundred metres"
    long = LayerItem("long", "group.resource", words, words, grade="reference")
    stack.add(long, Picture("long"))
    tree.resize(250, 600)
    qtbot.wait(50)
    line = tree._tree.visualItemRect(tree._lines["long"])
    short = tree._tree.visualItemRect(tree._lines["c"])
    assert line.height() >= 2 * tree.fontMetrics().height()
    assert short.height() < 1.8 * tree.fontMetrics().height()
    assert words in tree._lines["long"].toolTip(0)
    tree.resize(900, 600)
    qtbot.wait(50)
    assert tree._tree.visualItemRect(tree._lines["long"]).height() == short.height()


def test_ends_and_unit_of_a_legend_never_overlap(qtbot: QtBot) -> None:
    from app.desktop.map.style import Legend

    narrow = Swatch(Legend("MW", "", "0", "8", "sun", False, ()))
    wide = Swatch(Legend("kWh/m²/month in the long run", "", "1,000", "20,000", "sun", False, ()))
    for swatch in (narrow, wide):
        qtbot.addWidget(swatch)
    line = narrow.fontMetrics().height()
    assert wide.sizeHint().height() - narrow.sizeHint().height() == line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_title_takes_no_more_than_two_lines_and_is_told_in_full_beside_it(
    qtbot: QtBot, language: Language
) -> None:
    stack = build_stack()
    tree = LayerTree(stack, language)
    qtbot.addWidget(tree)
    tree.resize(250, 800)
    tree.show()
    one = tree._tree.fontMetrics().lineSpacing()
    for entry in resolve(stack.items(), language):
        line = tree._lines[entry.id]
        assert tree._tree.visualItemRect(line).height() <= 2 * (one + 3), entry.short
        assert entry.title in line.toolTip(0)


def test_a_title_wraps_alike_with_and_without_the_bar_at_the_side(tree: LayerTree) -> None:
    """Else Qt lays out one within the other where the bar comes and goes with the wrapping, until its stack is full."""
    widget = tree._tree
    delegate, option = widget.itemDelegate(), QStyleOptionViewItem()
    long = widget.topLevelItem(1).child(0)
    long.setText(0, "a layer whose name is as long as its column is wide or a little longer")
    index = widget.indexFromItem(long)
    for width in range(160, 300, 5):
        tree.resize(width, 600)
        heights = set()
        for policy in (Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn):
            widget.setVerticalScrollBarPolicy(policy)
            widget.doItemsLayout()
            heights.add(delegate.sizeHint(option, index).height())
        assert len(heights) == 1, width


def test_boxes_to_tick_have_an_outline_that_is_seen_in_the_dark(qtbot: QtBot) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    layout = QVBoxLayout(room)
    for box in (TickTree(), TickBox()):
        layout.addWidget(box)
    room.show()
    for dark in (True, False, True):
        room.setPalette(palette(dark))
        QApplication.processEvents()
        for box in (room.findChild(TickTree), room.findChild(TickBox)):
            assert box is not None
            colours = box.palette()
            # Fusion's outline of an indicator.
            rim, ground = colours.window().color().darker(140), colours.base().color()
            assert abs(rim.lightness() - ground.lightness()) > 50
            assert (colours.text().color().lightness() > 128) == dark
