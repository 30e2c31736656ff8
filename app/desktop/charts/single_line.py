"""The single line of a corridor, drawn: base or grid, converters, line, receiving grid, with the hour and the year."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from app.desktop.charts.export import Value, ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import SERIES_COLOURS, Look
from app.desktop.charts.single_line_data import Item, SingleLine, Stage
from app.desktop.texts import text
from planning.line_words import SUPPLIES
from planning.words import MISSING, TERMS, percent, plain_unit, term

ROW_PX, HEAD_PX, SYMBOL_PX, PAD_PX = 16, 18, 36, 4
LEAST_COLUMN_PX = 132
GAP_PX = 12
"""Between a name, the hour's figure and the year's."""
DC_COLOUR, AC_COLOUR = "#c8553d", "#3f7cac"
STAGE_KEYS = ("single.source", "single.send", "single.line", "single.receive", "single.grid")


def item_name(item: Item, look: Look) -> str:
    """What a figure is."""
    base, _, more = item.key.partition(".")
    if more == "installed":
        return f"{term(base, look.language)} {text('single.installed', look.language)}"
    if f"single.{item.key}" in _WORDS:
        return text(f"single.{item.key}", look.language)
    return term(item.key, look.language) if item.key in TERMS else item.key


def figure_words(value: float | str | None, kind: str, look: Look) -> str:
    """A figure with its unit; a dash where it is missing."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        return look.pick(*SUPPLIES.get(value, (value, value)))
    if kind == "share":
        return percent(value)
    if kind == "MW/h":
        return f"{look.figure(value, 'power_mw')}/{plain_unit('h', look.language)}"
    if kind in ("kV", "km", ""):
        unit = plain_unit(kind, look.language)
        return f"{value:,.0f} {unit}".rstrip()
    return look.figure(value, kind)


def plain_figure(value: float | str | None, kind: str, look: Look) -> tuple[Value, str]:
    """A figure as a number in the reader's unit, and the unit; None where it is missing."""
    if kind == "share":
        unit, factor = "%", 100.0
    elif kind == "MW/h":
        unit, factor = (
            f"{look.unit('power_mw')}/{plain_unit('h', look.language)}",
            look.value(1.0, "power_mw"),
        )
    elif kind in ("kV", "km", ""):
        unit, factor = plain_unit(kind, look.language), 1.0
    else:
        unit, factor = look.unit(kind), look.value(1.0, kind)
    if isinstance(value, str):
        return figure_words(value, kind, look), ""
    return None if value is None else value * factor, unit


def stage_name(stage: Stage, look: Look) -> str:
    """What a stage is, with its name where it has one."""
    key = f"single.{stage.key}"
    if stage.key == "source":
        key = f"single.source.{stage.symbol}"
    elif stage.key in ("send", "receive") and stage.symbol == "substation":
        key = f"single.{stage.key}.ac"
    name = look.pick(stage.name_zh, stage.name_en)
    words = text(key, look.language)
    return f"{words} · {name}" if name and stage.key != "line" else words


def _words() -> frozenset[str]:
    from app.desktop.texts import TEXTS

    return frozenset(TEXTS)


_WORDS = _words()


