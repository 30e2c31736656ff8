"""How pinned places complete each other: correlations as a matrix, and what each added place brings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.background import Background
from app.desktop.charts.look import Look
from app.desktop.charts.matrix import MatrixChart
from app.desktop.texts import text
from app.desktop.tools.pins import Pin
from app.messages import Language, say
from gis_layers.errors import EnergyMapError

if TYPE_CHECKING:
    from resources.place_set import SetReport, Technology

SEED = 2020
CHOICES = ("both", "wind", "pv")
COLUMNS = ("order", "variation", "firm", "drought", "storage")


class ComplementPanel(QWidget):
    """Give it the pins; it computes when asked."""

    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._language: Language = "zh"
        self._dark = False
        self._pins: tuple[Pin, ...] = ()
        self._question = 0
        self.report: SetReport | None = None
        self.background = Background(self)
        self.technology, self.compute = QComboBox(), QPushButton()
        self.technology.addItems(list(CHOICES))
        self.compute.clicked.connect(self.run)
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.matrix = MatrixChart("complement.matrix", "complement.empty")
        self.matrix.failed.connect(self.failed)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        row = QHBoxLayout()
        row.addWidget(self.technology)
        row.addWidget(self.compute)
        row.addWidget(self.summary, 1)
        halves = QSplitter()
        halves.addWidget(self.matrix)
        halves.addWidget(self.table)
        halves.setSizes([500, 500])
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(row)
        column.addWidget(halves, 1)
        self.set_language("zh")

    def show_pins(self, pins: Sequence[Pin]) -> None:
        """The pins of the map; what was computed stays until it is asked again."""
        self._pins = tuple(pins)

    def set_language(self, language: Language) -> None:
        self._language = language
        for index, choice in enumerate(CHOICES):
            self.technology.setItemText(index, text(f"complement.{choice}", language))
        self.technology.setAccessibleName(text("complement.technology", language))
        self.compute.setText(text("complement.compute", language))
        self.table.setAccessibleName(text("complement.order", language))
        self.table.setHorizontalHeaderLabels([text(f"complement.{c}", language) for c in COLUMNS])
        self.matrix.set_look(Look(language, self.matrix.look.units, self._dark))
        self._show()

    def set_dark(self, dark: bool) -> None:
        self._dark = dark
        self.matrix.set_look(Look(self._language, self.matrix.look.units, dark))

    def stop(self) -> None:
        """Before the window goes."""
        self.background.stop()

    def run(self) -> None:
        """Compute in the thread; the latest question counts."""
        if not self._pins:
            self.failed.emit(text("complement.few", self._language))
            return
        self._question += 1
        self.compute.setEnabled(False)
        self.summary.setText(text("complement.working", self._language))
        self.background.run(
            partial(_compute, self._pins, CHOICES[self.technology.currentIndex()]),
            partial(self._answered, self._question),
            partial(self._unanswered, self._question),
        )

    def _answered(self, question: int, report: SetReport) -> None:
        if question == self._question:
            self.compute.setEnabled(True)
            self.report = report
            self._show()

    def _unanswered(self, question: int, error: EnergyMapError) -> None:
        if question == self._question:
            self.compute.setEnabled(True)
            words = say(error, self._language).replace("\n", "  ")
            self.summary.setText(words)
            self.failed.emit(words)

    def _name(self, label: str) -> str:
        """A member's name in the reader's words; its technology stands behind the last space."""
        name, technology = label.rsplit(" ", 1)
        return text(f"complement.{technology}_of", self._language, name=name)

    def _show(self) -> None:
        report, language = self.report, self._language
        if report is None:
            self.summary.setText("")
            return
        names = tuple(self._name(member.name) for member in report.members)
        source = text("complement.source", language, seed=SEED)
        self.matrix.show_matrix(names, report.correlations.pearson, source)
        self.summary.setText(
            text(
                "complement.summary",
                language,
                hours=f"{report.output.sum():,.0f}",
                longest=report.droughts.longest_h,
                spells=len(report.droughts.spells),
                ramp=f"{report.ramps[0].down_1_percent:.0%}".replace("-", "−"),
            )
        )
        self.table.setRowCount(len(report.steps))
        for number, step in enumerate(report.steps):
            storage = "–" if step.storage_h != step.storage_h else f"{step.storage_h:,.0f}"
            cells = (
                f"+ {self._name(step.name)}", f"{step.variation:.3f}", f"{step.firm:.3f}", f"{step.drought_h}", storage,
            )  # fmt: skip
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(f"{text(f'complement.{COLUMNS[column]}', language)}: {words}\n{source}")
                self.table.setItem(number, column, item)


def _compute(pins: Sequence[Pin], choice: str) -> SetReport:
    """In the thread."""
    from resources.place_set import Member, set_report

    both: tuple[Technology, ...] = ("wind", "pv")
    wanted = [one for one in both if choice in ("both", one)]
    return set_report(
        [
            Member(f"{pin.letter} {pin.name} {one}", pin.lon_deg, pin.lat_deg, one, 1.0)
            for pin in pins
            for one in wanted
        ],
        SEED,
    )
