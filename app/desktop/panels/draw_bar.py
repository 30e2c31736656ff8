"""What becomes of a shape just drawn: a small bar over the map, which stops nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.desktop.map.legends import WIDTH_PX
from app.desktop.texts import text
from app.messages import Language
from planning.words import plain_unit

MOST_MW = 20_000.0


class DrawBar(QFrame):
    """Name, power and, of an area, the corridor it feeds; Enter takes the first answer, Escape none."""

    base_wanted = Signal(str, float, str)
    """Name, channel MW, corridor id or ""."""
    line_wanted = Signal(str, float)
    """Name, MW."""
    shape_kept = Signal(str)
    """Name."""
    dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._kind = "area"
        self._language: Language = "zh"
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.what = QLabel()
        self.name = QLineEdit()
        self.power = QDoubleSpinBox()
        self.power.setRange(50.0, MOST_MW)
        self.power.setDecimals(0)
        self.power.setSingleStep(500.0)
        self.corridor = QComboBox()
        self.corridor.setMaximumWidth(190)  # the list itself shows whole names
        self.name.setMaximumWidth(130)
        self.make, self.keep, self.drop = QPushButton(), QPushButton(), QPushButton()
        self.make.setDefault(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        for widget in (self.what, self.name, self.power, self.corridor, self.make, self.keep, self.drop):
            row.addWidget(widget)
        self.make.clicked.connect(self._make)
        self.keep.clicked.connect(self._keep)
        self.drop.clicked.connect(self._drop)
        self.name.returnPressed.connect(self._make)
        self.hide()

    def ask(
        self,
        kind: str,
        words: str,
        name: str,
        power_mw: float,
        corridors: Sequence[tuple[str, str]],
        language: Language,
    ) -> None:
        """Ask about an "area" or a "line"; `corridors` are (id, name) an area may feed."""
        self._kind, self._language = kind, language
        area = kind == "area"
        self.what.setText(words)
        self.name.setText(name)
        self.power.setValue(power_mw)
        self.power.setSuffix(f" {plain_unit('MW', language)}")
        self.corridor.clear()
        self.corridor.addItem(text("draw.no_corridor", language), "")
        for identity, title in corridors:
            self.corridor.addItem(title, identity)
        self.corridor.setVisible(area)
        self.make.setText(text("draw.base" if area else "draw.line", language))
        self.keep.setText(text("draw.keep", language))
        self.keep.setVisible(area)
        self.drop.setText(text("draw.drop", language))
        for widget, key in (
            (self.name, "draw.name"), (self.power, "draw.power"), (self.corridor, "draw.corridor"),
        ):  # fmt: skip
            widget.setAccessibleName(text(key, language))
            widget.setToolTip(text(key, language))
        self.adjustSize()
        free = self._over.width() - self.width()
        beside = round(WIDTH_PX) + 24  # the legends stay readable where there is room
        self.move(max(free // 2, beside if beside <= free - 8 else 8), 12)
        self.show()
        self.raise_()
        self.name.setFocus()
        self.name.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._drop()
        else:
            super().keyPressEvent(event)

    def _make(self) -> None:
        self.hide()
        name = self.name.text().strip() or text("draw.unnamed", self._language)
        if self._kind == "area":
            self.base_wanted.emit(name, self.power.value(), self.corridor.currentData() or "")
        else:
            self.line_wanted.emit(name, self.power.value())

    def _keep(self) -> None:
        self.hide()
        self.shape_kept.emit(self.name.text().strip() or text("draw.unnamed", self._language))

    def _drop(self) -> None:
        self.hide()
        self.dropped.emit()
