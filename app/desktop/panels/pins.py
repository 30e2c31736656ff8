"""Up to six pinned places side by side: figures, months, and a typical day or a week of hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.background import Background
from app.desktop.charts.export import ValueGrid
from app.desktop.panels.pins_parts import fill, under
from app.desktop.panels.pins_table import PinTable
from app.desktop.texts import text
from app.desktop.tools import clipboard
from app.desktop.tools.imported_place import ImportedPlace, entry_at, read_station
from app.desktop.tools.pin_sources import source_words
from app.desktop.tools.pin_table import pin_grid
from app.desktop.tools.pins import LETTERS, Pin
from app.desktop.tools.place_chart import SYMBOLS, PlaceChart, PlaceLine, Steps
from app.desktop.tools.place_values import (
    WEEKS,
    PlaceMonths,
    PlaceYear,
    month_means,
    months_of,
    typical_day,
    week,
    year_at,
)
from app.messages import Language, say
from gis_layers.errors import EnergyMapError
from gis_layers.measure import Place
from planning.words import UnitSystem
from resources.library import Entry

if TYPE_CHECKING:
    from resources.resource_data import ResourceData

Asked = tuple[str, tuple[Place, ...]]
"""Months or the year, and of which places."""
MONTHLY = ("ghi", "wind_speed", "temperature", "pv", "wind")
HOURLY = ("pv", "wind", "mix")
NARROW_PX, SLIM_PX = 980, 420
"""Below, table and charts are stacked; below, legends stand under their plots."""
NARROW_HEIGHT_PX = 940


class PinPanel(QWidget):
    """Shows the pins it is given; what the user does to them it announces, it changes none."""

    removed = Signal(str)
    """Letter."""
    renamed = Signal(str, str)
    """Letter and new name."""
    chosen = Signal(float, float)
    """A place was double-clicked: show it on the map."""
    message = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.language: Language = "zh"
        self._pins: tuple[Pin, ...] = ()
        self._months: dict[Place, PlaceMonths] = {}
        self._years: dict[Place, PlaceYear] = {}
        self._failed: set[Place] = set()
        self._stations: dict[Place, Entry] = {}
        self._own: dict[Place, tuple[Entry, int]] = {}
        """Places whose figures are imported ones: the entry and its year."""
        self._turbine = ""
        self._data: ResourceData | None = None
        self._about_data: Callable[[Language], str] = lambda language: ""
        self._turn = 0
        """Counts the data that have served: an answer from earlier ones is dropped."""
        self._background = Background(self)
        self._title, self._status = QLabel(), QLabel()
        self.monthly, self.technology, self.period = QComboBox(), QComboBox(), QComboBox()
        self.number = QSpinBox()
        self.remove, self.copy = QToolButton(), QToolButton()
        self.table = PinTable()
        self.months, self.hours = PlaceChart("tool.pins.monthly"), PlaceChart("tool.pins.hourly")
        self._monthly_label, self._hourly_label = QLabel(), QLabel()
        self._lay_out()
        self.number.setRange(1, 12)
        self.number.setValue(7)
        self._retitle()
        self.monthly.currentIndexChanged.connect(self._draw_months)
        self.technology.currentIndexChanged.connect(self._draw_hours)
        self.period.currentIndexChanged.connect(self._period_changed)
        self.number.valueChanged.connect(self._draw_hours)
        self.remove.clicked.connect(self._remove_current)
        self.copy.clicked.connect(self.copy_table)
        self.table.renamed.connect(self.renamed)
        self.table.chosen.connect(self.chosen)
        self._redraw()

    # -- the window's side -------------------------------------------------------------------------

    def show_pins(self, pins: Sequence[Pin]) -> None:
        """Compare these; months are there at once, hours follow."""
        more = len(pins) != len(self._pins)
        self._pins = tuple(pins)
        here = {pin.place for pin in self._pins}
        # Months take milliseconds, but the first ones read the atlas.
        stations = {place: entry for place in here if (entry := entry_at(place, self._stations)) is not None}
        for place, entry in stations.items():
            if place not in self._own and place not in self._failed:
                self._ask(("station", (place,)), partial(read_station, entry))
        here -= stations.keys()
        fresh = tuple(sorted(here - self._months.keys() - self._failed))
        if fresh:
            self._ask(("months", fresh), partial(months_of, fresh, self._data))
        for place in (pin.place for pin in self._pins if pin.place in here):
            if place not in self._years and place not in self._failed:
                self._ask(("year", (place,)), partial(year_at, place, data=self._data))
        self._redraw()
        if more:
            self._make_room()

    def set_stations(self, stations: dict[Place, Entry]) -> None:
        """Places of the library that have hours of their own: a pin on one shows these instead of ours."""
        before, self._stations = self._stations, dict(stations)
        for pin in self._pins:
            if entry_at(pin.place, before) != entry_at(pin.place, stations):
                for held in (self._months, self._years, self._own):
                    held.pop(pin.place, None)
                self._failed.discard(pin.place)
        self.show_pins(self._pins)

    def set_data(self, data: ResourceData, about: Callable[[Language], str] = lambda language: "") -> None:
        """What the active scenario takes wind and sun from; `about` says why that is not what it names, or ''."""
        self._about_data = about
        if data is not self._data:
            self._data, self._turn = data, self._turn + 1
            kept = set(self._own)
            self._months = {place: months for place, months in self._months.items() if place in kept}
            self._years = {place: year for place, year in self._years.items() if place in kept}
            self._failed &= kept
        self.show_pins(self._pins)

    def set_language(self, language: Language) -> None:
        self.language = language
        for chart in (self.months, self.hours):
            chart.look = replace(chart.look, language=language)  # drawn once, below
            chart.retitle()
        self._retitle()
        self._redraw()

    def set_units(self, units: UnitSystem) -> None:
        for chart in (self.months, self.hours):
            chart.set_units(units)

    def set_dark(self, dark: bool) -> None:
        for chart in (self.months, self.hours):
            chart.set_dark(dark)
        self._fill_table()

    @property
    def idle(self) -> bool:
        return not self._background.busy

    def stop(self) -> None:
        """Before the window goes."""
        self._background.stop()

    def copy_table(self) -> None:
        """The figures on the clipboard, between tabs."""
        clipboard.copy(self._grid())

    # -- building ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 10, 0)
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        head.addWidget(self._title)
        head.addWidget(self._status, 1)
        for box in (self.monthly, self.technology, self.period):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for button in (self.remove, self.copy):
            button.setAutoRaise(True)
            head.addWidget(button)
        self.splitter = QSplitter()
        months = under([self._monthly_label, self.monthly], self.months)
        hours = under([self._hourly_label, self.technology, self.period, self.number], self.hours)
        for part, share in ((self.table, 5), (months, 4), (hours, 4)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setChildrenCollapsible(False)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < NARROW_PX
        turned = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        self.splitter.setMinimumHeight(NARROW_HEIGHT_PX if narrow else 0)
        if event.size().width() != event.oldSize().width():
            self._fit_table()
        for chart in (self.months, self.hours):
            chart.set_narrow(self.width() < SLIM_PX)
        if turned != self.splitter.orientation() or not self.splitter.property("arranged"):
            self.splitter.setOrientation(turned)
            self.splitter.setProperty("arranged", True)
            self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        """The table as large as its figures while the charts keep more than half; the user may drag since."""
        table = self.table
        if self.splitter.orientation() == Qt.Orientation.Horizontal:
            wish, whole = table.verticalHeader().width() + table.horizontalHeader().length(), self.width()
        else:
            wish, whole = (
                table.horizontalHeader().height() + table.verticalHeader().length(),
                NARROW_HEIGHT_PX,
            )
        own = min(wish + 20, int(whole * 0.45))
        self.splitter.setSizes([own, (whole - own) // 2, (whole - own) // 2])

    def _retitle(self) -> None:
        def say(key: str) -> str:
            return text(f"tool.pins.{key}", self.language)

        self._title.setText(say("title"))
        self._monthly_label.setText(say("monthly"))
        self._hourly_label.setText(say("hourly"))
        self.remove.setText(say("remove"))
        self.remove.setToolTip(say("remove_hint"))
        self.copy.setText(say("copy"))
        fill(self.monthly, [say(f"{key}.month") for key in MONTHLY])
        fill(self.technology, [say(key) for key in HOURLY])
        fill(self.period, [say("day"), say("week")])
        self.table.setAccessibleName(say("title"))
        self.monthly.setAccessibleName(say("monthly"))
        for box in (self.technology, self.period):
            box.setAccessibleName(say("hourly"))
        self.number.setAccessibleName(say("number"))
        self.number.setToolTip(say("number"))

    # -- drawing -----------------------------------------------------------------------------------

    def _redraw(self, months: bool = True, hours: bool = True) -> None:
        self._fill_table()
        if months:
            self._draw_months()
        if hours:
            self._draw_hours()
        waiting = any(pin.place not in self._years and pin.place not in self._failed for pin in self._pins)
        self._status.setText(text("tool.pins.computing", self.language) if waiting else "")
        for button in (self.remove, self.copy):
            button.setEnabled(bool(self._pins))

    def _source(self) -> str:
        return source_words(
            self._pins, self._years, self._own, self._turbine, self._about_data(self.language), self.language
        )

    def _grid(self) -> ValueGrid:
        months = {p.letter: self._months[p.place] for p in self._pins if p.place in self._months}
        years = {p.letter: self._years[p.place] for p in self._pins if p.place in self._years}
        return pin_grid(self._pins, months, years, self.language, self._source())

    def _fill_table(self) -> None:
        self.table.show_grid(self._pins, self._grid())
        self._fit_table()

    def _fit_table(self) -> None:
        self.table.fit(self.width(), self.splitter.orientation() == Qt.Orientation.Vertical)

    def _lines(self, values: dict[Place, np.ndarray[tuple[int], np.dtype[np.float64]]]) -> list[PlaceLine]:
        return [
            PlaceLine(p.letter, p.name, p.colour, SYMBOLS[LETTERS.index(p.letter)], values[p.place])
            for p in self._pins
            if p.place in values and np.isfinite(values[p.place]).any()
        ]

    def _draw_months(self) -> None:
        key = MONTHLY[max(self.monthly.currentIndex(), 0)]
        if key in ("pv", "wind"):
            values = {place: month_means(year.hourly(key)) for place, year in self._years.items()}
        else:
            field = {"ghi": "ghi_kwh_per_m2", "wind_speed": "wind_speed_ms", "temperature": "temperature_c"}[
                key
            ]
            values = {place: getattr(months, field) for place, months in self._months.items()}
        name = text(f"tool.pins.{key}.month", self.language)
        self.months.show_lines(self._lines(values), Steps(12), name, "", self._source() if values else "")
        self._say_waiting(self.months)

    def _draw_hours(self) -> None:
        key = HOURLY[max(self.technology.currentIndex(), 0)]
        number, weekly = self.number.value(), self.period.currentIndex() == 1
        steps = Steps(168, 168 * (number - 1)) if weekly else Steps(24)
        values = {
            place: week(year.hourly(key), number) if weekly else typical_day(year.hourly(key), number)
            for place, year in self._years.items()
        }
        when = (
            text("tool.pins.week_of", self.language, week=number)
            if weekly
            else text("tool.pins.day_of", self.language, month=number)
        )
        name = f"{text(f'tool.pins.{key}.month' if key != 'mix' else 'tool.pins.mix', self.language)}, {when}"
        self.hours.show_lines(self._lines(values), steps, name, "", self._source() if values else "")
        self._say_waiting(self.hours)

    def _say_waiting(self, chart: PlaceChart) -> None:
        """A chart without lines yet says that they are coming."""
        if self._pins and chart.grid() is None and self._background.busy:
            chart.set_empty(text("tool.pins.computing", self.language))

    # -- slots -------------------------------------------------------------------------------------

    def _period_changed(self, index: int) -> None:
        self.number.setRange(1, WEEKS if index == 1 else 12)
        self._draw_hours()

    def _ask(self, asked: Asked, work: Callable[[], object]) -> None:
        turn = self._turn

        def came(answer: object) -> None:
            if turn == self._turn:
                self._came(asked, answer)

        def not_came(error: EnergyMapError) -> None:
            if turn == self._turn:
                self._not_came(asked, error)

        self._background.run(work, came, not_came, key=(*asked, turn))

    def _came(self, asked: Asked, answer: object) -> None:
        if isinstance(answer, PlaceYear):
            self._years[asked[1][0]] = answer
            self._turbine = answer.turbine
            by_year = MONTHLY[self.monthly.currentIndex()] in HOURLY
            self._redraw(months=by_year)
        elif isinstance(answer, ImportedPlace):
            self._take_station(asked[1][0], answer)
        elif isinstance(answer, dict):
            self._months.update(answer)
            self._redraw(hours=False)
            self._make_room()

    def _take_station(self, place: Place, answer: ImportedPlace) -> None:
        entry = entry_at(place, self._stations)
        if entry is None:  # taken out of the library meanwhile
            return
        self._own[place] = entry, answer.calendar_year
        self._months[place] = answer.months
        if answer.year is not None:
            self._years[place], self._turbine = answer.year, answer.year.turbine
        else:
            self._failed.add(place)
        self._redraw()

    def _not_came(self, asked: Asked, error: EnergyMapError) -> None:
        self._failed.update(asked[1])
        why = text("tool.pins.failed", self.language, reason=say(error, self.language))
        self._redraw()
        self._status.setText(why)
        self.message.emit(why)

    def _remove_current(self) -> None:
        letter = self.table.current_letter()
        if letter is not None:
            self.removed.emit(letter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._remove_current()
        else:
            super().keyPressEvent(event)
