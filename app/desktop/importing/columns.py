"""The page of columns: the first rows of a table, and over each column what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.desktop.importing.source_rows import role_words
from app.desktop.importing.table_head import TableHead
from app.desktop.importing.work import COLUMN
from app.desktop.texts import text
from app.messages import Language
from gis_layers.importer.report import Question

UNUSED = ""
_NONE = "none"
_ROW_PX = 22
_MOST_PX = 190
"""A long remark in a cell does not push the other columns out of sight."""


def roles_of(questions: Sequence[Question], told: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Role -> the columns it is taken from: as told, else as guessed (a time may stand in two)."""
    found: dict[str, tuple[str, ...]] = {}
    for question in questions:
        if not question.id.startswith(COLUMN):
            continue
        role, values = question.id.removeprefix(COLUMN), [choice.value for choice in question.choices]
        answer = told.get(question.id, "")
        if answer:
            found[role] = () if answer == _NONE else (answer,)
        elif not values or values[0] == _NONE or question.required:
            found[role] = ()
        else:
            # Guesses are listed once more among all columns: what stands twice was guessed.
            doubled = tuple(value for value in dict.fromkeys(values) if values.count(value) > 1)
            found[role] = doubled if values[0] in doubled else (values[0],)
    return found


def answers_for(
    questions: Sequence[Question], told: Mapping[str, str], column: str, role: str
) -> dict[str, str] | None:
    """What is to be answered so that a column is of a role; None where a role cannot be left without one.

    Whoever had the role before loses it; whatever the column was before is then found in no column.
    """
    now = roles_of(questions, told)
    can_lack = {
        question.id.removeprefix(COLUMN): any(choice.value == _NONE for choice in question.choices)
        for question in questions
        if question.id.startswith(COLUMN)
    }
    changed: dict[str, str] = {}
    for had, columns in now.items():
        if column in columns and had != role:
            if not can_lack[had] and len(columns) == 1:
                return None
            rest = [other for other in columns if other != column]
            changed[COLUMN + had] = rest[0] if rest else _NONE
    if role != UNUSED:
        changed[COLUMN + role] = column
    return changed


class ColumnsTable(QTableWidget):
    """Drop-downs of roles over the columns, first rows below."""

    answered = Signal(object)
    """Answers that follow from a choice: id of the question -> value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QComboBox] = {}
        self._questions: tuple[Question, ...] = ()
        self._told: dict[str, str] = {}
        self._head: TableHead | None = None
        self._shown: tuple[object, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_columns(
        self, head: TableHead, questions: Sequence[Question], told: Mapping[str, str], language: Language
    ) -> None:
        """Show a table with what each column is taken for."""
        self._questions, self._told = tuple(questions), dict(told)
        roles = tuple(roles_of(questions, told))
        look = (head, roles, language)
        if look != self._shown:
            self._shown, self._head = look, head
            self._build(head, roles, language)
        self._choose()

    def _build(self, head: TableHead, roles: Sequence[str], language: Language) -> None:
        self.clear()
        self.boxes = {}
        self.setRowCount(len(head.rows) + 1)
        self.setColumnCount(len(head.names))
        self.setHorizontalHeaderLabels(list(head.names))
        for at, name in enumerate(head.names):
            box = QComboBox()
            box.addItem(text("import.column.unused", language), UNUSED)
            for role in roles:
                box.addItem(role_words(role, language), role)
            box.setAccessibleName(text("import.column.role_of", language, name=name))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(lambda _, name=name, box=box: self._chosen(name, str(box.currentData())))
            self.setCellWidget(0, at, box)
            self.boxes[name] = box
            for row, cells in enumerate(head.rows):
                item = QTableWidgetItem(cells[at])
                item.setToolTip(cells[at])
                self.setItem(row + 1, at, item)
        self.setRowHeight(0, 28)
        self.resizeColumnsToContents()
        for at in range(len(head.names)):
            wanted = max(min(self.columnWidth(at), _MOST_PX), self.boxes[head.names[at]].sizeHint().width())
            self.setColumnWidth(at, wanted)
        high = self.horizontalHeader().sizeHint().height() + 28 + _ROW_PX * len(head.rows)
        self.setFixedHeight(high + self.horizontalScrollBar().sizeHint().height() + 4)

    def _choose(self) -> None:
        now = roles_of(self._questions, self._told)
        of_column = {column: role for role, columns in now.items() for column in columns}
        for name, box in self.boxes.items():
            role = of_column.get(name, UNUSED)
            box.setCurrentIndex(max(box.findData(role), 0))
            font = box.font()
            font.setBold(role != UNUSED)
            box.setFont(font)

    def _chosen(self, column: str, role: str) -> None:
        changed = answers_for(self._questions, self._told, column, role)
        if changed is None:
            self._choose()
            return
        self._told.update(changed)
        self._choose()
        self.answered.emit(changed)
