"""The corridor table and editor: lines of the active scenario, changed by named edits that undo."""

from __future__ import annotations

import json
from functools import partial
from typing import cast

from PySide6.QtCore import QObject

from app import messages
from app.desktop.charts.look import Look
from app.desktop.control.map_edits import apply
from app.desktop.jobs import Job
from app.desktop.map.line_mark import LineMark
from app.desktop.panels.lines import LinesPanel
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from planning.corridor_rows import LineRow, line_rows
from planning.edits import Edit, put_line, remove_line, set_field
from planning.line_choice import ChangedLine
from planning.line_edits import OWN_SOURCE, change_line, restore_line, retire_line, unchange_line
from planning.line_edits import Value as LineValue
from planning.scenario import OwnLine, Scenario
from planning.scenario_fields import FormField, Value, form_fields
from planning.scenario_lines import with_own_lines
from planning.tables import Tables, load_tables

BEHIND = ("source", "tier")
ROUTED = ("优化路径", "Route")
"""Verb of the edit that gives an own line its least-cost way."""


class LinesControl(QObject):
    """The panel follows the workspace and the one selection."""

    def __init__(self, bench: Workbench, panel: LinesPanel) -> None:
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self._job: Job | None = None
        self._known: tuple[Scenario, tuple[LineRow, ...], Tables] | None = None
        self._stale = True
        self.mark = LineMark()
        bench.canvas.add_overlay(self.mark)
        panel.picked.connect(self._picked)
        panel.edited.connect(self._edited)
        panel.wanted.connect(self._wanted)
        panel.failed.connect(bench.say)
        panel.seen.connect(lambda: self.refresh() if self._stale else None)
        bench.zooms["corridor"] = self.box_of
        state = bench.state
        for signal in (state.language_changed, state.units_changed, state.theme_changed):
            signal.connect(self._changed)
        bench.document.workspace_changed.connect(self._changed)
        state.selection_changed.connect(self._selected)

    @property
    def look(self) -> Look:
        state = self.bench.state
        return Look(state.language, state.units, state.dark)

    def on_lines(self) -> None:
        """The table; filled when it is first asked for."""
        self.bench.show_dock("lines")
        if self._stale:
            self.refresh()

    # -- rows ------------------------------------------------------------------------------------

    def _rows(self) -> tuple[tuple[LineRow, ...], Tables]:
        """Rows of the active scenario, kept until it changes."""
        scenario = self.bench.document.scenario
        if self._known is None or self._known[0] is not scenario:
            tables = load_tables()
            self._known = (scenario, line_rows(tables, scenario), with_own_lines(tables, scenario))
        return self._known[1], self._known[2]

    def refresh(self) -> None:
        """Table and form, as the scenario has the lines now."""
        self._stale = False
        rows, tables = self._rows()
        self.panel.show_rows(rows, tables, self.look)
        wanted = self.panel.line if self.panel.row(self.panel.line) is not None else ""
        self._show(wanted or self._of_selection() or (rows[0].id if rows else ""))

    def _changed(self) -> None:
        """A panel nobody has opened costs nothing."""
        self._stale = True
        if self.panel.isVisible():
            self.refresh()

    def _of_selection(self) -> str:
        chosen = self.bench.state.selected
        return chosen[1] if chosen is not None and chosen[0] == "corridor" else ""

    def _selected(self) -> None:
        line = self._of_selection()
        summary = self.bench.state.summary
        unknown = line and (summary is None or line not in summary.corridors)
        self.mark.set_way(self._way(line) if unknown else ())
        if line and self.panel.isVisible() and line != self.panel.line:
            self._show(line)
        self.bench.canvas.update()

    def _picked(self, line: str) -> None:
        self._show(line)
        self.bench.state.select("corridor", line)

    def _show(self, line: str) -> None:
        scenario = self.bench.document.scenario
        own = line in {x.id for x in scenario.lines.own}
        self.panel.show_line(line, fields_of(scenario, line), scenario, not own)

    def _way(self, line: str) -> tuple[tuple[float, float], ...]:
        """Where a line runs: its own way, else its two ends."""
        rows, tables = self._rows()
        own = next((x for x in self.bench.document.scenario.lines.own if x.id == line), None)
        if own is not None:
            return own.way
        row = next((r for r in rows if r.id == line), None)
        if row is None:
            return ()
        if row.tie:
            nodes = [tables.node_by_id.get(str(row.figures[k].value)) for k in ("from_node", "to_node")]
            return tuple((n.lon_deg, n.lat_deg) for n in nodes if n is not None)
        ends = [row.figures[k].value for k in ("from_lon_deg", "from_lat_deg", "to_lon_deg", "to_lat_deg")]
        a, b, c, d = (float(v) if isinstance(v, int | float) else 0.0 for v in ends)
        return ((a, b), (c, d))

    def box_of(self, line: str) -> tuple[float, float, float, float] | None:
        """West, south, east, north of a line, with some ground around it."""
        way = self._way(line)
        if not way:
            return None
        lon, lat = sorted(p[0] for p in way), sorted(p[1] for p in way)
        return (lon[0] - 0.5, lat[0] - 0.5, lon[-1] + 0.5, lat[-1] + 0.5)

    # -- edits -----------------------------------------------------------------------------------

    def _edited(self, line: str, path: str, value: Value) -> None:
        """A figure typed; what is wrong with it is said beside it."""
        document = self.bench.document
        scenario, key = document.scenario, path.rsplit(".", 1)[-1]
        changed = next((c for c in scenario.lines.changed if c.id == line), None)
        try:
            if line in {x.id for x in scenario.lines.own} or (key in BEHIND and changed is not None):
                edit = set_field(document.workspace, scenario.id, path, value)
            elif key in BEHIND:
                return  # of nothing yet
            else:
                source, tier = (
                    (OWN_SOURCE, "estimated") if changed is None else (changed.source, changed.tier)
                )
                typed = cast("LineValue", value)  # names of lists are none of a changed line
                edit = change_line(scenario.id, line, {key: typed}, source, tier)
            document.apply(edit)
        except EnergyMapError as error:
            self.panel.complain(path, messages.say(error, self.bench.state.language).replace("\n", "  "))

    def _wanted(self, what: str, line: str) -> None:
        bench, scenario = self.bench, self.bench.document.scenario
        makers = {
            "retire": partial(retire_line, scenario.id, line), "restore": partial(restore_line, scenario.id, line),
            "unchange": partial(unchange_line, scenario.id, line),
            "remove": partial(remove_line, bench.document.workspace, scenario.id, line),
        }  # fmt: skip
        if what == "draw":
            bench.toolbox.activate("draw_corridor")
            bench.canvas.setFocus()
        elif what == "zoom":
            box = self.box_of(line)
            if box is not None:
                bench.canvas.zoom_to(box)
        elif what == "route":
            self.route(line)
        else:
            self._apply(makers[what])

    def _apply(self, make: partial[Edit]) -> None:
        try:
            edit = make()
        except EnergyMapError as error:
            self.bench.complain(error)
            return
        apply(self.bench, edit)

    # -- route -----------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        return self._job is not None

    def route(self, line: str) -> None:
        """The least-cost way of an own line, its length and investment; in the worker process."""
        own = next((x for x in self.bench.document.scenario.lines.own if x.id == line), None)
        if own is None or self.busy:
            return
        if own.kind == "b2b":
            self.bench.say(self.bench.text("lines.no_route"))
            return
        arguments = [
            "route", f"--from={own.from_lon_deg},{own.from_lat_deg}", f"--to={own.to_lon_deg},{own.to_lat_deg}",
            "--kind", own.kind, "--kv", f"{own.kv:g}", "--mw", f"{own.mw:g}", "--json",
        ]  # fmt: skip
        if own.kind == "ac":
            arguments += ["--circuits", str(own.circuits)]
        job = Job([*arguments, "--lang", self.bench.state.language], self)
        self._job = job
        self.panel.set_busy(True)
        job.finished.connect(lambda good, words: self._routed(own, good, words))

    def stop(self) -> None:
        """The window closes."""
        if self._job is not None:
            self._job.cancel()

    def _routed(self, own: OwnLine, good: bool, words: str) -> None:
        job, self._job = self._job, None
        self.panel.set_busy(False)
        if job is None:
            return
        bench = self.bench
        job.deleteLater()
        if not good:
            if not job.cancelled:
                bench.say(words.replace("\n", "  "), 60.0)
            return
        found = json.loads(words)
        now = next((x for x in bench.document.scenario.lines.own if x.id == own.id), None)
        if now != own:
            bench.say(bench.text("lines.route_late"))
            return
        made = own.model_copy(
            update={
                "km": round(float(found["km"]), 1), "investment_cny": float(found["investment_cny"]),
                "route": tuple((float(lon), float(lat)) for lon, lat in found["route"]),
            }
        )  # fmt: skip
        if apply(bench, put_line(bench.document.scenario.id, made, ROUTED)):
            look = self.look
            bench.say(
                bench.text(
                    "lines.routed", km=f"{made.km:,.0f}", detour=f"{found['detour']:.2f}",
                    money=look.figure(made.investment_cny, "money_cny"),
                ), 60.0,
            )  # fmt: skip
            self._selected()


def fields_of(scenario: Scenario, line: str) -> tuple[FormField, ...]:
    """The inputs of a line: its own, or those that can be changed of a line of the tables."""
    if not line:
        return ()
    sections = (f"lines.own.{line}", f"lines.changed.{line}")
    known = line in {x.id for x in scenario.lines.own} | {x.id for x in scenario.lines.changed}
    if not known:
        # As if nothing of it were changed yet.
        blank = ChangedLine.model_construct(id=line, source="", tier="estimated")
        lines = scenario.lines.model_copy(update={"changed": (*scenario.lines.changed, blank)})
        scenario = scenario.model_copy(update={"lines": lines})
    fields = [f for f in form_fields(scenario) if f.section in sections and f.key != "id"]
    last = [f for f in fields if f.key in BEHIND] if known else []
    return (*(f for f in fields if f.key not in BEHIND), *last)
