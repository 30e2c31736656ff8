"""The base to be sized as a form: what it is, its parts on and off, every input with unit, range and default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.panels.base_field import BaseFieldEditor
from app.desktop.panels.base_problems import field_name, problem_words
from app.desktop.panels.field_editor import WARNING
from app.desktop.panels.tick_tree import TickTree
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import InputError, Problem
from planning.base_form import PARTS, SECTIONS, BaseDraft, base_fields, base_options, typed_value
from planning.scenario_fields import Value
from planning.words import UnitSystem

STUDIES = ("size", "pareto", "pareto_co2", "alternatives", "tornado", "robust", "replay")
LEAST_PX, TREE_PX = 280, 150
SECTION = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Choice:
    """A base one may begin with."""

    key: str
    """`built_in:<id>`, `scenario:<id>`, `file:<path>` or `new`."""
    name_zh: str
    name_en: str


class SizingForm(QWidget):
    """Edits a draft; the control decides what is run."""

    asked = Signal()
    """Compute `study` for `draft`."""
    stopped = Signal()
    chosen = Signal(str)
    """Key of a choice the user made."""
    open_asked = Signal()
    save_asked = Signal()
    place_asked = Signal(str)
    """The place last clicked on the map is wanted for a part."""
    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._language: Language = "zh"
        self._units: UnitSystem = "cn"
        self._dark, self._busy = False, False
        self._section = "base"
        self._choices: tuple[Choice, ...] = ()
        self._editors: dict[str, BaseFieldEditor] = {}
        self._typed_wrong: dict[str, str] = {}
        """Path -> words, of what was typed and could not be taken."""
        self.draft = BaseDraft()
        self.problems: tuple[Problem, ...] = ()
        self.case, self.study = QComboBox(), QComboBox()
        for box in (self.case, self.study):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.study.addItems(list(STUDIES))
        self.case.activated.connect(lambda at: self.chosen.emit(self._choices[at].key))
        self._case_label, self._study_label = QLabel(), QLabel()
        self._case_label.setBuddy(self.case)
        self._study_label.setBuddy(self.study)
        self._open, self._save, self.run = QPushButton(), QPushButton(), QPushButton()
        self._open.clicked.connect(self.open_asked)
        self._save.clicked.connect(self.save_asked)
        self.run.clicked.connect(lambda: (self.stopped if self._busy else self.asked).emit())
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(8)
        self._bar.hide()
        head = QFormLayout()
        head.setVerticalSpacing(3)
        head.addRow(self._case_label, self.case)
        files = QHBoxLayout()
        for button in (self._open, self._save):
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(20)
            files.addWidget(button)
        head.addRow("", files)
        head.addRow(self._study_label, self.study)
        self.tree = TickTree()
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(0)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemChanged.connect(self._ticked)
        self.tree.installEventFilter(self)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.tree)
        self._split.addWidget(self._scroll)
        self._split.setSizes([TREE_PX, 380])
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.run)
        layout.addWidget(self._bar)
        layout.addWidget(self._state)
        layout.addWidget(self._split, 1)
        self.setMinimumWidth(LEAST_PX)
        self._retitle()

    # -- what the window sets --------------------------------------------------------------------

    def set_language(self, language: Language) -> None:
        self._language = language
        self._retitle()
        self._rebuild()

    def set_units(self, units: UnitSystem) -> None:
        if units != self._units:
            self._units = units
            self._rebuild()

    def set_dark(self, dark: bool) -> None:
        self._dark = dark
        self._rebuild()

    def set_choices(self, choices: Sequence[Choice], current: str) -> None:
        """What one may begin with, and which of them the draft came from."""
        self._choices = tuple(choices)
        self._fill_choices(current)

    def show_draft(self, draft: BaseDraft) -> None:
        """Another base."""
        self._typed_wrong.clear()
        self.draft = draft
        self._section = "base"
        self._check()
        self._rebuild()

    def set_draft(self, draft: BaseDraft) -> None:
        """The same base with other values; the section in view stays."""
        self.draft = draft
        self._check()
        self._rebuild()
        self.edited.emit()

    def show_section(self, section: str) -> None:
        self._section = section
        self._rebuild()

    @property
    def study_key(self) -> str:
        return STUDIES[self.study.currentIndex()]

    def set_study(self, key: str) -> None:
        self.study.setCurrentIndex(STUDIES.index(key))

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self._bar.setValue(0)
        self.run.setText(text("sizing.stop" if busy else "sizing.run", self._language))
        for part in (self.case, self.study, self._open):
            part.setEnabled(not busy)
        self._say_state()

    def set_progress(self, share: float, words: str, remaining_s: float | None) -> None:
        self._bar.setValue(round(share * 1000))
        left = "" if remaining_s is None else "  " + text("sizing.left", self._language, s=remaining_s)
        self._state.setText(f"{words}  {share:.0%}{left}")

    @property
    def sound(self) -> bool:
        """Whether the draft can be computed, and nothing typed was left out of it."""
        return not (self.problems or self._typed_wrong or any(e.refused for e in self._editors.values()))

    def first_problem(self) -> None:
        """Bring what is to be mended first into view."""
        for own, editor in self._editors.items():
            if editor.refused or own in self._typed_wrong:
                self._scroll.ensureWidgetVisible(editor)
                editor.editor.setFocus()
                return
        if not self.problems:
            return
        path = self.problems[0].field
        section = path.split(".")[0]
        self.show_section(section if section in SECTIONS else "base")
        for own, editor in self._editors.items():
            if path == own or path.startswith(f"{own}."):
                self._scroll.ensureWidgetVisible(editor)
                editor.editor.setFocus()
                return

    # -- filling ---------------------------------------------------------------------------------

    def _fill_choices(self, current: str) -> None:
        column = 0 if self._language == "zh" else 1
        self._current = current
        self.case.blockSignals(True)
        self.case.clear()
        for choice in self._choices:
            self.case.addItem((choice.name_zh, choice.name_en)[column])
        keys = [choice.key for choice in self._choices]
        self.case.setCurrentIndex(keys.index(current) if current in keys else -1)
        self.case.blockSignals(False)

    def _rebuild(self) -> None:
        self._fill_tree()
        self._build()
        self._say_state()

    def _fill_tree(self) -> None:
        self.tree.blockSignals(True)
        self.tree.clear()
        chosen = None
        wrong = {problem.field.split(".")[0] for problem in self.problems}
        for section in SECTIONS:
            mark = " ●" if section in wrong else ""
            item = QTreeWidgetItem([text(f"sizing.section.{section}", self._language) + mark])
            item.setData(0, SECTION, section)
            if section in PARTS:
                on = self.draft.has(section)
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.tree.addTopLevelItem(item)
            if section == self._section:
                chosen = item
        if chosen is not None:
            self.tree.setCurrentItem(chosen)
        self.tree.blockSignals(False)

    def _build(self) -> None:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(4, 2, 8, 6)
        rows.setSpacing(0)
        language, section = self._language, self._section
        self._own = QLabel()
        self._own.setWordWrap(True)
        self._own.setStyleSheet(f"color: {WARNING[self._dark]}")
        rows.addWidget(self._own)
        editors = {}
        fields = base_fields(self.draft, section)
        for made in fields:
            path = made.form.path
            label = field_name(path, language)
            editor = BaseFieldEditor(
                made, label[:1].upper() + label[1:], base_options(path), language, self._units, self._dark
            )
            editor.edited.connect(self._edit)
            rows.addWidget(editor)
            editors[path] = editor
            if made.form.key == "sites":
                take = QPushButton(text("sizing.take_place", language))
                take.clicked.connect(lambda _=False, part=section: self.place_asked.emit(part))
                rows.addWidget(take)
        if not fields:
            nothing = QLabel(text("sizing.not_in_base", language))
            nothing.setWordWrap(True)
            rows.addWidget(nothing)
        rows.addStretch(1)
        self._editors = editors
        old = self._scroll.takeWidget()
        self._scroll.setWidget(page)
        if old is not None:
            old.deleteLater()
        self._mark()

    def _mark(self) -> None:
        """Say beside each input what is wrong with it, and above them what is wrong with the part."""
        language = self._language
        for path, editor in self._editors.items():
            if editor.refused:
                continue
            said = self._typed_wrong.get(path, "")
            for problem in self.problems:
                if problem.field == path or problem.field.startswith(f"{path}."):
                    said = said or problem_words(problem, language, named=False)
            editor.complain(said)
        own = [
            p
            for p in self.problems
            if p.field == self._section or (self._section == "base" and p.field == "file")
        ]
        self._own.setText("\n".join(problem_words(p, language, named=False) for p in own))
        self._own.setVisible(bool(own))

    def _say_state(self) -> None:
        language = self._language
        if self._busy:
            self._state.setText(text("sizing.running", language))
            return
        self.run.setEnabled(True)
        self._state.setStyleSheet(f"color: {WARNING[self._dark]}" if self.problems else "")
        if self.problems:
            first = problem_words(self.problems[0], language)
            self._state.setText(text("sizing.problems", language, n=len(self.problems), first=first))
        else:
            self._state.setText(text("sizing.ready", language))

    # -- changing --------------------------------------------------------------------------------

    def _edit(self, path: str, value: Value) -> None:
        try:
            taken = typed_value(path, value)
        except InputError as error:
            self._typed_wrong[path] = problem_words(error.problems[0], self._language, named=False)
            self._mark()
            return
        self._typed_wrong.pop(path, None)
        self.draft = self.draft.with_value(path, taken)
        self._check()
        for made in base_fields(self.draft, self._section):
            if made.form.path == path and path in self._editors:
                self._editors[path].show_field(made)
        self._mark()
        self._mark_tree()
        self._say_state()
        self.edited.emit()

    def _check(self) -> None:
        self.problems = self.draft.problems()

    def _mark_tree(self) -> None:
        wrong = {problem.field.split(".")[0] for problem in self.problems}
        self.tree.blockSignals(True)
        for number, section in enumerate(SECTIONS):
            mark = " ●" if section in wrong else ""
            item = self.tree.topLevelItem(number)
            if item is not None:
                item.setText(0, text(f"sizing.section.{section}", self._language) + mark)
        self.tree.blockSignals(False)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._section = str(item.data(0, SECTION))
            self._build()

    def _ticked(self, item: QTreeWidgetItem) -> None:
        section = str(item.data(0, SECTION))
        self._section = section
        self.draft = self.draft.with_part(section, item.checkState(0) == Qt.CheckState.Checked)
        self._check()
        self.tree.blockSignals(True)
        self.tree.setCurrentItem(item)
        self.tree.blockSignals(False)
        self._build()
        self._mark_tree()
        self._say_state()
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Enter in the list goes on to the inputs of the part.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            for editor in self._editors.values():
                editor.editor.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _retitle(self) -> None:
        language = self._language
        self.setAccessibleName(text("sizing", language))
        for key, label, box in (
            ("case", self._case_label, self.case),
            ("study", self._study_label, self.study),
        ):
            label.setText(text(f"sizing.{key}", language))
            box.setAccessibleName(text(f"sizing.{key}", language))
        self.study.setToolTip(text("sizing.study_hint", language))
        for index, key in enumerate(STUDIES):
            self.study.setItemText(index, text(f"sizing.study.{key}", language))
        self._open.setText(text("sizing.open", language))
        self._open.setToolTip(text("sizing.open_title", language))
        self._save.setText(text("sizing.save", language))
        self._save.setToolTip(text("sizing.save_title", language))
        self.run.setText(text("sizing.stop" if self._busy else "sizing.run", language))
        self.tree.setAccessibleName(text("sizing.sections", language))
        self._fill_choices(getattr(self, "_current", ""))
