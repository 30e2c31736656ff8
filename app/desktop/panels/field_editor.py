"""One input of a form: what it is, its editor, unit, range, source, and what was wrong with what was typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.desktop.panels.tick_tree import TickBox
from app.desktop.texts import text
from app.messages import Language
from planning.scenario_fields import CHOICES, FormField, Value
from planning.scenario_options import Option
from planning.shipped_words import shipped_words
from planning.typed import Complaint, parse, shown_number, shown_range, shown_unit
from planning.words import UnitSystem, term

WARNING = {False: "#b3261e", True: "#ff8a80"}
"""Of the complaint, on light and dark; both above 4.5 to 1."""


def complaint_words(
    complaint: Complaint, field: FormField, units: UnitSystem, language: Language, unit: str = ""
) -> str:
    """Why a typed value was not taken; `unit` where another than the scenario's stands beside the field."""
    unit = unit or shown_unit(field, units, language)
    example = (
        f"{shown_number(field.value, field, units)} {unit}" if isinstance(field.value, int | float) else unit
    )
    expected = (
        complaint.expected if complaint.code != "other_unit" else unit or text("scenario.none", language)
    )
    return text(
        f"scenario.{complaint.code}",
        language,
        found=complaint.found,
        expected=expected,
        example=example.strip(),
    )


def _nothing(path: str) -> str:
    """Key of the words for a choice that is left open: of machines it means the usual one, not none."""
    if path.startswith("plant."):
        return "scenario.usual"
    return "scenario.as_scenario" if ".plant." in path else "scenario.none"


