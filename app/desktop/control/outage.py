"""The outage tool: a line is lost in the hour shown; the worker process says what happens, the map shows it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from app import messages
from app.desktop.charts.look import Look
from app.desktop.control.layers import LayerControl
from app.desktop.control.results import ResultControl
from app.desktop.control.runs import RunControl, runs_folder
from app.desktop.jobs import Job
from app.desktop.map.outage_overlay import Ends, OutageOverlay
from app.desktop.panels.outage import LineEntry, OutagePanel
from app.desktop.workbench import Workbench
from gis_layers.files import replacing
from planning.chain.fault_documents import FaultAnswer
from planning.results import Summary
from planning.scenario_toml import to_toml
from planning.tables import load_tables


class OutageControl(QObject):
    """One outage at a time; its answer stays until another comes or the result goes."""

    rested = Signal()

    def __init__(
        self, bench: Workbench, panel: OutagePanel, results: ResultControl, layers: LayerControl, runs: RunControl,
        folder: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self.results, self.layers, self.runs = results, layers, runs
        self._folder = folder or runs_folder()
        self._job: Job | None = None
        self._made: Path | None = None
        self._of: Summary | None = None
        """The result whose outage is asked for or shown."""
        self.overlay = OutageOverlay()
        panel.asked.connect(self.run)
        panel.stopped.connect(self.stop)
        panel.cleared.connect(self.clear)
        panel.picked.connect(self._picked)
        panel.failed.connect(bench.say)
        results.shown.connect(self._result)
        bench.toolbox.lost.connect(self._clicked)
        state = bench.state
        for signal in (state.language_changed, state.units_changed, state.theme_changed):
            signal.connect(self._reword)
        state.selection_changed.connect(self._selected)
        self._result()
        self._reword()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def on_outage(self) -> None:
        """The panel, with the line selected in it."""
        self.bench.show_dock("outage")
        self._selected()

    # -- asking ----------------------------------------------------------------------------------

    def _clicked(self, lon: float, lat: float, px: float, py: float) -> None:
        """With the tool in hand: the line there is lost in the hour shown."""
        bench, flows = self.bench, self.results.flows
        if bench.document.summary is None:
            bench.say(bench.text("outage.no_result"))
            return
        viewport = bench.canvas.viewport
        line = flows.at(viewport, *viewport.to_screen(*bench.canvas.to_plane(lon, lat)))
        if line is None:
            bench.say(bench.text("tool.outage.hint"))
            return
        bench.state.select("corridor", line)
        bench.show_dock("outage")
        if not self.panel.choose(line):
            named = bench.document.summary.corridors[line]
            bench.say(bench.text("outage.not_line", name=self.look.pick(named.name_zh, named.name_en)))
            return
        self.panel.set_when("now")
        self.run()

    def run(self) -> None:
        """Ask the worker; it takes the dispatch from the store where that is kept."""
        bench, panel = self.bench, self.panel
        summary, line = bench.document.summary, panel.line
        if self.busy:
            return
        if self.runs.busy:
            bench.say(bench.text("outage.busy"))
            return
        if summary is None or not line:
            bench.say(bench.text("outage.no_result"))
            return
        kept = bench.document.results.get(bench.document.workspace.active)
        scenario = kept.inputs if kept is not None and kept.inputs is not None else bench.document.scenario
        self._folder.mkdir(parents=True, exist_ok=True)
        self._made = Path(tempfile.mkdtemp(prefix="outage-", dir=self._folder))
        file = self._made / f"{scenario.id}.toml"
        with replacing(file) as temporary:
            temporary.write_text(to_toml(scenario), encoding="utf-8")
        hour = str(bench.state.hour) if panel.when == "now" else panel.when
        arguments = ["fault", line, "--scenario", str(file), "--hour", hour, "--json"]
        if panel.fault == "pole":
            arguments.append("--pole")
        self._of = summary
        job = Job([*arguments, *self.runs.store_arguments(), "--lang", bench.state.language], self)
        self._job = job
        panel.set_busy(True)
        job.progressed.connect(self._progressed)
        job.finished.connect(self._finished)

    def stop(self) -> None:
        """The user or the end of the window stops it."""
        if self._job is not None:
            self._job.cancel()

    def clear(self) -> None:
        """Take the outage from the map."""
        self._show(None)

    def _progressed(self, share: float, what: str, remaining: object) -> None:
        words = messages.step(what, self.bench.state.language)
        left = (
            f"  {self.bench.text('remaining')} {remaining:.0f} s"
            if isinstance(remaining, int | float)
            else ""
        )
        self.panel.set_progress(share, f"{words}{left}")

    def _finished(self, good: bool, words: str) -> None:
        job, self._job = self._job, None
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None
        self.panel.set_busy(False)
        self.rested.emit()
        if job is None:
            return
        bench = self.bench
        if good and self._of is bench.document.summary:
            try:
                self._show(FaultAnswer.model_validate_json(_without_words(words)))
            except ValidationError as error:
                bench.say(bench.text("outage.failed", words=str(error.errors()[0]["msg"])), 60.0)
        elif not good:
            said = (
                bench.text("outage.cancelled") if job.cancelled else bench.text("outage.failed", words=words)
            )
            bench.say(said.replace("\n", "  "), 60.0)
        job.deleteLater()

    # -- showing ---------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        state = self.bench.state
        return Look(state.language, state.units, state.dark)

    def _show(self, answer: FaultAnswer | None) -> None:
        bench = self.bench
        self.overlay.show(answer, self._ends(), _places())
        bench.canvas.remove_overlay(self.overlay)
        if answer is not None:
            bench.canvas.add_overlay(self.overlay)
            if self.panel.when != "now":
                bench.time_bar.set_mode("hour")
                bench.state.set_hour(answer.hour)
        self.results.flows.faded = answer is not None
        self._legend()
        self.panel.show_answer(answer)
        bench.canvas.overlays_changed()

    def _ends(self) -> dict[str, Ends]:
        summary = self.bench.document.summary
        lines = {} if summary is None else summary.corridors
        return {k: (c.from_lon, c.from_lat, c.to_lon, c.to_lat) for k, c in lines.items()}

    def _legend(self) -> None:
        legend = self.overlay.legend()
        self.layers.outage_legends = [] if legend is None else [legend]
        self.layers.relegend()

    def _result(self) -> None:
        """Another result: its lines, and no outage of the one before."""
        summary = self.bench.document.summary
        self.panel.set_lines(_entries(summary, self.look), self._name)
        if self.overlay.answer is not None and summary is not self._of:
            self._show(None)
        elif self.overlay.answer is not None:
            self._show(self.overlay.answer)  # above the flows, which came anew

    def _name(self, kind: str, identity: str) -> str:
        """Of a line or a node, in the reader's language."""
        summary, look = self.bench.document.summary, self.look
        if kind == "line":
            line = None if summary is None else summary.corridors.get(identity)
            return identity if line is None else look.pick(line.name_zh, line.name_en)
        node = load_tables().node_by_id.get(identity)
        return identity if node is None else look.pick(node.name_zh, node.name_en)

    def _selected(self) -> None:
        chosen = self.bench.state.selected
        if chosen is not None and chosen[0] == "corridor" and not self.busy:
            self.panel.choose(chosen[1])

    def _picked(self, kind: str, identity: str) -> None:
        self.bench.state.select(kind, identity)

    def _reword(self) -> None:
        self.overlay.look = self.look
        self.panel.set_lines(_entries(self.bench.document.summary, self.look), self._name)
        self.panel.set_look(self.look)
        self._legend()


def _entries(summary: Summary | None, look: Look) -> list[LineEntry]:
    """Direct-current lines first, then AC ties; lines of plants tied by AC to a foreign grid cannot be lost so."""
    if summary is None:
        return []
    ties = {t.id for t in load_tables().interfaces}
    entries = [
        (c.id, look.pick(c.name_zh, c.name_en), c.kind == "ac")
        for c in summary.corridors.values()
        if c.kind != "ac"
        or c.id in ties
        or (summary.power_flow.year is not None and c.id in summary.power_flow.year.ties)
    ]
    return sorted(entries, key=lambda e: (e[2], e[1]))


def _places() -> dict[str, tuple[float, float]]:
    return {n.node_id: (n.lon_deg, n.lat_deg) for n in load_tables().nodes}


def _without_words(document: str) -> str:
    """The command line adds its notes in words; the answer has them as codes."""
    import json

    held = json.loads(document)
    held.pop("note_words", None)
    return json.dumps(held)
