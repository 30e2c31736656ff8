"""Tools of the map and what becomes of what they make: bases, lines, shapes, pins, all as edits that undo."""

from __future__ import annotations

import functools
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.desktop.control.map_edits import MapEdits, apply, editables, outline_id
from app.desktop.panels.draw_bar import DrawBar
from app.desktop.tools.drawing_overlay import DrawingOverlay
from app.desktop.tools.figures import area as area_words
from app.desktop.tools.figures import length
from app.desktop.tools.pins import Pin as MapPin
from app.desktop.workbench import Workbench
from app.messages import say
from gis_layers.crs import area_km2
from gis_layers.errors import InputError
from planning.corridors import loss_share, tariff
from planning.drawn import LINE_TYPES, line_between, line_km
from planning.edits import (
    MOVE,
    new_id,
    put_base,
    put_item,
    put_line,
    remove_item,
    together,
)
from planning.line_words import NO_TARIFF
from planning.scenario import BaseSpec, OwnLine
from planning.scenario_lines import own_corridor
from planning.typed import with_unit
from planning.workspace import Drawing, Pin

TOOL_OF_COMMAND = {
    "tool_hand": None,
    "tool_select": "select",
    "tool_identify": "identify",
    "tool_distance": "measure_distance",
    "tool_area": "measure_area",
    "tool_polygon": "draw_polygon",
    "tool_rectangle": "draw_rectangle",
    "tool_circle": "draw_circle",
    "tool_edit": "edit",
    "tool_corridor": "draw_corridor",
    "tool_profile": "profile",
    "tool_pin": "pin",
    "tool_outage": "outage",
}
KIND_OF_TOOL = {"draw_rectangle": "rectangle", "draw_circle": "circle"}
RENAME = ("改名", "Rename")
BASE_MW = 8000.0
"""What a UHV DC line of today carries, to begin with."""


