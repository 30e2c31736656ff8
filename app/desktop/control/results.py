"""One selection, one hour: keeps map, tables, charts, inspector and time bar showing the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPainter

from app.desktop import inspect as look
from app.desktop.charts.look import Look
from app.desktop.charts.national import line_years, outage_effects
from app.desktop.control.layers import LayerControl
from app.desktop.control.serving import ServingData
from app.desktop.control.view import selection_box
from app.desktop.map.bases import BaseOverlay
from app.desktop.map.flows import ColourMode, FlowOverlay
from app.desktop.map.projection import Projection
from app.desktop.map.raster_file import RasterFileLayer
from app.desktop.map.stack import LayerItem
from app.desktop.map.vector_file import VectorFileLayer
from app.desktop.map.viewport import Viewport
from app.desktop.panels.inspector import Line
from app.desktop.panels.pins import PinPanel
from app.desktop.texts import TEXTS, text
from app.desktop.workbench import Workbench
from app.messages import Language
from planning.hourly import HOURS, HourlyResult
from planning.results import Summary
from planning.words import UnitSystem, shown, term, unit

MOST_ATTRIBUTES = 12
"""Of a feature under the pointer."""
FRAME_MS = 33
"""Of the moving arrows: thirty a second."""


class OverlaySwitch:
    """Stands in the stack for something painted over the layers, so that the tree can switch it."""

    light = True

    def __init__(self, identity: str) -> None:
        self.id = identity
        self.visible = True
        self.opacity = 1.0

    def project(self, projection: Projection) -> None: ...

    def paint(self, painter: QPainter, viewport: Viewport) -> None: ...


def behind(item: LayerItem, language: Language) -> str:
    """Source, with its licence where there is one, period and grade of a layer of the user's."""
    grade = f"{text('grade', language)}: {text(f'grade.{item.grade}', language)}" if item.grade else ""
    below = " · ".join(part for part in (item.period_in(language), grade) if part)
    return "\n".join(part for part in (item.source_in(language), below) if part)


