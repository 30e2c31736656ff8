"""The data library in the window: imports, downloads and packs in the worker process, entries on map and in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import messages
from app.desktop.background import Background
from app.desktop.control import library_commands as commands
from app.desktop.control.library_tasks import Task, TaskQueue
from app.desktop.importing.entries import Order
from app.desktop.panels.library import LibraryPanel
from app.desktop.panels.library_download import DownloadDialog
from app.desktop.panels.library_rows import Held, read_library
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError, Problem

if TYPE_CHECKING:
    from app.desktop.control.imports import ImportControl
    from resources.library import Entry


class LibraryControl(QObject):
    """Handlers of the data library; one task at a time, the others wait."""

    changed = Signal()
    """Another list of entries."""
    moved = Signal(str, float, object)
    """Words, share, remaining seconds or None of the task under way."""
    rested = Signal()
    """Nothing is under way any more."""
    order_moved = Signal(object, float, str, object)
    """Order of the import dialog, share, step in words, remaining seconds or None."""
    order_over = Signal(object, bool, str)
    """Order, whether it came in, and why not in the reader's words."""

    def __init__(
        self, bench: Workbench, panel: LibraryPanel, imports: ImportControl, folder: Path | None = None
    ) -> None:
        super().__init__(bench.window)
        self.bench, self.panel, self.imports = bench, panel, imports
        self.held: tuple[Held, ...] = ()
        self._folder = folder
        self.tasks = TaskQueue(lambda: bench.state.language, self)
        self.tasks.progressed.connect(self._progressed)
        self.tasks.rested.connect(self._rested)
        self.tasks.swept.connect(self._sweep)
        self._background = Background(self)
        self._network = Background(self)
        """What may wait for an answer from far away holds nothing else up."""
        self._download: DownloadDialog | None = None
        panel.wanted.connect(self._wanted)
        panel.removal_agreed.connect(self.remove)
        panel.stopped.connect(self.cancel)
        bench.document.workspace_changed.connect(self._show_use)
        bench.document.opened.connect(self._show_use)
        imports.library = self
        self._show_use()

    # -- the list --------------------------------------------------------------------------------

    def on_library(self) -> None:
        """Bring the library forward."""
        self.bench.show_dock("library")
        self.refresh()

    def folder(self) -> Path:
        """Where the checked copies lie, the same as of the command line."""
        if self._folder is not None:
            return self._folder
        from resources.library import default_folder

        return default_folder()

    def folder_or_none(self) -> Path | None:
        """The same; None where the settings cannot be read, which the list says."""
        try:
            return self.folder()
        except EnergyMapError:
            return None

    def refresh(self, then: Callable[[], None] | None = None) -> None:
        """Read the list anew, beside the window."""

        def arrived(read: tuple[tuple[Held, ...], tuple[Problem, ...]]) -> None:
            self.held = read[0]
            self.panel.show_entries(*read, str(self.folder()))
            self.changed.emit()
            if then is not None:
                then()

        try:
            folder = self.folder()
        except EnergyMapError as error:
            self._complain(error)
            return
        self._background.run(partial(read_library, folder), arrived, self._complain)

    def entry(self, identity: str) -> Held | None:
        """An entry of the list as it was last read."""
        return next((held for held in self.held if held.id == identity), None)

    def stations(self) -> dict[tuple[float, float], Entry]:
        """Places with hours of their own."""
        return {
            (float(held.lon_deg[0]), float(held.lat_deg[0])): held.entry
            for held in self.held
            if held.kind == "hourly-place" and held.lon_deg is not None and held.lat_deg is not None
        }

    @property
    def busy(self) -> bool:
        return self.tasks.busy or self._background.busy

    @property
    def under_way(self) -> bool:
        """The worker process has something to do for the library."""
        return self.tasks.busy

    def set_language(self) -> None:
        self.panel.set_language(self.bench.state.language)
        if self._download is not None:
            self._download.set_language(self.bench.state.language)

    # -- what the panel asks for -----------------------------------------------------------------

    def _wanted(self, what: str, ids: tuple[str, ...]) -> None:
        chosen = [held for held in (self.entry(identity) for identity in ids) if held is not None]
        if what == "import":
            self.imports.on_import()
        elif what == "download":
            self.on_download()
        elif what == "unpack":
            self._unpack()
        elif what == "pack" and chosen:
            self._pack(chosen)
        elif what == "verify":
            for held in chosen:
                self._verify(held)
        elif chosen:
            {"use": self.use, "show": self.show, "remove": self._ask_removal}[what](chosen[0])

    def use(self, held: Held) -> None:
        """The active scenario computes with it, or no longer does; an edit like any other."""
        from planning.edits import set_resource
        from resources.choice import part_of, with_entry, without_ref

        bench = self.bench
        scenario = bench.document.scenario
        part = part_of(held.entry)
        used = any(ref.id == held.id for ref in scenario.resource.refs)
        try:
            if used and part is not None:
                choice, verb = without_ref(scenario.resource, part, held.id), ("不用", "Stop using")
            else:
                choice, verb = with_entry(scenario.resource, held.entry), ("使用", "Use")
            bench.document.apply(set_resource(bench.document.workspace, scenario.id, choice, verb, held.id))
        except EnergyMapError as error:
            self._complain(error)
            return
        name = scenario.name_zh if bench.state.language == "zh" else scenario.name_en
        self._say(bench.text("library.no_longer" if used else "library.in_use", name=held.id, scenario=name))

    def show(self, held: Held) -> None:
        """On the map: rasters and shapes as layers, a place as a pin, many places as points."""
        if held.error is not None:
            self._complain(held.error)
        elif not self.imports.show_entry(held):
            self._say(self.bench.text("library.no_place"))

    def _ask_removal(self, held: Held) -> None:
        self.panel.ask_removal(held.id)

    def remove(self, identity: str) -> None:
        """Take an entry out, once the user has agreed."""
        from resources import library

        held = self.entry(identity)
        if held is None:
            return

        def gone(_: None) -> None:
            self._say(self.bench.text("library.removed", name=identity))
            self.refresh()

        self.imports.forget_entry(identity)
        self._background.run(partial(library.remove, held.entry), gone, self._complain)

    def _verify(self, held: Held) -> None:
        title = self.bench.text("library.job.verify", name=held.id)
        whole = self.bench.text("library.whole", name=held.id)
        self._run(title, commands.verify(held.id, self.folder()), lambda _: self._say(whole))

    def _pack(self, chosen: Sequence[Held]) -> None:
        bench = self.bench
        name = bench.dialogs.save_file(
            bench.text("library.pack"), "data.energypack", bench.text("library.pack_files")
        )
        if name:
            title = bench.text("library.job.pack", count=len(chosen))
            packed = bench.text("library.packed", path=name)
            ids = [held.id for held in chosen]
            self._run(title, commands.pack(ids, Path(name), self.folder()), lambda _: self._say(packed))

    def _unpack(self) -> None:
        bench = self.bench
        name = bench.dialogs.open_file(bench.text("library.unpack"), bench.text("library.pack_files"))
        if name:
            path = Path(name)
            title, done = (
                bench.text("library.job.unpack", name=path.name),
                bench.text("library.unpacked", path=path.name),
            )

            def unpacked(_: dict[str, Any]) -> None:
                self.refresh(lambda: self._say(done))

            self._run(title, commands.unpack(path, self.folder()), unpacked)

    # -- imports and downloads -------------------------------------------------------------------

    def import_source(self, order: Order) -> None:
        """A source of the import dialog, checked and copied in the worker process."""
        self._run(
            self.bench.text("library.job.import", name=order.name),
            commands.import_source(order, self.folder()),
            partial(self._imported, order),
            partial(self._not_imported, order),
            order,
        )

    def _imported(self, order: Order, answer: dict[str, Any]) -> None:
        self.order_over.emit(order, True, "")
        self._come(str(answer["manifest"]["id"]), "library.imported")

    def _come(self, identity: str, words: str) -> None:
        """A new entry: in the list, and on the map where it has a place."""

        def listed() -> None:
            self.panel.choose(identity)
            self._say(self.bench.text(words, name=identity))
            held = self.entry(identity)
            if held is not None and held.error is None:
                self.imports.show_entry(held)

        self.refresh(listed)

    def _not_imported(self, order: Order, words: str) -> None:
        self.order_over.emit(order, False, words)

    def on_download(self) -> None:
        """Ask where from; nothing is fetched before its size was shown and agreed to."""
        bench = self.bench
        if self._download is None:
            self._download = DownloadDialog(bench.state.language, bench.window)
            self._download.asked.connect(self._ask_size)
            self._download.agreed.connect(self._fetch)
            self._download.finished.connect(self._download_closed)
        self._download.show_pins(bench.toolbox.pins.pins)
        self._download.show()
        self._download.raise_()

    def _ask_size(self, fetch: commands.Fetch) -> None:
        def told(cost: commands.Cost) -> None:
            if self._download is not None:
                self._download.show_cost(fetch, cost)

        def refused(error: EnergyMapError) -> None:
            if self._download is not None:
                self._download.refuse(fetch, messages.say(error, self.bench.state.language))

        self._network.run(partial(commands.cost_of, fetch), told, refused)

    def _fetch(self, fetch: commands.Fetch) -> None:
        def done(answer: dict[str, Any]) -> None:
            files = [Path(str(one["path"])) for one in answer.get("files", [])]
            self._say(self.bench.text("library.downloaded", name=fetch.name))
            self.imports.offer(files, together=True)

        title = self.bench.text("library.job.download", name=fetch.name)
        self._run(title, commands.download(fetch), done)

    def _download_closed(self) -> None:
        if self._download is not None:
            self._download.deleteLater()
            self._download = None

    def cancel(self, order: Order | None = None) -> None:
        """Stop the task under way, or the one of an order, waiting or not."""
        self.tasks.cancel(order)

    def stop(self) -> None:
        """The window closes."""
        self.tasks.stop()
        self._background.stop()

    def _run(
        self,
        title: str,
        arguments: Sequence[str],
        then: Callable[[dict[str, Any]], None],
        failed: Callable[[str], None] | None = None,
        order: Order | None = None,
    ) -> None:
        self.tasks.add(Task(title, arguments, then, failed or self._say, order))

    def _progressed(self, task: Task, share: float, step: str, left_s: object) -> None:
        left = left_s if isinstance(left_s, float) else None
        words = f"{task.title}: {step}" if step else task.title
        self.panel.show_progress(words, share, left, self.tasks.waiting)
        self.moved.emit(words, share, left)
        if task.order is not None:
            self.order_moved.emit(task.order, share, step, left)

    def _rested(self) -> None:
        self.panel.show_idle()
        self.rested.emit()

    def _sweep(self, pid: int) -> None:
        """A worker that was killed could not take away what it had begun to write."""
        folder = self.folder_or_none()

        def sweep() -> None:
            for part in folder.glob(f".*.{pid}.part*") if folder is not None and folder.is_dir() else ():
                part.unlink(missing_ok=True)

        self._background.run(sweep, lambda _: None, self._complain)

    # -- inside ----------------------------------------------------------------------------------

    def _show_use(self) -> None:
        document = self.bench.document
        self.panel.show_use(document.workspace.scenarios, document.scenario)

    def _say(self, words: str) -> None:
        self.panel.say(words)
        self.bench.say(words.replace("\n", "  "), 20.0)

    def _complain(self, error: EnergyMapError) -> None:
        self._say(messages.say(error, self.bench.state.language))