class DrawingControl(QObject):
    """Handlers of the menu Tools."""

    assess_asked = Signal(str)
    """Id of a drawing that is to be looked at for sites."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.bar = DrawBar(bench.canvas)
        self.map_edits = MapEdits(bench, self.bar)
        self._shape: Drawing | None = None
        self._line: tuple[tuple[float, float], tuple[float, float]] | None = None
        for command, tool in TOOL_OF_COMMAND.items():
            setattr(self, f"on_{command}", partial(self.take_up, tool))
        box, canvas = bench.toolbox, bench.canvas
        box.tool_changed.connect(canvas.set_tool)
        box.repaint.connect(canvas.update)
        box.panned.connect(lambda dx, dy: canvas.set_viewport(canvas.viewport.panned(dx, dy)))
        box.message.connect(lambda words: bench.say(words) if words else None)
        box.focus_map.connect(canvas.setFocus)
        box.drawn.connect(self._drawn)
        box.corridor_drawn.connect(self._corridor_drawn)
        box.pins_changed.connect(self._pins_changed)
        self.shapes = DrawingOverlay()
        canvas.add_overlay(self.shapes)
        canvas.add_overlay(box.pin_overlay)
        self.bar.base_wanted.connect(self._make_base)
        self.bar.line_wanted.connect(self._make_line)
        self.bar.shape_kept.connect(self._keep_shape)
        self.bar.assess_wanted.connect(self.assess)
        self.bar.dropped.connect(lambda: self._pend(None))
        bench.state.units_changed.connect(lambda: self.bar.set_units(bench.state.units))
        bench.document.workspace_changed.connect(self.refresh)
        bench.document.results_changed.connect(self.refresh)
        self.refresh()

    def take_up(self, tool: str | None) -> None:
        self.bench.toolbox.activate(tool)
        self.bench.canvas.setFocus()

    def on_type_place(self) -> None:
        """Type coordinates, or distance and azimuth, for the tool in hand."""
        self.bench.toolbox.type_place()

    def refresh(self) -> None:
        """Tell the tools what can be caught: drawings, load centres, bases; and show the project's pins."""
        workspace, box = self.bench.document.workspace, self.bench.toolbox
        box.set_things(editables(workspace))
        box.set_anchors(
            [*((b.name_zh, b.lon_deg, b.lat_deg) for b in workspace.scenario().bases), *load_centres()]
        )
        self.shapes.drawings = (*workspace.drawings, *planned(self.bench))
        self.bench.canvas.overlays_changed()
        held = tuple((p.letter, p.name, p.place) for p in box.pins.pins)
        wanted = tuple((p.id, p.name, (p.lon_deg, p.lat_deg)) for p in workspace.pins)
        if tuple((a.lower(), b, c) for a, b, c in held) != wanted:
            box.pins_changed.disconnect(self._pins_changed)
            box.set_pins([MapPin(p.id.upper(), p.name, p.lon_deg, p.lat_deg) for p in workspace.pins])
            box.pins_changed.connect(self._pins_changed)

    # -- shapes ----------------------------------------------------------------------------------

    def _drawn(self, geometry: Any) -> None:
        bench, workspace = self.bench, self.bench.document.workspace
        active = bench.toolbox.active
        number = len(workspace.drawings) + 1
        self._shape = Drawing(
            id=new_id(f"shape-{number}", (d.id for d in workspace.drawings)),
            name=bench.text("draw.shape_n", n=number),
            kind=KIND_OF_TOOL.get(active.id if active else "", "polygon"),  # type: ignore[arg-type]
            rings=tuple(
                tuple((float(x), float(y)) for x, y in ring.coords)
                for ring in (geometry.exterior, *geometry.interiors)
            ),
        )
        self._pend(self._shape)
        bases = len(workspace.scenario().bases)
        self.bar.ask(
            "area",
            area_words(area_km2(geometry), bench.state.language),
            bench.text("draw.base_n", n=bases + 1),
            BASE_MW,
            corridor_choices(bench),
            bench.state.language,
            bench.state.units,
        )

    def _pend(self, shape: Drawing | None) -> None:
        """Show the shape that waits for an answer, or none."""
        self.shapes.pending = shape
        self.bench.canvas.update()

    def _keep_shape(self, name: str) -> None:
        self._pend(None)
        if self._shape is not None:
            apply(self.bench, put_item(self._shape.model_copy(update={"name": name})))
            self._shape = None

    def assess(self, name: str) -> None:
        """Keep the shape just drawn and have it looked at for sites."""
        shape = self._shape
        if shape is not None:
            self._keep_shape(name)
            self.assess_asked.emit(shape.id)

    def _make_base(self, name: str, channel_mw: float, corridor_id: str) -> None:
        from planning.drawn import base_from_polygon
        from planning.scenario_lines import with_own_lines
        from planning.tables import load_tables

        bench, shape = self.bench, self._shape
        self._pend(None)
        if shape is None:
            return
        scenario = bench.document.scenario
        base_id = new_id("own-base", (b.id for b in scenario.bases))
        bench.say(bench.text("draw.looking"))

        def done(base: BaseSpec) -> None:
            kept = put_item(shape.model_copy(update={"name": name, "id": outline_id(base_id)}))
            if apply(self.bench, together(put_base(scenario.id, base), kept)):
                bench.say(bench.text("draw.base_made", name=name, km2=f"{base.land_max_km2 or 0:,.0f}"))

        bench.document.background.run(
            lambda: base_from_polygon(
                shape,
                base_id,
                name,
                name,
                corridor_id or None,
                channel_mw,
                with_own_lines(load_tables(), scenario),
                scenario.resource,
            ),
            done,
            bench.complain,
        )
        self._shape = None

    # -- lines -----------------------------------------------------------------------------------

    def _corridor_drawn(self, start: tuple[float, float], end: tuple[float, float], km: float) -> None:
        bench = self.bench
        self._line = (start, end)
        own = len(bench.document.scenario.lines.own)
        built_km = line_km(start, end)
        usual = {kind.id: kind.mw(built_km) for kind in LINE_TYPES}
        first = LINE_TYPES[0].id
        self.bar.ask(
            "line",
            length(km),
            bench.text("draw.line_n", n=own + 1),
            usual[first],
            [(kind.id, bench.text(f"draw.type.{kind.id}")) for kind in LINE_TYPES],
            bench.state.language,
            bench.state.units,
            usual,
            self._line_words,
        )

    def _line_words(self, type_id: str, mw: float) -> str:
        """What the drawn line would be: length, loss and price, all estimated."""
        bench = self.bench
        if self._line is None:
            return ""
        try:
            row = own_corridor(self._new_line("new", "-", mw, type_id), bench.document.scenario.year)
        except InputError as error:
            return say(error, bench.state.language).replace("\n", "  ")
        price = tariff(row)
        language = bench.state.language
        cost = (
            NO_TARIFF[0 if language == "zh" else 1]
            if price is None
            else with_unit(price.cny_per_mwh, "CNY/MWh", bench.state.units, language)
        )
        return bench.text(
            "draw.line_is",
            km=f"{row.km:,.0f}",
            loss=f"{100 * loss_share(row).share:.1f}",
            price=cost,
        )

    def _new_line(self, identity: str, name: str, mw: float, type_id: str) -> OwnLine:
        assert self._line is not None
        kind = next(kind for kind in LINE_TYPES if kind.id == type_id)
        return line_between(*self._line, identity, name, name, mw, kind)

    def _make_line(self, name: str, mw: float, type_id: str) -> None:

        bench = self.bench
        if self._line is None:
            return
        scenario = bench.document.scenario
        try:
            made = self._new_line(new_id("own-line", (x.id for x in scenario.lines.own)), name, mw, type_id)
        except InputError as error:
            bench.complain(error)
            return
        self._line = None
        if apply(self.bench, put_line(scenario.id, made)):
            bench.say(bench.text("draw.line_made", name=name, km=f"{made.km:,.0f}"))

    # -- pins ------------------------------------------------------------------------------------

    def _pins_changed(self, pins: tuple[MapPin, ...]) -> None:
        held = {p.id: p for p in self.bench.document.workspace.pins}
        now = {
            p.letter.lower(): Pin(id=p.letter.lower(), name=p.name, lon_deg=p.lon_deg, lat_deg=p.lat_deg)
            for p in pins
        }
        for identity in held.keys() - now.keys():
            apply(self.bench, remove_item(held[identity]))
        for identity, pin in now.items():
            old = held.get(identity)
            if old is None:
                apply(self.bench, put_item(pin))
            elif old != pin:
                moved = (old.lon_deg, old.lat_deg) != (pin.lon_deg, pin.lat_deg)
                apply(self.bench, put_item(pin, MOVE if moved else RENAME))
        if now:
            self.bench.show_dock("pins")