class SingleLineView(QWidget):
    """Five columns, a symbol and its figures each; power runs from left to right, or back."""

    def __init__(self) -> None:
        super().__init__()
        self.line: SingleLine | None = None
        self.look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(860, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(5 * LEAST_COLUMN_PX, self._height())

    def _height(self) -> int:
        rows = max((len(self.rows(s)) for s in self.line.stages), default=4) if self.line else 4
        return HEAD_PX + SYMBOL_PX + PAD_PX + rows * 2 * ROW_PX + 8

    @staticmethod
    def rows(stage: Stage) -> list[Item]:
        return [item for item in stage.items if item.main]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.line is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, line = self.look, self.line
        column = self.width() / 5
        middle = HEAD_PX + SYMBOL_PX / 2
        colour = QColor(AC_COLOUR if line.stages[2].symbol == "ac" else DC_COLOUR)
        painter.setPen(QPen(QColor(look.dim), 2))
        painter.drawLine(QPointF(column * 0.5, middle), QPointF(column * 1.5, middle))
        painter.drawLine(QPointF(column * 3.5, middle), QPointF(column * 4.5, middle))
        painter.setPen(QPen(colour, 2.4))
        gaps = (-3.0, 3.0) if line.stages[2].symbol == "dc" else (0.0,)
        for gap in gaps:  # two poles
            painter.drawLine(QPointF(column * 1.5, middle + gap), QPointF(column * 3.5, middle + gap))
        self._arrows(painter, column, middle)
        bold = QFont(painter.font())
        bold.setBold(True)
        for k, stage in enumerate(line.stages):
            centre = QPointF(column * (k + 0.5), middle)
            self._symbol(painter, stage, centre, colour)
            painter.setFont(bold)
            painter.setPen(QColor(look.ink))
            head = QRectF(column * k + 4, 0, column - 8, HEAD_PX)
            name = painter.fontMetrics().elidedText(
                stage_name(stage, look), Qt.TextElideMode.ElideRight, int(head.width())
            )
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, name)
            painter.setFont(self.font())
            self._figures(painter, stage, column * k, column)
        painter.end()

    def _arrows(self, painter: QPainter, column: float, middle: float) -> None:
        """Which way power runs in the hour; none where nothing does."""
        line = self.line
        assert line is not None
        if not line.hour_mw:
            return
        way = 1.0 if line.hour_mw > 0 else -1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.look.ink))
        for place in (1.0, 2.0, 3.0, 4.0):
            x = column * place
            tip = QPointF(x + 7 * way, middle)
            painter.drawPolygon(
                QPolygonF([tip, QPointF(x - 5 * way, middle - 6), QPointF(x - 5 * way, middle + 6)])
            )

    def _symbol(self, painter: QPainter, stage: Stage, centre: QPointF, colour: QColor) -> None:
        look, r = self.look, 14.0
        painter.setPen(QPen(QColor(look.ink), 1.4))
        painter.setBrush(QColor(look.ground))
        box = QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r)
        if stage.symbol == "base":
            parts = {i.key.partition(".")[0]: float(i.fixed) for i in stage.items
                     if i.key.endswith(".installed") and isinstance(i.fixed, float)}  # fmt: skip
            total, angle = sum(parts.values()) or 1.0, 90.0 * 16
            for technology, mw in parts.items():
                turn = 360.0 * 16 * mw / total
                painter.setBrush(QColor(SERIES_COLOURS.get(technology, "#999999")))
                painter.drawPie(box, round(angle - turn), round(turn))
                angle -= turn
        elif stage.symbol == "grid":
            painter.setPen(QPen(QColor(look.ink), 4.0))
            painter.drawLine(QPointF(centre.x(), box.top()), QPointF(centre.x(), box.bottom()))
        elif stage.symbol in ("lcc", "vsc"):
            painter.drawRect(box)
            painter.drawLine(box.bottomLeft(), box.topRight())
            painter.setPen(QColor(look.ink))
            corner = QRectF(box.left(), box.top(), r + 2, r + 2)
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "~" if stage.key == "send" else "=")
            corner = QRectF(centre.x() - 2, centre.y() - 2, r + 2, r + 2)
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, "=" if stage.key == "send" else "~")
        elif stage.symbol == "substation":  # a transformer: two windings
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for shift in (-6.0, 6.0):
                painter.drawEllipse(QPointF(centre.x() + shift, centre.y()), 9.5, 9.5)
        else:
            share = self.line.loading if self.line is not None else None
            words = MISSING if share is None else f"{share:.0%}"
            painter.setPen(QPen(colour, 1.4))
            plate = QRectF(centre.x() - 24, centre.y() - 10, 48, 20)
            painter.drawRoundedRect(plate, 4, 4)
            painter.setPen(QColor(look.ink))
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)

    def _figures(self, painter: QPainter, stage: Stage, left: float, width: float) -> None:
        """A name and, below it, the hour's figure and the year's."""
        look, metrics = self.look, painter.fontMetrics()
        y = float(HEAD_PX + SYMBOL_PX + PAD_PX)
        rows = [(item_name(item, look), *self._said(item)) for item in self.rows(stage)]
        wide = [
            max((metrics.horizontalAdvance(row[k]) for row in rows if row[2]), default=0) for k in range(3)
        ]
        one_line = sum(wide) + 2 * GAP_PX <= width - 16
        for title, now, year in rows:
            row = QRectF(left + 8, y, width - 16, ROW_PX)
            painter.setPen(QColor(look.dim))
            room = int(row.width()) - metrics.horizontalAdvance(now) - 8
            name = metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, 24))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(QColor(look.ink))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            if one_line and year:
                painter.drawText(QRectF(row.left(), y, row.width() - wide[2] - GAP_PX, ROW_PX), right, now)
                painter.setPen(QColor(look.dim))
                painter.drawText(row, right, year)
            else:
                painter.drawText(row, right, now)
                if year:
                    y += ROW_PX - 2
                    painter.setPen(QColor(look.dim))
                    painter.drawText(QRectF(left + 8, y, width - 16, ROW_PX), right, year)
            y += ROW_PX

    def _said(self, item: Item) -> tuple[str, str]:
        """The hour's figure, or the one that holds always, and the year's; empty where it has none."""
        look = self.look
        now = figure_words(item.fixed if item.is_fixed else item.hour, item.kind, look)
        if not item.year_kind:
            return now, ""
        return now, f"{text('single.year', look.language)} {figure_words(item.year, item.year_kind, look)}"


