"""The import dialog: files as a list, what was read of each, its use, only the questions that remain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QListWidgetItem, QWidget

from app.desktop.background import Background
from app.desktop.importing.dialog_frame import ImportFrame
from app.desktop.importing.drop import SUFFIXES, urls_accepted
from app.desktop.importing.entries import Entry, Order, Purpose
from app.desktop.importing.entry_words import name_words, state_words
from app.desktop.importing.work import (
    NETCDF,
    Read,
    Source,
    importer,
    look_again,
    make_layer,
    read_files,
    warm_up,
    warm_up_writing,
)
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import EnergyMapError
from gis_layers.importer.apply import ImportedLayer

AGAIN_MS = 350
"""After the last key, before a source is looked at with the new answer."""


class ImportDialog(ImportFrame):
    """Reads files in the background; says which layers and which data the user takes."""

    imported = Signal(object)
    """An `ImportedLayer`."""
    ordered = Signal(object)
    """An `Order`: data for the library. What becomes of it is told by `order_moved` and `order_over`."""
    cancelled = Signal(object)
    """The `Order` the user no longer wants."""

    def __init__(
        self, language: Language, folder: Path, parent: QWidget | None = None, library: Path | None = None
    ) -> None:
        """`folder` is where unpacked archives and corrected copies go (made when first needed); `library` is
        looked into for the same files."""
        super().__init__(parent)
        self._language: Language = language
        self._folder, self._library = folder, library
        self._background = Background(self, importer())
        warm_up()
        warm_up_writing()
        self.entries: list[Entry] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AGAIN_MS)
        self._later.timeout.connect(self._look_again)
        self._waiting: list[Entry] = []
        self.setAcceptDrops(True)
        self._connect()
        self.set_language(language)
        self.resize(1120, 760)
        self._list.setFocus()

    def add_files(self, paths: Iterable[Path], as_one: bool = False) -> None:
        """Read these files in the background; those that are in the list already are not read again. `as_one`:
        they are parts of one source."""
        known = {path for entry in self.entries for path in entry.paths}
        fresh = [path for path in dict.fromkeys(paths) if path not in known]
        # Months of a reanalysis and the like are one source; what is no NetCDF is read by itself.
        together = [path for path in fresh if path.suffix.lower() in NETCDF]
        groups: list[tuple[Path, ...]] = [(path,) for path in fresh if path not in together]
        if as_one and fresh:
            groups = [tuple(fresh)]
        elif together:
            groups.append(tuple(together))
        for group in groups:
            entry = Entry(group[0], group[1:])
            self.entries.append(entry)
            self._start(entry, partial(read_files, group, self._folder, self._library))
        self._fill_list()

    def set_language(self, language: Language) -> None:
        """Retitle everything."""
        self._language = language
        self.setWindowTitle(self._say("title"))
        self._list.setAccessibleName(self._say("files"))
        self._for_label.setText(f"<b>{self._say('purpose')}</b>")
        for purpose, button in self._purposes.items():
            button.setText(self._say(f"purpose.{purpose}"))
            button.setToolTip(self._say(f"purpose.{purpose}.hint"))
        self._add.setText(self._say("add"))
        self._remove.setText(self._say("remove"))
        self._split.setText(self._say("split"))
        self._stop.setText(self._say("stop"))
        self._go.setText(self._say("go"))
        self._close.setText(self._say("close"))
        self._fill_list()

    def set_dark(self, dark: bool) -> None:
        """Colours come from the palette; only the pictures must be painted anew."""
        for page in (self.layer_page, self.source_page):
            page.preview.update()

    @property
    def busy(self) -> bool:
        """Something is being read or made here; data under way into the library is not."""
        return self._background.busy or self._later.isActive()

    def import_checked(self) -> None:
        """Make layers and order data of all checked entries of which nothing is open."""
        for row, entry in enumerate(self.entries):
            item = self._list.item(row)
            if not entry.importable or item.checkState() != Qt.CheckState.Checked:
                continue
            entry.busy, entry.error, entry.said = True, None, ""
            if entry.purpose == "library":
                entry.order = entry.order_of()
                self.ordered.emit(entry.order)
            else:
                assert entry.report is not None
                assert entry.layer is not None
                answers, name = dict(entry.answers), entry.layer.name
                self._start(entry, partial(make_layer, entry.report, answers, self._folder, name))
        self._refresh()

    def order_moved(self, order: Order, share: float, words: str, left_s: float | None) -> None:
        """Data comes into the library."""
        for row, entry in enumerate(self.entries):
            if entry.order is order:
                entry.progress = (share, words, left_s)
                self._title(row, entry)
                if entry is self._current():
                    self.show_progress(entry, self._background.busy, self._language)

    def order_over(self, order: Order, good: bool, words: str) -> None:
        """Data has come, or why it has not."""
        for entry in self.entries:
            if entry.order is order:
                entry.busy, entry.done, entry.order, entry.progress = False, good, None, None
                entry.said = "" if good else words
        self._refresh()

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._show_entry)
        self._list.itemChanged.connect(lambda _: self._buttons_state())
        for purpose, radio in self._purposes.items():
            radio.clicked.connect(partial(self._use_for, purpose))
        self.layer_page.answered.connect(self._answered)
        self.source_page.answered.connect(self._told)
        self.source_page.agreed.connect(self._agreed)
        for button, slot in (
            (self._add, self._choose_files),
            (self._remove, self._remove_current),
            (self._split, self._split_current),
            (self._stop, self._stop_current),
            (self._go, self.import_checked),
        ):
            button.clicked.connect(slot)

    def _say(self, key: str, **values: object) -> str:
        return text(f"import.{key}", self._language, **values)

    # -- what comes back -------------------------------------------------------------------------

    def _start(self, entry: Entry, task: Callable[[], object]) -> None:
        self._background.run(task, partial(self._arrived, entry), partial(self._arrived, entry))

    def _arrived(self, entry: Entry, result: object) -> None:
        reading = entry.report is None and entry.source is None
        if isinstance(result, EnergyMapError) and reading:
            result = [Read(entry.path, result)]
        if isinstance(result, list):
            self._read_done(entry, result)
        elif isinstance(result, ImportedLayer | EnergyMapError):
            self._apply_done(entry, result)

    def _read_done(self, entry: Entry, results: list[Read]) -> None:
        """One line for each layer and each source."""
        if entry not in self.entries:  # taken off the list meanwhile
            return
        lines: list[Entry] = []
        for read in results:
            more = read.source.paths[1:] if read.source else ()
            layers = () if isinstance(read.outcome, EnergyMapError) else read.outcome.layers
            for layer in layers or (None,):
                line = Entry(read.path, more, busy=False, layer=layer, not_data=read.not_data)
                if isinstance(read.outcome, EnergyMapError):
                    line.error = None if read.source else read.outcome
                else:
                    line.report = read.outcome
                if read.source is not None:
                    line.take_source(read.source)
                lines.append(line)
        at = self.entries.index(entry)
        shown = self._current() is entry
        self.entries[at : at + 1] = lines
        self._fill_list()
        if shown:
            self._list.setCurrentRow(at)

    def _apply_done(self, entry: Entry, result: ImportedLayer | EnergyMapError) -> None:
        entry.busy = False
        if isinstance(result, EnergyMapError):
            entry.error = result
        else:
            entry.done = True
            self.imported.emit(result)
        self._refresh()

    def _look_again(self) -> None:
        waiting, self._waiting = self._waiting, []
        for entry in waiting:
            if entry.source is not None:
                told = {name: value for name, value in entry.told.items() if value}
                then = partial(self._looked, entry, told)
                self._background.run(partial(look_again, entry.source, told), then, then)

    def _looked(self, entry: Entry, told: dict[str, str], found: Source | EnergyMapError) -> None:
        if told != {name: value for name, value in entry.told.items() if value}:
            return  # a newer look follows
        entry.checking = False
        if isinstance(found, Source):
            entry.take_source(found)
        else:
            entry.refused = found
        self._refresh()

    # -- the list --------------------------------------------------------------------------------

    def _fill_list(self) -> None:
        """All lines anew, keeping the current one and what was unchecked."""
        current = self._current()
        unchecked = {
            id(self._list.item(row).data(Qt.ItemDataRole.UserRole))
            for row in range(self._list.count())
            if self._list.item(row).checkState() == Qt.CheckState.Unchecked
        }
        self._list.blockSignals(True)
        self._list.clear()
        for entry in self.entries:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip("\n".join(map(str, entry.paths)))
            if entry.layer is not None or entry.source is not None:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                off = id(entry) in unchecked
                item.setCheckState(Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)
            self._list.addItem(item)
        row = self.entries.index(current) if current in self.entries else min(0, len(self.entries) - 1)
        self._list.setCurrentRow(row)
        self._list.blockSignals(False)
        self._refresh()

    def _refresh(self) -> None:
        """Texts of the list, the entry shown and the buttons."""
        for row, entry in enumerate(self.entries):
            self._title(row, entry)
        self._show_entry()

    def _title(self, row: int, entry: Entry) -> None:
        self._list.blockSignals(True)
        self._list.item(row).setText(
            f"{name_words(entry, self._language)}\n{state_words(entry, self._language)}"
        )
        self._list.blockSignals(False)

    def _current(self) -> Entry | None:
        item = self._list.currentItem()
        entry = item.data(Qt.ItemDataRole.UserRole) if item else None
        return entry if isinstance(entry, Entry) else None

    def _show_entry(self) -> None:
        entry = self._current()
        data = entry is not None and entry.purpose == "library" and entry.source is not None
        self._for.setVisible(entry is not None and entry.source is not None)
        if entry is not None:
            for purpose, button in self._purposes.items():
                button.setChecked(entry.purpose == purpose)
                button.setEnabled(
                    not entry.busy and not entry.done and (entry.choice or entry.purpose == purpose)
                )
        self._said.setText(f"✕ {entry.said}" if entry is not None and entry.said else "")
        self._said.setVisible(entry is not None and bool(entry.said))
        if data and entry is not None:
            self.source_page.show_entry(entry, self._language)
        else:
            self.layer_page.show_entry(entry, self._language)
        self._pages.setCurrentWidget(self.source_page if data else self.layer_page)
        self.show_progress(entry, self._background.busy, self._language)
        self._buttons_state()

    def _buttons_state(self) -> None:
        checked = [
            entry
            for row, entry in enumerate(self.entries)
            if self._list.item(row) and self._list.item(row).checkState() == Qt.CheckState.Checked
        ]
        self._go.setEnabled(any(entry.importable for entry in checked))
        entry = self._current()
        reading = entry is not None and entry.report is None and entry.source is None
        self._remove.setEnabled(entry is not None and (not entry.busy or reading))
        self._split.setVisible(entry is not None and bool(entry.more) and not entry.busy and not entry.done)

    # -- what the user does ----------------------------------------------------------------------

    def _use_for(self, purpose: Purpose) -> None:
        entry = self._current()
        if entry is not None and entry.purpose != purpose:
            entry.purpose = purpose
            self._refresh()

    def _answered(self, name: str, value: str) -> None:
        entry = self._current()
        if entry is None:
            return
        entry.answers.pop(name, None)
        if value or name == "nodata":
            entry.answers[name] = value
        self._title(self._list.currentRow(), entry)
        self._buttons_state()

    def _told(self, answers: dict[str, str]) -> None:
        """Answers about data: what they change is found by looking again."""
        entry = self._current()
        if entry is None or entry.source is None:
            return
        entry.told.update(answers)
        entry.checking = True
        if entry not in self._waiting:
            self._waiting.append(entry)
        self._later.start()
        self._title(self._list.currentRow(), entry)
        self._buttons_state()

    def _agreed(self, code: str, yes: bool) -> None:
        entry = self._current()
        if entry is None:
            return
        (entry.agreed.add if yes else entry.agreed.discard)(code)
        self._title(self._list.currentRow(), entry)
        self._buttons_state()

    def _stop_current(self) -> None:
        entry = self._current()
        if entry is not None and entry.order is not None:
            self.cancelled.emit(entry.order)

    def _split_current(self) -> None:
        """Read the files of one entry each by itself."""
        entry = self._current()
        if entry is None or not entry.more:
            return
        at = self.entries.index(entry)
        alone = [Entry(path) for path in entry.paths]
        self.entries[at : at + 1] = alone
        for one in alone:
            self._start(one, partial(read_files, (one.path,), self._folder, self._library))
        self._fill_list()

    def _remove_current(self) -> None:
        entry = self._current()
        if entry is not None and self._remove.isEnabled():
            self.entries.remove(entry)
            self._fill_list()

    def _choose_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self, self._say("add"), "", f"{self._say('filter')} ({patterns});;{self._say('all_files')} (*)"
        )
        self.add_files([Path(name) for name in names])

    # -- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._list.hasFocus():
            self._remove_current()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if urls_accepted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files(urls_accepted(event.mimeData()))
        event.acceptProposedAction()
