"""What is at the place, or in the thing, the planner picked: values with unit, source and grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from app.desktop.texts import text
from app.messages import Language


@dataclass(frozen=True)
class Line:
    """One value: name, number with unit, and what stands behind it."""

    name: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Bars:
    """A small chart of twelve months."""

    title: str
    values: Sequence[float]
    colour: str


class Inspector(QWidget):
    """A title, lines of values, and monthly bars."""

    def __init__(self) -> None:
        super().__init__()
        self._body = QLabel()
        self._body.setTextFormat(Qt.TextFormat.RichText)
        self._body.setWordWrap(True)
        self._body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._charts = [pg.PlotWidget() for _ in range(2)]
        self._bars: list[pg.BarGraphItem | None] = [None, None]
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self._body)
        for chart in self._charts:
            chart.setFixedHeight(130)
            chart.setMouseEnabled(False, False)
            chart.hideButtons()
            chart.setMenuEnabled(False)
            chart.hide()
            layout.addWidget(chart)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_hint(self, language: Language) -> None:
        self._body.setText(f"<span style='color:#7a838a'>{text('click_hint', language)}</span>")
        for chart in self._charts:
            chart.hide()

    def show_thing(
        self, title: str, lines: Sequence[Line], bars: Sequence[Bars] = (), foot: str = "", dark: bool = False
    ) -> None:
        """Show a place or a thing; names and values are escaped, they may come from files."""
        rows = "".join(
            f"<tr title='{_escape(line.hint)}'><td style='padding:2px 12px 2px 0;color:#7a838a'>"
            f"{_escape(line.name)}</td>"
            f"<td align='right' style='padding:2px 0'>{_escape(line.value)}</td></tr>"
            for line in lines
        )
        self._body.setText(
            f"<div style='font-size:15px;font-weight:600'>{_escape(title)}</div>"
            f"<table width='100%' cellspacing='0' style='margin-top:6px'>{rows}</table>"
            f"<div style='color:#7a838a;font-size:11px;margin-top:6px'>{_escape(foot)}</div>"
        )
        self._body.setAccessibleDescription("; ".join(f"{line.name} {line.value}" for line in lines))
        ink = "#d5dade" if dark else "#30363c"
        for index, chart in enumerate(self._charts):
            chart.setVisible(index < len(bars))
            if index >= len(bars):
                continue
            chart.setBackground(None)
            chart.setTitle(bars[index].title, size="9pt", color=ink)
            for axis in ("left", "bottom"):
                chart.getAxis(axis).setPen(ink)
                chart.getAxis(axis).setTextPen(ink)
            old = self._bars[index]
            if old is not None:
                chart.removeItem(old)
            bar = pg.BarGraphItem(
                x=list(range(1, 13)),
                height=list(bars[index].values),
                width=0.7,
                brush=bars[index].colour,
                pen=None,
            )
            self._bars[index] = bar
            chart.addItem(bar)
            chart.getAxis("bottom").setTicks([[(m, str(m)) for m in range(1, 13)]])
            chart.setYRange(0.0, max(max(bars[index].values), 1e-9) * 1.05, padding=0)


def _escape(value: str) -> str:
    return (
        value.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\n", "<br>")
    )
