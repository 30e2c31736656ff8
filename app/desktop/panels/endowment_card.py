"""The card of one region: where its land goes, capacity by class of quality, wind, sun and rain by month."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.charts.look import Look
from app.desktop.map.colour import RAMPS
from app.desktop.panels.endowment_tables import name_of
from app.desktop.texts import text
from planning.endowment_values import Endowment, LandTechnology, RegionEndowment
from planning.words import plain_unit

TAKEN, LEFT = "#b9a28a", "#3f8f6b"
LINES = (("wind", "#4f9bb8"), ("sun", "#d99a1c"), ("rain", "#2f6db0"))


@dataclass(frozen=True, slots=True)
class Row:
    """A bar: its name, how long it is (0..1), its figure in words, its colour."""

    name: str
    share: float
    figure: str
    colour: str


class Bars(QWidget):
    """Bars with their names to the left and figures at their end."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self.title, self.look = "", Look()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(260, 26 + 19 * max(len(self.rows), 3))

    def minimumSizeHint(self) -> QSize:
        return QSize(190, 26 + 15 * max(len(self.rows), 3))

    def show_rows(self, title: str, rows: Sequence[Row], look: Look) -> None:
        self.title, self.rows, self.look = title, tuple(rows), look
        words = "; ".join(f"{row.name} {row.figure}" for row in rows)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.setToolTip("\n".join(f"{row.name}: {row.figure}" for row in rows))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, metrics = self.look, self.fontMetrics()
        top = _title(painter, self.title, look, self.width())
        if not self.rows:
            return
        height = min((self.height() - top - 2) / len(self.rows), 22.0)
        names = min(max(metrics.horizontalAdvance(r.name) for r in self.rows) + 14, int(self.width() * 0.5))
        figures = max(metrics.horizontalAdvance(r.figure) for r in self.rows) + 8
        room = max(self.width() - names - figures, 20)
        for number, row in enumerate(self.rows):
            y = top + number * height
            painter.setPen(QColor(look.ink))
            name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names - 6)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, names - 4, height), middle | Qt.AlignmentFlag.AlignRight, name)
            long = max(room * row.share, 1.0 if row.share > 0 else 0.0)
            painter.fillRect(QRectF(names, y + height * 0.2, long, height * 0.6), QColor(row.colour))
            painter.setPen(QColor(look.dim))
            painter.drawText(QRectF(names + long + 4, y, figures, height), middle, row.figure)


class Months(QWidget):
    """Wind, sun and rain over the months, each over its own highest month."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.look = "", Look()
        self.series: tuple[tuple[str, str, str, tuple[float, ...]], ...] = ()
        """Name, unit, colour, twelve values."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(170, 90)

    def show_region(self, region: RegionEndowment, look: Look) -> None:
        self.look = look
        self.title = text("endowment.card.months", look.language)
        values = {"wind": region.wind_ms, "sun": region.sun_kwh_per_m2, "rain": region.rain_mm}
        units = {"wind": "m/s", "sun": "kWh/m²", "rain": "mm"}
        self.series = tuple(
            (text(f"endowment.card.{key}", look.language), units[key], colour, values[key])
            for key, colour in LINES
        )
        lines = [
            f"{name} ({own}): " + ", ".join(f"{v:.{1 if own == 'm/s' else 0}f}" for v in shown)
            for name, own, _, shown in self.series
        ]
        self.setAccessibleName(self.title)
        self.setAccessibleDescription("; ".join(lines))
        self.setToolTip("\n".join(lines))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, metrics = self.look, self.fontMetrics()
        top = _title(painter, self.title, look, self.width())
        line = metrics.height()
        words = [_peak(name, own, values) for name, own, _, values in self.series]
        wide = sum(metrics.horizontalAdvance(one) + 8 for one in words) > self.width()
        bottom, left, right = self.height() - (3 if wide else 2) * line - 2, 8.0, self.width() - 8.0
        if not self.series or bottom <= top + 10:
            return
        painter.setPen(QPen(QColor(look.rule)))
        painter.drawLine(QPointF(left, bottom), QPointF(right, bottom))
        step = (right - left) / 11
        for month in range(0, 12, 1 if step > 18 else 2):
            painter.setPen(QColor(look.dim))
            box = QRectF(left + month * step - 14, bottom, 28, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, str(month + 1))
        x, y = 0.0, bottom + line
        for (_, _, colour, values), one in zip(self.series, words, strict=True):
            high = max(*values, 1e-9)
            points = [
                QPointF(left + m * step, bottom - v / high * (bottom - top - 4)) for m, v in enumerate(values)
            ]
            painter.setPen(QPen(QColor(colour), 2.0))
            painter.drawPolyline(QPolygonF(points))
            if x and x + metrics.horizontalAdvance(one) > self.width():
                x, y = 0.0, y + line
            painter.drawText(QRectF(x, y, self.width(), line), Qt.AlignmentFlag.AlignLeft, one)
            x += metrics.horizontalAdvance(one) + 8


