"""Submenus whose entries are data: recent projects, bookmarks, projections, colours of the flows, panels.

Each is filled again only when what it lists has changed; the list of recent projects is read from the disk when the
program starts and when a project is opened or saved, not at every edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from app.desktop.command_bar import CommandBar
from app.desktop.control.files import FileControl
from app.desktop.control.results import ResultControl
from app.desktop.control.view import ViewControl
from app.desktop.docks import Docks
from app.desktop.map.flows import ColourMode
from app.desktop.map.projection import ProjectionId
from app.desktop.texts import text
from app.desktop.workbench import Workbench

PROJECTIONS: tuple[ProjectionId, ...] = ("albers", "mercator", "plate_carree")
FLOW_COLOURS: tuple[ColourMode, ...] = ("green", "loading", "mean", "peak", "full", "n1", "effect", "kind")


class Submenus(QObject):
    """`refresh` may be called as often as one likes: it costs nothing while nothing has changed."""

    def __init__(
        self,
        bench: Workbench,
        commands: CommandBar,
        docks: Docks,
        files: FileControl,
        view: ViewControl,
        results: ResultControl,
    ) -> None:
        super().__init__(bench.window)
        self._bench, self._files, self._view, self._results = bench, files, view, results
        menus = commands.menus
        self.recent = menus["menu.file"].addMenu("")
        self.bookmarks = menus["menu.view"].addMenu("")
        self.projections = menus["menu.view"].addMenu("")
        self.colours = menus["menu.layers"].addMenu("")
        menus["menu.view"].addSeparator()
        for dock in docks.docks.values():
            menus["menu.view"].addAction(dock.toggleViewAction())
        self._listed: dict[str, object] = {}
        self._paths = files.recents.paths()
        files.recents_changed.connect(self._read_recents)
        results.colour_mode_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Bring every submenu up to date."""
        bench = self._bench
        language, marks = bench.state.language, bench.document.workspace.bookmarks
        projection = bench.canvas.projection.id
        if self._changed("recent", (language, self._paths)):
            self._fill(
                self.recent, "recent", ((path.name, partial(self._files.open, path)) for path in self._paths)
            )
            for action, path in zip(self.recent.actions(), self._paths, strict=True):
                action.setToolTip(str(path))
        if self._changed("bookmarks", (language, marks)):
            self._fill(self.bookmarks, "bookmarks", ((m.name, partial(self._view.go_to, m)) for m in marks))
        if self._changed("projection", language):
            self._fill(
                self.projections,
                "projection",
                (
                    (text(f"projection.{name}", language), partial(self._view.set_projection, name))
                    for name in PROJECTIONS
                ),
                one_of=True,
            )
        if self._changed("flow_colours", language):
            self._fill(
                self.colours,
                "flow_colours",
                (
                    (text(f"flow_colour.{mode}", language), partial(self._results.set_colour_mode, mode))
                    for mode in FLOW_COLOURS
                ),
                one_of=True,
            )
        # Marked, not filled anew: the choice is made by an entry of the very menu.
        self.projections.actions()[PROJECTIONS.index(projection)].setChecked(True)
        self.colours.actions()[FLOW_COLOURS.index(self._results.colour_mode)].setChecked(True)

    def _changed(self, key: str, facts: object) -> bool:
        """Whether a menu lists something else than these facts; from now on it lists them."""
        if self._listed.get(key) == facts:
            return False
        self._listed[key] = facts
        return True

    def _fill(
        self,
        menu: QMenu,
        key: str,
        entries: Iterable[tuple[str, Callable[[], None]]],
        one_of: bool = False,
    ) -> None:
        """Fill a menu anew; entries that are a choice of one bear a mark."""
        for old in menu.findChildren(QActionGroup):
            old.deleteLater()
        menu.clear()
        menu.setTitle(text(key, self._bench.state.language))
        group = QActionGroup(menu) if one_of else None
        for words, act in entries:
            action = menu.addAction(words, act)
            if group is not None:
                action.setCheckable(True)
                group.addAction(action)
        menu.setEnabled(not menu.isEmpty())

    def _read_recents(self) -> None:
        self._paths = self._files.recents.paths()
        self.refresh()