class FieldEditor(QWidget):
    """Emits a value that can be meant; the document decides whether it is taken."""

    edited = Signal(str, object)
    """Path and value."""

    def __init__(
        self,
        field: FormField,
        label: str,
        options: tuple[Option, ...],
        language: Language,
        units: UnitSystem,
        dark: bool,
    ) -> None:
        super().__init__()
        self.field, self.options = field, options
        self._language, self._units = language, units
        self._label, self._unit = QLabel(label), QLabel(self.unit_words())
        self._label.setWordWrap(True)
        self._about, self.complaint = QLabel(), QLabel()
        for line in (self._about, self.complaint):
            line.setWordWrap(True)
            line.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.complaint.setStyleSheet(f"color: {WARNING[dark]}")
        self.complaint.hide()
        self.editor, self._show_value = self._make()
        self.editor.setAccessibleName(" ".join((label, self._unit.text())).strip())
        self._label.setBuddy(self.editor)
        # The label stands above: forms live in narrow docks and are read at 200 % as well.
        self._unit.setMinimumWidth(self.fontMetrics().horizontalAdvance("万千瓦时/"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 5)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._label, 0, 0, 1, 2)
        grid.addWidget(self.editor, 1, 0)
        grid.addWidget(self._unit, 1, 1)
        grid.addWidget(self.complaint, 2, 0, 1, 2)
        grid.addWidget(self._about, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._describe()
        self._show_value(field.value)

    def update_field(self, field: FormField) -> None:
        """The same input with another value, range or source."""
        self.field = field
        self._describe()
        self._show_value(field.value)
        self.complain("")

    def complain(self, words: str) -> None:
        """Say beside the field what is wrong; nothing clears it."""
        self.complaint.setText(words)
        self.complaint.setVisible(bool(words))

    def _describe(self) -> None:
        field, language = self.field, self._language
        parts = []
        limits = shown_range(field, self._units)
        if limits:
            parts.append(text("scenario.range", language, range=f"{limits} {self._unit.text()}".strip()))
        source = shipped_words(field.source, language)
        if source and field.key not in ("source", "tier"):
            tier = (
                term("published_tier" if field.tier == "published" else field.tier, language)
                if field.tier
                else ""
            )
            key = "scenario.source_tier" if tier else "scenario.source"
            if ".weights." in field.path:
                parts.append(tier)  # the words are the same for all weights and stand once above
            else:
                parts.append(text(key, language, source=_short(source), tier=tier))
            self._about.setToolTip(source)
        self._about.setText(" · ".join(parts))
        self._about.setVisible(bool(parts))

    # -- what other forms read and show in their own way -----------------------------------------

    def unit_words(self) -> str:
        """The unit beside the field."""
        return shown_unit(self.field, self._units, self._language)

    def read_number(self, typed: str) -> float | int | Complaint | None:
        """The number typed, in the field's own unit."""
        return parse(typed, self.field, self._units)

    # -- editors ---------------------------------------------------------------------------------

    def _make(self) -> tuple[QWidget, Callable[[Value], None]]:
        kind = self.field.kind
        if kind == "flag":
            return self._flag()
        if kind == "choice" or (self.options and kind != "ids") or self.field.key in _NAMED:
            return self._choice()
        if kind == "ids":
            return self._several()
        return self._line()

    def _emit(self, value: Value) -> None:
        if value == self.field.value and type(value) is type(self.field.value):
            self.complain("")
            self._show_value(value)
        else:
            self.edited.emit(self.field.path, value)

    def _flag(self) -> tuple[QWidget, Callable[[Value], None]]:
        box = TickBox()
        if not self.field.optional:
            box.clicked.connect(lambda on: self._emit(bool(on)))
            return box, lambda value: box.setChecked(bool(value))
        # Neither yes nor no is a third state: an empty box would say no.
        box.setTristate(True)
        nothing, state = text("scenario.automatic", self._language), Qt.CheckState
        values: dict[Qt.CheckState, Value] = {
            state.PartiallyChecked: None,
            state.Checked: True,
            state.Unchecked: False,
        }
        box.clicked.connect(lambda: self._emit(values[box.checkState()]))

        def show(value: Value) -> None:
            box.setCheckState(next(s for s, v in values.items() if v is value))
            box.setText(nothing if value is None else "")

        return box, show

    def _choice(self) -> tuple[QWidget, Callable[[Value], None]]:
        box, language = _Combo(), self._language
        # A list of long names must not widen the panel.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        entries: list[tuple[Value, str]] = [(o.id, _name(o, language)) for o in self.options]
        for choice in self.field.choices:
            pair = CHOICES.get(str(choice), (str(choice), str(choice)))
            entries.append((choice, pair[0 if language == "zh" else 1]))
        if self.field.optional:
            entries.insert(0, (None, text(_nothing(self.field.path), language)))
        if all(self.field.value != value for value, _ in entries):
            entries.append((self.field.value, str(self.field.value)))
        for _, words in entries:
            box.addItem(words)
        values = [value for value, _ in entries]
        box.activated.connect(lambda index: self._emit(values[index]))

        def show(value: Value) -> None:
            if value in values:
                box.setCurrentIndex(values.index(value))

        return box, show

    def _several(self) -> tuple[QWidget, Callable[[Value], None]]:
        button, menu = QToolButton(), QMenu(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(60)
        button.setMenu(menu)
        actions: list[tuple[str, QAction]] = []
        for option in self.options:
            action = menu.addAction(_name(option, self._language))
            action.setCheckable(True)
            actions.append((option.id, action))

        def chosen() -> None:
            # What the tables do not know stays, in its place; new ones go to the end.
            before = self.field.value if isinstance(self.field.value, tuple) else ()
            known = {key for key, _ in actions}
            on = [key for key, action in actions if action.isChecked()]
            kept = [key for key in before if key in on or key not in known]
            self._emit((*kept, *(key for key in on if key not in kept)))

        menu.triggered.connect(chosen)

        def show(value: Value) -> None:
            keys = value if isinstance(value, tuple) else ()
            for key, action in actions:
                action.setChecked(key in keys)
            names = [_name(o, self._language) for o in self.options if o.id in keys]
            comma = "、" if self._language == "zh" else ", "
            empty = "scenario.all" if self.field.key in ("nodes", "cascade_stations") else "scenario.none"
            if not keys:
                words = text(empty, self._language)
            elif len(names) > 3:
                shown = comma.join(names[:3])
                words = text("scenario.chosen_many", self._language, names=shown, count=len(keys))
            else:
                words = comma.join(names)
            button.setText(words)
            button.setToolTip(comma.join(names))

        return button, show

    def _line(self) -> tuple[QWidget, Callable[[Value], None]]:
        line, field = QLineEdit(), self.field
        if field.optional and field.kind in ("number", "integer"):
            line.setPlaceholderText(text("scenario.automatic", self._language))
        if field.kind in ("number", "integer"):
            line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

        def done() -> None:
            if not line.isModified():
                return
            line.setModified(False)
            field = self.field
            if field.kind in ("number", "integer"):
                value = self.read_number(line.text())
                if isinstance(value, Complaint):
                    self.complain(
                        complaint_words(value, field, self._units, self._language, self.unit_words())
                    )
                    return
                self._emit(value)
            else:
                typed = line.text().strip()
                if not typed and not field.optional:
                    self.complain(text("scenario.empty", self._language))
                    return
                self._emit(typed)

        line.editingFinished.connect(done)

        def show(value: Value) -> None:
            with QSignalBlocker(line):
                if isinstance(value, int | float):
                    line.setText(shown_number(value, self.field, self._units))
                else:
                    line.setText(str(value or ""))
                line.setCursorPosition(0)
                line.setModified(False)

        return line, show


class _Combo(QComboBox):
    """The wheel scrolls the form; it must not change what lies under it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


_NAMED = ("corridor_id", "cascade")
"""Name something of a table even where there is nothing to choose."""


def _name(option: Option, language: Language) -> str:
    return option.name_zh if language == "zh" else option.name_en


def _short(source: str, most: int = 60) -> str:
    return source if len(source) <= most else source[: most - 1] + "…"
