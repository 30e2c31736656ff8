"""Bases, own lines and drawings that are on the map already: moved, reshaped and removed by the edit tool, each a
named edit that undoes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from app.desktop.panels.draw_bar import DrawBar
from app.desktop.tools.editable import Editable
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError, InputError
from planning.drawn import base_from_polygon, moved_base, moved_line
from planning.edits import (
    MOVE,
    RESITE,
    Edit,
    put_base,
    put_item,
    put_line,
    remove_base,
    remove_item,
    remove_line,
    together,
)
from planning.scenario import BaseSpec
from planning.scenario_lines import with_own_lines
from planning.tables import load_tables
from planning.workspace import Drawing, Workspace

RESHAPE = ("修改", "Edit")


class MapEdits(QObject):
    """What becomes of the edit tool's work."""

    def __init__(self, bench: Workbench, bar: DrawBar) -> None:
        super().__init__(bench.window)
        self.bench, self.bar = bench, bar
        self._outline: tuple[Drawing, str] | None = None
        """An outline just edited, and the id of its base."""
        bench.toolbox.edited.connect(self._edited)
        bench.toolbox.removed.connect(self._removed)
        bar.agreed.connect(self._resite)

    def _edited(self, thing: Editable, after: Any) -> None:
        """Something on the map has another shape or place."""
        if thing.kind == "drawing":
            self._reshape(thing.id, after)
        elif thing.kind == "base":
            self._move_base(thing.id, (float(after.x), float(after.y)))
        else:
            (start, end) = ((float(x), float(y)) for x, y in after.coords)
            self._move_line(thing.id, start, end)

    def _removed(self, thing: Editable) -> None:
        workspace = self.bench.document.workspace
        scenario = workspace.scenario()
        drawings = {drawing.id: drawing for drawing in workspace.drawings}
        if thing.kind == "drawing":
            done = apply(self.bench, remove_item(drawings[thing.id]))
        elif thing.kind == "base":
            gone = remove_base(workspace, scenario.id, thing.id)
            outline = drawings.get(outline_id(thing.id))
            done = apply(self.bench, together(gone, remove_item(outline)) if outline is not None else gone)
        else:
            done = apply(self.bench, remove_line(workspace, scenario.id, thing.id))
        if done:
            self.bench.say(self.bench.text("draw.removed"))

    def _reshape(self, drawing_id: str, after: Any) -> None:
        document = self.bench.document
        drawing = next((d for d in document.workspace.drawings if d.id == drawing_id), None)
        if drawing is None:
            return
        lines = (after.exterior, *after.interiors) if after.geom_type == "Polygon" else (after,)
        # A circle stays one; a rectangle with other corners is a polygon.
        kind = "polygon" if drawing.kind == "rectangle" else drawing.kind
        rings = tuple(tuple((float(x), float(y)) for x, y in line.coords) for line in lines)
        reshaped = Drawing(id=drawing.id, name=drawing.name, kind=kind, rings=rings)
        if not apply(self.bench, put_item(reshaped, RESHAPE)):
            return
        base = next((b for b in document.scenario.bases if outline_id(b.id) == drawing_id), None)
        if base is not None:
            self._outline = (reshaped, base.id)
            name = base.name_zh if self.bench.state.language == "zh" else base.name_en
            self.bar.offer(
                self.bench.text("draw.resite_ask", name=name),
                self.bench.text("draw.resite"),
                self.bench.text("draw.resite_not"),
            )

    def _resite(self) -> None:
        """The base of an outline just edited gets the sites, land and node of it."""
        bench = self.bench
        if self._outline is None:
            return
        (outline, base_id), self._outline = self._outline, None
        scenario = bench.document.scenario
        old = next((b for b in scenario.bases if b.id == base_id), None)
        if old is None:
            return
        bench.say(bench.text("draw.looking"))

        def done(found: BaseSpec) -> None:
            keys = ("node", "lon_deg", "lat_deg", "wind_sites", "pv_sites", "land_max_km2")
            base = old.model_copy(update={key: getattr(found, key) for key in keys})
            if apply(self.bench, put_base(scenario.id, base, RESITE)):
                words = {"name": base.name_zh, "km2": f"{base.land_max_km2 or 0:,.0f}"}
                bench.say(bench.text("draw.base_made", **words))

        bench.document.background.run(
            lambda: base_from_polygon(
                outline, base_id, old.name_zh, old.name_en, old.corridor_id, old.channel_mw,
                with_own_lines(load_tables(), scenario), scenario.resource,
            ),
            done,
            bench.complain,
        )  # fmt: skip

    def _move_base(self, base_id: str, place: tuple[float, float]) -> None:
        bench = self.bench
        scenario = bench.document.scenario
        base = scenario.base(base_id)
        bench.say(bench.text("draw.moving"))

        def done(moved: BaseSpec) -> None:
            if apply(self.bench, put_base(scenario.id, moved, MOVE)):
                sites = len(moved.wind_sites) + len(moved.pv_sites)
                bench.say(bench.text("draw.base_moved", name=base.name_zh, sites=sites))

        bench.document.background.run(
            lambda: moved_base(base, place, scenario.resource), done, bench.complain
        )

    def _move_line(self, line_id: str, start: tuple[float, float], end: tuple[float, float]) -> None:
        bench = self.bench
        scenario = bench.document.scenario
        line = next(line for line in scenario.lines.own if line.id == line_id)
        try:
            moved = moved_line(line, start, end)
        except InputError as error:
            bench.complain(error)
            return
        if apply(self.bench, put_line(scenario.id, moved, MOVE)):
            bench.say(bench.text("draw.line_made", name=line.name_zh, km=f"{moved.km:,.0f}"))


def apply(bench: Workbench, edit: Edit) -> bool:
    """Make an edit, or say why it cannot be made; whether it was."""
    try:
        bench.document.apply(edit)
    except EnergyMapError as error:
        bench.complain(error)
        return False
    return True


def outline_id(base_id: str) -> str:
    """Of the drawing a base was made from."""
    return f"outline-{base_id}"[:64]


def editables(workspace: Workspace) -> list[Editable]:
    """Drawings, and bases and own lines of the active scenario, as the edit tool takes them up."""
    from shapely import LineString, Point
    from shapely.geometry import shape

    things = [
        Editable("drawing", d.id, shape(d.geojson()), "circle" if d.kind == "circle" else "vertices")
        for d in workspace.drawings
        if d.kind != "point"
    ]
    scenario = workspace.scenario()
    for line in scenario.lines.own:
        ends = ((line.from_lon_deg, line.from_lat_deg), (line.to_lon_deg, line.to_lat_deg))
        things.append(Editable("line", line.id, LineString(ends), "ends"))
    things += [Editable("base", b.id, Point(b.lon_deg, b.lat_deg), "point") for b in scenario.bases]
    return things
