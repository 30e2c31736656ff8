"""The rules of a siting: which are on, how strict each is, and what each takes of the area as it is tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.field_editor import WARNING
from app.desktop.panels.siting_edit import EditedRules
from app.desktop.panels.siting_rule_form import RuleForm
from app.desktop.panels.tick_tree import TickTree
from app.desktop.texts import text
from app.messages import say
from gis_layers.errors import InputError
from planning.shipped_words import shipped_words
from planning.words import percent

NODATA = ("exclude", "allow", "error")
ID = Qt.ItemDataRole.UserRole
FORM_PX = 300


class RuleEditor(QWidget):
    """A named set, its rules with what each takes, and the fields of the one selected."""

    changed = Signal()
    """Other rules hold."""
    set_chosen = Signal(str)
    save_asked = Signal()
    drop_asked = Signal()
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.edited: EditedRules | None = None
        self._look = Look()
        self._technology = "wind"
        self._audit: Sequence[dict[str, Any]] = ()
        self._area_km2 = 0.0
        self._filling = False
        self.sets, self._set_label, self._edited_label = QComboBox(), QLabel(), QLabel()
        self._set_label.setBuddy(self.sets)
        self.save, self.drop, self.reset = QPushButton(), QPushButton(), QPushButton()
        head = QHBoxLayout()
        for widget in (self._set_label, self.sets, self._edited_label, self.save, self.drop, self.reset):
            head.addWidget(widget)
        head.addStretch(1)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.tree = TickTree()
        self.tree.setColumnCount(4)
        self.tree.setMinimumHeight(60)
        self.sets.setMinimumWidth(130)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head_view = self.tree.header()
        head_view.setStretchLastSection(False)
        head_view.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            head_view.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.form = RuleForm()
        self.form.changed.connect(self._field_changed)
        split = QSplitter(Qt.Orientation.Horizontal)
        left = QWidget()
        column_layout = QVBoxLayout(left)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(3)
        column_layout.addWidget(self.tree, 1)
        column_layout.addWidget(self.words)
        right = QWidget()
        right_layout = QVBoxLayout(right)
        right_layout.setContentsMargins(0, 0, 0, 0)
        right_layout.setSpacing(3)
        right_layout.addLayout(head)
        right_layout.addWidget(self.form, 1)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([600, 460])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(split, 1)
        self.sets.activated.connect(lambda _: self.set_chosen.emit(self.sets.currentText()))
        self.save.clicked.connect(self.save_asked)
        self.drop.clicked.connect(self.drop_asked)
        self.reset.clicked.connect(self._reset)
        self.tree.itemChanged.connect(self._checked)
        self.tree.currentItemChanged.connect(lambda *_: self._fill_form())

    # -- what is shown ---------------------------------------------------------------------------

    def show_names(self, names: Sequence[str], chosen: str) -> None:
        with QSignalBlocker(self.sets):
            self.sets.clear()
            self.sets.addItems(list(names))
            self.sets.setCurrentText(chosen)

    def show_rules(self, edited: EditedRules, droppable: bool) -> None:
        """A set from the disk, unchanged."""
        self.edited = edited
        self.drop.setEnabled(droppable)
        self.fill()

    def show_technology(self, technology: str) -> None:
        self._technology = technology
        self._fill_shares()

    def show_audit(
        self, audit: Sequence[dict[str, Any]], area_km2: float, words: str, bad: bool = False
    ) -> None:
        """What the rules took of the area as they were tried; none while there is no area."""
        self._audit, self._area_km2 = audit, area_km2
        self.say(words, bad)
        self._fill_shares()
        self._fill_form()

    def say(self, words: str, bad: bool = False) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setStyleSheet(f"color:{WARNING[self._look.dark]}" if bad else "")

    def set_look(self, look: Look) -> None:
        self._look = look
        said = text
        language = look.language
        self._set_label.setText(said("siting.set", language))
        self.sets.setAccessibleName(said("siting.set", language))
        for button, key, hint in (
            (self.save, "siting.save_set", "siting.save_hint"),
            (self.drop, "siting.drop_set", "siting.drop_hint"),
            (self.reset, "siting.reset", "siting.reset_hint"),
        ):
            button.setText(said(key, language))
            button.setToolTip(said(hint, language))
        self.tree.setAccessibleName(said("siting.rules_list", language))
        names = ("siting.rule", "siting.alone", "siting.in_order", "siting.left_share")
        self.tree.setHeaderLabels([said(name, language) for name in names])
        for column in (1, 2, 3):
            self.tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.words.setToolTip(said("siting.try_hint", language))
        self.form.set_look(look)
        self.fill()

    def fill(self) -> None:
        """All rows anew; the one picked stays picked."""
        edited, look = self.edited, self._look
        picked = self.picked()
        self._filling = True
        self.tree.clear()
        for rule in edited.rules if edited is not None else ():
            row = QTreeWidgetItem([rule.titles[0 if look.language == "zh" else 1]])
            row.setData(0, ID, rule.id)
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            off = edited is not None and rule.id in edited.off
            row.setCheckState(0, Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)
            self.tree.addTopLevelItem(row)
            if rule.id == picked:
                self.tree.setCurrentItem(row)
        self._filling = False
        self._edited_label.setText(
            text("siting.edited", look.language) if edited is not None and edited.changed else ""
        )
        self.reset.setEnabled(edited is not None and edited.changed)
        self._fill_shares()
        self._fill_form()

    def picked(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(0, ID)) if item is not None else ""

    def pick(self, identity: str) -> None:
        """Select a rule by its id, as a click would."""
        for at in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(at)
            if item is not None and item.data(0, ID) == identity:
                self.tree.setCurrentItem(item)

    # -- inside ----------------------------------------------------------------------------------

    def _row(self, identity: str) -> dict[str, Any] | None:
        own = (row for row in self._audit if row["technology"] == self._technology)
        return next((row for row in own if row["rule"] == identity), None)

    def _fill_shares(self) -> None:
        self._filling = True
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(at)
            if item is not None:
                cells, hint, dim = self._shares(str(item.data(0, ID)))
                for column, words in enumerate(cells, start=1):
                    item.setText(column, words)
                    item.setTextAlignment(column, right)
                    item.setToolTip(column, hint)
                item.setToolTip(0, hint or item.text(0))
                colour = QColor(self._look.dim if dim else self._look.ink)
                for column in range(4):
                    item.setForeground(column, colour)
        self._filling = False

    def _shares(self, identity: str) -> tuple[tuple[str, str, str], str, bool]:
        """Alone, in order and left as shares of the area; a hint; whether the row is dim."""
        edited, language = self.edited, self._look.language
        if edited is None:
            return ("", "", ""), "", True
        if identity in edited.off:
            return ("", text("siting.off", language), ""), "", True
        if self._technology not in edited.rule(identity).technologies:
            words = text("siting.other_technology", language)
            return ("", "–", ""), words, True
        row = self._row(identity)
        if row is None or self._area_km2 <= 0:
            return ("", "", ""), "", False
        if not row["applied"]:
            words = text("siting.not_applied", language)
            return ("", words, percent(row["left_km2"] / self._area_km2)), words, True
        figures = tuple(percent(row[k] / self._area_km2) for k in ("alone_km2", "in_order_km2", "left_km2"))
        return (figures[0], figures[1], figures[2]), shipped_words(row["source"], language), False

    def _fill_form(self) -> None:
        edited, identity = self.edited, self.picked()
        known = edited is not None and any(rule.id == identity for rule in edited.rules)
        self.form.show_rule(
            edited.rule(identity) if known and edited is not None else None, self._row(identity)
        )

    def _checked(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or self.edited is None or column != 0:
            return
        on = item.checkState(0) == Qt.CheckState.Checked
        self._take(self.edited.switched(str(item.data(0, ID)), on))

    def _field_changed(self, changes: object) -> None:
        if self.edited is None or not isinstance(changes, dict):
            return
        try:
            made = self.edited.changed_rule(self.picked(), **changes)
        except InputError as error:
            self.failed.emit(say(error, self._look.language).replace("\n", "  "))
            self._fill_form()
            return
        self._take(made)

    def _take(self, edited: EditedRules) -> None:
        if edited == self.edited:
            return
        self.edited = edited
        self._edited_label.setText(text("siting.edited", self._look.language) if edited.changed else "")
        self.reset.setEnabled(edited.changed)
        self._fill_shares()
        self.changed.emit()

    def _reset(self) -> None:
        if self.edited is not None:
            self.edited = EditedRules.of(self.edited.base)
            self.fill()
            self.changed.emit()
