"""The import dialog: files as a list, what was read of each, only the questions that remain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.background import Background
from app.desktop.importing.drop import SUFFIXES, urls_accepted
from app.desktop.importing.preview import PreviewMap
from app.desktop.importing.questions import QuestionForm
from app.desktop.importing.words import finding_lines, report_rows
from app.desktop.importing.work import Read, importer, read_files, warm_up
from app.desktop.texts import text
from app.messages import Language, say
from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer, apply
from gis_layers.importer.report import FileReport, LayerReport


@dataclass(eq=False)
class Entry:
    """One line of the list: a file being read, a layer, or a file that cannot be used."""

    path: Path
    report: FileReport | None = None
    layer: LayerReport | None = None
    error: EnergyMapError | None = None
    answers: dict[str, str] = field(default_factory=dict)
    busy: bool = True
    done: bool = False

    @property
    def open_questions(self) -> int:
        """Required questions without an answer."""
        questions = self.layer.questions if self.layer else ()
        return sum(question.required and not self.answers.get(question.id) for question in questions)

    @property
    def importable(self) -> bool:
        return self.layer is not None and not self.busy and not self.done and not self.open_questions


class ImportDialog(QDialog):
    """Reads files in the background and emits `imported` for every layer the user takes."""

    imported = Signal(object)
    """An `ImportedLayer`."""

    def __init__(self, language: Language, folder: Path, parent: QWidget | None = None) -> None:
        """`folder` is where unpacked archives and corrected copies go (made when first needed)."""
        super().__init__(parent)
        self._language: Language = language
        self._folder = folder
        self._shown: tuple[object, ...] = ()
        self._background = Background(self, importer())
        warm_up()
        self.entries: list[Entry] = []
        self.setAcceptDrops(True)
        self._build()
        self.set_language(language)
        self.resize(1000, 660)
        self._list.setFocus()

    def add_files(self, paths: Iterable[Path]) -> None:
        """Read these files in the background; those that are in the list already are not read again."""
        known = {entry.path for entry in self.entries}
        for path in paths:
            if path in known:
                continue
            known.add(path)
            self.entries.append(Entry(path))
            self._start(self.entries[-1], partial(read_files, path, self._folder))
        self._fill_list()

    def set_language(self, language: Language) -> None:
        """Retitle everything."""
        self._language = language
        self.setWindowTitle(self._say("title"))
        self._list.setAccessibleName(self._say("files"))
        self._table.setAccessibleName(self._say("found"))
        self._preview.setAccessibleName(self._say("preview"))
        self._table.setHorizontalHeaderLabels([self._say("what"), self._say("found"), self._say("certainty")])
        self._asked.setText(f"<b>{self._say('questions')}</b>")
        self._add.setText(self._say("add"))
        self._remove.setText(self._say("remove"))
        self._go.setText(self._say("go"))
        self._close.setText(self._say("close"))
        self._fill_list()
        self._show_entry()

    def set_dark(self, dark: bool) -> None:
        """Colours come from the palette; only the picture must be painted anew."""
        self._preview.update()

    @property
    def busy(self) -> bool:
        return self._background.busy

    def import_checked(self) -> None:
        """Make layers of all checked entries whose questions are answered."""
        for row, entry in enumerate(self.entries):
            item = self._list.item(row)
            if entry.importable and item.checkState() == Qt.CheckState.Checked:
                assert entry.report is not None
                assert entry.layer is not None
                entry.busy, entry.error = True, None
                answers = dict(entry.answers)
                self._start(entry, partial(apply, entry.report, answers, self._folder, entry.layer.name))
        self._refresh()

    def _build(self) -> None:
        self._list = QListWidget()
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.currentRowChanged.connect(self._show_entry)
        self._list.itemChanged.connect(lambda _: self._buttons_state())
        self._add = QPushButton()
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self._choose_files)
        self._remove = QPushButton()
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(self._remove_current)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._list, self._add, self._remove):
            column.addWidget(widget)

        self._preview = PreviewMap()
        self._table = QTableWidget(0, 3)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setAlternatingRowColors(True)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(24)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self._notes = QLabel()
        self._notes.setWordWrap(True)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._asked = QLabel()
        self._form = QuestionForm()
        self._form.answered.connect(self._answered)
        right = QWidget()
        details = QVBoxLayout(right)
        details.setContentsMargins(0, 0, 0, 0)
        details.addWidget(self._preview, 3)
        details.addWidget(self._table, 4)
        details.addWidget(self._notes)
        details.addWidget(self._asked)
        details.addWidget(self._form)

        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 700])
        splitter.setChildrenCollapsible(False)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._buttons = QDialogButtonBox()
        self._go = self._buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self._go.setDefault(True)
        self._go.clicked.connect(self.import_checked)
        self._close = self._buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addWidget(splitter, 1)
        whole.addWidget(self._progress)
        whole.addWidget(self._buttons)

    def _say(self, key: str, **values: object) -> str:
        return text(f"import.{key}", self._language, **values)

    def _start(self, entry: Entry, task: Callable[[], object]) -> None:
        self._background.run(task, partial(self._arrived, entry), partial(self._arrived, entry))

    def _arrived(self, entry: Entry, result: object) -> None:
        if isinstance(result, EnergyMapError) and entry.report is None:
            result = [Read(entry.path, result)]
        if isinstance(result, list):
            self._read_done(entry, result)
        elif isinstance(result, ImportedLayer | EnergyMapError):
            self._apply_done(entry, result)

    def _read_done(self, entry: Entry, results: list[Read]) -> None:
        if entry not in self.entries:  # removed meanwhile
            self._refresh()
            return
        at = self.entries.index(entry)
        others = {(entry.path, entry.layer.name) for entry in self.entries if entry.layer}
        made: list[Entry] = []
        for result in results:
            if isinstance(result.outcome, EnergyMapError):
                made.append(Entry(result.path, error=result.outcome, busy=False))
                continue
            for layer in result.outcome.layers:
                if (result.path, layer.name) not in others:
                    made.append(Entry(result.path, result.outcome, layer, busy=False))
        self.entries[at : at + 1] = made
        self._fill_list()

    def _apply_done(self, entry: Entry, result: ImportedLayer | EnergyMapError) -> None:
        entry.busy = False
        if isinstance(result, EnergyMapError):
            entry.error = result
        else:
            entry.done = True
            self.imported.emit(result)
        self._refresh()

    def _fill_list(self) -> None:
        """All lines anew, keeping the current one and what was unchecked."""
        current = self._current()
        unchecked = {
            id(self._list.item(row).data(Qt.ItemDataRole.UserRole))
            for row in range(self._list.count())
            if self._list.item(row).checkState() == Qt.CheckState.Unchecked
        }
        self._list.blockSignals(True)
        self._list.clear()
        for entry in self.entries:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip(str(entry.path))
            if entry.layer is not None:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                off = id(entry) in unchecked
                item.setCheckState(Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)
            self._list.addItem(item)
        row = self.entries.index(current) if current in self.entries else min(0, len(self.entries) - 1)
        self._list.setCurrentRow(row)
        self._list.blockSignals(False)
        self._refresh()

    def _refresh(self) -> None:
        """Texts of the list, the entry shown and the buttons."""
        self._list.blockSignals(True)
        for row, entry in enumerate(self.entries):
            self._list.item(row).setText(f"{self._name(entry)}\n{self._state(entry)}")
        self._list.blockSignals(False)
        self._progress.setVisible(self.busy)
        self._show_entry()

    def _name(self, entry: Entry) -> str:
        if entry.layer is None or entry.layer.name == entry.path.stem:
            return entry.path.name
        return f"{entry.path.name} · {entry.layer.name}"

    def _state(self, entry: Entry) -> str:
        if entry.busy:
            return self._say("reading" if entry.report is None else "working", name=entry.path.name)
        if entry.done:
            return "✓ " + self._say("done")
        if entry.error is not None:
            return "✕ " + self._say("unusable")
        if entry.open_questions:
            return "? " + self._say("open_questions", count=entry.open_questions)
        return "• " + self._say("ready")

    def _current(self) -> Entry | None:
        item = self._list.currentItem()
        entry = item.data(Qt.ItemDataRole.UserRole) if item else None
        return entry if isinstance(entry, Entry) else None

    def _show_entry(self) -> None:
        """Show the current entry, unless it stands there already: a half-typed answer must stay."""
        entry = self._current()
        state = (entry.busy, entry.done, entry.error) if entry else ()
        if self._shown == (entry, self._language, *state):
            self._buttons_state()
            return
        self._shown = (entry, self._language, *state)
        report, layer = (entry.report, entry.layer) if entry else (None, None)
        rows = report_rows(report, layer, self._language) if report and layer else []
        self._table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, words in enumerate(row):
                cell = QTableWidgetItem(words)
                cell.setToolTip(words)
                self._table.setItem(at, column, cell)
        lines = finding_lines(layer, self._language) if layer else []
        note = self._say("drop_hint") if entry is None else ""
        if entry is not None and entry.error is not None:
            lines.append(say(entry.error, self._language))
        elif layer is not None and layer.preview is None:
            note = self._say("no_preview")
        self._preview.show_layer(layer, note)
        self._notes.setText("\n".join(lines))
        self._notes.setVisible(bool(lines))
        self._table.setVisible(layer is not None)
        self._asked.setVisible(layer is not None)
        self._form.setVisible(layer is not None)
        if layer is not None and entry is not None:
            self._form.show_questions(layer.questions, entry.answers, self._language)
            self._form.setEnabled(not entry.busy and not entry.done)
        self._buttons_state()

    def _buttons_state(self) -> None:
        checked = [
            entry
            for row, entry in enumerate(self.entries)
            if self._list.item(row) and self._list.item(row).checkState() == Qt.CheckState.Checked
        ]
        self._go.setEnabled(any(entry.importable for entry in checked))
        entry = self._current()
        self._remove.setEnabled(entry is not None and not (entry.busy and entry.report is not None))

    def _answered(self, name: str, value: str) -> None:
        entry = self._current()
        if entry is None:
            return
        entry.answers.pop(name, None)
        if value or name == "nodata":
            entry.answers[name] = value
        self._list.blockSignals(True)
        self._list.currentItem().setText(f"{self._name(entry)}\n{self._state(entry)}")
        self._list.blockSignals(False)
        self._buttons_state()

    def _remove_current(self) -> None:
        entry = self._current()
        if entry is not None and self._remove.isEnabled():
            self.entries.remove(entry)
            self._fill_list()

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self, self._say("add"), "", f"{self._say('filter')} ({patterns});;{self._say('all_files')} (*)"
        )
        self.add_files([Path(name) for name in names])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._list.hasFocus():
            self._remove_current()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if urls_accepted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files(urls_accepted(event.mimeData()))
        event.acceptProposedAction()
