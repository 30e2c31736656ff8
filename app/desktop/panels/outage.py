"""The panel "outage": which line is lost, how and when; then what happens, in tables and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels import outage_tables as tables
from app.desktop.panels.link_result import uses_words
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.table import ValueTable
from app.desktop.texts import text
from planning.chain.fault_documents import FaultAnswer

Fault = Literal["bipole", "pole", "tie"]
When = Literal["now", "peak", "all"]
WHENS: tuple[When, ...] = ("now", "peak", "all")
LineEntry = tuple[str, str, bool]
"""Id, name, whether it is an AC tie."""


class OutagePanel(QWidget):
    """Asks for outages and shows the answer it is given."""

    asked = Signal()
    stopped = Signal()
    cleared = Signal()
    picked = Signal(str, str)
    """Kind and id."""
    hour_picked = Signal(int)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.answer: FaultAnswer | None = None
        self._lines: tuple[LineEntry, ...] = ()
        self._look, self._busy = Look(), False
        self._names: tables.Names = lambda kind, identity: identity
        self._boxes = {key: QComboBox() for key in ("line", "fault", "when")}
        self._labels = {key: QLabel() for key in self._boxes}
        for box in self._boxes.values():
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._run, self._clear = QPushButton(), QPushButton()
        self._bar, self._words = QProgressBar(), QLabel()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setMaximumWidth(200)
        self._words.setWordWrap(True)
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self._verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        for key, box in self._boxes.items():
            self._labels[key].setBuddy(box)
            row.addWidget(self._labels[key])
            row.addWidget(box)
        row.addWidget(self._run)
        row.addWidget(self._clear)
        row.addWidget(self._bar)
        row.addWidget(self._words, 1)
        self.ties, self.infeeds, self.grids, self.notes = (ValueTable("") for _ in range(4))
        for table, kind in ((self.ties, "corridor"), (self.infeeds, "corridor"), (self.grids, "node")):
            table.picked.connect(lambda identity, kind=kind: self._picked(kind, identity))
        self._left, self._right = QTabWidget(), QTabWidget()
        self._left.addTab(self.grids, "")
        self._left.addTab(self.notes, "")
        self._right.addTab(self.ties, "")
        self._right.addTab(self.infeeds, "")
        self._split = QSplitter(Qt.Orientation.Horizontal)
        for tabs in (self._left, self._right):
            tabs.setDocumentMode(True)
            self._split.addWidget(tabs)
        for table in (self.ties, self.infeeds, self.grids, self.notes):
            table.failed.connect(self.failed)
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 2)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self._verdict)
        layout.addWidget(self._split, 1)
        self._run.clicked.connect(lambda: (self.stopped if self._busy else self.asked).emit())
        self._clear.clicked.connect(self.cleared)
        self._boxes["line"].currentIndexChanged.connect(lambda _: self._fill_faults())
        self._fill()

    # -- what is chosen --------------------------------------------------------------------------

    @property
    def line(self) -> str:
        """'' where there is none to choose."""
        at = self._boxes["line"].currentIndex()
        return self._lines[at][0] if 0 <= at < len(self._lines) else ""

    @property
    def fault(self) -> Fault:
        return self._boxes["fault"].currentData() or "bipole"

    @property
    def when(self) -> When:
        return WHENS[max(self._boxes["when"].currentIndex(), 0)]

    def set_when(self, when: When) -> None:
        self._boxes["when"].setCurrentIndex(WHENS.index(when))

    def set_lines(self, lines: Sequence[LineEntry], names: tables.Names) -> None:
        """The lines that can be lost."""
        before = self.line
        self._lines, self._names = tuple(lines), names
        box = self._boxes["line"]
        box.blockSignals(True)
        box.clear()
        box.addItems([name for _, name, _ in self._lines])
        box.blockSignals(False)
        if before:
            self.choose(before)
        self._fill_faults()
        self._show()

    def choose(self, line: str) -> bool:
        """Choose a line; False where it cannot be lost."""
        ids = [identity for identity, _, _ in self._lines]
        if line not in ids:
            return False
        self._boxes["line"].setCurrentIndex(ids.index(line))
        return True

    # -- what is shown ---------------------------------------------------------------------------

    def show_answer(self, answer: FaultAnswer | None) -> None:
        self.answer = answer
        self._show()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setValue(0)
        self._show()

    def set_progress(self, share: float, words: str) -> None:
        self._bar.setValue(round(share * 1000))
        self._words.setText(words)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._fill()

    def _say(self, key: str) -> str:
        return text(key, self._look.language)

    def _fill(self) -> None:
        self.setAccessibleName(self._say("outage"))
        for key, box in self._boxes.items():
            self._labels[key].setText(self._say(f"outage.{key}"))
            box.setAccessibleName(self._say(f"outage.{key}"))
        at = max(self._boxes["when"].currentIndex(), 0)
        self._boxes["when"].clear()
        self._boxes["when"].addItems([self._say(f"outage.when.{when}") for when in WHENS])
        self._boxes["when"].setCurrentIndex(at)
        self._fill_faults()
        self._show()

    def _fill_faults(self) -> None:
        """A tie is lost whole, a DC line by a pole or both."""
        at = self._boxes["line"].currentIndex()
        tie = 0 <= at < len(self._lines) and self._lines[at][2]
        options: tuple[Fault, ...] = ("tie",) if tie else ("bipole", "pole")
        box = self._boxes["fault"]
        before = box.currentData()
        box.clear()
        for option in options:
            box.addItem(self._say(f"outage.fault.{option}"), option)
        if before in options:
            box.setCurrentIndex(options.index(before))

    def _show(self) -> None:
        look, answer = self._look, self.answer
        self._run.setText(self._say("outage.stop" if self._busy else "outage.run"))
        self._run.setEnabled(bool(self._lines))
        self._clear.setText(self._say("outage.clear"))
        self._clear.setEnabled(answer is not None)
        self._bar.setVisible(self._busy)
        for tabs, keys in ((self._left, ("grids", "notes")), (self._right, ("ties", "infeeds"))):
            for index, key in enumerate(keys):
                tabs.setTabText(index, self._say(f"outage.{key}"))
        for table, key in (
            (self.grids, "grids"), (self.ties, "ties"), (self.infeeds, "infeeds"), (self.notes, "notes"),
        ):  # fmt: skip
            table.set_language(look.language)
            table.setAccessibleName(self._say(f"outage.{key}"))
        self._split.setVisible(answer is not None)
        self._verdict.setVisible(answer is not None)
        if answer is None:
            if not self._busy:
                self._words.setText(self._say("outage.none" if self._lines else "outage.no_result"))
            return
        if not self._busy:
            self._words.setText(uses_words(answer.uses, look.language))
        estimated = self._say("outage.estimated")
        self._verdict.setText(
            f"<b>{tables.head_words(answer, look)}</b>  [{estimated}]<br>"
            f"{tables.verdict_words(answer, look, self._names)}"
        )
        c = Columns(look.language, look.units)
        source = f"{tables.head_words(answer, look)} · {estimated}"
        self.grids.show_content(tables.grid_table(answer, c, self._names), source)
        self.ties.show_content(tables.tie_table(answer, c, self._names), source)
        self.infeeds.show_content(tables.infeed_table(answer, c, self._names), source)
        self.notes.show_content(tables.note_table(answer, c), source)
        self._left.setTabVisible(0, bool(answer.grids))
        self._right.setTabVisible(0, bool(answer.ties))
        self._right.setTabVisible(1, bool(answer.infeeds))

    def _picked(self, kind: str, identity: str) -> None:
        if kind == "node":
            self.picked.emit("province", identity[:6])
        else:
            self.picked.emit(kind, identity)
