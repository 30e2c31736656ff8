"""What was read of a layer of the map, and the questions that remain of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.importing.entries import Entry
from app.desktop.importing.preview import PreviewMap
from app.desktop.importing.questions import QuestionForm
from app.desktop.importing.words import finding_lines, report_rows
from app.desktop.texts import text
from app.messages import Language, say


class LayerPage(QWidget):
    """Picture, table of what was found, notes and questions."""

    answered = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = ()
        self.preview = PreviewMap()
        self.table = QTableWidget(0, 3)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._asked = QLabel()
        self.form = QuestionForm()
        self.form.answered.connect(self.answered)
        details = QVBoxLayout(self)
        details.setContentsMargins(0, 0, 0, 0)
        details.addWidget(self.preview, 3)
        details.addWidget(self.table, 4)
        for widget in (self.notes, self._asked, self.form):
            details.addWidget(widget)

    def show_entry(self, entry: Entry | None, language: Language) -> None:
        """Show an entry, unless it stands there already: a half-typed answer must stay."""
        state = (entry.busy, entry.done, entry.error, entry.layer) if entry else ()
        if self._shown == (entry, language, *state):
            return
        self._shown = (entry, language, *state)

        def words(key: str) -> str:
            return text(f"import.{key}", language)

        self.table.setAccessibleName(words("found"))
        self.preview.setAccessibleName(words("preview"))
        self.table.setHorizontalHeaderLabels([words("what"), words("found"), words("certainty")])
        self._asked.setText(f"<b>{words('questions')}</b>")
        report, layer = (entry.report, entry.layer) if entry else (None, None)
        rows = report_rows(report, layer, language) if report and layer else []
        self.table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, found in enumerate(row):
                cell = QTableWidgetItem(found)
                cell.setToolTip(found)
                self.table.setItem(at, column, cell)
        lines = finding_lines(layer, language) if layer else []
        note = words("drop_hint") if entry is None else ""
        if entry is not None and entry.not_data is not None:
            lines.append(f"{words('not_data')} {say(entry.not_data, language)}")
        if entry is not None and entry.error is not None:
            lines.append(say(entry.error, language))
        elif layer is not None and layer.preview is None:
            note = words("no_preview")
        self.preview.show_layer(layer, note)
        self.notes.setText("\n".join(lines))
        self.notes.setVisible(bool(lines))
        for widget in (self.table, self._asked, self.form):
            widget.setVisible(layer is not None)
        if layer is not None and entry is not None:
            self.form.show_questions(layer.questions, entry.answers, language)
            self.form.setEnabled(not entry.busy and not entry.done)
