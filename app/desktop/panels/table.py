"""A read-only table of values with numbers to the right; rows carry an id so that selection is shared."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Cell:
    """What is shown and what is sorted by."""

    shown: str
    key: float | str
    hint: str = ""


@dataclass(frozen=True)
class TableContent:
    """A whole table."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ids: tuple[str, ...]


class ValueModel(QAbstractTableModel):
    """Qt's view of a TableContent."""

    def __init__(self, content: TableContent) -> None:
        super().__init__()
        self.content = content

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.content.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.content.headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.content.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.shown
        if role == Qt.ItemDataRole.UserRole:
            return cell.key
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.hint or cell.shown
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if isinstance(cell.key, str) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.content.headers[section]
        return None


class ValueTable(QTableView):
    """Sortable; emits the id of the row the user picks."""

    picked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._content = TableContent((), (), ())
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._proxy)
        self.clicked.connect(self._clicked)

    def show_content(self, content: TableContent) -> None:
        old = self._proxy.sourceModel()
        self._content = content
        self._model = ValueModel(content)
        self._proxy.setSourceModel(self._model)
        if old is not None:
            old.deleteLater()
        self.resizeColumnsToContents()

    def select_id(self, identity: str) -> None:
        """Select the row of an id, if it is here."""
        if identity in self._content.ids:
            source = self._model.index(self._content.ids.index(identity), 0)
            self.selectRow(self._proxy.mapFromSource(source).row())

    def _clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self._content.ids[self._proxy.mapToSource(index).row()])
