"""The layer tree: groups, visibility, opacity, and what stands behind each layer on hover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.desktop.texts import text
from app.messages import Language

ID_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class LayerEntry:
    """One line of the tree."""

    id: str
    group: str
    """Key of the group's name in `texts`."""
    title_zh: str
    title_en: str
    hint: str
    visible: bool
    opacity: float


class LayerTree(QWidget):
    """Emits what the user changes; knows nothing of the map."""

    visibility_changed = Signal(str, bool)
    opacity_changed = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[LayerEntry] = ()
        self._tree = QTreeWidget()
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(14)
        self._tree.itemChanged.connect(self._changed)
        self._tree.currentItemChanged.connect(self._current)
        self._label = QLabel()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(10, 100)
        self._slider.setEnabled(False)
        self._slider.valueChanged.connect(self._slid)
        row = QHBoxLayout()
        row.addWidget(self._label)
        row.addWidget(self._slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._tree)
        layout.addLayout(row)

    def show_entries(self, entries: Sequence[LayerEntry], language: Language) -> None:
        """Fill the tree; the same entries in another language keep their state."""
        self._entries = entries
        self._label.setText(text("opacity", language))
        self._slider.setAccessibleName(text("opacity", language))
        self._tree.setAccessibleName(text("layers", language))
        self._tree.blockSignals(True)
        self._tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for entry in entries:
            if entry.group not in groups:
                group = QTreeWidgetItem([text(entry.group, language)])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self._tree.addTopLevelItem(group)
                groups[entry.group] = group
            item = QTreeWidgetItem([entry.title_zh if language == "zh" else entry.title_en])
            item.setData(0, ID_ROLE, entry.id)
            item.setToolTip(0, entry.hint)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(0, Qt.CheckState.Checked if entry.visible else Qt.CheckState.Unchecked)
            groups[entry.group].addChild(item)
        self._tree.expandAll()
        self._tree.blockSignals(False)

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        identity = item.data(0, ID_ROLE)
        if identity:
            self.visibility_changed.emit(identity, item.checkState(0) == Qt.CheckState.Checked)

    def _current(self, item: QTreeWidgetItem | None) -> None:
        identity = item.data(0, ID_ROLE) if item is not None else None
        self._slider.setEnabled(identity is not None)
        for entry in self._entries:
            if entry.id == identity:
                self._slider.blockSignals(True)
                self._slider.setValue(round(entry.opacity * 100))
                self._slider.blockSignals(False)

    def _slid(self, value: int) -> None:
        item = self._tree.currentItem()
        identity = item.data(0, ID_ROLE) if item is not None else None
        if identity:
            self.opacity_changed.emit(identity, value / 100)
