"""Places of the AC power flow on the map: where an hour has no solution, which voltages a node has."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desktop.control.results import ResultControl
from app.desktop.map.value_marks import Mark, ValueMarks
from app.desktop.panels.flow_place_tables import failures_of, place_words
from app.desktop.texts import text
from app.desktop.workbench import Workbench
from planning.results import Summary
from planning.results_flow import PowerFlowFailure
from planning.tables import load_tables

COLLAPSE, STRAINED, VOLTAGE = "#d1495b", "#e9a13b", "#2f7f9e"
WIDE_M = 2600.0
"""Metres a pixel to which the map goes where the place is not in sight: some provinces around it."""


class FlowPlaces(QObject):
    """Marks what a row of the results is about until something else is selected."""

    def __init__(self, bench: Workbench, results: ResultControl) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.marks = ValueMarks()
        self._shown: tuple[str, str] | None = None
        self._own: tuple[str, str] | None = None
        """The selection made with the marks: they stay with it."""
        bench.results.place_picked.connect(self.show)
        bench.state.selection_changed.connect(self._selected)
        results.shown.connect(self.clear)
        for signal in (bench.state.language_changed, bench.state.theme_changed):
            signal.connect(self._redraw)

    def show(self, what: str, identity: str) -> None:
        """A failure by its hour, or the voltages of a node: mark the place, bring it into view, select what it is of."""
        summary = self.bench.document.summary
        if summary is None:
            return
        marks = self._marks(summary, what, identity)
        if not marks:
            self.clear()
            return
        self._shown, self._own = (what, identity), self._selection(summary, what, identity)
        if self._own is not None:
            self.bench.state.select(*self._own)
        self._redraw()
        canvas = self.bench.canvas
        view = canvas.viewport
        inside = (view.to_screen(*canvas.to_plane(m.lon_deg, m.lat_deg)) for m in marks)
        if not all(0 <= x <= view.width_px and 0 <= y <= view.height_px for x, y in inside):
            canvas.center_on(marks[0].lon_deg, marks[0].lat_deg, WIDE_M)

    def clear(self) -> None:
        """Take the marks away."""
        self._shown = self._own = None
        if self.marks.visible:
            self.marks.visible = False
            self.bench.canvas.remove_overlay(self.marks)

    def _selected(self) -> None:
        if self._shown is not None and self.bench.state.selected != self._own:
            self.clear()

    def _redraw(self) -> None:
        summary = self.bench.document.summary
        if self._shown is None or summary is None:
            return
        canvas = self.bench.canvas
        canvas.remove_overlay(self.marks)
        self.marks.dark, self.marks.visible = self.bench.state.dark, True
        self.marks.set_marks(self._marks(summary, *self._shown))
        canvas.add_overlay(self.marks)  # above the flows and the figures of a coloured map

    def _failure(self, summary: Summary, identity: str) -> PowerFlowFailure | None:
        return failures_of(summary.power_flow.year, summary).get(identity)

    def _marks(self, summary: Summary, what: str, identity: str) -> list[Mark]:
        language, year = self.bench.state.language, summary.power_flow.year
        nodes = {n.node_id: n for n in load_tables().nodes}
        if what == "voltage":
            v = year.voltages.get(identity) if year is not None else None
            if v is None or identity not in nodes:
                return []
            at, words = nodes[identity], f"{v.min_pu:.3f} – {v.max_pu:.3f} p.u."
            return [Mark(at.lon_deg, at.lat_deg, words, VOLTAGE, True)]
        why = self._failure(summary, identity)
        if why is None:
            return []
        cause = text(f"failure.cause.{why.cause}", language)
        marks = []
        if why.node in nodes:
            at = nodes[why.node]
            words = (
                f"{cause}: {why.voltage_pu:.2f} p.u."
                if why.cause == "voltage"
                else f"{why.voltage_pu:.2f} p.u."
            )
            marks.append(Mark(at.lon_deg, at.lat_deg, words, COLLAPSE, why.cause == "voltage"))
        for node in why.nodes:
            if node in nodes and node != why.node:
                at = nodes[node]
                words = f"{cause}: {place_words(why, summary, language)}" if why.cause == "tie" else ""
                marks.append(
                    Mark(
                        at.lon_deg, at.lat_deg, words or node_name(at.name_zh, at.name_en, language), STRAINED
                    )
                )
        return marks

    def _selection(self, summary: Summary, what: str, identity: str) -> tuple[str, str] | None:
        """What of the result the place is of: the line, else the province."""
        node: str | None = identity
        if what == "failure":
            why = self._failure(summary, identity)
            if why is not None and why.line in summary.corridors and why.cause == "tie":
                return "corridor", why.line
            node = why.node if why is not None else None
        found = next((n for n in load_tables().nodes if n.node_id == node), None)
        code = str(found.adcode) if found is not None else ""
        return ("province", code) if code in summary.provinces else None


def node_name(zh: str, en: str, language: str) -> str:
    """In the reader's language."""
    return zh if language == "zh" else en
