"""The status bar: place under the pointer, scale, the running task, stale marks, review number."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from app.desktop.map.canvas import MapCanvas
from app.desktop.state import WindowState
from app.desktop.texts import text
from app.messages import Language


class StatusParts(QWidget):
    """Right side of the status bar."""

    cancelled = Signal()
    review_number_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.task, self.stale = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(150)
        self.bar.setTextVisible(False)
        self.stop = QPushButton()
        self.review = QLineEdit()
        self.review.setFixedWidth(150)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        for widget in (self.stale, self.task, self.bar, self.stop, self.review):
            row.addWidget(widget)
        self.stop.clicked.connect(self.cancelled)
        self.review.editingFinished.connect(lambda: self.review_number_entered.emit(self.review.text()))
        self.show_idle()

    def show_progress(self, words: str, share: float, remaining_s: object, language: Language) -> None:
        self.bar.show()
        self.stop.show()
        self.bar.setValue(round(share * 1000))
        left = (
            f"  {text('remaining', language)} {remaining_s:.0f} s" if isinstance(remaining_s, float) else ""
        )
        self.task.setText(f"{words} {share:.0%}{left}")

    def show_idle(self, words: str = "") -> None:
        self.bar.hide()
        self.stop.hide()
        self.task.setText(words)

    def set_language(self, language: Language) -> None:
        self.stop.setText(text("cancel", language))
        self.bar.setAccessibleName(text("running", language))
        self.review.setPlaceholderText(text("review_hint", language))
        self.review.setAccessibleName(text("review_number", language))
        self.review.setToolTip(text("review_number", language))

    def set_stale(self, inputs: int, language: Language, link: str = "") -> None:
        """How many inputs changed since the result, and the first link they reach, in words."""
        words = text("stale_from" if link else "stale_n", language, n=inputs, link=link) if inputs else ""
        self.stale.setText(words)


class PlaceLabel(QLabel):
    """Coordinates and province under the pointer and the scale of the map, at most sixteen times a second."""

    EVERY_MS = 60

    def __init__(self, canvas: MapCanvas, state: WindowState) -> None:
        super().__init__()
        self._canvas, self._state = canvas, state
        self._place = (0.0, 0.0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(self.EVERY_MS)
        self._later.timeout.connect(self._say)
        canvas.hovered.connect(self._hovered)

    def _hovered(self, lon: float, lat: float) -> None:
        self._place = (lon, lat)
        if not self._later.isActive():
            self._later.start()

    def _say(self) -> None:
        from gis_layers.boundary import province_at

        lon, lat = self._place
        scale = round(self._canvas.viewport.scale_denominator, -3)
        ref = province_at(lon, lat)
        name = "" if ref is None else ref.name_zh if self._state.language == "zh" else ref.name_en
        east, north = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
        self.setText(f"{abs(lon):8.3f}°{east}  {abs(lat):7.3f}°{north}   {name}   1:{scale:,.0f}")