def _peak(name: str, unit: str, values: Sequence[float]) -> str:
    """A series and its highest month, to which its line is drawn."""
    return f"{name} ≤ {max(values, default=0.0):,.{1 if unit == 'm/s' else 0}f} {unit}"


def _title(painter: QPainter, title: str, look: Look, width: int) -> float:
    """Draw a title; returns where the content begins."""
    metrics = painter.fontMetrics()
    painter.setPen(QColor(look.ink))
    font = painter.font()
    font.setBold(True)
    painter.save()
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, width)
    painter.drawText(QRectF(0, 0, width, metrics.height() + 2), Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()
    return metrics.height() + 5.0


class RegionCard(QWidget):
    """Headline and three charts; shows nothing but a hint until a region is picked."""

    def __init__(self) -> None:
        super().__init__()
        self.head = QLabel()
        self.head.setWordWrap(True)
        self.audit, self.classes, self.months = Bars(), Bars(), Months()
        row = QHBoxLayout()
        row.setSpacing(14)
        for chart, stretch in ((self.audit, 5), (self.classes, 5), (self.months, 4)):
            row.addWidget(chart, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 2)
        layout.setSpacing(4)
        layout.addWidget(self.head)
        layout.addLayout(row, 1)

    def show_region(
        self, e: Endowment | None, region: RegionEndowment | None, technology: LandTechnology, look: Look
    ) -> None:
        seen = e is not None and region is not None
        for chart in (self.audit, self.classes, self.months):
            chart.setVisible(seen)
        if e is None or region is None:
            self.head.setText(text("endowment.card.none", look.language) if e is not None else "")
            return
        self.head.setText(self._words(region, technology, look))
        land, told = region.of(technology), e.technology(technology)
        zh = look.language == "zh"
        km2 = plain_unit("km²", look.language)
        whole = max(region.land_km2, 1e-9)
        rows = [
            Row(rule.title_zh if zh else rule.title_en, taken / whole, f"{taken:,.0f}", TAKEN)
            for rule, taken in zip(told.rules, land.taken_km2, strict=True)
        ]
        left = f"{land.eligible_km2:,.0f} · {land.eligible_km2 / whole:.1%}"
        rows.append(Row(text("endowment.card.left", look.language), land.eligible_km2 / whole, left, LEFT))
        name = text(f"endowment.tech.{technology}", look.language)
        self.audit.show_rows(f"{text('endowment.card.audit', look.language)} · {name} ({km2})", rows, look)
        most = max(*land.class_mw, 1e-9)
        table = RAMPS["wind" if technology == "wind" else "sun"].table()
        count = len(told.class_titles)
        unit = plain_unit("h/a", look.language) if technology == "wind" else "kWh/kWp"
        rows = []
        for k, (title, mw) in enumerate(zip(told.class_titles, land.class_mw, strict=True)):
            red, green, blue = (int(v) for v in table[60 + round(k * 195 / (count - 1))])
            rows.append(
                Row(
                    title,
                    mw / most,
                    look.short(look.value(mw, "power_mw")),
                    f"#{red:02x}{green:02x}{blue:02x}",
                )
            )
        words = f"{text('endowment.card.classes', look.language)} ({look.unit('power_mw')}; {unit})"
        self.classes.show_rows(words, rows, look)
        self.months.show_region(region, look)

    @staticmethod
    def _words(r: RegionEndowment, technology: LandTechnology, look: Look) -> str:
        land, language = r.of(technology), look.language
        comma = "，" if language == "zh" else ", "
        hours = (
            "–"
            if land.full_load_hours is None
            else f"{land.full_load_hours:,.0f} {plain_unit('h/a', language)}"
        )
        capacity = "capacity" if technology == "wind" else "capacity_ac"
        parts = [
            f"{text(f'endowment.{capacity}', language)} {look.figure(land.capacity_mw, 'power_mw')}",
            f"P50 {look.figure(land.energy_mwh, 'energy_mwh')}",
            f"P90 {look.figure(land.energy_p90_mwh, 'energy_mwh')}",
            hours,
        ]
        return f"<b>{html.escape(name_of(r, language))}</b> · {text(f'endowment.tech.{technology}', language)}: {comma.join(parts)}"
