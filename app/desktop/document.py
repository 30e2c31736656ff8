"""The open project: its history of edits, its results, and whether they still stand. Announces what changes.

Files are read and written in a thread of its own, one after the other; the answers come back as signals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.desktop.background import Background
from app.desktop.turns import Turns
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing
from planning.compare import InputDifference, stale_inputs
from planning.edits import Edit
from planning.history import EditName, History
from planning.hourly import HourlyResult, read_hourly
from planning.project_file import HourlySource, StoredResult, WorkspaceFile, read_workspace, write_workspace
from planning.results import Summary
from planning.scenario import Scenario, load_scenario
from planning.scenario_toml import to_toml
from planning.workspace import Workspace, new_workspace

FIRST_SCENARIO = "2030-1200GW"
UNKNOWN_INPUTS = InputDifference(
    "", "运行时的输入已无法读取", "the inputs of the run cannot be read", None, None, ""
)


class Document(QObject):
    """One project. Edits come in through `apply`; everything that shows it listens."""

    workspace_changed = Signal()
    results_changed = Signal()
    stale_changed = Signal()
    dirty_changed = Signal(bool)
    path_changed = Signal()
    opened = Signal()
    """A project was opened, begun or recovered: all is new."""
    saved = Signal(object)
    """Path; the file is on the disk."""
    hours_ready = Signal(str)
    """Scenario whose hours can now be had from `hours`."""
    hours_lost = Signal(object)
    """Scenarios (tuple of ids) whose hours could not be saved: the file that held them is gone."""
    failed = Signal(object)
    """EnergyMapError of reading or writing."""

    def __init__(self, workspace: Workspace | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.background = Background(self, finish=True)
        self._turns = Turns(self)
        self.path: Path | None = None
        self.history = History(workspace or new_workspace(load_scenario(FIRST_SCENARIO)))
        self.results: dict[str, StoredResult] = {}
        self._saved: tuple[Workspace | None, int] = (self.history.current, 0)
        self._results_version = 0
        self._hours: dict[str, HourlyResult] = {}
        self._reading: set[str] = set()
        self._stale: dict[str, tuple[InputDifference, ...]] = {}
        self._dirty = False
        self.dress: Callable[[Workspace], Workspace] = lambda workspace: workspace
        """Adds how the window shows the project, when it is written; no edit, and nothing unsaved."""

    # -- what it holds ---------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        return self.history.current

    @property
    def scenario(self) -> Scenario:
        """The active one."""
        return self.workspace.scenario()

    @property
    def summary(self) -> Summary | None:
        """The active scenario's result."""
        found = self.results.get(self.workspace.active)
        return found.summary if found else None

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self._dirty

    @property
    def undo_name(self) -> EditName | None:
        return self.history.undo_name

    @property
    def redo_name(self) -> EditName | None:
        return self.history.redo_name

    def stale(self, scenario_id: str | None = None) -> tuple[InputDifference, ...]:
        """Inputs changed since the scenario was run; none: its result stands, or it has none."""
        return self._stale.get(self.workspace.active if scenario_id is None else scenario_id, ())

    def hours(self, scenario_id: str | None = None) -> HourlyResult | None:
        """Hours of a scenario; None: there are none, or they are being read and `hours_ready` follows."""
        key = self.workspace.active if scenario_id is None else scenario_id
        if key in self._hours:
            return self._hours[key]
        result = self.results.get(key)
        if result is None or result.hourly is None or key in self._reading:
            return None
        source = result.hourly
        if isinstance(source, HourlyResult):
            self._hours[key] = source
            return source

        def arrived(hours: HourlyResult | None) -> None:
            self._reading.discard(key)
            now = self.results.get(key)
            if hours is not None and now is not None and now.summary is result.summary:
                self._hours[key] = hours
                self.hours_ready.emit(key)

        def lost(error: EnergyMapError) -> None:
            self._reading.discard(key)
            self.failed.emit(error)

        self._reading.add(key)
        self.background.run(lambda: read_hourly(source.path, source.scenario_id), arrived, lost)
        return None

    # -- edits -----------------------------------------------------------------------------------

    def apply(self, edit: Edit) -> None:
        """Make an edit.

        Raises
        ------
        InputError
            The edit is refused; nothing has changed.
        """
        self._move(self.history.add(edit.name, edit(self.workspace)))

    def undo(self) -> None:
        self._move(self.history.undo())

    def redo(self) -> None:
        self._move(self.history.redo())

    def _move(self, history: History) -> None:
        if history is self.history or history == self.history:
            return
        changed = history.current is not self.history.current
        self.history = history
        if changed:
            self.workspace_changed.emit()
            self._recheck()

    # -- results ---------------------------------------------------------------------------------

    def set_result(self, scenario_id: str, result: StoredResult) -> None:
        """Put the answer of a run in place of what was there."""
        self.results[scenario_id] = result
        self._hours.pop(scenario_id, None)
        self._reading.discard(scenario_id)
        self._results_version += 1
        self._recheck()
        self.results_changed.emit()

    def take_run(self, scenario: Scenario, project: Path) -> None:
        """Read the project file a run of `scenario` wrote and keep its answer; `results_changed` follows."""

        def arrived(file: WorkspaceFile) -> None:
            result = file.results.get(file.workspace.active)
            if result is not None:
                self.set_result(scenario.id, replace(result, inputs=scenario))

        self.background.run(lambda: read_workspace(project), arrived, self.failed.emit)

    def write_inputs(self, folder: Path) -> tuple[Scenario, Path]:
        """The active scenario as a TOML file for the worker (`--scenario FILE`)."""
        scenario = self.scenario
        path = folder / f"{scenario.id}.toml"
        with replacing(path) as temporary:
            temporary.write_text(to_toml(scenario), encoding="utf-8")
        return scenario, path

    # -- files -----------------------------------------------------------------------------------

    def new(self, scenario: Scenario) -> None:
        """Begin a project with one scenario."""
        self._begin(new_workspace(scenario), {}, None, saved=True)

    def open(self, path: Path) -> None:
        """Read a project; `opened` or `failed` follows, and until then nothing changes."""
        self.background.run(
            lambda: read_workspace(path),
            lambda file: self._begin(file.workspace, file.results, path, saved=True),
            self.failed.emit,
        )

    def recover(self, workspace: Workspace, results: Mapping[str, StoredResult], path: Path | None) -> None:
        """Take over what an autosave kept; it counts as unsaved."""
        self._begin(workspace, results, path, saved=False)

    def save(self) -> None:
        """Write to the project's own file; ValueError where it has none yet (`save_as`)."""
        if self.path is None:
            raise ValueError("the project has no file yet")
        self.save_as(self.path)

    def save_as(self, path: Path) -> None:
        """Write to a file; `saved` or `failed` follows. Edits made meanwhile stay unsaved."""
        workspace, results, version = self.workspace, dict(self.results), self._results_version
        dressed = self.dress(workspace)

        def done(lost: tuple[str, ...]) -> None:
            for key, result in results.items():
                # From now on hours are read from here: the file of the run may be thrown away.
                if result.hourly is not None and key not in lost and self.results.get(key) is result:
                    self.results[key] = replace(result, hourly=HourlySource(path, key))
            self._saved = (workspace, version)
            if self.path != path:
                self.path = path
                self.path_changed.emit()
            self._recheck()
            self.saved.emit(path)
            if lost:
                self.hours_lost.emit(lost)

        self.background.run(lambda: write_workspace(path, dressed, results), done, self.failed.emit)

    def _begin(
        self, workspace: Workspace, results: Mapping[str, StoredResult], path: Path | None, saved: bool
    ) -> None:
        self.history, self.results, self.path = History(workspace), dict(results), path
        self._hours.clear()
        self._reading.clear()
        self._results_version = 0
        self._saved = (workspace if saved else None, 0)
        # What listens fills trees, forms, tables and charts: together too long for one turn of the event loop.
        self._turns.start(
            self.path_changed.emit,
            self.workspace_changed.emit,
            self.results_changed.emit,
            self.opened.emit,
        )
        self._recheck()

    def _recheck(self) -> None:
        stale = {}
        for scenario in self.workspace.scenarios:
            result = self.results.get(scenario.id)
            if result is not None:
                rows = (UNKNOWN_INPUTS,) if result.inputs is None else stale_inputs(result.inputs, scenario)
                if rows:
                    stale[scenario.id] = rows
        if stale != self._stale:
            self._stale = stale
            self.stale_changed.emit()
        dirty = self._saved != (self.workspace, self._results_version)
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirty_changed.emit(dirty)
