"""Small parts of the panel of pins: a chart under its controls, boxes in another language."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.tools.place_chart import PlaceChart


def under(controls: Sequence[QWidget], chart: PlaceChart) -> QWidget:
    """A chart below a row of what it is controlled with."""
    row = QHBoxLayout()
    row.setContentsMargins(10, 2, 10, 0)
    for control in controls:
        row.addWidget(control)
    row.addStretch(1)
    part = QWidget()
    layout = QVBoxLayout(part)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addLayout(row)
    layout.addWidget(chart, 1)
    return part


def fill(box: QComboBox, names: Sequence[str]) -> None:
    """New words, the same choice, no signal."""
    chosen = max(box.currentIndex(), 0)
    box.blockSignals(True)
    box.clear()
    box.addItems(list(names))
    box.setCurrentIndex(chosen)
    box.blockSignals(False)
