"""Features by attribute: kinds and classes as data, in the dialog, on the map and in the legend."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.desktop.map.by_field import by_kind, by_number, categories_of
from app.desktop.map.classes import natural_breaks, quantile_breaks
from app.desktop.map.colour import QUALITATIVE
from app.desktop.map.fields import MANY, field_unit, kind_of, number, numbers, numeric_fields, shares
from app.desktop.map.stack import LayerItem, LayerStack, resolve
from app.desktop.map.style import RasterStyle, VectorStyle, legend
from app.desktop.map.vector_file import VectorFileLayer, open_vector, widths_px
from app.desktop.panels.style_dialog import StyleDialog
from app.desktop.panels.style_vector import METHODS, MODES
from tests.app.desktop.test_layers_style import BLINDNESS, lab
from tests.app.desktop.test_layers_vector_file import picture, pixel, show

KINDS = np.array(["风电", "光伏", "风电", None, "水电", "光伏", "风电"], dtype=object)


# -- values ----------------------------------------------------------------------------------------


def test_natural_breaks_fall_into_the_gaps() -> None:
    assert natural_breaks(np.array([1, 2, 3, 10, 11, 12, 20, 21.0]), 3) == (10.0, 20.0)
    assert natural_breaks(np.array([7.0, 7.0, 7.0]), 4) == ()
    assert natural_breaks(np.array([0.0, 0.0, 5.0]), 4) == (5.0,)
    assert natural_breaks(np.array([]), 4) == ()


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=9, unique=True), st.integers(min_value=2, max_value=4)
)
def test_no_other_limits_spread_less_than_the_natural_ones(values: list[float], classes: int) -> None:
    known = np.sort(np.array(values))

    def spread(cuts: tuple[int, ...]) -> float:
        return sum(float(((part - part.mean()) ** 2).sum()) for part in np.split(known, cuts))

    least = min(spread(cuts) for cuts in itertools.combinations(range(1, len(known)), classes - 1))
    ours = tuple(int(np.searchsorted(known, limit)) for limit in natural_breaks(known, classes))
    assert len(ours) == classes - 1
    assert spread(ours) == pytest.approx(least, rel=1e-6, abs=1e-6)


def test_natural_breaks_of_very_many_values_are_found_among_their_order() -> None:
    many = np.concatenate(
        [np.linspace(0, 1, 60_000), np.linspace(50, 51, 60_000), np.linspace(90, 91, 60_000)]
    )
    first, second = natural_breaks(many, 3)
    assert 1 < first <= 50.01
    assert 51 < second <= 90.01


def test_quantiles_hold_equally_many() -> None:
    assert quantile_breaks(np.arange(1, 9, dtype=float), 2) == (4.5,)
    assert quantile_breaks(np.zeros(5), 4) == (0.0,)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("装机容量(万千瓦)", ("装机容量", "万千瓦")),
        ("Capacity [mw]", ("Capacity", "MW")),
        ("capacity_mw", ("capacity", "MW")),
        ("length km", ("length", "km")),
        ("class_a", ("class_a", "")),
        ("name", ("name", "")),
        ("流量 （m3/s）", ("流量", "m3/s")),
    ],
)
def test_the_name_of_a_field_tells_its_unit(name: str, told: tuple[str, str]) -> None:
    assert field_unit(name) == told


def test_numbers_of_a_table_may_be_text_and_codes_with_words_are_none() -> None:
    found = numbers(np.array(["1,250", " ", None, "-3.5"], dtype=object))
    assert found is not None
    assert found[[0, 3]].tolist() == [1250.0, -3.5]
    assert np.isnan(found[1:3]).all()
    assert numbers(np.array(["12", "A4"], dtype=object)) is None
    assert numbers(np.array([True, False])) is None
    assert numbers(np.array(["", None], dtype=object)) is None
    assert np.isnan(number("inf"))
    columns = {"a": np.array([1, 2]), "b": np.array(["x", "y"], dtype=object)}
    assert numeric_fields(columns) == ("a",)


def test_kinds_are_the_same_however_a_file_stores_them() -> None:
    assert [kind_of(v) for v in (3, 3.0, np.float64(3.0), "3 ", 3.5, None, float("nan"), True)] == [
        "3", "3", "3", "3", "3.5", "", "", "True",
    ]  # fmt: skip


def test_the_colours_of_kinds_are_apart_to_every_eye() -> None:
    rgb = np.array([[c >> 16 & 255, c >> 8 & 255, c & 255] for c in QUALITATIVE], dtype=float)
    assert len(QUALITATIVE) == 24
    for blindness, least in (("none", 14), ("protan", 14), ("deutan", 14), ("tritan", 11)):
        assert blindness in BLINDNESS
        seen = lab(rgb, blindness)
        away = np.linalg.norm(seen[:, None] - seen[None], axis=2)
        assert away[np.triu_indices(24, 1)].min() > least


def test_every_kind_has_a_colour_and_what_is_missing_is_other() -> None:
    made, other = categories_of(KINDS)
    assert sorted(c.value for c in made) == sorted(["光伏", "水电", "风电"])
    assert other
    style = by_kind(VectorStyle(), "类型", KINDS)
    colours = style.colours(KINDS, len(KINDS))
    assert colours[0] == colours[2] == colours[6] != colours[1]
    assert colours[3] == style.other
    shown = legend(style, "MW", "", zh=True)
    assert [step.label for step in shown.steps][-1] == "其他"
    assert shown.unit == ""
    assert shown.captions == ("颜色: 类型",)


def test_of_more_kinds_than_colours_the_frequent_ones_have_one() -> None:
    values = np.array([str(k) for k in range(40) for _ in range(40 - k)], dtype=object)
    made, other = categories_of(values)
    assert [c.value for c in made] == [str(k) for k in range(24)]
    assert other
    assert categories_of(np.array([10, 9, 2]))[0][0].value == "2"


@pytest.mark.parametrize("method", METHODS)
def test_classes_of_a_number_follow_the_method_and_the_unit_is_told(method: Any) -> None:
    values = np.array([1, 2, 3, 10, 11, 12, 100.0, np.nan])
    ramp = RasterStyle(palette="viridis", classes=3, classification=method)
    style = by_number(VectorStyle(), "装机(万千瓦)", values, ramp)
    assert style.ramp is not None
    assert (style.ramp.low, style.ramp.high) == (1, 100)
    assert style.ramp.edges == {
        "natural": (10.0, 100.0),
        "quantile": (3.0, 11.0),
        "equal": (34.0, 67.0),
    }[method]  # fmt: skip
    shown = legend(style, "", "", zh=False)
    assert shown.unit == "万千瓦"
    assert len(shown.steps) == 4
    assert shown.steps[-1].label == "other"
    assert len(set(style.colours(values, 8))) >= 3


def test_a_field_of_words_makes_no_classes() -> None:
    assert by_number(VectorStyle(), "x", KINDS) == VectorStyle()


def test_shares_are_of_the_largest_and_missing_is_nothing() -> None:
    found = shares(np.array([50.0, 100.0, np.nan, -3.0]), 4)
    assert found is not None
    assert found.tolist() == [0.5, 1.0, 0.0, 0.0]
    assert shares(KINDS, 7) is None
    assert shares(None, 3) is None


# -- the map ---------------------------------------------------------------------------------------


def lines(path: Path) -> Path:
    shapes = [shapely.LineString([(101, lat), (109, lat)]) for lat in (32, 35, 38)]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[np.array(["a", "b", "a"], dtype=object), np.array([1000.0, 500.0, 0.0])],
        fields=np.array(["kind", "flow_mw"], dtype=object),
        geometry_type="LineString",
        crs="EPSG:4326",
    )
    return path


def thickness(layer: VectorFileLayer, lat: float) -> int:
    image = picture(layer)
    x, y = pixel(105.0, lat)
    return sum(image.pixelColor(x, row).alpha() > 127 for row in range(y - 25, y + 25))


def test_lines_are_as_wide_as_their_number_says(tmp_path: Path, qtbot: QtBot) -> None:
    _, layer = open_vector(lines(tmp_path / "l.gpkg"))
    show(layer, qtbot)
    assert layer.number_fields == ("flow_mw",)
    style = VectorStyle(line="#000000", width_px=12.0, width_field="flow_mw")
    assert layer.features is not None
    assert widths_px(layer.features, style).tolist() == [12.0, 6.0, 0.5]
    layer.set_style(style)
    assert thickness(layer, 32) == pytest.approx(12, abs=1)
    assert thickness(layer, 35) == pytest.approx(6, abs=1)
    layer.close()


# -- the dialog ------------------------------------------------------------------------------------


@dataclass
class Picture:
    id: str
    visible: bool = True
    opacity: float = 1.0
    columns: dict[str, Any] = field(
        default_factory=lambda: {"类型": KINDS, "容量_mw": np.array([1, 2, 3, 10, 11, 12, 100.0])}
    )

    def project(self, projection: Any) -> None: ...
    def paint(self, painter: Any, viewport: Any) -> None: ...

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.columns)

    @property
    def number_fields(self) -> tuple[str, ...]:
        return numeric_fields(self.columns)

    def column(self, name: str) -> Any:
        return self.columns.get(name)


@pytest.fixture
def stack() -> LayerStack:
    made = LayerStack()
    made.add(LayerItem("s", "group.base", "站", "stations", style=VectorStyle()), Picture("s"))
    return made


@pytest.fixture
def dialog(qtbot: QtBot, stack: LayerStack) -> StyleDialog:
    made = StyleDialog(stack, "s", "en")
    qtbot.addWidget(made)
    made.show()
    return made


def style(stack: LayerStack) -> VectorStyle:
    held = stack.item("s").style
    assert isinstance(held, VectorStyle)
    return held


def test_colouring_by_kind_and_back_to_one_colour(dialog: StyleDialog, stack: LayerStack) -> None:
    page = dialog.vector
    assert page.kinds.isHidden()
    page.mode.setCurrentIndex(MODES.index("kinds"))
    assert style(stack).colour_field == "类型"
    assert [page.kinds.item(i).text() for i in range(page.kinds.count())][-1] == "other"
    assert page.kinds.count() == 4
    assert dialog._preview.isVisible()
    from PySide6.QtGui import QColor

    page.set_kind_colour("水电", QColor("#123456"))
    page.set_kind_colour("", QColor("#654321"))
    assert next(c for c in style(stack).categories if c.value == "水电").colour == "#123456"
    assert style(stack).other == "#654321"
    page.mode.setCurrentIndex(0)
    assert style(stack).colour_field is None
    assert page.kinds.isHidden()


def test_colouring_by_number_offers_numbers_alone_and_regrades(
    dialog: StyleDialog, stack: LayerStack
) -> None:
    page = dialog.vector
    page.mode.setCurrentIndex(MODES.index("numbers"))
    assert [page.field.itemText(i) for i in range(page.field.count())] == ["容量_mw"]
    page.classes.setValue(3)
    held = style(stack).ramp
    assert held is not None
    assert held.breaks == (10.0, 100.0)
    page.method.setCurrentIndex(METHODS.index("equal"))
    page.ramp.setCurrentIndex(page.ramp.findData("wind"))
    page.reverse.setChecked(True)
    held = style(stack).ramp
    assert held is not None
    assert (held.palette, held.reverse, held.edges) == ("wind", True, (34.0, 67.0))
    (entry,) = resolve(stack.items(), "en")
    assert entry.legend is not None
    assert entry.legend.unit == "MW"
    assert entry.legend.captions == ("Colour: 容量 (MW)",)


def test_sizes_and_widths_take_numbers_and_survive_the_way_to_the_project(
    dialog: StyleDialog, stack: LayerStack
) -> None:
    page = dialog.vector
    page.size_field.setCurrentIndex(1)
    page.width_field.setCurrentIndex(1)
    page.label_field.setCurrentIndex(1)
    held = style(stack)
    assert (held.size_field, held.width_field, held.label_field) == ("容量_mw", "容量_mw", "类型")
    assert (held.size_px, held.width_px) == (26.0, 6.0)
    assert VectorStyle.model_validate_json(held.model_dump_json()) == held
    dialog.set_language("zh")
    assert dialog._preview.legend.captions == ("点面积 ∝ 容量 (MW)", "线宽 ∝ 容量 (MW)")
    page.size_field.setCurrentIndex(0)
    assert style(stack).size_field is None


@pytest.mark.parametrize(
    "some",
    [
        ["1,250", " 7.5 ", None, "", "-3e2"],
        [1.5, None, 7, float("nan"), 2],
        [1, "2", None, "3,000", 4.0],
    ],
)
def test_many_numbers_of_a_table_are_read_as_a_few_are(some: list[object]) -> None:
    many = np.array(some * (MANY // len(some) + 1), dtype=object)
    np.testing.assert_array_equal(numbers(many), [number(value) for value in many])


def test_a_wrong_number_among_many_is_missing_and_spoils_no_other() -> None:
    many = np.array([str(n) for n in range(MANY * 2)], dtype=object)
    many[MANY + 1] = "unknown"
    found = numbers(many)
    assert found is not None
    assert np.isnan(found[MANY + 1])
    assert np.isfinite(found).sum() == len(many) - 1
