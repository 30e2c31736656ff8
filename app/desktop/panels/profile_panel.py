"""The profile along a line: a chart of one layer over the distance, with its values to copy and export."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QToolButton

from app.desktop.background import Background
from app.desktop.charts.axes import dress, plain_plot
from app.desktop.charts.export import ValueGrid
from app.desktop.charts.frame import ChartFrame
from app.desktop.texts import text
from app.desktop.tools import clipboard, figures
from app.desktop.tools.profile_samples import Profile, ProfileSource, take_profile
from app.messages import say
from gis_layers.errors import EnergyMapError
from gis_layers.measure import Place
from planning.words import number

LINE_COLOUR = "#c2447f"


class ProfilePanel(ChartFrame):
    """Give it sources once and a line when one is drawn."""

    pointed = Signal(object)
    """(lon, lat) of the place under the mouse in the chart, None when it leaves: mark it on the map."""

    def __init__(self) -> None:
        self._sources: tuple[ProfileSource, ...] = ()
        self._places: list[Place] = []
        self._profile: Profile | None = None
        self._taken: ProfileSource | None = None
        self._question = 0
        super().__init__("tool.profile.title")
        self._background = Background(self)
        self.choice, self.copy_values = QComboBox(), QToolButton()
        self.choice.currentIndexChanged.connect(lambda _: self._ask())
        self.copy_values.clicked.connect(self.copy_table)
        self.copy_values.setAutoRaise(True)
        self.add_tool(self.choice)
        self.add_tool(self.copy_values)
        self.plot = plain_plot()
        self.plot.getViewBox().setMouseEnabled(x=False, y=False)
        self._curve = pg.PlotCurveItem(connect="finite")
        self._mark = pg.InfiniteLine(angle=90, pen=pg.mkPen("#8a949c", width=1))
        self._mark.hide()
        self.plot.addItem(self._curve)
        self.plot.addItem(self._mark, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._hovered)
        self.body.addWidget(self.plot)
        self.retitle()
        self.draw()

    def set_sources(self, sources: Sequence[ProfileSource]) -> None:
        """What can be shown along a line; the chosen one stays chosen if it is among them."""
        chosen = self.source.id if self.source is not None else ""
        self._sources = tuple(sources)
        self._fill_choice(chosen)
        self._ask()

    def show_line(self, places: Sequence[Place]) -> None:
        """Take the profile of a line of two places or more; none clears."""
        self._places = list(places)
        self._ask()

    @property
    def source(self) -> ProfileSource | None:
        index = self.choice.currentIndex()
        return self._sources[index] if 0 <= index < len(self._sources) else None

    @property
    def idle(self) -> bool:
        return not self._background.busy

    def stop(self) -> None:
        """Before the window goes."""
        self._background.stop()

    def copy_table(self) -> None:
        grid = self.grid()
        if grid is not None:
            clipboard.copy(grid)

    # -- the frame's side --------------------------------------------------------------------------

    def draw(self) -> None:
        look, profile, source = self.look, self._profile, self._taken
        if profile is None or source is None:
            self.set_empty(text("tool.profile.empty", look.language))
            return
        if np.isnan(profile.values).all():
            self.set_empty(text("tool.profile.none", look.language))
            return
        self.set_empty("")
        dress(self.plot, look)
        name = look.pick(source.title_zh, source.title_en)
        self.plot.setLabel("bottom", text("tool.profile.distance", look.language), color=look.dim)
        self.plot.setLabel("left", source.unit, color=look.dim)
        low, high = float(np.nanmin(profile.values)), float(np.nanmax(profile.values))
        room = max(high - low, abs(high) * 0.02, 1e-6) * 0.06
        tint = pg.mkColor(LINE_COLOUR)
        tint.setAlpha(45)
        self._curve.setData(profile.distance_km, profile.values)
        self._curve.setPen(pg.mkPen(LINE_COLOUR, width=2))
        self._curve.setFillLevel(low - room)
        self._curve.setBrush(tint)
        self.plot.setXRange(0.0, float(profile.distance_km[-1]), padding=0)
        self.plot.setYRange(low - room, high + room, padding=0)
        self.set_subject(name)
        self.set_source(self._summary(profile, source, low, high))
        self.plot.setAccessibleName(f"{self.title}: {self.source_label.text()}")

    def grid(self) -> ValueGrid | None:
        profile, source = self._profile, self._taken
        if profile is None or source is None:
            return None
        name = self.look.pick(source.title_zh, source.title_en)
        rows = [
            (float(km), float(lon), float(lat), None if np.isnan(value) else float(value))
            for km, lon, lat, value in zip(
                profile.distance_km, profile.lon_deg, profile.lat_deg, profile.values, strict=True
            )
        ]
        headers = (
            text("tool.profile.distance", self.look.language),
            "lon °E",
            "lat °N",
            f"{name} [{source.unit}]",
        )
        return ValueGrid(self.title, headers, rows, self.source_label.text())

    def retitle(self) -> None:
        super().retitle()
        if not hasattr(self, "choice"):
            return  # called by the frame before the controls are made
        language = self.look.language
        self.choice.setAccessibleName(text("tool.profile.source", language))
        self.choice.setToolTip(text("tool.profile.source", language))
        self.copy_values.setText(text("tool.profile.copy", language))
        self._fill_choice(self.source.id if self.source is not None else "")

    # -- inside ------------------------------------------------------------------------------------

    def _fill_choice(self, chosen: str) -> None:
        self.choice.blockSignals(True)
        self.choice.clear()
        for source in self._sources:
            self.choice.addItem(self.look.pick(source.title_zh, source.title_en))
        ids = [source.id for source in self._sources]
        self.choice.setCurrentIndex(ids.index(chosen) if chosen in ids else 0 if ids else -1)
        self.choice.blockSignals(False)

    def _ask(self) -> None:
        self._question += 1
        source, places = self.source, list(self._places)
        if source is None or len(places) < 2:
            self._profile = self._taken = None
            self.set_subject("")
            self.set_source("")
            self.draw()
            return
        question = (self._question, source)
        self._background.run(
            lambda: take_profile(places, source),
            partial(self._answered, question),
            partial(self._unanswered, question),
        )

    def _answered(self, question: tuple[int, ProfileSource], profile: Profile) -> None:
        if question[0] == self._question:
            self._profile, self._taken = profile, question[1]
            self.draw()

    def _unanswered(self, question: tuple[int, ProfileSource], error: EnergyMapError) -> None:
        if question[0] == self._question:
            self._profile = self._taken = None
            why = text("tool.profile.failed", self.look.language, reason=say(error, self.look.language))
            self.set_empty(why)
            self.failed.emit(why)

    def _summary(self, profile: Profile, source: ProfileSource, low: float, high: float) -> str:
        language = self.look.language
        words = text(
            "tool.profile.summary",
            language,
            length=figures.length(float(profile.distance_km[-1])),
            low=self.look.short(low),
            high=self.look.short(high),
            mean=self.look.short(_mean_along(profile)),
            unit=source.unit,
        )
        if source.id == "elevation":
            up, down = profile.climb
            words += text("tool.profile.climb", language, up=number(up, 0), down=number(down, 0))
        return words

    def _hovered(self, position: object) -> None:
        view, profile = self.plot.getViewBox(), self._profile
        inside = profile is not None and view.sceneBoundingRect().contains(position)
        self._mark.setVisible(inside)
        if profile is None or self._taken is None or not inside:
            self.say("")
            self.pointed.emit(None)
            return
        self.point_at(float(view.mapSceneToView(position).x()))

    def point_at(self, distance_km: float) -> None:
        """Mark a distance, tell its value, and emit its place."""
        profile, source = self._profile, self._taken
        if profile is None or source is None:
            return
        index = int(np.argmin(np.abs(profile.distance_km - distance_km)))
        value, km = float(profile.values[index]), float(profile.distance_km[index])
        self._mark.setPos(km)
        self._mark.show()
        self.say(f"{figures.length(km)}   {self.look.figure(value, source.unit)}")
        self.pointed.emit((float(profile.lon_deg[index]), float(profile.lat_deg[index])))

    def leaveEvent(self, event: object) -> None:
        self._mark.hide()
        self.say("")
        self.pointed.emit(None)

    def keyPressEvent(self, event: object) -> None:
        key = event.key()  # type: ignore[attr-defined]
        if self._profile is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = float(self._profile.distance_km[-1]) / 50 * (1 if key == Qt.Key.Key_Right else -1)
            self.point_at(float(self._mark.value()) + step)
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]


def _mean_along(profile: Profile) -> float:
    """Mean weighted by the way between points; NaN where nothing is known."""
    known = ~np.isnan(profile.values)
    weight = np.gradient(profile.distance_km) * known
    if weight.sum() <= 0:
        return float(np.nanmean(profile.values))
    return float((np.nan_to_num(profile.values) * weight).sum() / weight.sum())
