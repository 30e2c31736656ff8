"""The stack of layers: one order, changes told as differences, settings that come back as they were."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.desktop.map.stack import LayerItem, LayerStack, resolve
from app.desktop.map.style import RasterStyle, Style, VectorStyle
from gis_layers.errors import InputError


@dataclass
class Picture:
    id: str
    visible: bool = False
    opacity: float = 1.0
    styles: list[Style] = field(default_factory=list)
    closed: bool = False

    def project(self, projection: Any) -> None: ...
    def paint(self, painter: Any, viewport: Any) -> None: ...

    def set_style(self, style: Style) -> None:
        self.styles.append(style)

    def close(self) -> None:
        self.closed = True


def item(identity: str, group: str = "group.resource", **more: Any) -> LayerItem:
    return LayerItem(identity, group, f"{identity}层", f"{identity} layer", **more)


@pytest.fixture
def stack() -> LayerStack:
    made = LayerStack()
    for identity in "abcd":
        style = RasterStyle(low=0, high=10) if identity == "a" else None
        made.add(item(identity, style=style), Picture(identity))
    return made


def order(stack: LayerStack) -> str:
    return "".join(layer.id for layer in stack.layers())


def test_layers_are_painted_in_the_order_of_the_stack(stack: LayerStack) -> None:
    assert order(stack) == "abcd"
    stack.move("a", 99)
    assert order(stack) == "bcda"
    stack.move_below("d", "b")
    assert order(stack) == "dbca"
    stack.move_above("d", "c")
    assert order(stack) == "bcda"
    stack.add(item("e"), Picture("e"), below="c")
    assert order(stack) == "becda"


def test_only_what_differs_is_announced(stack: LayerStack, qtbot: QtBot) -> None:
    seen: list[frozenset[str]] = []
    moves: list[None] = []
    stack.changed.connect(seen.append)
    stack.order_changed.connect(lambda: moves.append(None))
    stack.set_visible("b", True)
    stack.set_visible("b", True)
    stack.set_opacity("c", 0.4)
    stack.set_style("a", RasterStyle(low=0, high=10))
    stack.set_style("a", RasterStyle(low=0, high=20))
    stack.move("d", 3)
    assert seen == [frozenset("b"), frozenset("c"), frozenset("a")]
    assert moves == []


def test_the_picture_follows_its_item(stack: LayerStack) -> None:
    stack.set_visible("a", True)
    stack.set_opacity("a", 7.0)
    stack.set_style("a", RasterStyle(low=1, high=2))
    picture = stack.layer("a")
    assert isinstance(picture, Picture)
    assert (picture.visible, picture.opacity, picture.styles[-1]) == (True, 1.0, RasterStyle(low=1, high=2))
    stack.remove("a")
    assert picture.closed
    assert "a" not in stack


def test_a_replaced_layer_keeps_its_place_and_what_the_user_set(stack: LayerStack) -> None:
    stack.set_opacity("b", 0.3)
    old = stack.layer("b")
    stack.add(item("b", source="new"), Picture("b"))
    assert order(stack) == "abcd"
    assert (stack.item("b").opacity, stack.item("b").source) == (0.3, "new")
    assert old.closed  # type: ignore[attr-defined]


def test_settings_survive_the_way_to_json_and_back(stack: LayerStack) -> None:
    stack.set_visible("b", True)
    stack.set_style("a", RasterStyle(palette="sun", low=1, high=3, classes=5))
    stack.move("a", 2)
    kept = json.loads(json.dumps(stack.to_dict()))
    other = LayerStack()
    for identity in "abcd":
        style = RasterStyle() if identity == "a" else None
        other.add(item(identity, style=style), Picture(identity))
    assert other.from_dict(kept) == ()
    assert other.to_dict() == stack.to_dict()


def test_settings_name_layers_that_are_not_here_and_leave_new_ones_in_place(stack: LayerStack) -> None:
    settings = stack.to_dict()
    settings["order"] = ["d", "gone", "b", "a"]
    del settings["layers"]["c"]
    settings["layers"]["gone"] = {"visible": True, "opacity": 1.0, "style": None}
    assert stack.from_dict(settings) == ("gone",)
    assert order(stack) == "dbca"


def test_broken_settings_change_nothing_and_name_every_problem(stack: LayerStack) -> None:
    settings = stack.to_dict()
    before = stack.to_dict()
    settings["layers"]["b"]["visible"] = True
    settings["layers"]["a"]["opacity"] = 4
    settings["layers"]["a"]["style"]["low"] = "nothing"
    settings["version"] = 2
    with pytest.raises(InputError) as caught:
        stack.from_dict(settings, "project.gpkg")
    assert len(caught.value.problems) == 3
    assert stack.to_dict() == before


def test_a_style_of_the_wrong_kind_is_left_out(stack: LayerStack) -> None:
    settings = stack.to_dict()
    settings["layers"]["a"]["style"] = VectorStyle().model_dump(mode="json")
    stack.from_dict(settings)
    assert stack.item("a").style == RasterStyle(low=0, high=10)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(-3, 9)), max_size=20))
def test_moves_never_lose_or_double_a_layer(moves: list[tuple[str, int]]) -> None:
    stack = LayerStack()
    for identity in "abcdef":
        stack.add(item(identity), Picture(identity))
    for identity, position in moves:
        stack.move(identity, position)
        assert order(stack)[min(max(position, 0), 5)] == identity
    assert sorted(order(stack)) == list("abcdef")


def test_the_tree_shows_the_topmost_first_and_keeps_groups_together() -> None:
    items = [
        item("land", listed=False),
        item("ghi", style=RasterStyle(low=900, high=2200), unit="kWh/m2/a", unit_of_month="kWh/m2/month"),
        item("rain", "group.terrain"),
        item("wind", grade="reference", source="here"),
        item("province", "group.base"),
    ]
    entries = resolve(items, "en")
    assert [(e.group, e.id) for e in entries] == [
        ("group.resource", "wind"),
        ("group.resource", "ghi"),
        ("group.terrain", "rain"),
        ("group.base", "province"),
    ]
    assert entries[0].hint.splitlines()[:2] == ["wind layer", "source: here"]
    assert (entries[0].grade, entries[0].badge) == ("reference (reconstructed)", "ref.")
    assert entries[1].legend is not None
    assert entries[1].legend.unit == "kWh/m²/a"
    july = resolve(items, "zh", 7)[1]
    assert july.title == "ghi层"
    assert july.legend is not None
    assert july.legend.unit == "kWh/m²/month"
