"""Names on the map."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.desktop.map.canvas import MapCanvas
from app.desktop.map.labels import LabelLayer, Name, names, place, short_zh
from app.desktop.map.painting import blank, painting
from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.desktop.start import make_application
from app.messages import Language
from gis_layers import boundary

ALBERS = Projection("albers")


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


def view(metres_per_pixel: float, lon: float = 112.0, lat: float = 34.0) -> Viewport:
    x, y = ALBERS.forward(np.array([lon]), np.array([lat]))
    return Viewport(float(x[0]), float(y[0]), metres_per_pixel, 1400, 900)


def layer(language: Language = "zh") -> LabelLayer:
    made = LabelLayer(language)
    made.project(ALBERS)
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scale", [5000.0, 2500.0, 1000.0, 400.0])
def test_no_name_covers_another(qapp: QApplication, language: Language, scale: float) -> None:
    labels = layer(language).layout(view(scale))
    assert len(labels) > 10
    for a, b in combinations(labels, 2):
        assert not a.box.intersects(b.box)
    for label in labels:
        for other in labels:
            assert other is label or other.dot is None or not label.box.contains(other.dot)


def test_the_closer_the_smaller_the_places_named(qapp: QApplication) -> None:
    smallest = []
    for scale in (4000.0, 2500.0, 1500.0, 500.0):
        cities = [x.name.people for x in layer().layout(view(scale)) if x.name.kind == "city"]
        smallest.append(min(cities))
    assert smallest == sorted(smallest, reverse=True)


def test_the_important_name_wins_the_place() -> None:
    box = QRectF(0, 0, 50, 12)
    big, small = (Name("city", w, w, 0, 0, p) for w, p in (("big", 2e6), ("small", 1e5)))
    at = QPointF(-5, 6)
    assert [x.words for x in place([(big, "big", at, [box]), (small, "small", at, [box])])] == ["big"]
    aside = QRectF(0, 40, 50, 12)
    both = place([(big, "big", at, [box]), (small, "small", QPointF(-5, 46), [box, aside])])
    assert both[1].box == aside


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=40))
def test_placed_names_never_overlap_wherever_the_places_are(points: list[tuple[float, float]]) -> None:
    candidates = [
        (
            Name("city", str(i), str(i), 0, 0, 1.0),
            str(i),
            QPointF(x, y),
            [QRectF(x + 5, y - 6, 40, 12), QRectF(x - 45, y - 6, 40, 12)],
        )
        for i, (x, y) in enumerate(points)
    ]
    boxes = [label.box for label in place(candidates)]
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))


def test_provinces_are_named_inside_themselves_with_their_short_name() -> None:
    provinces = [n for n in names() if n.kind == "province"]
    assert len(provinces) == 30
    codes = boundary.locate([n.lon_deg for n in provinces], [n.lat_deg for n in provinces])
    full = dict(zip(boundary.provinces(2)["adcode"], boundary.provinces(2)["name_zh"], strict=True))
    assert all(full[code].startswith(n.zh) for code, n in zip(codes, provinces, strict=True))


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙古自治区", "内蒙古"),
        ("香港特别行政区", "香港"),
        ("广东省", "广东"),
    ],
)
def test_short_names(full: str, short: str) -> None:
    assert short_zh(full) == short


def test_every_name_is_a_name() -> None:
    assert all(n.zh != "None" and n.en != "None" and n.zh != "nan" for n in names())
    assert all(n.zh or n.en for n in names())


def test_the_layout_of_a_view_is_made_once_and_follows_the_language(qapp: QApplication) -> None:
    one = layer()
    first = one.layout(view(2500.0))
    assert one.layout(view(2500.0)) is first
    one.set_language("en")
    assert one.layout(view(2500.0)) is not first
    assert any(x.words == "Wuhan" for x in one.layout(view(2500.0)))


def test_names_can_be_read_on_light_and_on_dark_ground(qapp: QApplication) -> None:
    for dark, ground in ((False, "#faf8f2"), (True, "#20262b")):
        made = layer()
        made.set_dark(dark)
        image: QImage = blank(view(2500.0), 1.0, ground)
        with painting(image) as painter:
            made.paint(painter, view(2500.0))
        ground_lightness = QColor(ground).lightnessF()
        most = max(
            abs(image.pixelColor(x, y).lightnessF() - ground_lightness)
            for x in range(0, 1400, 2)
            for y in range(0, 900, 2)
        )
        assert most > 0.5


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_keep_clear_of_pies_and_are_still_there(qapp: QApplication, language: Language) -> None:
    view = Viewport(0, 0, 1, 1200, 800).fitted(*Projection("albers").bounds(73, 18, 135, 54))
    layer = LabelLayer(language)
    layer.project(Projection("albers"))
    free = layer.layout(view)
    marks = []
    for label in free:
        if label.name.kind == "province":
            at = label.box.center()
            marks.append((*view.to_map(at.x(), at.y()), 9.0))
    layer.obstacles = tuple(marks)
    moved = layer.layout(view)
    for label in moved:
        for x, y, radius in marks:
            at = QPointF(*view.to_screen(x, y))
            pie = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
            assert not label.box.intersects(pie)
    # A pie in the middle of every province, and two of three names find another place in it.
    provinces = [x for x in free if x.name.kind == "province"]
    kept = [x for x in moved if x.name.kind == "province"]
    assert 3 * len(kept) >= 2 * len(provinces)


def test_names_lie_over_what_is_painted_in_every_frame(qapp: QApplication) -> None:
    class Curtain:
        def paint(self, painter: QPainter, viewport: Viewport, projection: Projection) -> None:
            painter.fillRect(0, 0, viewport.width_px, viewport.height_px, QColor("#2f7f9e"))

    canvas = MapCanvas()
    canvas.resize(800, 600)
    canvas.set_layers([LabelLayer("zh")])
    canvas.add_overlay(Curtain())
    canvas.show_all()
    image = canvas.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 800, 2) for y in range(0, 600, 2)}
    assert len(colours) > 5
    canvas.deleteLater()
