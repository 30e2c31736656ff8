"""Projects on the disk: new, open, save, recent ones, what an earlier window left behind; pictures of the map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.desktop.autosave import Autosave, Recovery, forget, left_behind, recovery_folder
from app.desktop.document import FIRST_SCENARIO
from app.desktop.map.export import MapExport, Sheet, SheetSize
from app.desktop.recents import Recents
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from planning.scenario import load_scenario


class FileControl(QObject):
    """Handlers of the menu File."""

    recents_changed = Signal()
    entered = Signal()
    """There is a project to work on: the welcome page may go."""

    def __init__(
        self, bench: Workbench, recents: Recents | None = None, state_folder: Path | None = None
    ) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.recents = recents or Recents(state_folder / "recent.json" if state_folder else None)
        self.autosave = Autosave(bench.document, state_folder, self)
        self._state_folder = state_folder
        self._after_save: Callable[[], None] | None = None
        document = bench.document
        document.opened.connect(self._opened)
        document.saved.connect(self._saved)
        document.failed.connect(self._failed)
        document.hours_lost.connect(self._hours_lost)
        self.autosave.failed.connect(bench.complain)

    # -- projects --------------------------------------------------------------------------------

    def on_new(self) -> None:
        self.begin(FIRST_SCENARIO)

    def begin(self, scenario: str) -> None:
        """A new project from a built-in scenario."""

        def start() -> None:
            try:
                self.bench.document.new(load_scenario(scenario))
            except EnergyMapError as error:
                self.bench.complain(error)

        self._unless_unsaved(start)

    def on_open(self) -> None:
        name = self.bench.dialogs.open_file(self.bench.text("open"), self.bench.text("project_files"))
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a project file in the background; a file of another kind goes through the import."""
        self._unless_unsaved(lambda: self.bench.document.open(path))

    def on_save(self) -> None:
        if self.bench.document.path is None:
            self.on_save_as()
        else:
            self.bench.document.save()

    def on_save_as(self) -> None:
        scenario = self.bench.document.scenario
        name = self.bench.dialogs.save_file(
            self.bench.text("save_as"), f"{scenario.id}.gpkg", self.bench.text("project_files")
        )
        if name:
            path = Path(name)
            self.bench.document.save_as(path if path.suffix else path.with_suffix(".gpkg"))
        else:
            self._after_save = None

    def on_export_map(self) -> None:
        """The map as seen, with title, sources and review number, on a sheet for print or slides."""
        bench = self.bench
        name = bench.dialogs.save_file(bench.text("export_map"), "map.png", bench.text("pictures"))
        if not name:
            return
        scenario = bench.document.scenario
        title = scenario.name_zh if bench.state.language == "zh" else scenario.name_en
        try:
            sheet = Sheet.of(bench.canvas, bench.furniture, SheetSize(title=title))
        except EnergyMapError as error:
            bench.complain(error)
            return
        export = MapExport(self)
        export.finished.connect(lambda path: bench.say(f"{bench.text('done')}: {path}", 30.0))
        export.failed.connect(self._export_failed)
        export.start(sheet, Path(name))

    def _export_failed(self, error: object) -> None:
        known = isinstance(error, EnergyMapError)
        self.bench.complain(error if known else EnergyMapError("system_error", what=str(error)))  # type: ignore[arg-type]

    # -- crash and close -------------------------------------------------------------------------

    def recoveries(self) -> tuple[Recovery, ...]:
        """What ended windows left unsaved; reads files, so not in the thread of the window."""
        return left_behind(self._state_folder or recovery_folder())

    def take_over(self, recovery: Recovery) -> None:
        """Go on with what an ended window left; it is kept until this window has kept it too."""
        snapshot = recovery.snapshot
        if snapshot is None:
            self.bench.say(self.bench.text("recovery_damaged", files=", ".join(recovery.damaged)), 60.0)
            return
        self.bench.document.recover(snapshot.workspace, snapshot.results, snapshot.path)
        self.autosave.write_now()
        self.autosave.written.connect(lambda _: forget(recovery.folder))
        self.bench.say(self.bench.text("recovered", time=f"{snapshot.time:%Y-%m-%d %H:%M}"), 60.0)

    def discard(self, recovery: Recovery) -> None:
        forget(recovery.folder)

    def may_close(self, then: Callable[[], None]) -> bool:
        """Whether the window may close at once; else `then` is called when the work is saved."""
        if not self.bench.document.dirty:
            return True
        answer = self._ask()
        if answer == "save":
            self._after_save = then
            self.on_save()
        return answer == "discard"

    def finish(self) -> None:
        self.autosave.finish()
        self.bench.document.background.wait(20.0)

    # -- inside ----------------------------------------------------------------------------------

    def _unless_unsaved(self, then: Callable[[], None]) -> None:
        if not self.bench.document.dirty:
            then()
            return
        answer = self._ask()
        if answer == "save":
            self._after_save = then
            self.on_save()
        elif answer == "discard":
            then()

    def _ask(self) -> str:
        return self.bench.dialogs.ask_save(self.bench.text("app"), self.bench.text("unsaved"))

    def _opened(self) -> None:
        path = self.bench.document.path
        if path is not None:
            self.recents.add(path)
            self.recents_changed.emit()
        self.entered.emit()

    def _saved(self, path: Path) -> None:
        self.recents.add(path)
        self.recents_changed.emit()
        self.bench.say(self.bench.text("saved", path=path))
        then, self._after_save = self._after_save, None
        if then is not None:
            then()

    def _failed(self, error: EnergyMapError) -> None:
        self._after_save = None
        self.bench.complain(error)

    def _hours_lost(self, scenarios: tuple[str, ...]) -> None:
        self.bench.say(self.bench.text("hours_lost", names=", ".join(scenarios)), 60.0)
