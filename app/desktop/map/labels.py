"""Names of provinces and cities on the map: by importance, without overlap, with a halo.

A layer like the others, painted at rest by the painting thread, but into a picture of its own that lies over what
is painted in every frame (corridors, pies); the layout of the last views is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.desktop.map.projection import Projection
from app.desktop.map.viewport import Viewport
from app.messages import Language
from gis_layers import boundary
from planning.report.fonts import FAMILY

Array = NDArray[np.float64]
Kind = Literal["province", "city"]

CITY_LEVELS = ((6000.0, np.inf), (3600.0, 7e6), (2200.0, 3e6), (1200.0, 1.2e6), (700.0, 5e5), (0.0, 0.0))
"""(metres per pixel above which, people from which) a city is named; the first that fits."""
PROVINCE_NAMES = (500.0, 11_000.0)
"""Metres per pixel between which provinces are named; closer, the view lies within one."""
GAP_PX = 3.0
KEPT_LAYOUTS = 8
SHORT_ZH = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
"""Named as the cities they are."""
INK = {"province": ("#4a4036", "#d8cdb8"), "city": ("#22282d", "#eef1f3")}
HALO = ("#fdfcf8", "#12171a")
"""Light and dark."""


@dataclass(frozen=True, slots=True)
class Name:
    """A place with its names; provinces come before cities, large cities before small ones."""

    kind: Kind
    zh: str
    en: str
    lon_deg: float
    lat_deg: float
    people: float
    inner_m: float = 0.0
    """Of a province: radius of the largest circle within it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with a place on the picture."""

    name: Name
    words: str
    box: QRectF
    dot: QPointF | None
    """Where the city is; of a province none."""


def short_zh(name: str) -> str:
    """A province's name as it stands on maps: 新疆, not 新疆维吾尔自治区."""
    for ending in SHORT_ZH:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def wanted(name: Name, metres_per_pixel: float) -> bool:
    """Whether a name belongs on a map of this scale."""
    if name.kind == "province":
        return PROVINCE_NAMES[0] <= metres_per_pixel <= PROVINCE_NAMES[1]
    return name.people >= next(people for above, people in CITY_LEVELS if metres_per_pixel >= above)


@cache
def names() -> tuple[Name, ...]:
    """Provinces at the middle of their largest part (centre of the largest circle within), then cities by
    population."""
    import shapely

    answer: list[Name] = []
    provinces = boundary.table("province_2")
    columns = (*(provinces.text(c) for c in ("adcode", "name_zh", "name_en")), provinces.geometry)
    for code, zh, en, outline in zip(*columns, strict=True):
        if code in MUNICIPALITIES:
            continue
        parts = shapely.get_parts(outline)
        largest = parts[np.argmax(shapely.area(parts))]
        radius = shapely.maximum_inscribed_circle(largest, tolerance=0.05)
        middle = shapely.get_point(radius, 0)
        lon, lat = float(shapely.get_x(middle)), float(shapely.get_y(middle))
        inner_m = float(shapely.length(radius)) * 111_000.0 * float(np.cos(np.radians(lat)))
        answer.append(Name("province", short_zh(zh), en, lon, lat, 0.0, inner_m))
    cities = boundary.table("city_point").columns
    texts = (cities[c].tolist() for c in ("name_zh", "name_en", "lon", "lat", "population"))
    for zh, en, lon, lat, people in zip(*texts, strict=True):
        # Some places have a name in one language only; in the other they stay unnamed.
        zh_name = (short_zh(zh) if zh.endswith("市") else zh) if isinstance(zh, str) else ""
        answer.append(Name("city", zh_name, en if isinstance(en, str) else "", lon, lat, people))
    return tuple(answer)


def place(
    candidates: Sequence[tuple[Name, str, QPointF, Sequence[QRectF]]],
    obstacles: Sequence[QRectF] = (),
) -> list[Label]:
    """Each name at the first of its boxes that is free, the important first; no box overlaps another or an
    obstacle, and no name covers the dot of a city named before."""
    taken = np.zeros((2 * len(candidates) + len(obstacles), 4))
    count = len(obstacles)
    taken[:count] = [(o.left(), o.top(), o.right(), o.bottom()) for o in obstacles] or np.zeros((0, 4))
    labels: list[Label] = []
    for name, words, at, boxes in candidates:
        dot = QRectF(at.x() - 3, at.y() - 3, 6, 6)
        for box in boxes:
            wide = box.adjusted(-GAP_PX, -GAP_PX / 2, GAP_PX, GAP_PX / 2)
            rooms = (wide, dot) if name.kind == "city" else (wide,)
            if any(_meets(taken[:count], room) for room in rooms):
                continue
            labels.append(Label(name, words, box, at if name.kind == "city" else None))
            for one in rooms:
                taken[count] = one.left(), one.top(), one.right(), one.bottom()
                count += 1
            break
    return labels


def _meets(boxes: Array, box: QRectF) -> bool:
    return bool(
        (
            (boxes[:, 0] < box.right())
            & (boxes[:, 2] > box.left())
            & (boxes[:, 1] < box.bottom())
            & (boxes[:, 3] > box.top())
        ).any()
    )


