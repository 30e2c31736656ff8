"""What every chart has around it: title, readout, copy and export, the line of source and grade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import messages
from app.desktop.charts.export import ValueGrid, ask_and_save, picture, write_csv, write_excel, write_picture
from app.desktop.charts.look import Look
from app.desktop.texts import text
from app.desktop.theme import palette
from planning.words import Language, UnitSystem

FORMATS = ("png", "svg", "csv", "xlsx")


class ChartFrame(QWidget):
    """A chart. Subclasses put their drawing into `body`, and implement `draw` and `grid`."""

    failed = Signal(str)
    """What went wrong with an export, in the reader's words; also shown in the readout."""

    def __init__(self, title_key: str) -> None:
        super().__init__()
        self.look = Look()
        self._title_key = title_key
        self._subject = ""
        self._source = ""
        self.title_label, self.readout, self.source_label, self._empty = (
            QLabel(),
            QLabel(),
            QLabel(),
            QLabel(),
        )
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.readout.setMinimumWidth(40)
        # A long text is cut, never the chart made wider; the whole of it is in the tip. The title goes first.
        self.title_label.setMinimumWidth(40)
        for label in (self.readout, self.source_label):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._copy, self._export = QToolButton(), QToolButton()
        self._copy.clicked.connect(self.copy_picture)
        self._export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._export)
        self._export.setMenu(menu)
        self._saves = {kind: menu.addAction(kind.upper()) for kind in FORMATS}
        for kind, action in self._saves.items():
            action.triggered.connect(lambda _=False, k=kind: self._ask_and_save(k))
        for button in (self._copy, self._export):
            button.setAutoRaise(True)
        self.head = QHBoxLayout()
        self.head.setSpacing(4)
        self.head.addWidget(self.title_label)
        self.head.addWidget(self.readout, 1)
        self.head.addWidget(self._copy)
        self.head.addWidget(self._export)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self._inside = QWidget()
        self._inside.setLayout(self.body)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(2)
        layout.addLayout(self.head)
        layout.addWidget(self._inside, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.source_label)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._tools: list[QWidget] = [self._copy, self._export]
        """Left out of pictures."""
        self.set_empty("")
        self.retitle()

    # -- for subclasses --------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what is held, in `self.look`."""

    def grid(self) -> ValueGrid | None:
        """What is drawn, as values; None while there is nothing."""
        return None

    def put_side_by_side(self, plot: QWidget, legend: QWidget) -> None:
        """The plot, and its legend at the right."""
        self.body.setDirection(self.body.Direction.LeftToRight)
        self.body.setSpacing(8)
        self.body.addWidget(plot, 1)
        self.body.addWidget(legend)

    def add_tool(self, widget: QWidget) -> None:
        """Put a control into the head, right of the readout."""
        self.head.insertWidget(self.head.count() - 2, widget)
        self._tools.append(widget)

    def set_subject(self, subject: str) -> None:
        """What the chart is of (a place's name), after its title."""
        self._subject = subject
        self.retitle()

    def set_source(self, source: str) -> None:
        self._source = source
        self.source_label.setText(source)
        self.source_label.setToolTip(source)

    def set_empty(self, why: str) -> None:
        """Say why there is nothing to draw; an empty text shows the chart."""
        self._empty.setText(why)
        self._empty.setVisible(bool(why))
        self._inside.setVisible(not why)
        for button in (self._copy, self._export):
            button.setEnabled(not why)

    def say(self, words: str) -> None:
        """Show the value under the mouse."""
        self.readout.setText(words)

    # -- looks -----------------------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Language, units and theme at once: one redraw."""
        if look != self.look:
            self.look = look
            self.retitle()
            self.draw()

    def set_language(self, language: Language) -> None:
        self.set_look(Look(language, self.look.units, self.look.dark))

    def set_units(self, units: UnitSystem) -> None:
        self.set_look(Look(self.look.language, units, self.look.dark))

    def set_dark(self, dark: bool) -> None:
        self.set_look(Look(self.look.language, self.look.units, dark))

    @property
    def title(self) -> str:
        name = text(self._title_key, self.look.language)
        return f"{name} · {self._subject}" if self._subject else name

    def retitle(self) -> None:
        look = self.look
        self.setPalette(palette(look.dark))
        self.title_label.setText(self.title)
        self.title_label.setToolTip(self.title)
        self.title_label.setStyleSheet(f"font-weight:600;color:{look.ink}")
        self.readout.setStyleSheet(f"color:{look.ink}")
        self._empty.setStyleSheet(f"color:{look.dim}")
        self.source_label.setStyleSheet(f"color:{look.dim};font-size:8pt")
        self._export.setStyleSheet(
            f"QToolButton {{ color:{look.ink} }} QToolButton:disabled {{ color:{look.dim} }}"
            "QToolButton::menu-indicator { image:none }"
        )
        self._copy.setText(text("charts.copy", look.language))
        self._copy.setToolTip(text("charts.copy_hint", look.language))
        self._export.setText(f"{text('charts.export', look.language)} ▾")
        self.setAccessibleName(self.title)
        self._copy.setAccessibleName(f"{text('charts.copy_hint', look.language)}: {self.title}")
        self._export.setAccessibleName(f"{text('charts.export', look.language)}: {self.title}")

    # -- out -------------------------------------------------------------------------------------

    def copy_picture(self) -> None:
        """The chart on the clipboard, without its buttons."""
        self._without_tools(lambda: QGuiApplication.clipboard().setImage(picture(self)))

    def save(self, path: Path) -> None:
        """Write a picture or the values, by the end of the name (png, svg, csv, xlsx).

        Raises
        ------
        EnergyMapError, InputError
            As `gis_layers.files.replacing`.
        """
        kind = path.suffix.lower()
        if kind in (".csv", ".xlsx"):
            values = self.grid()
            if values is not None:
                (write_csv if kind == ".csv" else write_excel)(path, values)
        else:
            self._without_tools(lambda: write_picture(path, self))

    def _without_tools(self, act: Callable[[], None]) -> None:
        shown = [tool for tool in self._tools if not tool.isHidden()]
        for tool in shown:
            tool.hide()
        try:
            self._layout.activate()
            act()
        finally:
            for tool in shown:
                tool.show()

    def _ask_and_save(self, kind: str) -> None:
        name = self.title.replace(" · ", "-").replace("/", "-")
        error = ask_and_save(self, name, kind, self.save)
        if error is not None:
            words = messages.say(error, self.look.language)
            self.say(words)
            self.failed.emit(words)
