"""One plant at one place: choose its machines, see its year; what `energymap plant` answers, in the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.background import Background
from app.desktop.charts.axes import dress, month_name, plain_plot
from app.desktop.charts.data import nice_top
from app.desktop.charts.export import ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.charts.look import LINE_COLOURS, Look
from app.desktop.panels.plant_fields import KINDS, PlantFields
from app.desktop.texts import text
from app.messages import Language, say
from app.plant_words import KINDS as KIND_WORDS
from app.plant_words import told
from gis_layers.errors import EnergyMapError, InputError, Problem

if TYPE_CHECKING:
    from resources.plant import PlantYear

CHART_PX, TABLE_PX = 210, 190
LEAST_PX = 280
GRADES = {"reference": ("参考", "reference"), "user": ("用户数据", "user")}


class MonthChart(ChartFrame):
    """Full-load hours of the twelve months."""

    def __init__(self) -> None:
        self._hours: tuple[float, ...] = ()
        super().__init__("plant.title")
        self.plot = plain_plot()
        self.plot.setMouseEnabled(x=False, y=False)
        self.body.addWidget(self.plot)
        self._bars: object | None = None
        self.draw()

    def show_months(self, hours: tuple[float, ...], subject: str, source: str) -> None:
        self._hours = hours
        self.set_subject(subject)
        self.set_source(source)
        self.draw()

    def draw(self) -> None:
        look = self.look
        self.set_empty("" if self._hours else text("plant.empty", look.language))
        if self._bars is not None:
            self.plot.removeItem(self._bars)
            self._bars = None
        if not self._hours:
            return
        dress(self.plot, look)
        months = np.arange(1, 13)
        self._bars = pg.BarGraphItem(x=months, height=self._hours, width=0.7, brush=LINE_COLOURS[0], pen=None)
        self.plot.addItem(self._bars)
        self.plot.setLabel("left", "h", color=look.dim)
        self.plot.getAxis("bottom").setTicks([[(int(m), month_name(int(m), look)) for m in (1, 4, 7, 10)]])
        self.plot.setYRange(0.0, nice_top(max(self._hours)), padding=0.02)
        self.plot.setXRange(0.4, 12.6, padding=0)

    def grid(self) -> ValueGrid | None:
        if not self._hours:
            return None
        rows = [(month_name(m, self.look), float(v)) for m, v in enumerate(self._hours, start=1)]
        return ValueGrid(self.title, (self.look.pick("月份", "month"), "h"), rows, self._source)


class PlantPanel(QWidget):
    """Kind, place and machines above; hours, months and figures below."""

    failed = Signal(str)
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._language: Language = "zh"
        self._dark = False
        self._choose_curve: Callable[[], str] = lambda: ""
        self._choose_target: Callable[[], str] = lambda: ""
        self._question = 0
        self.answer: PlantYear | None = None
        self.background = Background(self)
        self.kind, self.lon, self.lat = QComboBox(), QLineEdit(), QLineEdit()
        self.kind.addItems(list(KINDS))
        self.forms = QStackedWidget()
        self.fields = {kind: PlantFields(kind, lambda: self._choose_curve()) for kind in KINDS}
        for kind in KINDS:
            self.forms.addWidget(self.fields[kind])
        self.kind.currentIndexChanged.connect(self.forms.setCurrentIndex)
        self.compute, self.save = QPushButton(), QPushButton()
        self.compute.clicked.connect(self.run)
        self.save.clicked.connect(self._save)
        self.save.setEnabled(False)
        self.headline, self.exceedance = QLabel(), QLabel()
        for label in (self.headline, self.exceedance):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chart = MonthChart()
        self.chart.setFixedHeight(CHART_PX)
        self.chart.failed.connect(self.failed)
        self.table = QTableWidget(0, 3)
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(TABLE_PX)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._kind_label, self._place_label = QLabel(), QLabel()
        place = QHBoxLayout()
        place.addWidget(self.lon)
        place.addWidget(self.lat)
        head = QFormLayout()
        head.setVerticalSpacing(3)
        head.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        head.addRow(self._kind_label, self.kind)
        head.addRow(self._place_label, place)
        buttons = QHBoxLayout()
        buttons.addWidget(self.compute, 1)
        buttons.addWidget(self.save)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self.forms)
        column.addLayout(buttons)
        column.addWidget(self.headline)
        column.addWidget(self.exceedance)
        column.addWidget(self.chart)
        column.addWidget(self.table, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self.setMinimumWidth(LEAST_PX)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.set_language("zh")

    # -- what the window tells it ----------------------------------------------------------------

    def choose_with(self, curve: Callable[[], str], target: Callable[[], str]) -> None:
        """How files are asked for."""
        self._choose_curve, self._choose_target = curve, target

    def set_place(self, lon_deg: float, lat_deg: float) -> None:
        """A place from the map; what was computed stays until it is computed anew."""
        self.lon.setText(f"{lon_deg:.4f}")
        self.lat.setText(f"{lat_deg:.4f}")

    def set_language(self, language: Language) -> None:
        self._language = language
        self._kind_label.setText(text("plant.kind", language))
        self._place_label.setText(text("plant.place", language))
        self.kind.setAccessibleName(text("plant.kind", language))
        for line in (self.lon, self.lat):
            line.setMinimumWidth(60)
            line.setAccessibleName(text("plant.place", language))
            line.setPlaceholderText(text("plant.pick_hint", language))
            line.setToolTip(text("plant.pick_hint", language))
        for index, kind in enumerate(KINDS):
            self.kind.setItemText(index, KIND_WORDS[kind][0 if language == "zh" else 1])
            self.fields[kind].set_language(language)
        self.compute.setText(text("plant.compute", language))
        self.save.setText(text("plant.save_hours", language))
        self.table.setAccessibleName(text("plant.item", language))
        self.table.setHorizontalHeaderLabels(
            [text(key, language) for key in ("plant.item", "plant.value", "plant.tier")]
        )
        self._look()
        self._show()

    def set_dark(self, dark: bool) -> None:
        self._dark = dark
        self._look()

    def stop(self) -> None:
        """Before the window goes."""
        self.background.stop()

    # -- computing -------------------------------------------------------------------------------

    def run(self) -> None:
        """Compute in the thread; the latest question counts."""
        self._question += 1
        kind = KINDS[self.kind.currentIndex()]
        values = self.fields[kind].values()
        self.compute.setEnabled(False)
        self.headline.setText(text("plant.working", self._language))
        place = (self.lon.text(), self.lat.text())
        self.background.run(
            partial(_compute, kind, place, values),
            partial(self._answered, self._question),
            partial(self._unanswered, self._question),
        )

    def _answered(self, question: int, year: PlantYear) -> None:
        if question != self._question:
            return
        self.compute.setEnabled(True)
        self.answer = year
        self._show()

    def _unanswered(self, question: int, error: EnergyMapError) -> None:
        if question != self._question:
            return
        self.compute.setEnabled(True)
        words = say(error, self._language)
        self.headline.setText(words)
        self.failed.emit(words.replace("\n", "  "))

    def _save(self) -> None:
        year, chosen = self.answer, self._choose_target() if self.answer is not None else ""
        if year is None or not chosen:
            return
        path = Path(chosen)

        def write() -> Path:
            from resources.hours_file import write_hours

            write_hours(path, {f"{year.kind}_capacity_factor": year.capacity_factor})
            return path

        def failed(error: EnergyMapError) -> None:
            self.failed.emit(say(error, self._language).replace("\n", "  "))

        self.background.run(
            write, lambda done: self.said.emit(text("plant.saved", self._language, path=done)), failed
        )

    # -- showing ---------------------------------------------------------------------------------

    def _look(self) -> None:
        self.chart.set_look(Look(self._language, self.chart.look.units, self._dark))

    def _show(self) -> None:
        year, language = self.answer, self._language
        self.save.setEnabled(year is not None)
        self.table.setVisible(year is not None)
        if year is None:
            self.headline.setText("")
            self.exceedance.setText("")
            return
        self.headline.setText(f"<b>{year.full_load_hours:,.0f} h</b> · {text('plant.hours', language)}")
        p50, p75, p90 = year.yields.rows[0].values[:3]
        self.exceedance.setText(
            f"{p50:,.0f} / {p75:,.0f} / {p90:,.0f} h · {text('plant.exceedance', language)}"
        )
        hours = year.source or text("plant.generated", language, seed=year.plant.seed)
        grade = GRADES["user" if year.source else "reference"][0 if language == "zh" else 1]
        source = text("plant.source", language, hours=hours, grade=grade)
        place = f"{year.plant.lon_deg:.2f}E {year.plant.lat_deg:.2f}N"
        self.chart.show_months(tuple(float(v) for v in year.monthly_h), place, source)
        rows = [told(figure, language) for figure in year.figures]
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(words)
                if column == 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(f"{row[0]}: {row[1]} ({row[2]})\n{source}")
                self.table.setItem(number, column, item)
        self.table.resizeColumnToContents(1)
        self.table.resizeColumnToContents(2)


def _compute(kind: str, place: tuple[str, str], values: dict[str, Any]) -> PlantYear:
    """In the thread: reads the place, checks the plant, computes its year."""
    from resources.plant import parse_plant, plant_year

    numbers = []
    for name, typed in zip(("lon", "lat"), place, strict=True):
        try:
            numbers.append(float(typed.replace("°", "").strip()))
        except ValueError:
            expected = "a number of degrees"
            raise InputError(Problem("plant", name, typed or "nothing", expected)) from None
    document = {"name": f"{numbers[0]:.3f}, {numbers[1]:.3f}", "lon_deg": numbers[0], "lat_deg": numbers[1]}
    return plant_year(parse_plant({**document, kind: values}, "plant"))
