"""The page "endowment": choose level, hours, resource and what the map shows; a table and the card of a region."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.endowment_card import RegionCard
from app.desktop.panels.endowment_tables import (
    QUANTITIES,
    RESOURCES,
    Quantity,
    Resource,
    endowment_table,
    source_words,
)
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import ValueTable
from app.desktop.texts import text
from app.messages import Language
from planning.endowment_values import LEVELS, Endowment, LandTechnology, Level
from planning.words import UnitSystem

HoursFrom = Literal["atlas", "assess", "file"]
HOURS_FROM: tuple[HoursFrom, ...] = ("atlas", "assess", "file")


class EndowmentPanel(QWidget):
    """Asks for endowments and shows the one it is given."""

    asked = Signal()
    """Compute for `level` with `hours_from`."""
    stopped = Signal()
    export_asked = Signal()
    file_asked = Signal()
    """An assessment is to be chosen."""
    picked = Signal(str)
    """Code of a region; '' none."""
    quantity_changed = Signal()
    cluster_named = Signal(str)
    """Where an assessment is to be computed, as typed."""
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.endowment: Endowment | None = None
        self.region = ""
        self._look, self._busy, self._file = Look(), False, ""
        self._boxes = {key: QComboBox() for key in ("level", "hours", "technology", "shows")}
        self._labels = {key: QLabel() for key in self._boxes}
        self._run, self._export = QPushButton(), QPushButton()
        self._bar, self._words = QProgressBar(), QLabel()
        self._words.setWordWrap(True)
        self._bar.setMaximumWidth(220)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        row = QHBoxLayout()
        for key, box in self._boxes.items():
            self._labels[key].setBuddy(box)
            row.addWidget(self._labels[key])
            row.addWidget(box)
            if key == "hours":
                row.addWidget(self._run)
                row.addSpacing(12)
        row.addWidget(self._export)
        row.addStretch(1)
        self.cluster, self._cluster_label = QLineEdit(), QLabel()
        self._cluster_label.setBuddy(self.cluster)
        self.cluster.setMaxLength(200)
        self.cluster.setMaximumWidth(240)
        self.cluster.editingFinished.connect(lambda: self.cluster_named.emit(self.cluster.text().strip()))
        below = QHBoxLayout()
        below.addWidget(self._cluster_label)
        below.addWidget(self.cluster, 1)
        below.addWidget(self._bar)
        below.addWidget(self._words, 3)
        self.table, self.card = ValueTable(""), RegionCard()
        self.table.picked.connect(self.pick)
        self.table.failed.connect(self.failed)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.table)
        self._split.addWidget(self.card)
        self._split.setSizes([440, 760])
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 2)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addLayout(below)
        layout.addWidget(self._split, 1)
        self._run.clicked.connect(lambda: (self.stopped if self._busy else self.asked).emit())
        self._export.clicked.connect(self.export_asked)
        self._boxes["technology"].currentIndexChanged.connect(lambda _: self._resource_changed())
        self._boxes["shows"].currentIndexChanged.connect(lambda _: self.quantity_changed.emit())
        self._boxes["hours"].activated.connect(self._hours_chosen)
        self._boxes["hours"].currentIndexChanged.connect(lambda _: self._offer_cluster())
        self._fill_boxes()
        self._fill()

    # -- what is chosen ----------------------------------------------------------------------------------

    @property
    def level(self) -> Level:
        return LEVELS[self._boxes["level"].currentIndex()]

    def set_level(self, level: Level) -> None:
        self._boxes["level"].setCurrentIndex(LEVELS.index(level))

    @property
    def hours_from(self) -> HoursFrom:
        return HOURS_FROM[self._boxes["hours"].currentIndex()]

    @property
    def resource(self) -> Resource:
        return RESOURCES[max(self._boxes["technology"].currentIndex(), 0)]

    def set_resource(self, resource: Resource) -> None:
        self._boxes["technology"].setCurrentIndex(RESOURCES.index(resource))

    @property
    def quantity(self) -> Quantity:
        return QUANTITIES[self.resource][max(self._boxes["shows"].currentIndex(), 0)]

    @property
    def card_technology(self) -> LandTechnology:
        """Of whose land the card speaks: PV where PV is looked at, else wind."""
        return "pv" if self.resource in ("pv", "roof") else "wind"

    def set_file(self, path: str) -> None:
        """The assessment chosen; '' goes back to the atlas."""
        self._file = path
        if not path:
            self._boxes["hours"].setCurrentIndex(0)
        self._fill_boxes()

    # -- what is shown -----------------------------------------------------------------------------------

    def show_endowment(self, endowment: Endowment | None) -> None:
        self.endowment = endowment
        if endowment is None or endowment.region(self.region) is None:
            self.region = ""
        if endowment is not None:
            self.set_level(endowment.level)
        self._fill()
        self.quantity_changed.emit()

    def pick(self, identity: str) -> None:
        """Show the card of a region and mark it in the table and on the map."""
        if self.endowment is None or self.endowment.region(identity) is None:
            return
        self.region = identity
        self.table.select_id(identity)
        self._fill_card()
        self.picked.emit(identity)

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self._bar.setValue(0)
        self.cluster.setEnabled(not busy)
        self._words_again()

    def set_progress(self, share: float, words: str, remaining_s: float | None) -> None:
        self._bar.setValue(round(share * 1000))
        left = (
            "" if remaining_s is None else "  " + text("endowment.left", self._look.language, s=remaining_s)
        )
        self._words.setText(f"{words}  {share:.0%}{left}")

    def set_language(self, language: Language) -> None:
        self._look = Look(language, self._look.units, self._look.dark)
        self._fill_boxes()
        self._fill()
        self.quantity_changed.emit()

    def set_units(self, units: UnitSystem) -> None:
        self._look = Look(self._look.language, units, self._look.dark)
        self._fill()
        self.quantity_changed.emit()

    def set_dark(self, dark: bool) -> None:
        self._look = Look(self._look.language, self._look.units, dark)
        self._fill_card()

    # -- inside ------------------------------------------------------------------------------------------

    def _say(self, key: str) -> str:
        return text(key, self._look.language)

    def _fill_boxes(self) -> None:
        names = {
            "level": [self._say(f"endowment.level.{level}") for level in LEVELS],
            "hours": [self._say(f"endowment.hours.{one}") for one in HOURS_FROM],
            "technology": [self._say(f"endowment.tech.{one}") for one in RESOURCES],
            "shows": [q.title("all", self._look.language) for q in QUANTITIES[self.resource]],
        }
        if self._file:
            names["hours"][2] = Path(self._file).name
        for key, box in self._boxes.items():
            at = max(box.currentIndex(), 0)
            box.blockSignals(True)
            box.clear()
            box.addItems(names[key])
            box.setCurrentIndex(min(at, len(names[key]) - 1))
            box.blockSignals(False)
            label = self._say(f"endowment.{key}")
            self._labels[key].setText(label)
            box.setAccessibleName(label)
        self._boxes["hours"].setToolTip(self._say("endowment.hours_hint"))
        self._cluster_label.setText(self._say("endowment.cluster"))
        self.cluster.setAccessibleName(self._say("endowment.cluster"))
        self.cluster.setAccessibleDescription(self._say("endowment.cluster_hint"))
        self.cluster.setPlaceholderText(self._say("endowment.cluster.none"))
        self.cluster.setToolTip(self._say("endowment.cluster_hint"))
        self._offer_cluster()
        self._export.setText(self._say("endowment.export"))
        self._export.setToolTip(self._say("endowment.export_title"))

    def _offer_cluster(self) -> None:
        """Only an assessment is computed elsewhere."""
        for part in (self._cluster_label, self.cluster):
            part.setVisible(self.hours_from == "assess")

    def _resource_changed(self) -> None:
        self._boxes["shows"].blockSignals(True)
        self._boxes["shows"].setCurrentIndex(0)
        self._boxes["shows"].blockSignals(False)
        self._fill_boxes()
        self._fill()
        self.quantity_changed.emit()

    def _hours_chosen(self, index: int) -> None:
        if HOURS_FROM[index] == "file":
            self.file_asked.emit()

    def _words_again(self) -> None:
        e = self.endowment
        self._run.setText(self._say("endowment.cancel" if self._busy else "endowment.run"))
        self._export.setEnabled(e is not None and not self._busy)
        self._bar.setVisible(self._busy)
        if self._busy:
            self._words.setText(f"{self._say('endowment')}…")
        else:
            self._words.setText(source_words(e, self._look.language) if e else self._say("endowment.none"))

    def _fill(self) -> None:
        e, look = self.endowment, self._look
        self._words_again()
        self.setAccessibleName(self._say("endowment"))
        self._split.setVisible(e is not None)
        self.table.set_language(look.language)
        self.table.setAccessibleName(
            f"{self._say('endowment')} {self._say(f'endowment.tech.{self.resource}')}"
        )
        if e is not None:
            columns = Columns(look.language, look.units)
            source = f"{self._say('endowment')} · {source_words(e, look.language)}"
            self.table.show_content(endowment_table(e, self.resource, columns), source)
            if self.region:
                self.table.select_id(self.region)
        self._fill_card()

    def _fill_card(self) -> None:
        e = self.endowment
        region = e.region(self.region) if e is not None and self.region else None
        self.card.show_region(e, region, self.card_technology, self._look)
