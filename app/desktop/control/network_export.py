"""Export of the network of a run: the box asks, the worker process writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from app.desktop.control.runs import RunControl
from app.desktop.panels.network_dialog import NetworkDialog
from app.desktop.workbench import Workbench
from planning.project_file import HourlySource, read_workspace


class NetworkExport(QObject):
    """Handler of "export the network"."""

    def __init__(self, bench: Workbench, runs: RunControl) -> None:
        super().__init__(bench.window)
        self.bench, self.runs = bench, runs
        self.box: NetworkDialog | None = None

    def on_network_export(self) -> None:
        """Open the box; it stops nothing."""
        bench = self.bench
        if self.box is not None:
            self.box.close()
        box = NetworkDialog(
            bench.state.language, bench.state.hour, bench.document.workspace.active, bench.window
        )
        box.file_asked.connect(lambda name: self._choose(box, name))
        box.asked.connect(self.export)
        box.finished.connect(box.deleteLater)
        box.destroyed.connect(lambda: self._gone(box))
        self.box = box
        box.show()

    def _gone(self, box: NetworkDialog) -> None:
        if self.box is box:
            self.box = None

    def _choose(self, box: NetworkDialog, name: str) -> None:
        bench = self.bench
        box.set_file(bench.dialogs.save_file(bench.text("network.title"), name, bench.text("network.kinds")))

    def export(self, format_: str, hours: str, file: str) -> None:
        """Write the network of the result shown, from its own hours where a project file holds them."""
        bench = self.bench
        active = bench.document.workspace.active
        kept = bench.document.results.get(active)
        source = kept.hourly.path if kept is not None and isinstance(kept.hourly, HourlySource) else None

        def go(project: Path | None) -> None:
            self.runs.export_network(format_, hours, Path(file), project, self._done)

        bench.document.background.run(lambda: _project_of(source, active), go, bench.complain)

    def _done(self, answer: str) -> None:
        """Say what was written and how well the hours solved: the end of what the command says."""
        lines = [line.strip() for line in answer.strip().splitlines()]
        last = max((k for k, line in enumerate(lines) if line.endswith("p.u.")), default=0)
        self.bench.say(self.bench.text("network.done", words="; ".join(lines[last:])), 60.0)


def _project_of(source: Path | None, scenario_id: str) -> Path | None:
    """The project file whose own result is the one shown; None where the worker takes it from the store."""
    if source is None or not source.is_file():
        return None
    return source if read_workspace(source).workspace.active == scenario_id else None
