"""The panel "corridors": every line of the active scenario in a table that is searched, and a form for the one picked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.field_editor import FieldEditor
from app.desktop.panels.lines_table import STATES, kinds_of, line_table, matches
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import ValueTable
from app.desktop.texts import text
from planning.corridor_rows import LineRow
from planning.line_words import KINDS
from planning.scenario import Scenario
from planning.scenario_fields import FormField, words_of
from planning.scenario_options import options
from planning.tables import Tables

COLUMNS = 2
"""Of the form: it stands low."""
BUTTONS = ("draw", "retire", "restore", "unchange", "remove", "route", "zoom")


class LinesPanel(QWidget):
    """Shows rows it is given; tells edits, and what to do with the line picked."""

    picked = Signal(str)
    edited = Signal(str, str, object)
    """Line, path of the input, value."""
    wanted = Signal(str, str)
    """One of BUTTONS, and the line."""
    seen = Signal()
    """It came in sight: what it shows may be old."""
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.line = ""
        self._rows: tuple[LineRow, ...] = ()
        self._tables: Tables | None = None
        self._look = Look()
        self._editors: dict[str, FieldEditor] = {}
        self._shape: tuple[object, ...] = ()
        self.search, self.kind, self.state = QLineEdit(), QComboBox(), QComboBox()
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(170)
        self._count = QLabel()
        row = QHBoxLayout()
        for part in (self.search, self.kind, self.state):
            row.addWidget(part)
        row.addWidget(self._count)
        row.addStretch(1)
        self.buttons = {key: QPushButton() for key in BUTTONS}
        row.addWidget(self.buttons["draw"])
        self.table = ValueTable("")
        self.table.picked.connect(self.picked)
        self.table.failed.connect(self.failed)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self._title, self._problem = QLabel(), QLabel()
        self._title.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setMaximumHeight(6)
        self._bar.setTextVisible(False)
        self._bar.hide()
        acts = QHBoxLayout()
        for key in BUTTONS[1:]:
            acts.addWidget(self.buttons[key])
        acts.addStretch(1)
        self._form = QGridLayout()
        self._form.setContentsMargins(4, 0, 8, 0)
        self._form.setHorizontalSpacing(16)
        for side in range(COLUMNS):
            self._form.setColumnStretch(side, 1)
        inside = QWidget()
        inside.setLayout(self._form)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inside)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._title)
        column.addLayout(acts)
        column.addWidget(self._bar)
        column.addWidget(self._area, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(right)
        self._split.setSizes([960, 560])
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 2)
        layout.addWidget(self._split)
        self.search.textChanged.connect(lambda _: self._fill_table())
        for box in (self.kind, self.state):
            box.currentIndexChanged.connect(lambda _: self._fill_table())
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _=False, key=key: self.wanted.emit(key, self.line))
        self._retitle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    # -- what is shown ---------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[LineRow], tables: Tables, look: Look) -> None:
        """All lines; filter and pick stay."""
        self._rows, self._tables, self._look = tuple(rows), tables, look
        self._retitle()
        self._fill_table()

    def row(self, line: str) -> LineRow | None:
        return next((row for row in self._rows if row.id == line), None)

    def show_line(self, line: str, fields: Sequence[FormField], scenario: Scenario, in_table: bool) -> None:
        """The form of a line; `in_table`: it is of the tables, and can be retired but not removed."""
        self.line = line
        row, look = self.row(line), self._look
        if line:
            self.table.select_id(line)
        self._title.setText("" if row is None else f"<b>{look.pick(row.name_zh, row.name_en)}</b>")
        retired = row is not None and row.state == "retired"
        there = row is not None
        enabled = {
            "retire": there and in_table and not retired, "restore": there and in_table and retired,
            "unchange": row is not None and row.changed and not row.own, "remove": there and not in_table,
            "route": there and not in_table, "zoom": there,
        }  # fmt: skip
        for key, on in enabled.items():
            self.buttons[key].setVisible(on)
        shape = (line, tuple(f.path for f in fields), look)
        if shape == self._shape:
            for field in fields:
                self._editors[field.path].update_field(field)
            return
        self._shape = shape
        while self._form.count():
            item = self._form.takeAt(0)
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._editors = {}
        column = 0 if look.language == "zh" else 1
        for number, field in enumerate(fields):
            label = words_of(field.path, scenario)[column].rsplit(" · ", 1)[-1]
            editor = FieldEditor(field, label, options(field, scenario), look.language, look.units, look.dark)
            editor.edited.connect(lambda path, value: self.edited.emit(self.line, path, value))
            top = Qt.AlignmentFlag.AlignTop
            self._form.addWidget(editor, number // COLUMNS, number % COLUMNS, top)
            self._editors[field.path] = editor

    def complain(self, path: str, words: str) -> None:
        """Say beside a field why it was not taken."""
        if path in self._editors:
            self._editors[path].complain(words)

    def set_busy(self, busy: bool) -> None:
        """A route is being looked for."""
        self._bar.setVisible(busy)
        self.buttons["route"].setEnabled(not busy)

    # -- inside ----------------------------------------------------------------------------------

    def _fill_table(self) -> None:
        if self._tables is None:
            return
        kind, state = (str(box.currentData() or "") for box in (self.kind, self.state))
        shown = [row for row in self._rows if matches(row, self.search.text(), kind, state)]
        look = self._look
        self.table.set_language(look.language)
        content = line_table(shown, self._tables, Columns(look.language, look.units))
        self.table.show_content(content, text("lines.source", look.language))
        if self.line:
            self.table.select_id(self.line)
        self._count.setText(text("lines.count", look.language, n=len(shown), all=len(self._rows)))

    def _retitle(self) -> None:
        language = self._look.language
        say = text
        self.setAccessibleName(say("lines", language))
        self.table.setAccessibleName(say("lines", language))
        self.search.setPlaceholderText(say("lines.search", language))
        self.search.setAccessibleName(say("lines.search", language))
        kinds = kinds_of(self._rows)
        column = 0 if language == "zh" else 1
        names = [KINDS[k][column] if k in KINDS else say("lines.tie", language) for k in kinds]
        for box, key, entries in (
            (self.kind, "lines.kind", list(zip(kinds, names, strict=True))),
            (self.state, "lines.state", [(s, say(f"lines.state.{s}", language)) for s in STATES]),
        ):
            held = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(say(f"{key}.any", language), "")
            for value, words in entries:
                box.addItem(words, value)
            box.setCurrentIndex(max(box.findData(held), 0))
            box.setAccessibleName(say(key, language))
            box.blockSignals(False)
        for key, button in self.buttons.items():
            button.setText(say(f"lines.{key}", language))
            button.setToolTip(say(f"lines.{key}.hint", language))
            button.setVisible(key == "draw" or (bool(self.line) and button.isVisibleTo(self)))