class ResultControl(QObject):
    """Listens to the document, the state and every view of the result."""

    colour_mode_changed = Signal()
    shown = Signal()
    """Another result, or other hours of it, are on the map."""

    def __init__(self, bench: Workbench, layers: LayerControl) -> None:
        super().__init__(bench.window)
        self.bench, self.layers = bench, layers
        self.flows = FlowOverlay([])
        self.bases = BaseOverlay()
        self._colour: ColourMode = "green"
        self._switch, self._base_switch = OverlaySwitch("layer.corridors"), OverlaySwitch("layer.bases")
        self._clock = QTimer(self)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._frame)
        bench.canvas.add_overlay(self.flows)
        document, state = bench.document, bench.state
        document.results_changed.connect(self.show_result)
        document.workspace_changed.connect(self._active_changed)
        document.hours_ready.connect(self._hours)
        document.stale_changed.connect(self._stale)
        bench.stack.changed.connect(self._switched)
        bench.results.picked.connect(state.select)
        bench.results.hour_changed.connect(self._marked)
        bench.results.failed.connect(bench.say)
        bench.time_bar.hour_changed.connect(state.set_hour)
        bench.time_bar.mode_changed.connect(self._mode)
        bench.time_bar.month_changed.connect(state.set_month)
        bench.canvas.clicked.connect(self.identify)
        bench.inspector.pin_requested.connect(self._pin)
        bench.toolbox.picked.connect(lambda lon, lat, px, py: self.identify(lon, lat, 0.0))
        bench.toolbox.pointed.connect(lambda lon, lat, size, more: self.identify(lon, lat, size))
        bench.toolbox.boxed.connect(lambda box, more: self.select_in(box))
        state.hour_changed.connect(self._hour)
        state.selection_changed.connect(self.show_selection)
        state.language_changed.connect(self._reword)
        state.units_changed.connect(self._reword)
        state.theme_changed.connect(self._reword)
        self._place_asked = False
        self.region_at: Callable[[float, float], str | None] = lambda lon, lat: None
        """Adcode of the province a coloured map shows at a place; None where no such map is in sight."""
        self.serving = ServingData(document)
        self.serving.changed.connect(self._serve)
        self._shown: tuple[Summary | None, HourlyResult | None] | None = None
        self.show_result()

    def _serve(self) -> None:
        """Pinned places show what the scenario takes wind and sun from, as the inspector does; layers of the atlas
        that it has other data for say so."""
        self.bench.stack.stand_in(self.serving.replaced())
        for pins in self.bench.window.findChildren(PinPanel):
            pins.set_data(self.serving.data, self.serving.words)

    def on_play(self) -> None:
        self.bench.time_bar.toggle()

    def set_colour_mode(self, mode: ColourMode) -> None:
        """Corridors coloured by kind, loading or green share."""
        self._colour = mode
        self.flows.set_colour_mode(mode)
        self.flows.also = self._outage_of(self.flows.selected)
        self._flow_legends()
        self.bench.canvas.update()
        self.colour_mode_changed.emit()

    @property
    def colour_mode(self) -> ColourMode:
        return self._colour

    # -- result ----------------------------------------------------------------------------------

    def show_result(self) -> None:
        """Another result, or none: map layers, tables, charts."""
        bench, document = self.bench, self.bench.document
        summary, hours = document.summary, document.hours()
        if self._shown is not None and self._shown[0] is summary and self._shown[1] is hours:
            self._stale()
            return
        self._shown = (summary, hours)
        bench.state.show(summary)
        bench.canvas.remove_overlay(self.flows)
        old = self.flows
        self.flows = FlowOverlay(list(summary.corridors.values()) if summary else [], hours)
        self.flows.visible, self.flows.hour, self.flows.faded = old.visible, None, old.faded
        self._of_year(summary, hours)
        self.flows.set_colour_mode(self._colour)
        self.flows.set_dark(bench.state.dark)
        self.flows.set_hour(self._hour_shown())
        bench.canvas.add_overlay(self.flows)
        bench.canvas.remove_overlay(self.bases)
        self.bases = BaseOverlay(summary.bases.values() if summary else ())
        self.bases.visible = self._base_switch.visible
        bench.canvas.add_overlay(self.bases)
        self._put("layer.corridors", self._switch)
        self._put("layer.bases", self._base_switch)
        bench.results.show_summary(summary, bench.state.language, bench.state.units)
        bench.results.set_hourly(hours)
        bench.inspector.set_hourly(hours)
        kept = document.results.get(document.workspace.active)
        bench.results.set_scenario(kept.inputs if kept else None)
        bench.time_bar.set_hours_available(hours is not None, document.scenario.year)
        self._stale()
        self._flow_legends()
        self._clock.start() if summary is not None else self._clock.stop()
        self.show_selection()
        self.shown.emit()

    def _of_year(self, summary: Summary | None, hours: HourlyResult | None) -> None:
        """What lines are coloured by besides the hour's figures."""
        if summary is None:
            return
        years = line_years(summary, hours)
        self.flows.set_year("mean", {k: y.mean_loading for k, y in years.items()})
        self.flows.set_year("peak", {k: y.peak_loading for k, y in years.items()})
        if hours is not None:
            self.flows.set_year("full", {k: y.full_hours / HOURS for k, y in years.items()})
        flow = summary.power_flow.year
        if flow is not None:
            self.flows.set_year("n1", {k: tie.max_outage_loading for k, tie in flow.ties.items()})
            self.flows.set_year("effect", outage_effects(flow))

    def _put(self, identity: str, picture: OverlaySwitch) -> None:
        """Offer what is painted over the layers in the tree, with the year it is of."""
        zh, en = TEXTS[identity]
        stack, year = self.bench.stack, str(self.bench.document.scenario.year)
        if identity in stack and stack.item(identity).period == year:
            return
        item = LayerItem(identity, "group.grid", zh, en, period=year, visible=True)
        stack.add(item, picture)

    def _active_changed(self) -> None:
        if self._shown is None or self.bench.document.summary is not self._shown[0]:
            self.show_result()

    def _hours(self, scenario_id: str) -> None:
        if scenario_id == self.bench.document.workspace.active:
            self.show_result()

    def _stale(self) -> None:
        self.bench.results.set_stale(len(self.bench.document.stale()))

    def show_sized(self, base_id: str, report: object) -> None:
        """A base sized alone: said beside what the last whole run holds of it."""
        if isinstance(report, dict):
            self.bench.say(sized_words(report, self.bench.state.language, self.bench.state.units), 60.0)

    # -- selection and hour ----------------------------------------------------------------------

    def identify(self, lon: float, lat: float, metres_per_pixel: float) -> None:
        """What is under the pointer: a base, a corridor, else the place."""
        bench = self.bench
        viewport = bench.canvas.viewport
        x, y = viewport.to_screen(*bench.canvas.to_plane(lon, lat))
        base = self.bases.at(viewport, bench.canvas.projection, x, y)
        line = self.flows.at(viewport, x, y) if self.flows.visible else None
        bench.show_dock("inspector")
        if base is not None:
            bench.state.select("base", base)
        elif line is not None:
            bench.state.select("corridor", line)
        elif (code := self.region_at(lon, lat)) is not None:
            bench.state.select("province", code)
        else:
            self._place_asked = True  # no hint in between, which would fold the charts away and out again
            bench.state.clear_selection()
            self._place_asked = False
            look.show_place(
                bench.inspector,
                bench.state,
                lon,
                lat,
                self._of_user(lon, lat, x, y),
                self.serving.data,
                self.serving.words(bench.state.language),
            )

    def _of_user(self, lon: float, lat: float, x: float, y: float) -> list[Line]:
        """What the user's own visible layers say of a place."""
        bench = self.bench
        lines = []
        for item in reversed(bench.stack.items()):
            if not item.visible or not item.id.startswith("user."):
                continue
            picture = bench.stack.layer(item.id)
            if isinstance(picture, RasterFileLayer):
                value = picture.value_at(lon, lat)
                if value == value:  # not NaN
                    lines.append(
                        Line(
                            item.title_zh,
                            f"{value:,.4g} {item.unit}".rstrip(),
                            behind(item, bench.state.language),
                        )
                    )
            elif isinstance(picture, VectorFileLayer):
                found = picture.at(bench.canvas.viewport, x, y)
                if found is not None:
                    lines += [
                        Line(
                            f"{item.title_zh} · {name}",
                            "–" if value is None else str(value),
                            behind(item, bench.state.language),
                        )
                        for name, value in list(picture.attributes(found).items())[:MOST_ATTRIBUTES]
                    ]
        return lines

    def select_in(self, box: Any) -> None:
        """Say what lies in a box, and select the largest base in it, else the first corridor that ends there."""
        import shapely

        bench, summary = self.bench, self.bench.state.summary
        if summary is None:
            return
        bases = [b for b in summary.bases.values() if shapely.contains_xy(box, b.lon, b.lat)]
        lines = [
            c
            for c in summary.corridors.values()
            if shapely.contains_xy(box, c.from_lon, c.from_lat)
            or shapely.contains_xy(box, c.to_lon, c.to_lat)
        ]
        units, language = bench.state.units, bench.state.language
        total = sum(sum(b.capacity_mw.values()) for b in bases)
        power = f"{shown(total, 'power_mw', units)} {unit('power_mw', units, language)}"
        bench.say(bench.text("box_holds", bases=len(bases), power=power, lines=len(lines)), 20.0)
        if bases:
            bench.state.select("base", max(bases, key=lambda b: sum(b.capacity_mw.values())).id)
        elif lines:
            bench.state.select("corridor", lines[0].id)

    def show_selection(self) -> None:
        bench, chosen = self.bench, self.bench.state.selected
        self.flows.selected = chosen[1] if chosen and chosen[0] == "corridor" else None
        self.flows.also = self._outage_of(self.flows.selected)
        self.bases.selected = chosen[1] if chosen and chosen[0] == "base" else None
        if chosen is None:
            bench.results.clear_selection()
        else:
            bench.results.select(*chosen)
        self._show_in_inspector()
        bench.canvas.update()

    def _outage_of(self, line: str | None) -> frozenset[str]:
        """On the maps of outages: the outage that strains the tie selected most, the ties that its own strains most."""
        summary = self.bench.state.summary
        year = summary.power_flow.year if summary is not None else None
        if year is None or line is None:
            return frozenset()
        if self._colour == "effect":
            return frozenset(o.worst_tie for o in year.outages if o.line == line and o.worst_tie is not None)
        tie = year.ties.get(line)
        worst = tie.worst_outage if tie is not None and self._colour == "n1" else None
        return frozenset() if worst is None else frozenset((worst,))

    def _show_in_inspector(self) -> None:
        """The selection in the reader's words; the tab in sight stays where it is."""
        bench = self.bench
        if self._place_asked:
            return
        if bench.state.selected is None:
            bench.inspector.show_hint(bench.state.language)
        else:
            look.show_selected(bench.inspector, bench.state)

    def _hour(self) -> None:
        hour = self.bench.state.hour
        self.flows.set_hour(self._hour_shown())
        self.bench.results.set_hour(hour)
        self.bench.time_bar.set_hour(hour)
        self.bench.inspector.set_hour(hour)
        self.bench.canvas.update()

    def _hour_shown(self) -> int | None:
        """The hour the map shows; None for the means of the year, beside layers of climate."""
        by_hour = self.flows.hourly is not None and self.bench.time_bar.mode == "hour"
        return self.bench.state.hour if by_hour else None

    def _mode(self, mode: str) -> None:
        self.flows.set_hour(self._hour_shown())
        self._flow_legends()
        self.bench.canvas.update()

    def _marked(self, hour: int) -> None:
        """An hour was marked in a chart: the map shows that hour."""
        self.bench.time_bar.set_mode("hour")
        self.bench.state.set_hour(hour)

    def _pin(self, kind: str, identity: str, title: str) -> None:
        """Put the thing inspected beside others: its place is pinned."""
        if kind == "place":
            lon, lat = (float(part) for part in identity.split(","))
        elif kind == "base" and self.bench.state.summary is not None:
            base = self.bench.state.summary.bases[identity]
            lon, lat = base.lon, base.lat
        else:
            box = selection_box(self.bench)
            if box is None:
                return
            lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        self.bench.toolbox.add_pin(lon, lat)

    def _frame(self) -> None:
        if self.flows.visible and self.flows.hour is not None and self.bench.time_bar.playing:
            self.flows.advance(FRAME_MS / 1000)
            self.bench.canvas.update()

    # -- looks -----------------------------------------------------------------------------------

    def _switched(self, identities: object) -> None:
        self.bases.visible = self._base_switch.visible
        if self.flows.visible != self._switch.visible:
            self.flows.visible = self._switch.visible
            self._flow_legends()

    def _flow_legends(self) -> None:
        state = self.bench.state
        seen = self.flows.visible and bool(self.flows.corridors)
        self.layers.extra_legends = self.flows.legends(state.language, state.units) if seen else []
        self.layers.relegend()

    def _reword(self) -> None:
        bench, state = self.bench, self.bench.state
        self.flows.set_dark(state.dark)
        bench.results.set_look(Look(state.language, state.units, state.dark), soon=True)
        self._flow_legends()
        self._show_in_inspector()
        bench.canvas.update()


def sized_words(report: Mapping[str, Any], language: Language, units: UnitSystem) -> str:
    """The design of one base in a line."""
    parts = [
        f"{term(t, language)} {shown(mw, 'power_mw', units)} {unit('power_mw', units, language)}"
        for t, mw in report["capacity_mw"].items()
        if mw > 0
    ]
    name = report["name_zh" if language == "zh" else "name_en"]
    cost = f"{shown(report['lcoe_cny_per_mwh'], 'price_cny_per_mwh', units)} {unit('price_cny_per_mwh', units, language)}"
    return f"{name}: {', '.join(parts)}; {term('lcoe', language)} {cost}; {report['solver']}, {report['solve_seconds']:.1f} s"
