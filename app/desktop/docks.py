"""The panels around the map: where each stands, how they fold away and come forward."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QTabBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.desktop import qt_words
from app.desktop.panels.scrolled import scrolled
from app.desktop.panels.switches import SideSwitch
from app.desktop.room import SIDES, TABS_PX, Plan, Side, Window, plan
from app.desktop.texts import text
from app.desktop.turns import Turns
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
    ("sizing", RIGHT, "inspector"),
    ("results", BELOW, None),
    ("lines", BELOW, "results"),
    ("outage", BELOW, "results"),
    ("link", BELOW, "results"),
    ("endowment", BELOW, "results"),
    ("sized", BELOW, "results"),
    ("siting", BELOW, "results"),
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
SIDE_OF: dict[str, Side] = {
    key: "left" if side is LEFT else "right" if side is RIGHT else "below" for key, side, _ in PLACES
}
CALLED: dict[Side, str] = {"left": "layers", "right": "inspector", "below": "results"}
"""In front when a side is called back."""
WHEN_SEEN = ("inputs", "compare", "lines")
"""A dock behind another counts as visible to Qt; these fill themselves when they are seen."""


class Docks(QObject):
    """One dock a panel, and the bar of time below them."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget], time_bar: QWidget) -> None:
        super().__init__(window)
        self.docks: dict[str, QDockWidget] = {}
        self._folded: list[str] = []
        self._had_result = False
        self._stood = True
        self._window = window
        self._language: Language = "zh"
        self._gave_way: dict[Side, list[str]] = {}
        """Panels that were folded for the map's sake, and come back when there is room."""
        self._kept: dict[Side, list[str]] = {}
        """Panels of a side that the user folded, so that they come back as they were."""
        self._beside = self._presenting = False
        self._height_set = 0
        for key, area, behind in PLACES:
            dock, widget = QDockWidget(), panels[key]
            dock.setObjectName(key)
            if key in WHEN_SEEN:
                dock.visibilityChanged.connect(widget.setVisible)
                widget = _holding(widget)
            dock.setWidget(scrolled(widget) if area is BELOW else widget)
            window.addDockWidget(area, dock)
            if behind is not None:
                window.tabifyDockWidget(self.docks[behind], dock)
            self.docks[key] = dock
        self._raise()
        self.time_bar = QToolBar()
        self.time_bar.setObjectName("time")
        self.time_bar.setMovable(False)
        self.time_bar.addWidget(time_bar)
        self.switches = {side: SideSwitch(side) for side in SIDES}
        for side, switch in self.switches.items():
            self.time_bar.addWidget(switch)
            switch.clicked.connect(lambda _=False, side=side: self.turn(side))
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.time_bar)
        sides = [self.docks["layers"], self.docks["inspector"]]
        window.resizeDocks(sides, list(SIDES_PX), Qt.Orientation.Horizontal)
        window.resizeDocks([self.docks["results"]], [BELOW_PX], Qt.Orientation.Vertical)
        self._set_below(False)
        self._turns = Turns(self)
        for dock in self.docks.values():
            dock.toggleViewAction().triggered.connect(self._toggled)
            dock.visibilityChanged.connect(lambda _: self._mark())
        window.installEventFilter(self)

    def show(self, key: str) -> None:
        """Bring a panel forward; of those below, all come with the first. Others give way where the map needs it."""
        side = SIDE_OF[key]
        if side == "below" and not self._below_shown():
            self._set_below(True)
        elif side in self._gave_way:
            self._bring_back(side)
        self.docks[key].show()
        self.fit(side)
        self.docks[key].raise_()

    def turn(self, side: Side) -> None:
        """Fold the panels of a side away, or bring them back."""
        if self._side_shown(side):
            self._gave_way.pop(side, None)
            self._kept[side] = self._fold_side(side)
        else:
            kept = self._gave_way.pop(side, None) or self._kept.pop(side, None)
            for key in kept or [key for key, own in SIDE_OF.items() if own == side]:
                self.docks[key].show()
            self.fit(side)
            self.docks[CALLED[side]].raise_()
        self._mark()

    # -- the room of the map ---------------------------------------------------------------------

    def fit(self, first: Side | None = None) -> None:
        """Let panels give way until the map has its share of the window; what gave way earlier may come back."""
        if not self.any_visible() or self._presenting:
            return
        wanted = [side for side in SIDES if self._side_shown(side) or side in self._gave_way]
        self._apply(plan(self._sizes(), wanted, first))
        self._mark()

    def _apply(self, made: Plan) -> None:
        self._set_beside(bool(made.beside))
        for side in SIDES:
            if side in made.shown and side in self._gave_way:
                self._bring_back(side)
            elif side not in made.shown and self._side_shown(side):
                self._gave_way[side] = self._fold_side(side)
        results = self.docks["results"]
        if made.beside:
            self._window.resizeDocks([results], [made.beside], Qt.Orientation.Horizontal)
        elif made.below and (self._untouched(results.height()) or results.height() > made.below):
            self._window.resizeDocks([results], [made.below + TABS_PX], Qt.Orientation.Vertical)
            self._height_set = made.below

    def _untouched(self, height: int) -> bool:
        """Whether the panels below have the height they were given; else the user has drawn them as they are."""
        return not self._height_set or abs(height - self._height_set) <= TABS_PX // 2

    def _sizes(self) -> Window:
        window = self._window
        bars = [window.menuBar(), window.statusBar(), *window.findChildren(QToolBar)]
        high = sum(max(bar.height(), bar.sizeHint().height()) for bar in bars if not bar.isHidden())
        left, right = (
            max(
                least,
                *(self.docks[key].minimumSizeHint().width() for key, own in SIDE_OF.items() if own == side),
            )
            for side, least in zip(("left", "right"), SIDES_PX, strict=True)
        )
        return Window(window.width(), window.height(), high, left, right, BELOW_PX)

    def _set_beside(self, beside: bool) -> None:
        """In a low window the panels below the map stand among those at its right."""
        if beside == self._beside:
            return
        self._beside = beside
        hidden = {key for key in FOLDED_FIRST if self.docks[key].isHidden()}
        for key in FOLDED_FIRST:
            self._window.addDockWidget(RIGHT if beside else BELOW, self.docks[key])
            if beside or key != "results":
                self._window.tabifyDockWidget(
                    self.docks["inspector" if beside else "results"], self.docks[key]
                )
            self.docks[key].setHidden(key in hidden)
        self.docks["results"].raise_()

    def _side_shown(self, side: Side) -> bool:
        return any(not dock.isHidden() for key, dock in self.docks.items() if SIDE_OF[key] == side)

    def _fold_side(self, side: Side) -> list[str]:
        shown = [key for key, own in SIDE_OF.items() if own == side and not self.docks[key].isHidden()]
        for key in shown:
            self.docks[key].hide()
        return shown

    def _bring_back(self, side: Side) -> None:
        for key in self._gave_way.pop(side):
            self.docks[key].show()

    def _toggled(self, shown: bool) -> None:
        """By the menu or its own cross."""
        dock = next(key for key, dock in self.docks.items() if dock.toggleViewAction() is self.sender())
        if shown:
            self.show(dock)
        self._mark()

    def _mark(self) -> None:
        for side, switch in self.switches.items():
            switch.setChecked(self._side_shown(side))
        # "I…" and "P…" name nothing: where the tabs have no room they scroll. Qt makes these bars as it needs them.
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            qt_words.name_scrolling(bar, self._language)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._turns.start(self.fit)
        return False

    def follow_result(self, there: bool) -> None:
        """The panels below come with the first result and go with the last; in between they are the user's.

        Where all panels are folded away, they stay so and come back with the others."""
        if there == self._had_result:
            return
        self._had_result = there
        if self.any_visible() or not self._folded:
            self._gave_way.pop("below", None)
            self._set_below(there)
            self.fit("below" if there else None)
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
        self._beside = self._window.dockWidgetArea(self.docks["results"]) == RIGHT
        self._set_below(self._had_result)
        self.fit()

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
            self.fit()

    def present(self, presenting: bool, with_results: bool) -> None:
        """Of all panels the results alone, where there are any; afterwards what stood before."""
        self._presenting = presenting
        if presenting:
            self._stood = self.any_visible()
            if self._stood:
                self.fold()
            self.docks["results"].setVisible(with_results)
        else:
            self.docks["results"].hide()
            if self._stood:
                self.fold()
            self._turns.start(self.fit)  # once the bars stand again and take their room

    def retitle(self, language: Language) -> None:
        self._language = language
        for key, dock in self.docks.items():
            dock.setWindowTitle(text(key, language))
            qt_words.name_buttons(dock, language)
        for switch in self.switches.values():
            switch.set_language(language)
        self.time_bar.setWindowTitle(text("time_bar", language))
        self._mark()

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
