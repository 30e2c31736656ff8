"""The welcome page, the tour, and what the program says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.cli import version
from app.desktop.autosave import Recovery
from app.desktop.control.files import FileControl
from app.desktop.tour import Tour
from app.desktop.welcome import WelcomePage
from app.desktop.workbench import Workbench
from app.messages import Language


class HelpControl(QObject):
    """Handlers of the menu Help, and the page a first start shows."""

    def __init__(
        self, bench: Workbench, files: FileControl, pages: QStackedWidget, targets: Mapping[str, QWidget]
    ) -> None:
        super().__init__(bench.window)
        self.bench, self.files, self.pages = bench, files, pages
        self._targets = dict(targets)
        self.tour: Tour | None = None
        self.welcome = WelcomePage(files.recents, bench.state.language, bench.state.units)
        pages.addWidget(self.welcome)
        page = self.welcome
        page.scenario_chosen.connect(files.begin)
        page.recent_chosen.connect(files.open)
        page.open_requested.connect(files.on_open)
        page.tour_requested.connect(self.on_tour)
        page.map_requested.connect(self.show_map)
        page.recovery_chosen.connect(self._take_over)
        page.recovery_discarded.connect(self._discard)
        files.entered.connect(self.show_map)
        files.recents_changed.connect(page.refresh)
        bench.state.units_changed.connect(lambda: page.set_units(bench.state.units))

    def on_welcome(self) -> None:
        self.welcome.refresh()
        self.pages.setCurrentWidget(self.welcome)
        self.bench.document.background.run(
            self.files.recoveries, self.welcome.show_recoveries, self.bench.complain
        )

    def show_map(self) -> None:
        self.pages.setCurrentIndex(0)
        self.bench.canvas.setFocus()

    def on_tour(self) -> None:
        if self.tour is not None:
            return
        self.show_map()
        self.tour = Tour(self.bench.window, self._targets, self.bench.state.language)
        self.tour.finished.connect(self._toured)
        self.tour.start()

    def on_about(self) -> None:
        """In the status bar and the inspector: no box stops the window."""
        bench = self.bench
        bench.say(bench.text("about_line", version=version()), 30.0)

    def set_language(self, language: Language) -> None:
        self.welcome.set_language(language)
        if self.tour is not None:
            self.tour.set_language(language)

    def _toured(self) -> None:
        self.tour = None

    def _take_over(self, recovery: Recovery) -> None:
        self.files.take_over(recovery)

    def _discard(self, recovery: Recovery) -> None:
        self.files.discard(recovery)