class LabelLayer:
    """Names of provinces and cities; a MapLayer."""

    def __init__(self, language: Language = "zh", dark: bool = False, visible: bool = True) -> None:
        self.id = "layer.places"
        self.visible = visible
        self.opacity = 1.0
        self.language: Language = language
        self.dark = dark
        self.obstacles: tuple[tuple[float, float, float], ...] = ()
        """What names keep clear of: x and y in metres of the map plane, radius in pixels."""
        self._plane: tuple[Projection, Array] | None = None
        self._projection = Projection("albers")
        self._layouts: OrderedDict[object, list[Label]] = OrderedDict()

    def set_language(self, language: Language) -> None:
        self.language = language

    def set_dark(self, dark: bool) -> None:
        self.dark = dark

    def project(self, projection: Projection) -> None:
        self._projection = projection

    def layout(self, viewport: Viewport) -> list[Label]:
        """The names of a view, the important first."""
        obstacles = self.obstacles
        key = (viewport, self._projection, self.language, obstacles)
        found = self._layouts.get(key)
        if found is None:
            found = self._layouts[key] = self._lay_out(viewport, self.language, obstacles)
            while len(self._layouts) > KEPT_LAYOUTS:
                self._layouts.popitem(last=False)
        return found

    def _points(self) -> Array:
        """(name, 2) metres of the map plane."""
        if self._plane is None or self._plane[0] != self._projection:
            every = names()
            x, y = self._projection.forward(
                np.array([n.lon_deg for n in every]), np.array([n.lat_deg for n in every])
            )
            self._plane = (self._projection, np.stack([x, y], axis=-1))
        return self._plane[1]

    def _lay_out(
        self, viewport: Viewport, language: Language, obstacles: tuple[tuple[float, float, float], ...]
    ) -> list[Label]:
        points = self._points()
        left, bottom, right, top = viewport.extent
        inside = (points >= [left, bottom]).all(axis=1) & (points <= [right, top]).all(axis=1)
        fonts: dict[Kind, QFontMetricsF] = {"province": QFontMetricsF(_font("province", language))}
        fonts["city"] = QFontMetricsF(_font("city", language))
        every = names()
        candidates = []
        # Hong Kong and Macau are a province and a city of one name.
        said: set[str] = set()
        for number in np.flatnonzero(inside).tolist():
            name = every[number]
            words = name.zh if language == "zh" else name.en
            if not words or words in said or not wanted(name, viewport.metres_per_pixel):
                continue
            said.add(words)
            at = QPointF(*viewport.to_screen(float(points[number, 0]), float(points[number, 1])))
            width, height = fonts[name.kind].horizontalAdvance(words), fonts[name.kind].height()
            candidates.append(
                (
                    name,
                    words,
                    at,
                    _boxes(name.kind, at, width, height, name.inner_m / viewport.metres_per_pixel),
                )
            )
        marks = []
        for x, y, radius in obstacles:
            at = QPointF(*viewport.to_screen(x, y))
            marks.append(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
        return place(candidates, marks)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        halo, dark = QColor(HALO[self.dark]), self.dark
        halo.setAlpha(225)
        for label in self.layout(viewport):
            ink = QColor(INK[label.name.kind][dark])
            font = _font(label.name.kind, self.language)
            path = QPainterPath()
            base = label.box.top() + QFontMetricsF(font).ascent()
            path.addText(QPointF(label.box.left(), base), font, label.words)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(halo, 3.0, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPath(path)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPath(path)
            if label.dot is not None:
                painter.setPen(QPen(halo, 1.2))
                size = 2.0 + (label.name.people > 1e6) * 0.8 + (label.name.people > 5e6) * 0.8
                painter.drawEllipse(label.dot, size, size)


def _boxes(kind: Kind, at: QPointF, width: float, height: float, inner_px: float) -> list[QRectF]:
    """Where a name may stand: a province's about its middle, no more than a line beyond the circle of `inner_px`
    that lies within it; a city's on any side of its dot."""
    if kind == "province":
        moves = ((0.0, 0.0), (0.0, -1.0), (0.0, 1.0), (-0.35, 0.0), (0.35, 0.0), (-0.35, -1.0), (0.35, 1.0),
            (0.0, -1.9), (0.0, 1.9), (-0.8, 0.0), (0.8, 0.0), (-0.7, -1.4), (0.7, 1.4), (-0.7, 1.4), (0.7, -1.4))  # fmt: skip
        return [
            QRectF(at.x() - width * (0.5 - dx), at.y() - height * (0.5 - dy), width, height)
            for dx, dy in moves
            if np.hypot(dx * width, dy * height) <= inner_px + height
        ]
    off = 5.0
    return [
        QRectF(at.x() + off, at.y() - height / 2, width, height),
        QRectF(at.x() - off - width, at.y() - height / 2, width, height),
        QRectF(at.x() - width / 2, at.y() - off - height, width, height),
        QRectF(at.x() - width / 2, at.y() + off, width, height),
    ]


@cache
def _font(kind: Kind, language: Language) -> QFont:
    font = QFont(FAMILY)
    font.setPointSizeF(10.5 if kind == "province" else 8.5)
    if kind == "province":
        font.setWeight(QFont.Weight.Medium)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 2.0 if language == "zh" else 0.6)
    return font
