"""The list of scenarios: which is active, which are computed, which results are stale; new, copy, rename, delete."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.document import Document
from app.desktop.texts import text
from app.messages import Language, say
from gis_layers.errors import InputError
from planning import edits
from planning.edits import Edit
from planning.scenario import Scenario, built_in_scenarios
from planning.shipped_words import shipped_words

ID_ROLE = Qt.ItemDataRole.UserRole


def state_words(document: Document, scenario: Scenario, language: Language) -> str:
    """'active · stale: 2 inputs changed'."""
    if scenario.id not in document.results:
        state = text("scenario.never_run", language)
    elif rows := document.stale(scenario.id):
        state = text("scenario.stale", language, count=len(rows))
    else:
        state = text("scenario.computed", language)
    if scenario.id == document.workspace.active:
        return f"{text('scenario.active', language)} · {state}"
    return state


class ScenarioPanel(QWidget):
    """Every change is an edit of the document, so that all of it can be undone."""

    compare_requested = Signal(str, str)
    """Ids of the two: the active scenario and the chosen one (or the next)."""

    def __init__(self, document: Document, language: Language = "zh") -> None:
        super().__init__()
        self._document, self._language = document, language
        self._list = QListWidget()
        self._list.setAlternatingRowColors(True)
        self._list.itemActivated.connect(lambda _: self._activate())
        self._list.currentItemChanged.connect(lambda *_: self._enable())
        self._new = QToolButton()
        self._new.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._new.setMenu(QMenu(self._new))
        self._buttons: dict[str, QPushButton] = {}
        actions: tuple[tuple[str, Callable[[], None]], ...] = (
            ("activate", self._activate),
            ("duplicate", self._duplicate),
            ("rename", self._begin_rename),
            ("delete", self._delete),
            ("compare", self._compare),
        )
        grid = QGridLayout()
        grid.addWidget(self._new, 0, 0)
        for number, (key, act) in enumerate(actions, start=1):
            button = QPushButton()
            button.clicked.connect(act)
            grid.addWidget(button, number // 3, number % 3)
            self._buttons[key] = button
        self._names = QWidget()
        self._zh, self._en, self._ok, self._no = QLineEdit(), QLineEdit(), QPushButton(), QPushButton()
        self._ok.clicked.connect(self._rename)
        self._en.returnPressed.connect(self._rename)
        self._zh.returnPressed.connect(self._rename)
        self._no.clicked.connect(self._names.hide)
        fields = QVBoxLayout(self._names)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.addWidget(self._zh)
        fields.addWidget(self._en)
        row = QHBoxLayout()
        row.addWidget(self._ok)
        row.addWidget(self._no)
        fields.addLayout(row)
        self._names.hide()
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._list)
        layout.addWidget(self._names)
        layout.addWidget(self._message)
        layout.addLayout(grid)
        for signal in (document.workspace_changed, document.results_changed, document.stale_changed):
            signal.connect(self.refresh)
        self.set_language(language)

    def set_language(self, language: Language) -> None:
        self._language = language
        for key, button in self._buttons.items():
            button.setText(text(f"scenario.{key}", language))
        self._new.setText(text("scenario.new", language))
        self._new.setToolTip(text("scenario.new.hint", language))
        menu = self._new.menu()
        menu.clear()
        for scenario in built_in_scenarios():
            action = menu.addAction(scenario.name_zh if language == "zh" else scenario.name_en)
            action.triggered.connect(lambda _=False, chosen=scenario: self._add(chosen))
        self._list.setAccessibleName(text("scenario.list", language))
        for line, key in ((self._zh, "scenario.name_zh"), (self._en, "scenario.name_en")):
            line.setPlaceholderText(text(key, language))
            line.setAccessibleName(text(key, language))
        self._ok.setText(text("scenario.ok", language))
        self._no.setText(text("scenario.cancel", language))
        self.refresh()

    def refresh(self) -> None:
        """Show the document as it is; the chosen row stays chosen."""
        chosen = self.chosen()
        workspace = self._document.workspace
        self._list.blockSignals(True)
        self._list.clear()
        for scenario in workspace.scenarios:
            name = scenario.name_zh if self._language == "zh" else scenario.name_en
            item = QListWidgetItem(f"{name}\n{state_words(self._document, scenario, self._language)}")
            item.setData(ID_ROLE, scenario.id)
            item.setToolTip(shipped_words(scenario.description, self._language))
            if scenario.id == workspace.active:
                bold = QFont(self._list.font())
                bold.setBold(True)
                item.setFont(bold)
            self._list.addItem(item)
            if scenario.id == (chosen if chosen in {s.id for s in workspace.scenarios} else workspace.active):
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        self._enable()

    def chosen(self) -> str:
        """Id of the chosen scenario; the active one where none is."""
        item = self._list.currentItem()
        return str(item.data(ID_ROLE)) if item is not None else self._document.workspace.active

    def choose(self, scenario_id: str) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(ID_ROLE) == scenario_id:
                self._list.setCurrentRow(row)

    def _enable(self) -> None:
        several = len(self._document.workspace.scenarios) > 1
        self._buttons["delete"].setEnabled(several)
        self._buttons["compare"].setEnabled(several)
        self._buttons["activate"].setEnabled(self.chosen() != self._document.workspace.active)

    def _apply(self, edit: Edit) -> bool:
        try:
            self._document.apply(edit)
        except InputError as error:
            self._message.setText(say(error, self._language))
            self._message.show()
            return False
        self._message.hide()
        return True

    def _add(self, scenario: Scenario) -> None:
        taken = [s.id for s in self._document.workspace.scenarios]
        named = scenario.model_copy(update={"id": edits.new_id(scenario.id, taken)})
        if self._apply(edits.add_scenario(named)):
            self.choose(named.id)

    def _activate(self) -> None:
        self._apply(edits.activate_scenario(self._document.workspace, self.chosen()))

    def _duplicate(self) -> None:
        if self._apply(edits.duplicate_scenario(self._document.workspace, self.chosen())):
            self.choose(self._document.workspace.active)

    def _delete(self) -> None:
        self._apply(edits.remove_scenario(self._document.workspace, self.chosen()))

    def _begin_rename(self) -> None:
        scenario = self._document.workspace.scenario(self.chosen())
        self._zh.setText(scenario.name_zh)
        self._en.setText(scenario.name_en)
        self._names.show()
        first = self._zh if self._language == "zh" else self._en
        first.setFocus()
        first.selectAll()

    def _rename(self) -> None:
        if self._apply(edits.rename_scenario(self.chosen(), self._zh.text(), self._en.text())):
            self._names.hide()

    def _compare(self) -> None:
        workspace, chosen = self._document.workspace, self.chosen()
        if chosen == workspace.active:
            chosen = next(s.id for s in workspace.scenarios if s.id != workspace.active)
        self.compare_requested.emit(workspace.active, chosen)