def planned(bench: Workbench) -> list[Drawing]:
    """Bases and own lines of the active scenario that no result shows (there), as points and lines."""
    scenario, summary = bench.document.scenario, bench.document.summary
    bases = {b.id: (b.lon, b.lat) for b in summary.bases.values()} if summary is not None else {}
    lines = {}
    if summary is not None:
        lines = {c.id: ((c.from_lon, c.from_lat), (c.to_lon, c.to_lat)) for c in summary.corridors.values()}
    zh = bench.state.language == "zh"
    answer = []
    for base in scenario.bases:
        at = (base.lon_deg, base.lat_deg)
        if bases.get(base.id) != at:
            name = base.name_zh if zh else base.name_en
            answer.append(Drawing(id=f"planned-{base.id}"[:64], name=name, kind="point", rings=((at,),)))
    for line in scenario.lines.own:
        ends = ((line.from_lon_deg, line.from_lat_deg), (line.to_lon_deg, line.to_lat_deg))
        if lines.get(line.id) != ends:
            name = line.name_zh if zh else line.name_en
            answer.append(Drawing(id=f"planned-{line.id}"[:64], name=name, kind="line", rings=(line.way,)))
    return answer


@functools.cache
def load_centres() -> tuple[tuple[str, float, float], ...]:
    """The largest city of every province: what a corridor ends at."""
    from gis_layers.boundary import table

    cities = table("city_point").columns
    best: dict[str, tuple[float, str, float, float]] = {}
    for province, name, lon, lat, people in zip(
        *(cities[c] for c in ("province_adcode", "name_zh", "lon", "lat", "population")), strict=True
    ):
        key = str(province)
        if key not in best or people > best[key][0]:
            best[key] = (float(people), str(name), float(lon), float(lat))
    return tuple((name, lon, lat) for _, name, lon, lat in best.values())


def corridor_choices(bench: Workbench) -> list[tuple[str, str]]:
    """(id, name) of the lines a base of the active scenario may feed."""
    from planning.corridors import in_service
    from planning.scenario_lines import with_own_lines
    from planning.tables import load_tables

    zh = bench.state.language == "zh"
    scenario = bench.document.scenario
    lines = in_service(
        with_own_lines(load_tables(), scenario).corridors, scenario.lines.in_service_by, scenario.lines.also
    )
    return [(line.id, line.name_zh if zh else line.name_en) for line in lines if line.kind != "b2b"]
