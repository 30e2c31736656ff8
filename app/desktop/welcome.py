"""The first page: what can be recovered, the built-in scenarios, recent projects, the tour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.desktop.autosave import Recovery
from app.desktop.background import Background
from app.desktop.recents import Recents, missing
from app.desktop.texts import TEXTS, text
from app.messages import Language
from planning.scenario import Scenario, built_in_scenarios
from planning.words import UnitSystem, shown, unit

PATH_ROLE = Qt.ItemDataRole.UserRole
WIDEST_CHARACTERS = 100
"""On a wide screen the page stands in the middle: lines of text must not run from edge to edge."""
MOST_ROWS = 8
"""Of recent projects; the rest scroll."""


def scenario_facts(scenario: Scenario, language: Language, units: UnitSystem) -> str:
    """'2030 · wind and PV 1,200.00 GW · 13 bases'."""
    gigawatts = sum(scenario.fleet[t].total_gw for t in ("wind", "pv") if t in scenario.fleet)
    power = f"{shown(gigawatts * 1e3, 'power_mw', units)} {unit('power_mw', units, language)}"
    return text("welcome.facts", language, year=scenario.year, wind_pv=power, bases=len(scenario.bases))


class WelcomePage(QWidget):
    """Says what the user wants; opens nothing itself."""

    scenario_chosen = Signal(str)
    """Id of a built-in scenario."""
    recent_chosen = Signal(object)
    """Path."""
    open_requested = Signal()
    tour_requested = Signal()
    map_requested = Signal()
    recovery_chosen = Signal(object)
    """Recovery, to take over."""
    recovery_discarded = Signal(object)
    """Recovery, to forget."""

    def __init__(self, recents: Recents, language: Language = "zh", units: UnitSystem = "cn") -> None:
        super().__init__()
        self._recents, self._language, self._units = recents, language, units
        self._recoveries: tuple[Recovery, ...] = ()
        self._missing: frozenset[Path] = frozenset()
        self._background = Background(self)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self._build()
        self.refresh()

    def set_language(self, language: Language) -> None:
        self._language = language
        self._rebuild()

    def set_units(self, units: UnitSystem) -> None:
        self._units = units
        self._rebuild()

    def show_recoveries(self, recoveries: Sequence[Recovery]) -> None:
        """Offer what ended windows left behind, above all else."""
        self._recoveries = tuple(recoveries)
        self._build()

    def refresh(self) -> None:
        """List recent projects again; those that are gone turn grey once looked for."""
        self._fill_recents()
        paths = self._recents.paths()
        if paths:
            self._background.run(lambda: missing(paths), self._mark_missing, lambda _: None)

    def wait(self) -> bool:
        return self._background.wait()

    # -- building --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._out_of_date:
            self._build()

    def _rebuild(self) -> None:
        """Build anew, or once somebody looks."""
        self._out_of_date = not self.isVisible()
        if not self._out_of_date:
            self._build()

    def _build(self) -> None:
        self._out_of_date = False
        language = self._language
        page, middle = QWidget(), QWidget()
        middle.setMaximumWidth(WIDEST_CHARACTERS * self.fontMetrics().averageCharWidth())
        outer = QGridLayout(page)
        outer.setContentsMargins(40, 24, 40, 24)
        outer.addWidget(middle, 1, 1)
        for index, share in ((0, 1), (2, 2)):  # a little above the middle, as pages of print
            outer.setRowStretch(index, share)
        for index, share in ((0, 1), (1, 1000), (2, 1)):
            outer.setColumnStretch(index, share)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(_label(text("welcome.title", language), 2.2, bold=True))
        column.addWidget(_label(text("welcome.subtitle", language), 1.15, dim=True))
        for recovery in self._recoveries:
            column.addWidget(self._recovery_card(recovery))
        column.addSpacing(14)
        columns = QHBoxLayout()
        columns.setSpacing(30)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(10)
        left.addWidget(_label(text("welcome.scenarios", language), 1.25, bold=True))
        for scenario in reversed(built_in_scenarios()):
            left.addWidget(self._scenario_card(scenario.id, scenario))
        left.addStretch(1)
        right.addWidget(_label(text("welcome.recent", language), 1.25, bold=True))
        recent = _card()
        recent.setObjectName("recent")
        rows = QVBoxLayout(recent)
        rows.setContentsMargins(8, 8, 8, 8)
        self._empty = _label(text("welcome.no_recent", language), 1.0, dim=True)
        self._empty.setMargin(4)
        rows.addWidget(self._empty)
        self._list = QListWidget()
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setAccessibleName(text("welcome.recent", language))
        self._list.itemActivated.connect(self._open_recent)
        self._list.itemClicked.connect(self._open_recent)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        rows.addWidget(self._list)
        rows.addStretch(1)
        right.addWidget(recent, 1)
        right.addSpacing(6)
        for key, signal in (
            ("welcome.open", self.open_requested),
            ("welcome.tour", self.tour_requested),
            ("welcome.map", self.map_requested),
        ):
            button = QPushButton(text(key, language))
            button.setMinimumHeight(32)
            button.clicked.connect(signal)
            button.setObjectName(key)
            right.addWidget(button)
        columns.addLayout(left, 3)
        columns.addLayout(right, 2)
        column.addLayout(columns)
        old = self._scroll.takeWidget()
        self._scroll.setWidget(page)
        if old is not None:
            old.deleteLater()
        self._fill_recents()

    def _scenario_card(self, name: str, scenario: Scenario) -> QWidget:
        language, card = self._language, _card()
        rows = QVBoxLayout(card)
        rows.setContentsMargins(16, 12, 16, 12)
        title = scenario.name_zh if language == "zh" else scenario.name_en
        rows.addWidget(_label(title, 1.15, bold=True))
        rows.addWidget(_label(scenario_facts(scenario, language, self._units)))
        about = f"welcome.about.{name}"
        rows.addWidget(_label(text(about, language) if about in TEXTS else scenario.description, dim=True))
        button = QPushButton(text("welcome.begin", language))
        button.setObjectName(f"begin.{name}")
        button.setAccessibleName(f"{button.text()}: {title}")
        button.clicked.connect(lambda: self.scenario_chosen.emit(name))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button)
        rows.addLayout(foot)
        return card

    def _recovery_card(self, recovery: Recovery) -> QWidget:
        language, card = self._language, QFrame()
        card.setFrameShape(QFrame.Shape.StyledPanel)
        card.setStyleSheet("QFrame#recovery { border: 2px solid #c8811a; border-radius: 4px; }")
        card.setObjectName("recovery")
        row = QHBoxLayout(card)
        snapshot, parts = recovery.snapshot, []
        if snapshot is not None:
            name = snapshot.path.name if snapshot.path else text("welcome.untitled", language)
            moment = f"{snapshot.time:%Y-%m-%d %H:%M}"
            parts.append(text("welcome.recover", language, time=moment, name=name))
            if recovery.damaged:
                parts.append(text("welcome.recover.damaged", language, count=len(recovery.damaged)))
        else:
            parts.append(text("welcome.recover.none", language))
        row.addWidget(_label("\n".join(parts)), 1)
        if snapshot is not None:
            yes = QPushButton(text("welcome.recover.yes", language))
            yes.setObjectName("recover.yes")
            yes.clicked.connect(lambda: self._answer(recovery, True))
            row.addWidget(yes)
        no = QPushButton(text("welcome.recover.no", language))
        no.setObjectName("recover.no")
        no.clicked.connect(lambda: self._answer(recovery, False))
        row.addWidget(no)
        return card

    def _answer(self, recovery: Recovery, take: bool) -> None:
        self._recoveries = tuple(r for r in self._recoveries if r is not recovery)
        self._build()
        (self.recovery_chosen if take else self.recovery_discarded).emit(recovery)

    # -- recent projects -------------------------------------------------------------------------

    def _fill_recents(self) -> None:
        self._list.clear()
        paths = self._recents.paths()
        self._empty.setVisible(not paths)
        self._list.setVisible(bool(paths))
        for path in paths:
            item = QListWidgetItem(f"{path.name}\n{path.parent}")
            item.setData(PATH_ROLE, str(path))
            item.setSizeHint(QSize(0, 2 * self.fontMetrics().height() + 10))
            item.setToolTip(str(path))
            if path in self._missing:
                item.setForeground(self.palette().brush(self.palette().ColorRole.PlaceholderText))
                item.setText(f"{path.name}\n{text('welcome.missing', self._language, path=path.parent)}")
            self._list.addItem(item)
        row = self._list.sizeHintForRow(0) if paths else 0
        self._list.setFixedHeight(row * min(len(paths), MOST_ROWS) + 2)

    def _mark_missing(self, gone: frozenset[Path]) -> None:
        self._missing = gone
        self._fill_recents()

    def _open_recent(self, item: QListWidgetItem) -> None:
        path = Path(str(item.data(PATH_ROLE)))
        if path not in self._missing:
            self.recent_chosen.emit(path)


def _card() -> QFrame:
    card = QFrame()
    card.setFrameShape(QFrame.Shape.StyledPanel)
    card.setAutoFillBackground(True)
    card.setBackgroundRole(card.palette().ColorRole.Base)
    return card


def _label(words: str, size: float = 1.0, *, bold: bool = False, dim: bool = False) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * size)
    font.setBold(bold)
    label.setFont(font)
    if dim:
        label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
    return label
