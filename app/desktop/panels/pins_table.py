"""The figures of pinned places side by side: a column a place, a row a quantity; names can be typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from app.desktop.charts.export import ValueGrid
from app.desktop.tools.pin_table import ROWS, shown
from app.desktop.tools.pins import Pin

ROW_PX, COLUMN_PX, WIDEST_PX = 23, 66, 400
_FIXED_ROWS = 2


class PinTable(QTableWidget):
    """Shows a grid of the pins; what is typed or chosen is announced, nothing changed."""

    renamed = Signal(str, str)
    """Letter and new name."""
    chosen = Signal(float, float)
    """The head of a place was double-clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._pins: tuple[Pin, ...] = ()
        self._grid: ValueGrid | None = None
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumWidth(200)
        self.itemChanged.connect(self._edited)
        self.horizontalHeader().sectionDoubleClicked.connect(self._choose)

    def show_grid(self, pins: tuple[Pin, ...], grid: ValueGrid) -> None:
        """Show these; the chosen column stays."""
        self._pins, self._grid = pins, grid
        chosen = self.currentColumn()
        self.blockSignals(True)
        decimals = [0] * _FIXED_ROWS + [number for _, number in ROWS]
        self.clear()
        self.setRowCount(len(grid.rows))
        self.setColumnCount(len(pins))
        self.setVerticalHeaderLabels([str(row[0]) for row in grid.rows])
        for column, pin in enumerate(pins):
            header = QTableWidgetItem(pin.letter)
            header.setForeground(QBrush(QColor(pin.colour)))
            header.setToolTip(pin.name)
            self.setHorizontalHeaderItem(column, header)
            for row, values in enumerate(grid.rows):
                value = values[column + 1]
                words = value if isinstance(value, str) else shown(value, decimals[row])
                item = QTableWidgetItem(words)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if row > 0:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.setItem(row, column, item)
        if 0 <= chosen < len(pins):
            self.setCurrentCell(max(self.currentRow(), 0), chosen)
        self.blockSignals(False)

    def fit(self, room_px: int, stacked: bool) -> None:
        """Places must be seen side by side: where room is short, words are cut or folded before figures are."""
        heads = self.verticalHeader()
        heads.setMaximumWidth(WIDEST_PX)
        self.resizeColumnsToContents()
        short = stacked and heads.sizeHint().width() + self.horizontalHeader().length() > room_px - 30
        if short:
            heads.setMaximumWidth(round(room_px * 0.42))
        for row in range(self.rowCount()):
            words = self.verticalHeaderItem(row)
            words.setToolTip(words.text())
            self.setRowHeight(row, ROW_PX + 15 if short and row < _FIXED_ROWS else ROW_PX)
        for column in range(self.columnCount() if short else 0):
            self.setColumnWidth(column, min(self.columnWidth(column), COLUMN_PX))

    def current_letter(self) -> str | None:
        """Of the chosen column."""
        column = self.currentColumn()
        return self._pins[column].letter if 0 <= column < len(self._pins) else None

    def _edited(self, item: QTableWidgetItem) -> None:
        if item.row() != 0 or item.column() >= len(self._pins):
            return
        pin, name = self._pins[item.column()], item.text().strip()
        if name and name != pin.name:
            self.renamed.emit(pin.letter, name)
        elif not name and self._grid is not None:
            self.show_grid(self._pins, self._grid)

    def _choose(self, column: int) -> None:
        if column < len(self._pins):
            self.chosen.emit(*self._pins[column].place)
