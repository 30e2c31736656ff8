"""The pages of the results: a table with its charts beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.frame import ChartFrame
from app.desktop.panels.results_context import Context
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import TableContent, ValueTable
from app.desktop.texts import text
from app.desktop.turns import Turns
from app.messages import Language
from planning.results import Summary

NARROW_PX = 560
"""Below, the charts stand under the table."""
TableBuilder = Callable[[Summary, Columns], TableContent]


class ChartSwitch(QWidget):
    """Several charts in one place, one of them in sight."""

    switched = Signal()

    def __init__(self, charts: Sequence[tuple[str, ChartFrame]]) -> None:
        super().__init__()
        self.charts = tuple(charts)
        self._stack, self._group = QStackedWidget(), QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 8, 0)
        row.setSpacing(2)
        self._buttons = []
        for index, (_, chart) in enumerate(self.charts):
            self._stack.addWidget(chart)
            button = QToolButton()
            button.setCheckable(True)
            button.setAutoRaise(True)
            self._group.addButton(button, index)
            row.addWidget(button)
            self._buttons.append(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        if len(self.charts) > 1:
            layout.addLayout(row)
        else:
            self._buttons[0].setParent(self)
            self._buttons[0].hide()
        layout.addWidget(self._stack, 1)
        self._buttons[0].setChecked(True)
        self._group.idClicked.connect(self.show_chart)

    def show_chart(self, index: int) -> None:
        self._buttons[index].setChecked(True)
        self._stack.setCurrentIndex(index)
        self.switched.emit()

    def current(self) -> ChartFrame:
        return self.charts[self._stack.currentIndex()][1]

    def set_language(self, language: Language) -> None:
        for (key, _), button in zip(self.charts, self._buttons, strict=True):
            button.setText(text(key, language))


class ResultPage(QWidget):
    """One tab. Filled when it comes in sight and something has changed since."""

    picked = Signal(str, str)
    hour_changed = Signal(int)
    place_picked = Signal(str, str)
    """A place of the power flow: failure and its hour, voltage and its node."""
    failed = Signal(str)

    kind = ""
    """Of the things its rows are."""
    scoped = False
    """Whether it shows the nation, or a province or base chosen beside the tabs."""

    def __init__(self, name: str, table: TableBuilder | None, *groups: ChartSwitch, kind: str = "") -> None:
        super().__init__()
        self.kind = kind
        self._build_table, self.groups = table, groups
        self._filled: Context | None = None
        self._turns = Turns(self)
        self.table: ValueTable | None = None
        self._splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        if table is not None:
            self.table = ValueTable(name)
            self.table.picked.connect(self._row)
            self.table.failed.connect(self.failed)
            splitter.addWidget(self.table)
        for group in groups:
            splitter.addWidget(group)
            group.switched.connect(partial(self._draw_group, group))
            for _, chart in group.charts:
                chart.failed.connect(self.failed)
        if table is not None and groups:
            splitter.setStretchFactor(0, 4)
            for i in range(len(groups)):
                splitter.setStretchFactor(i + 1, 5)
            splitter.setSizes([480, *[600 // len(groups)] * len(groups)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < NARROW_PX
        turned = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._splitter.orientation() != turned:
            self._splitter.setOrientation(turned)
            whole = self.height() if narrow else self.width()
            own = [4] * (self._splitter.count() - len(self.groups)) + [5] * len(self.groups)
            self._splitter.setSizes([whole * share // sum(own) for share in own])
        super().resizeEvent(event)

    def charts(self) -> list[ChartFrame]:
        return [chart for group in self.groups for _, chart in group.charts]

    def fill(self, context: Context) -> None:
        """Show what the context says; nothing is done again that is shown already."""
        before, self._filled = self._filled, context
        if before == context:
            return
        language = context.look.language
        fresh = before is None or before.summary is not context.summary or before.look != context.look
        if self.table is not None and self._build_table is not None:
            if fresh:
                self.table.set_language(language)
                columns = Columns(language, context.look.units)
                self.table.show_content(self._build_table(context.summary, columns), context.source)
            chosen = context.chosen(self.kind) if self.kind else None
            if chosen is not None:
                self.table.select_id(chosen)
        for group in self.groups:
            group.set_language(language)
        if fresh or before is None or replace(before, selected=context.selected) != context:
            # The first chart now, each other one in a turn of its own.
            self._turns.start(*self._drawings(self.groups[1:]))
            for draw in self._drawings(self.groups[:1]):
                draw()
        else:
            # Another selection: the row is marked at once, the charts follow.
            self._turns.start(*self._drawings(self.groups))

    def set_hour(self, hour: int) -> None:
        """The hour of the whole window has moved."""

    def draw(self, chart: ChartFrame, context: Context) -> None:
        """Subclasses: give a chart in sight its data."""

    def _draw(self, chart: ChartFrame, context: Context) -> None:
        if chart.look != context.look:
            # Not `set_look`, which would draw what it held before: `draw` is about to give it what it shall hold.
            chart.look = context.look
            chart.retitle()
        self.draw(chart, context)

    def _drawings(self, groups: Sequence[ChartSwitch]) -> list[Callable[[], None]]:
        return [partial(self._draw_group, group) for group in groups]

    def _draw_group(self, group: ChartSwitch) -> None:
        if self._filled is not None:
            self._draw(group.current(), self._filled)

    def _row(self, identity: str) -> None:
        if self.kind:
            self.picked.emit(self.kind, identity)
