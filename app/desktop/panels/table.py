"""A read-only table of values with numbers to the right; rows carry an id so that selection is shared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from app import messages
from app.desktop.charts.export import Value, ValueGrid, ask_and_save, write_csv, write_excel
from app.desktop.texts import text
from app.messages import Language

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

    def __init__(self, content: TableContent, source: str = "") -> None:
        super().__init__()
        self.content, self._source = content, source
        self._numbers = [
            any(isinstance(row[i].key, float) for row in content.rows) for i in range(len(content.headers))
        ]

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
            return self._tip(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if isinstance(cell.key, str) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _tip(self, row: int, column: int) -> str:
        """A number is never alone: whose it is, what it is with its unit, and what it rests on, with the grade."""
        first, cell = self.content.rows[row][0], self.content.rows[row][column]
        if isinstance(cell.key, str):
            return cell.hint or cell.shown
        name, _, unit = self.content.headers[column].partition("\n")
        what = " · ".join(part for part in (first.shown, name) if part)
        lines = (f"{what}: {cell.shown} {unit}".rstrip(), cell.hint or first.hint, self._source)
        return "\n".join(line for line in lines if line)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.content.headers[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            name, _, unit = self.content.headers[section].partition("\n")
            return f"{name} ({unit})" if unit else name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._numbers[section] else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


USUAL_PX = 240
"""Of a column at most, while others need the room."""


class ValueTable(QTableView):
    """Sortable; tells the id of the row picked with the mouse or reached with the arrow keys."""

    picked = Signal(str)
    failed = Signal(str)
    """What went wrong with an export, in the reader's words."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._content = TableContent((), (), ())
        self._language: Language = "zh"
        self._source = ""
        self._quiet = False
        self._wanted: list[int] = []
        self._sharing, self._own_widths = False, False
        self.horizontalHeader().sectionResized.connect(self._column_sized)
        self._model = ValueModel(self._content)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._proxy)
        # Unsorted until a header is clicked: rows come in the order of their source.
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self._actions: dict[str, QAction] = {}
        for key, act in (
            ("charts.copy_row", self.copy_selected),
            ("charts.copy_table", self.copy_all),
            ("charts.save_csv", lambda: self._ask_and_save("csv")),
            ("charts.save_excel", lambda: self._ask_and_save("xlsx")),
        ):
            action = QAction(self)
            action.triggered.connect(lambda _=False, a=act: a())
            self._actions[key] = action
            self.addAction(action)
        self._actions["charts.copy_row"].setShortcut(QKeySequence.StandardKey.Copy)
        self._actions["charts.copy_row"].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.set_language("zh")

    def set_language(self, language: Language) -> None:
        self._language = language
        for key, action in self._actions.items():
            action.setText(text(key, language))

    def show_content(self, content: TableContent, source: str = "") -> None:
        """Fill the table; the row picked before stays picked where it is still there."""
        before = self.current_id()
        old = self._proxy.sourceModel()
        self._content, self._source = content, source
        self._model = ValueModel(content, source)
        self._quiet = True
        self._proxy.setSourceModel(self._model)
        self._quiet = False
        if old is not None:
            old.deleteLater()
        self._fit_columns()
        if before is not None:
            self.select_id(before)

    def _fit_columns(self) -> None:
        """As wide as the widest text; Qt's own way asks the model cell by cell and takes a quarter second."""
        metrics, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        wanted = []
        for column, header in enumerate(self._content.headers):
            # The longest of each column in a proportional font is not always the widest: the three longest are.
            texts = sorted({row[column].shown for row in self._content.rows}, key=len)[-3:]
            wide = max((metrics.horizontalAdvance(t) for t in texts), default=0)
            named = max(head.horizontalAdvance(part) for part in header.split("\n")) + 14
            wanted.append(max(wide, named) + 16)
        self._wanted = wanted
        self._own_widths = False
        self._share_room()

    def _share_room(self) -> None:
        """Columns up to a usual width; what room is left goes to those with longer texts."""
        spare = max(self.viewport().width() - sum(min(w, USUAL_PX) for w in self._wanted), 0)
        self._sharing = True
        for column, wanted in sorted(enumerate(self._wanted), key=lambda pair: pair[1]):
            more = min(max(wanted - USUAL_PX, 0), spare)
            spare -= more
            self.setColumnWidth(column, min(wanted, USUAL_PX) + more)
        self._sharing = False

    def _column_sized(self) -> None:
        """A column drawn to a width by hand stays so, until the table shows something else."""
        self._own_widths = self._own_widths or not self._sharing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._own_widths and event.size().width() != event.oldSize().width():
            self._share_room()

    def current_id(self) -> str | None:
        index = self.currentIndex()
        return self._content.ids[self._proxy.mapToSource(index).row()] if index.isValid() else None

    def selected_ids(self) -> list[str]:
        """Ids of all rows selected, in the order shown; more than one where the table lets rows be added with Ctrl."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._content.ids[self._proxy.mapToSource(self._proxy.index(row, 0)).row()] for row in rows]

    def select_id(self, identity: str) -> None:
        """Select the row of an id, if it is here, and bring it into view; tells nobody."""
        if identity in self._content.ids and identity != self.current_id():
            source = self._model.index(self._content.ids.index(identity), 0)
            row = self._proxy.mapFromSource(source)
            self._quiet = True
            self.setCurrentIndex(row)
            self.scrollTo(row)
            self._quiet = False

    def grid(self) -> ValueGrid:
        """The values in the order shown; units of the header in brackets, shares as plain numbers."""
        headers = []
        for header in self._content.headers:
            name, _, unit = header.partition("\n")
            headers.append(f"{name} [{unit}]" if unit else name)
        order = [
            self._proxy.mapToSource(self._proxy.index(r, 0)).row() for r in range(len(self._content.rows))
        ]
        rows = [tuple(_value(cell) for cell in self._content.rows[r]) for r in order]
        return ValueGrid(self.accessibleName(), tuple(headers), rows, self._source)

    def copy_selected(self) -> None:
        """The picked row on the clipboard, as shown, under its headers."""
        identity = self.current_id()
        if identity is not None:
            self._to_clipboard([self._content.rows[self._content.ids.index(identity)]])

    def copy_all(self) -> None:
        """The whole table on the clipboard, as shown and in the order shown."""
        order = [
            self._proxy.mapToSource(self._proxy.index(r, 0)).row() for r in range(len(self._content.rows))
        ]
        self._to_clipboard([self._content.rows[r] for r in order])

    def save(self, path: Path) -> None:
        """Write csv or xlsx, by the end of the name.

        Raises
        ------
        EnergyMapError, InputError
            As `gis_layers.files.replacing`.
        """
        (write_excel if path.suffix.lower() == ".xlsx" else write_csv)(path, self.grid())

    def _to_clipboard(self, rows: list[tuple[Cell, ...]]) -> None:
        lines = ["\t".join(h.replace("\n", " ") for h in self._content.headers)]
        lines += ["\t".join(cell.shown for cell in row) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_and_save(self, kind: str) -> None:
        error = ask_and_save(self, self.accessibleName(), kind, self.save)
        if error is not None:
            self.failed.emit(messages.say(error, self._language))

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions.values()))
        menu.popup(self.viewport().mapToGlobal(at))

    def _moved(self, index: QModelIndex) -> None:
        if index.isValid() and not self._quiet:
            self.picked.emit(self._content.ids[self._proxy.mapToSource(index).row()])


def _value(cell: Cell) -> Value:
    if isinstance(cell.key, str):
        return cell.shown
    return None if cell.key == float("-inf") else cell.key