class SingleLineChart(ChartFrame):
    """The diagram with its export: every figure of every stage."""

    def __init__(self) -> None:
        self._line: SingleLine | None = None
        super().__init__("charts.single")
        self.view = SingleLineView()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(self.view)
        self.body.addWidget(area, 1)

    def show_line(self, line: SingleLine | None, when: str, source: str) -> None:
        """Draw a corridor in an hour named `when`."""
        self._line = line
        name = "" if line is None else self.look.pick(line.name_zh, line.name_en)
        self.set_subject(" · ".join(part for part in (name, when) if part))
        self.set_source(source)
        self.draw()

    def draw(self) -> None:
        self.set_empty("" if self._line is not None else text("single.none", self.look.language))
        self.view.line, self.view.look = self._line, self.look
        self.view.setAccessibleDescription(self._spoken())
        self.view.updateGeometry()
        self.view.update()

    def _spoken(self) -> str:
        """The diagram for a reader who does not see it."""
        if self._line is None:
            return ""
        parts = []
        for stage in self._line.stages:
            figures = ", ".join(
                f"{item_name(i, self.look)} {figure_words(i.fixed if i.is_fixed else i.hour, i.kind, self.look)}"
                for i in SingleLineView.rows(stage)
            )
            parts.append(f"{stage_name(stage, self.look)}: {figures}")
        return "; ".join(parts)

    def grid(self) -> ValueGrid | None:
        if self._line is None:
            return None
        look = self.look
        rows: list[tuple[Value, ...]] = []
        for stage in self._line.stages:
            for item in stage.items:
                now, unit = plain_figure(item.fixed if item.is_fixed else item.hour, item.kind, look)
                year, of_year = plain_figure(item.year, item.year_kind, look) if item.year_kind else ("", "")
                rows.append((stage_name(stage, look), item_name(item, look), now, unit, year, of_year))
        heads = ("stage", "figure", "hour", "unit", "year", "unit")
        return ValueGrid(
            self.title, tuple(text(f"single.head.{key}", look.language) for key in heads), rows, self._source
        )
