"""The imported data a scenario uses: added from the library, ordered, removed; what is not at hand is hatched."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.panels.resource_rows import Held, Row, about, offers, part_words, row_words, rows
from app.desktop.texts import text
from app.messages import Language
from planning.edits import LEAVE, MOVE, USE, Verb
from resources.choice import ResourceChoice, moved_ref, with_entry, without_ref
from resources.library import Entry

ROW_ROLE = Qt.ItemDataRole.UserRole
HATCH = {False: QColor(179, 38, 30, 110), True: QColor(255, 138, 128, 130)}
"""Over entries that cannot be used, on light and dark."""


class ResourceList(QWidget):
    """Shows a choice against a library; every change is handed up as the choice it would make."""

    chosen = Signal(object, object, str)
    """ResourceChoice, the verb of the edit, and the entry."""
    wanted = Signal()
    """Became visible: the library should be read."""

    def __init__(self, choice: ResourceChoice, language: Language, dark: bool) -> None:
        super().__init__()
        self.choice, self.held = choice, None  # type: ResourceChoice, Held | None
        self._language, self._dark = language, dark
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(10)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setAccessibleName(text("resource.list", language))
        self.tree.currentItemChanged.connect(self._enable)
        self.menu = QMenu(self)
        self.add = QToolButton()
        self.add.setText(text("resource.add", language))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add.setMenu(self.menu)
        self.up, self.down, self.drop = QToolButton(), QToolButton(), QToolButton()
        # Arrows, for the list stands in narrow docks.
        for button, sign, key in ((self.up, "↑", "up"), (self.down, "↓", "down"), (self.drop, "", "remove")):
            words = text(f"resource.{key}", language)
            button.setText(sign or words)
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.drop.clicked.connect(self._drop)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        line = QHBoxLayout()
        line.addWidget(self.add)
        for button in (self.up, self.down, self.drop):
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 8)
        column.addWidget(self.tree)
        column.addLayout(line)
        column.addWidget(self.words)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wanted.emit()

    def show_choice(self, choice: ResourceChoice) -> None:
        """The scenario's data after an edit."""
        if choice != self.choice:
            self.choice = choice
            self._fill()

    def show_library(self, held: Held) -> None:
        """What the library holds now."""
        self.held = held
        self._fill()

    # -- filling ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        language = self._language
        before = self._current()
        kept = before.ref.id if before is not None else None
        self.tree.clear()
        head, height = None, 0
        line = self.fontMetrics().height()
        shown = rows(self.choice, self.held)
        for row in shown:
            if row.first:
                head = QTreeWidgetItem([part_words(row.part, language)])
                head.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.tree.addTopLevelItem(head)
                height += line + 6
            assert head is not None
            words = row_words(row, language)
            item = QTreeWidgetItem([words])
            item.setData(0, ROW_ROLE, row)
            item.setSizeHint(0, QSize(0, 2 * line + 8))
            item.setToolTip(0, words)
            if row.state not in ("there", "reading"):
                item.setBackground(0, QBrush(HATCH[self._dark], Qt.BrushStyle.BDiagPattern))
            head.addChild(item)
            height += 2 * line + 8
            if row.ref.id == kept:
                self.tree.setCurrentItem(item)
        if not shown:
            item = QTreeWidgetItem([text("resource.atlas_alone", language)])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(item)
            height = line + 8
        self.tree.expandAll()
        self.tree.setFixedHeight(min(max(height, 2 * line) + 10, 16 * line))
        self._fill_menu()
        self.words.setText(self._say())
        self._enable()

    def _fill_menu(self) -> None:
        self.menu.clear()
        for part, found in offers(self.choice, self.held).items():
            if found:
                self.menu.addSection(part_words(part, self._language))
            for entry in found:
                action = self.menu.addAction(f"{entry.manifest.id}   {about(entry, self._language)}"[:90])
                action.setToolTip(about(entry, self._language))
                action.triggered.connect(lambda _=False, e=entry: self._add(e))
        self.add.setEnabled(not self.menu.isEmpty())

    def _say(self) -> str:
        language, held = self._language, self.held
        if held is None:
            return text("resource.reading", language)
        unusable = sum(row.state != "there" for row in rows(self.choice, held))
        said = []
        if unusable:
            said.append(text("resource.unusable", language, count=unusable))
        if not held.by_id:
            said.append(text("resource.empty_library", language, folder=held.folder))
        elif self.menu.isEmpty():
            said.append(text("resource.all_used", language))
        if held.damaged:
            said.append(text("resource.damaged", language, count=held.damaged))
        return "\n".join(said or [text("resource.order", language)])

    # -- changing --------------------------------------------------------------------------------

    def _current(self) -> Row | None:
        item = self.tree.currentItem()
        row = item.data(0, ROW_ROLE) if item is not None else None
        return row if isinstance(row, Row) else None

    def _enable(self, *_: object) -> None:
        row = self._current()
        self.drop.setEnabled(row is not None)
        self.up.setEnabled(row is not None and not row.first)
        self.down.setEnabled(row is not None and not row.last)

    def _add(self, entry: Entry) -> None:
        self._hand_up(with_entry(self.choice, entry), USE, entry.manifest.id)

    def _drop(self) -> None:
        row = self._current()
        if row is not None:
            self._hand_up(without_ref(self.choice, row.part, row.ref.id), LEAVE, row.ref.id)

    def _move(self, by: int) -> None:
        row = self._current()
        if row is not None:
            self._hand_up(moved_ref(self.choice, row.part, row.ref.id, by), MOVE, row.ref.id)

    def _hand_up(self, choice: ResourceChoice, verb: Verb, what: str) -> None:
        self.chosen.emit(choice, verb, what)
