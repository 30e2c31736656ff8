"""What was read of a source of data, what must be agreed to, and the questions that remain."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.importing.columns import ColumnsTable
from app.desktop.importing.entries import TWIN, Entry
from app.desktop.importing.preview import PreviewMap
from app.desktop.importing.questions import QuestionForm
from app.desktop.importing.source_rows import (
    as_layer,
    ask_words,
    choice_words,
    finding_words,
    summary_rows,
    variable_headers,
    variable_row,
)
from app.desktop.importing.work import COLUMN
from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from app.messages import Language, say
from resources.sources.contract import Finding, SourceReport

_ROW_PX = 22
_MOST_ROWS = 8
_NUMBERS = range(3, 8)


class SourcePage(QScrollArea):
    """Shows an entry as data; what the user answers and agrees to it announces, it keeps nothing."""

    answered = Signal(object)
    """Answers, id of the question -> value ("" takes one back)."""
    agreed = Signal(str, bool)
    """Code of a correction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language: Language = "zh"
        self._shown: dict[str, object] = {}
        """What each part shows now: only what is another is built anew, a half-typed answer stays."""
        self.boxes: dict[str, QCheckBox] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(6)
        self.preview = PreviewMap()
        self.preview.setMinimumSize(250, 190)
        self.preview.setMaximumHeight(260)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.RichText)
        self.summary.setWordWrap(True)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self.preview, 2)
        top.addWidget(self.summary, 3)
        self.fatal = _sentences()
        self.columns_title, self.columns = _title(), ColumnsTable()
        self.columns.answered.connect(self.answered)
        self.consent_title = _title()
        self.all_fixes = QPushButton()
        self.all_fixes.setAutoDefault(False)
        self.all_fixes.clicked.connect(self._agree_to_all)
        head = QHBoxLayout()
        head.addWidget(self.consent_title)
        head.addStretch(1)
        head.addWidget(self.all_fixes)
        self._consents = QVBoxLayout()
        self._consents.setSpacing(3)
        self.asked_title = _title()
        self.form = QuestionForm(ask=ask_words, choice=choice_words)
        self.form.answered.connect(lambda name, value: self.answered.emit({name: value}))
        self.variables_title = _title()
        self.variables = QTableWidget(0, 8)
        self.variables.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.variables.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.variables.setAlternatingRowColors(True)
        self.variables.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.variables.verticalHeader().hide()
        self.variables.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.variables.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.notes_title, self.notes = _title(), _sentences()
        self._column.addLayout(top)
        self._column.addWidget(self.fatal)
        self._column.addWidget(self.columns_title)
        self._column.addWidget(self.columns)
        self._column.addLayout(head)
        self._column.addLayout(self._consents)
        for part in (
            self.asked_title, self.form, self.variables_title, self.variables, self.notes_title, self.notes,
        ):  # fmt: skip
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.setWidget(inner)

    def show_entry(self, entry: Entry, language: Language) -> None:
        """Show an entry that was read as data."""
        if entry.source is None:
            return
        if self._shown.get("entry") is not entry:
            self.verticalScrollBar().setValue(0)
        self._language = language
        self._shown["entry"] = entry
        report = entry.source.report
        self._show_fatal(entry, report)
        self._show_summary(entry, report)
        self._show_columns(entry, report)
        self._show_consents(entry, report)
        self._show_questions(entry, report)
        self._show_variables(report)
        notes = self._grouped(report.weighing("note"))
        self.notes.setText(_list(notes))
        for part in (self.notes, self.notes_title):
            part.setVisible(bool(notes))
        self.notes_title.setText(self._bold("import.source.notes"))
        locked = entry.busy or entry.done
        for widget in (self.columns, self.form, self.all_fixes, *self.boxes.values()):
            widget.setEnabled(not locked)

    # -- parts -----------------------------------------------------------------------------------

    def _new(self, part: str, *value: object) -> bool:
        """Whether a part is to show something else than it does."""
        now = (*value, self._language)
        if self._shown.get(part) == now:
            return False
        self._shown[part] = now
        return True

    def _show_fatal(self, entry: Entry, report: SourceReport) -> None:
        lines = self._grouped(report.weighing("fatal"))
        if entry.refused is not None:
            said = say(entry.refused, self._language).splitlines()
            lines = [escape(line.strip()) for line in said[1:] or said]
        if lines:
            head = text(
                "import.source.fatal" if entry.refused is None else "import.source.refused", self._language
            )
            self.fatal.setText(f"<b style='color:#d0503f'>{escape(head)}</b>{_list(lines)}")
        self.fatal.setVisible(bool(lines))

    def _show_summary(self, entry: Entry, report: SourceReport) -> None:
        if not self._new("summary", entry, report, entry.layer):
            return
        rows = summary_rows(report, self._language)
        cells = "".join(
            f"<tr><td style='padding-right:10px; white-space:nowrap'><b>{escape(name)}</b></td>"
            f"<td>{escape(value)}</td></tr>"
            for name, value in rows
        )
        self.summary.setText(f"<table cellspacing='2'>{cells}</table>")
        shown = as_layer(report)
        if shown is None and entry.layer is not None and entry.layer.preview is not None:
            shown = entry.layer
        note = "" if shown else text("import.source.no_place", self._language)
        self.preview.show_layer(shown, note)
        self.preview.setAccessibleName(text("import.preview", self._language))

    def _show_columns(self, entry: Entry, report: SourceReport) -> None:
        assert entry.source is not None
        head = entry.source.head
        asked = [question for question in report.questions if question.id.startswith(COLUMN)]
        there = head is not None and bool(asked)
        if head is not None and asked:
            self.columns.show_columns(head, asked, entry.told, self._language)
            self.columns.setAccessibleName(text("import.source.columns", self._language))
        self.columns_title.setText(self._bold("import.source.columns"))
        for part in (self.columns_title, self.columns):
            part.setVisible(there)

    def _show_consents(self, entry: Entry, report: SourceReport) -> None:
        assert entry.source is not None
        found, twin = report.weighing("consent"), entry.source.twin
        if self._new("consents", entry, found, twin):
            self._build_consents(found, twin)
        for code, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(code in entry.agreed)
            box.blockSignals(False)
        self.consent_title.setText(self._bold("import.source.consents"))
        self.all_fixes.setText(text("import.source.agree_all", self._language))
        self.consent_title.setVisible(bool(self.boxes))
        self.all_fixes.setVisible(len(self.boxes) > 1)

    def _build_consents(self, findings: Iterable[Finding], twin: str) -> None:
        while self._consents.count():
            widget = self._consents.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        by_code: dict[str, list[str]] = {}
        if twin:
            by_code[TWIN] = [escape(text("import.source.twin", self._language, name=twin))]
        for found in findings:
            words, particulars = finding_words(found, self._language)
            by_code.setdefault(found.code, [escape(words)]).append(_dim(particulars))
        for code, lines in by_code.items():
            row = QWidget()
            layout = QHBoxLayout(row)
            layout.setContentsMargins(0, 0, 0, 0)
            box, told = TickBox(), _Sentence("<br>".join(lines))
            box.setAccessibleName(lines[0])
            box.setPalette(outlined(box.palette()))
            told.clicked.connect(box.click)
            box.toggled.connect(lambda on, code=code: self.agreed.emit(code, on))
            layout.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(told, 1)
            self._consents.addWidget(row)
            self.boxes[code] = box

    def _show_questions(self, entry: Entry, report: SourceReport) -> None:
        mapped = entry.source is not None and entry.source.head is not None
        asked = tuple(q for q in report.questions if not (mapped and q.id.startswith(COLUMN)))
        if self._new("questions", entry, asked):
            self.form.show_questions(asked, entry.told, self._language)
        self.asked_title.setText(self._bold("import.questions"))
        for part in (self.asked_title, self.form):
            part.setVisible(bool(asked))

    def _show_variables(self, report: SourceReport) -> None:
        if not self._new("variables", report.variables):
            return
        self.variables_title.setText(self._bold("import.source.variables"))
        self.variables.setAccessibleName(text("import.source.variables", self._language))
        self.variables.setHorizontalHeaderLabels(list(variable_headers(self._language)))
        self.variables.setRowCount(len(report.variables))
        for at, variable in enumerate(report.variables):
            for column, words in enumerate(variable_row(variable, self._language)):
                cell = QTableWidgetItem(words)
                cell.setToolTip(words)
                side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
                cell.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.variables.setItem(at, column, cell)
        self.variables.resizeColumnsToContents()
        high = self.variables.horizontalHeader().sizeHint().height()
        rows = min(len(report.variables), _MOST_ROWS)
        self.variables.setFixedHeight(high + _ROW_PX * rows + 20)
        for part in (self.variables_title, self.variables):
            part.setVisible(bool(report.variables))

    def _grouped(self, findings: Iterable[Finding]) -> list[str]:
        """A sentence for each code, with the particulars of all its findings."""
        by_words: dict[str, list[str]] = {}
        for found in findings:
            words, particulars = finding_words(found, self._language)
            by_words.setdefault(words, []).append(particulars)
        return [f"{escape(words)} {_dim('; '.join(dict.fromkeys(each)))}" for words, each in by_words.items()]

    def _agree_to_all(self) -> None:
        for box in self.boxes.values():
            box.setChecked(True)

    def _bold(self, key: str) -> str:
        return f"<b>{escape(text(key, self._language))}</b>"


class _Sentence(QLabel):
    """Words beside a box that can be clicked like those of the box."""

    clicked = Signal()

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()
        event.accept()


def _title() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setContentsMargins(0, 6, 0, 0)
    return label


def _sentences() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _list(lines: Iterable[str]) -> str:
    return "".join(f"<div style='margin-top:3px'>· {line}</div>" for line in lines)


def _dim(words: str) -> str:
    """Particulars stand back behind the sentence; grey that is read on white and on dark."""
    return f"<span style='color:#7a838a'>{escape(words)}</span>"


def outlined(colours: QPalette) -> QPalette:
    """The outline of a box is drawn darker than the window; on a dark one it must start from something lighter."""
    colours.setColor(QPalette.ColorRole.Window, QColor("#a4acb2"))
    return colours
