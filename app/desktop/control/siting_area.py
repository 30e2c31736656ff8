"""The area a siting is about: a drawing of the project or a file, read and checked beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import messages
from app.desktop.background import Background
from app.desktop.control import siting_work as work
from app.desktop.panels.siting import SitingPanel
from app.desktop.workbench import Workbench
from gis_layers.errors import EnergyMapError
from planning.workspace import Drawing

AREAS = ("polygon", "rectangle", "circle")
OF_FILE = "file:"


class SitingArea(QObject):
    """The one chosen; `asked` is None while none is, or it is being read, or cannot be."""

    changed = Signal()
    """Another area, or none."""
    known = Signal()
    """The area was read and may be looked at."""

    def __init__(self, bench: Workbench, panel: SitingPanel, thread: Background) -> None:
        super().__init__(bench.window)
        self.bench, self.panel = bench, panel
        self.asked: work.AskedArea | None = None
        self._thread = thread
        self._chosen, self._file = "", ""
        self._read: tuple[str, object, bool] | None = None
        """What the area now held was read from."""
        panel.area_chosen.connect(self.choose)
        panel.file_asked.connect(self._choose_file)

    def choose(self, identity: str) -> None:
        """A drawing by its id, the file chosen before, or none."""
        self._chosen = identity
        self.show()
        self.read()

    def take_file(self, path: str) -> None:
        """The polygons of a file as the area."""
        self._file = path
        self.choose(f"{OF_FILE}{path}")

    def _choose_file(self) -> None:
        bench = self.bench
        path = bench.dialogs.open_file(bench.text("siting.area_choose"), bench.text("siting.area_kinds"))
        if path:
            self.take_file(path)

    def _drawings(self) -> list[Drawing]:
        return [d for d in self.bench.document.workspace.drawings if d.kind in AREAS]

    def show(self) -> None:
        """The list of what may be chosen, in the language of the window."""
        asked = self.asked
        known = [(d.id, d.name) for d in reversed(self._drawings())]
        if self._file:
            known.append((f"{OF_FILE}{self._file}", Path(self._file).name))
        if asked is not None:
            size = self.bench.text("siting.km2", km2=asked.checked.area_km2)
            known = [(i, f"{name} · {size}" if i == self._chosen else name) for i, name in known]
        self.panel.show_areas(known, self._chosen)

    def follow(self) -> None:
        """The drawings of the project may be others; the newest is taken where none is chosen."""
        drawings = self._drawings()
        ids = {d.id for d in drawings}
        if self._chosen and not self._chosen.startswith(OF_FILE) and self._chosen not in ids:
            self._chosen = ""
        if not self._chosen and drawings:
            self._chosen = drawings[-1].id
        self.show()
        self.read()

    def read(self) -> None:
        """Read and check the area in the thread; what it was read from tells whether it has changed."""
        clip = self.panel.options.clip.isChecked()
        drawing = next((d for d in self._drawings() if d.id == self._chosen), None)
        source: object = drawing.rings if drawing is not None else None
        read = (f"{self._chosen}\0{drawing.name if drawing else ''}", source, clip)
        if read == self._read:
            return
        self._read, self.asked = read, None
        if not self._chosen:
            self.panel.show_tried(None, "")
            self.changed.emit()
            return
        if drawing is not None:
            rings, name = drawing.rings, drawing.name
            call: Callable[[], work.AskedArea] = lambda: work.area_of_rings(rings, name, clip)  # noqa: E731
        else:
            path = Path(self._chosen.removeprefix(OF_FILE))
            call = lambda: work.area_of_file(path, clip)  # noqa: E731
        self.panel.show_tried(None, self.bench.text("siting.area_reading"))
        self.changed.emit()

        def done(asked: work.AskedArea) -> None:
            if self._read == read:
                self.asked = asked
                self.show()
                self.known.emit()

        def failed(error: EnergyMapError) -> None:
            if self._read == read:
                self.panel.show_tried(None, messages.say(error, self.bench.state.language), bad=True)

        self._thread.run(call, done, failed)
