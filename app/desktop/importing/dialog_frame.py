"""The parts of the import dialog and where they stand; what they do is in `dialog`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.importing.entries import Entry, Purpose
from app.desktop.importing.layer_page import LayerPage
from app.desktop.importing.source_page import SourcePage, outlined
from app.desktop.texts import text
from app.messages import Language


class ImportFrame(QDialog):
    """Files left, what was read of one right, what is under way and the buttons below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._add, self._remove, self._split = QPushButton(), QPushButton(), QPushButton()
        for button in (self._add, self._remove, self._split):
            button.setAutoDefault(False)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._list, self._add, self._split, self._remove):
            column.addWidget(widget)
        self._for_label = QLabel()
        self._purposes: dict[Purpose, QRadioButton] = {"library": QRadioButton(), "layer": QRadioButton()}
        self._for = QWidget()
        row = QHBoxLayout(self._for)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._for_label)
        for radio in self._purposes.values():
            radio.setPalette(outlined(radio.palette()))
            row.addWidget(radio)
        row.addStretch(1)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.layer_page, self.source_page = LayerPage(), SourcePage()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.layer_page)
        self._pages.addWidget(self.source_page)
        right = QWidget()
        details = QVBoxLayout(right)
        details.setContentsMargins(0, 0, 0, 0)
        details.addWidget(self._for)
        details.addWidget(self._said)
        details.addWidget(self._pages, 1)
        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([270, 850])
        splitter.setChildrenCollapsible(False)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._step, self._stop = QLabel(), QPushButton()
        self._stop.setAutoDefault(False)
        self._under_way = QWidget()
        below = QHBoxLayout(self._under_way)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._progress, 1)
        below.addWidget(self._step)
        below.addWidget(self._stop)
        buttons = QDialogButtonBox()
        self._go = buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self._go.setDefault(True)
        self._close = buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addWidget(splitter, 1)
        whole.addWidget(self._under_way)
        whole.addWidget(buttons)

    def show_progress(self, entry: Entry | None, reading: bool, language: Language) -> None:
        """How far an entry's import is; without one, that something is being read."""
        ordered = entry is not None and entry.order is not None
        self._under_way.setVisible(ordered or reading)
        self._stop.setVisible(ordered)
        words = ""
        if ordered and entry is not None and entry.progress is not None:
            share, step, left_s = entry.progress
            self._progress.setRange(0, 1000)
            self._progress.setValue(round(1000 * share))
            left = "" if left_s is None else f" · {text('remaining', language)} {left_s:.0f} s"
            words = f"{step} {share:.0%}{left}"
        else:
            self._progress.setRange(0, 0)
        self._step.setText(words)
