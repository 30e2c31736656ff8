"""The panels around the map: where each stands, how they fold away and come forward."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QVBoxLayout, QWidget

from app.desktop import qt_words
from app.desktop.texts import text
from app.messages import Language

LEFT, RIGHT, BELOW = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
PLACES: tuple[tuple[str, Qt.DockWidgetArea, str | None], ...] = (
    ("layers", LEFT, None),
    ("scenarios", LEFT, "layers"),
    ("inspector", RIGHT, None),
    ("inputs", RIGHT, "inspector"),
    ("pins", RIGHT, "inspector"),
    ("plant", RIGHT, "inspector"),
    ("results", BELOW, None),
    ("link", BELOW, "results"),
    ("endowment", BELOW, "results"),
    ("profile", BELOW, "results"),
    ("complement", BELOW, "results"),
    ("compare", BELOW, "results"),
    ("library", BELOW, "results"),
    ("log", BELOW, "results"),
)
"""Panel, side of the map, and the panel it is a tab behind."""
IN_FRONT = ("layers", "inspector", "results")
FOLDED_FIRST = tuple(key for key, side, _ in PLACES if side is BELOW)
"""The map has their room until there is a result, or one of them is asked for."""
SIDES_PX, BELOW_PX = (250, 290), 230
WHEN_SEEN = ("inputs", "compare")
"""A dock behind another counts as visible to Qt; these fill themselves when they are seen."""


class Docks(QObject):
    """One dock a panel, and the bar of time below them."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget], time_bar: QWidget) -> None:
        super().__init__(window)
        self.docks: dict[str, QDockWidget] = {}
        self._folded: list[str] = []
        self._had_result = False
        self._stood = True
        for key, area, behind in PLACES:
            dock, widget = QDockWidget(), panels[key]
            dock.setObjectName(key)
            if key in WHEN_SEEN:
                dock.setWidget(_holding(widget))
                dock.visibilityChanged.connect(widget.setVisible)
            else:
                dock.setWidget(widget)
            window.addDockWidget(area, dock)
            if behind is not None:
                window.tabifyDockWidget(self.docks[behind], dock)
            self.docks[key] = dock
        self._raise()
        self.time_bar = QToolBar()
        self.time_bar.setObjectName("time")
        self.time_bar.setMovable(False)
        self.time_bar.addWidget(time_bar)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.time_bar)
        sides = [self.docks["layers"], self.docks["inspector"]]
        window.resizeDocks(sides, list(SIDES_PX), Qt.Orientation.Horizontal)
        window.resizeDocks([self.docks["results"]], [BELOW_PX], Qt.Orientation.Vertical)
        self._set_below(False)

    def show(self, key: str) -> None:
        """Bring a panel forward; of those below, all come with the first."""
        if key in FOLDED_FIRST and not self._below_shown():
            self._set_below(True)
        self.docks[key].show()
        self.docks[key].raise_()

    def follow_result(self, there: bool) -> None:
        """The panels below come with the first result and go with the last; in between they are the user's.

        Where all panels are folded away, they stay so and come back with the others."""
        if there == self._had_result:
            return
        self._had_result = there
        if self.any_visible() or not self._folded:
            self._set_below(there)
            if there:
                self.docks["results"].raise_()
        else:
            kept = [key for key in self._folded if key not in FOLDED_FIRST]
            self._folded = [*kept, *(FOLDED_FIRST if there else ())]

    def restored(self) -> None:
        """The panels stand as in an earlier start, which may have ended with a result."""
        if not self.any_visible():
            for key in IN_FRONT:
                self.docks[key].show()
        self._set_below(self._had_result)

    def _below_shown(self) -> bool:
        return any(not self.docks[key].isHidden() for key in FOLDED_FIRST)

    def _set_below(self, shown: bool) -> None:
        for key in FOLDED_FIRST:
            self.docks[key].setVisible(shown)

    def any_visible(self) -> bool:
        return any(not dock.isHidden() for dock in self.docks.values())

    def fold(self) -> None:
        """Fold all panels away, or bring back those that were there."""
        shown = self.any_visible()
        if shown:
            self._folded = [key for key, dock in self.docks.items() if not dock.isHidden()]
        for key, dock in self.docks.items():
            dock.setVisible(not shown and (not self._folded or key in self._folded))
        if not shown:
            self._raise()

    def present(self, presenting: bool, with_results: bool) -> None:
        """Of all panels the results alone, where there are any; afterwards what stood before."""
        if presenting:
            self._stood = self.any_visible()
            if self._stood:
                self.fold()
            self.docks["results"].setVisible(with_results)
        else:
            self.docks["results"].hide()
            if self._stood:
                self.fold()

    def retitle(self, language: Language) -> None:
        for key, dock in self.docks.items():
            dock.setWindowTitle(text(key, language))
            qt_words.name_buttons(dock, language)
        self.time_bar.setWindowTitle(text("time_bar", language))

    def _raise(self) -> None:
        for key in IN_FRONT:
            self.docks[key].raise_()


def _holding(panel: QWidget) -> QWidget:
    """What stays visible around a panel that hides: Qt lets a dock with a hidden widget, and all that are tabs with it,
    grow no higher than its title."""
    around = QWidget()
    layout = QVBoxLayout(around)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(panel)
    return around
