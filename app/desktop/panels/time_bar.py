"""The time bar: a month for layers of climate, an hour of the year for flows, played or dragged."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.desktop.charts.axes import ticks
from app.desktop.charts.data import moment
from app.desktop.charts.look import Look
from app.desktop.texts import text
from app.desktop.theme import ACCENT, palette
from app.messages import Language
from planning.hourly import HOURS

Mode = Literal["month", "hour"]
SPEEDS_H = (1, 6, 24)
STEP_MS = 125
"""A step of the play: eight a second can be followed by eye, and leave the map time to draw."""
MONTH_MS = 900


Sign = Literal["back", "play", "pause", "on"]


def sign(kind: Sign, colour: str) -> QIcon:
    """Triangles and bars, drawn: not every font has them."""
    picture = QPixmap(32, 32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    if kind == "play":
        painter.drawPolygon(QPolygonF([QPointF(9, 5), QPointF(27, 16), QPointF(9, 27)]))
    elif kind == "pause":
        painter.drawRect(QRectF(8, 6, 6, 20))
        painter.drawRect(QRectF(18, 6, 6, 20))
    else:
        tip, back, bar = (23.0, 9.0, 23.0) if kind == "on" else (9.0, 23.0, 6.0)
        painter.drawPolygon(QPolygonF([QPointF(back, 8), QPointF(tip, 16), QPointF(back, 24)]))
        painter.drawRect(QRectF(bar, 8, 3, 16))
    painter.end()
    return QIcon(picture)


class Track(QWidget):
    """The slider: months as cells, or the year with its months and a handle."""

    moved = Signal(int)
    """The month (0: whole year) or hour the hand chose."""

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "month"
        self.value = 0
        self.look = Look()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(420, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        (self._paint_months if self.mode == "month" else self._paint_hours)(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(ACCENT), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_months(self, painter: QPainter) -> None:
        look, width = self.look, self.width() / 13
        for month in range(13):
            cell = QRectF(month * width + 1, 5, width - 2, 20)
            chosen = month == self.value
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ACCENT if chosen else look.rule))
            painter.drawRoundedRect(cell, 3, 3)
            painter.setPen(QColor("#ffffff" if chosen else look.ink))
            name = text("charts.all_year", look.language) if month == 0 else str(month)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_hours(self, painter: QPainter) -> None:
        look, left, width = self.look, 8.0, self.width() - 16.0
        at = left + self.value / (HOURS - 1) * width
        painter.setPen(QPen(QColor(look.rule), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, 9), QPointF(left + width, 9))
        painter.setPen(QPen(QColor(ACCENT), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, 9), QPointF(at, 9))
        painter.setPen(QColor(look.dim))
        font = self.font()
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 6.5))
        painter.setFont(font)
        metrics = painter.fontMetrics()
        for hour, name in ticks(0, HOURS, look, width):
            x = left + hour / (HOURS - 1) * width
            painter.drawLine(QPointF(x, 13), QPointF(x, 16))
            painter.drawText(QPointF(x + 2, 16 + metrics.ascent() - 2), name)
        painter.setPen(QPen(QColor("#ffffff"), 1.5))
        painter.setBrush(QColor(ACCENT))
        painter.drawEllipse(QPointF(at, 9), 6, 6)

    def _chosen(self, x: float) -> int:
        if self.mode == "month":
            return min(max(int(x / self.width() * 13), 0), 12)
        share = (x - 8.0) / max(self.width() - 16.0, 1.0)
        return min(max(round(share * (HOURS - 1)), 0), HOURS - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.moved.emit(self._chosen(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self._chosen(event.position().x()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class TimeBar(QWidget):
    """Mode, back, play, on, speed, date and track.

    Keys: left and right step (with shift a day; in month mode a month), up and down a month, home and end go to the
    ends, space plays.
    """

    month_changed = Signal(object)
    """1-12, None for the whole year; by hand or play, never by `set_month`."""
    hour_changed = Signal(int)
    """0..8759; by hand or play, never by `set_hour`."""
    mode_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._mode: Mode = "month"
        self._month: int | None = None
        self._hour, self._year = 0, 2030
        self._has_hours = False
        self._modes, self._speed = QComboBox(), QComboBox()
        self._back, self._play, self._on = QToolButton(), QToolButton(), QToolButton()
        self._date = QLabel()
        self._track = Track()
        for button in (self._back, self._play, self._on):
            button.setAutoRaise(True)
            button.setFixedWidth(30)
        self._play.setCheckable(True)
        self._date.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 2)
        layout.setSpacing(4)
        for widget in (self._modes, self._back, self._play, self._on, self._speed, self._date):
            layout.addWidget(widget)
        layout.addWidget(self._track, 1)
        self._modes.addItems(["", ""])
        for box in (self._modes, self._speed):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for hours in SPEEDS_H:
            self._speed.addItem("", hours)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._modes.activated.connect(lambda row: self._choose_mode("hour" if row else "month"))
        self._play.toggled.connect(self._toggle)
        self._back.clicked.connect(lambda: self._step(-1))
        self._on.clicked.connect(lambda: self._step(1))
        self._track.moved.connect(self._dragged)
        self.setFocusProxy(self._track)
        self._retitle()

    # -- for the window --------------------------------------------------------------------------

    def set_hours_available(self, there: bool, year: int = 2030) -> None:
        """Whether a run with hours is open, and the year its dates bear."""
        self._has_hours, self._year = there, year
        if not there and self._mode == "hour":
            self.set_mode("month")
        self._retitle()

    def set_mode(self, mode: Mode) -> None:
        """Months of the climate or hours of a run; hours only where a run has them. Emits `mode_changed`."""
        mode = "hour" if mode == "hour" and self._has_hours else "month"
        if mode != self._mode:
            self.stop()
            self._mode = mode
            self._retitle()
            self.mode_changed.emit(mode)
        else:
            self._retitle()

    def set_month(self, month: int | None) -> None:
        """Show a month (None: the year). Emits nothing."""
        self._month = month
        self._retitle()

    def set_hour(self, hour: int) -> None:
        """Show an hour of the year. Emits nothing."""
        self._hour = min(max(hour, 0), HOURS - 1)
        self._show_value()

    def set_language(self, language: Language) -> None:
        self._look = Look(language, self._look.units, self._look.dark)
        self._retitle()

    def set_dark(self, dark: bool) -> None:
        self._look = Look(self._look.language, self._look.units, dark)
        self._retitle()

    def toggle(self) -> None:
        """Play, or end the play."""
        self._play.toggle()

    def stop(self) -> None:
        """End the play."""
        self._play.setChecked(False)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def hour(self) -> int:
        return self._hour

    @property
    def month(self) -> int | None:
        return self._month

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def date(self) -> str:
        """What is shown in words: `2030-07-15 13:00`, or the month."""
        if self._mode == "hour":
            at = moment(self._hour)
            return f"{self._year}-{at.month:02d}-{at.day:02d} {at.hour:02d}:00"
        if self._month is None:
            return text("charts.all_year", self._look.language)
        return text("charts.month_n", self._look.language, n=self._month)

    # -- inside ----------------------------------------------------------------------------------

    def _retitle(self) -> None:
        language = self._look.language
        self.setPalette(palette(self._look.dark))
        hour = self._mode == "hour"
        for row, key in enumerate(("charts.mode.month", "charts.mode.hour")):
            self._modes.setItemText(row, text(key, language))
        self._modes.setCurrentIndex(int(hour))
        # The model of a plain combo box is a QStandardItemModel: its second row is greyed while there are no hours.
        self._modes.setItemData(1, 33 if self._has_hours else 0, Qt.ItemDataRole.UserRole - 1)
        for row, hours in enumerate(SPEEDS_H):
            self._speed.setItemText(row, text("charts.speed", language, n=hours))
        self._speed.setVisible(hour)
        self._date.setVisible(hour)  # months and the whole year are cells of the track, the chosen one marked
        play: Sign = "pause" if self.playing else "play"
        buttons: tuple[tuple[QToolButton, Sign], ...] = (
            (self._back, "back"),
            (self._play, play),
            (self._on, "on"),
        )
        for widget, shown in buttons:
            key = f"charts.{shown}"
            widget.setIcon(sign(shown, self._look.ink))
            widget.setToolTip(text(key, language))
            widget.setAccessibleName(text(key, language))
        self._speed.setAccessibleName(text("charts.speed_name", language))
        self._modes.setAccessibleName(text("charts.mode_name", language))
        self._track.setAccessibleName(text("charts.time_bar", language))
        self._track.setToolTip(text("charts.time_keys", language))
        self._track.look, self._track.mode = self._look, self._mode
        self._date.setFixedWidth(self._date.fontMetrics().horizontalAdvance("2030-12-30 20:00") + 12)
        self._show_value()

    def _show_value(self) -> None:
        self._track.value = self._hour if self._mode == "hour" else (self._month or 0)
        self._track.update()
        self._date.setText(self.date)
        self._track.setAccessibleDescription(self.date)

    def _choose_mode(self, mode: Mode) -> None:
        self.set_mode(mode)

    def _dragged(self, value: int) -> None:
        if self._mode == "hour":
            self._go_hour(value)
        else:
            self._go_month(value or None)

    def _go_hour(self, hour: int) -> None:
        hour = min(max(hour, 0), HOURS - 1)
        if hour != self._hour:
            self._hour = hour
            self._show_value()
            self.hour_changed.emit(hour)

    def _go_month(self, month: int | None) -> None:
        if month != self._month:
            self._month = month
            self._show_value()
            self.month_changed.emit(month)

    def _speed_h(self) -> int:
        return int(self._speed.currentData())

    def _step(self, ahead: int) -> None:
        """One step by hand, stopping at the ends; months go round."""
        if self._mode == "hour":
            self._go_hour(self._hour + ahead * self._speed_h())
        else:
            self._go_month(((self._month or 0) + ahead) % 13 or None)

    def _tick(self) -> None:
        """One step of the play, going round at the end of the year."""
        if self._mode == "hour":
            self._go_hour((self._hour + self._speed_h()) % HOURS)
        else:
            self._go_month((self._month or 0) % 12 + 1)

    def _toggle(self, playing: bool) -> None:
        if playing:
            self._timer.start(STEP_MS if self._mode == "hour" else MONTH_MS)
        else:
            self._timer.stop()
        self._retitle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        hour = self._mode == "hour"
        if key == Qt.Key.Key_Space:
            self._play.toggle()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            ahead = 1 if key == Qt.Key.Key_Right else -1
            if hour and shift:
                self._go_hour(self._hour + ahead * 24)
            elif hour:
                self._go_hour(self._hour + ahead)
            else:
                self._step(ahead)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and hour:
            self._go_hour(self._hour + (730 if key == Qt.Key.Key_Up else -730))
        elif key == Qt.Key.Key_Home:
            self._dragged(0)
        elif key == Qt.Key.Key_End:
            self._dragged(HOURS - 1 if hour else 12)
        else:
            super().keyPressEvent(event)
