"""The data library: what was imported, where it is from, which scenario uses it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.desktop.importing.words import size_words
from app.desktop.panels.library_rows import Held, cells, detail_html, headers, used_by
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import Problem

OF_ALL = ("import", "download", "unpack")
OF_CHOSEN = ("use", "show", "verify", "pack", "remove")
SERVE = ("raster", "hourly-place", "hourly-grid", "areas")
"""Kinds that can stand in for the atlas."""
_SIZE_COLUMN = 5
_MOST_PX = 240


class LibraryPanel(QWidget):
    """Shows the entries it is given; what is wanted of them it announces."""

    wanted = Signal(str, object)
    """One of `OF_ALL` or `OF_CHOSEN`, and the ids it is wanted of."""
    removal_agreed = Signal(str)
    stopped = Signal()
    """The task under way is no longer wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.language: Language = "zh"
        self._held: tuple[Held, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        self._scenarios: tuple[object, ...] = ()
        self._active: object = None
        self._folder = ""
        self._can_use = True
        self._asked_id = ""
        self.buttons: dict[str, QToolButton] = {}
        self._lay_out()
        self.set_language(self.language)

    # -- the window's side -----------------------------------------------------------------------

    def show_entries(self, held: Sequence[Held], problems: Sequence[Problem], folder: str) -> None:
        """The whole library anew; what was chosen stays chosen."""
        self._held, self._problems, self._folder = tuple(held), tuple(problems), folder
        self._fill()

    def show_use(self, scenarios: Iterable[object], active: object) -> None:
        """Which scenarios there are and which is active: some may use what is here."""
        self._scenarios, self._active = tuple(scenarios), active
        self._fill()

    def choose(self, identity: str) -> None:
        """Bring an entry forward."""
        for row, held in enumerate(self._held):
            if held.id == identity:
                self.table.selectRow(row)
                self.table.scrollTo(self.table.model().index(row, 0))

    def show_progress(self, words: str, share: float, left_s: float | None, waiting: int) -> None:
        left = "" if left_s is None else f" · {text('remaining', self.language)} {left_s:.0f} s"
        more = f" · {text('library.waiting', self.language, count=waiting)}" if waiting else ""
        self._step.setText(f"{words} {share:.0%}{left}{more}")
        self._bar.setValue(round(1000 * share))
        self._under_way.show()

    def show_idle(self) -> None:
        self._under_way.hide()

    def say(self, words: str) -> None:
        """What came of the last task; stays until the next."""
        self._message.setText(words)
        self._message.setVisible(bool(words))

    def ask_removal(self, identity: str) -> None:
        """Ask, with the name, before data goes."""
        held = next((one for one in self._held if one.id == identity), None)
        if held is None:
            return
        self._asked_id = identity
        self._ask_again()
        self._question.show()
        self._keep.setFocus()

    def set_language(self, language: Language) -> None:
        if language != self.language:
            self.say("")  # said in the other language
        self.language = language
        for key, button in self.buttons.items():
            words = text(f"library.{key}", language)
            button.setText(words)
            button.setAccessibleName(words)
        for key in ("verify", "pack"):
            self.buttons[key].setToolTip(text(f"library.{key}.hint", language))
        self.table.setAccessibleName(text("library", language))
        self._details.setAccessibleName(text("library.corrections", language))
        self._stop.setText(text("cancel", language))
        self._keep.setText(text("library.keep", language))
        if self._question.isHidden():  # asked, it names what would go
            self._yes.setText(text("library.remove", language))
        self._empty.setText(text("library.empty", language))
        if self._asked_id:
            self._ask_again()
        self._fill()

    @property
    def chosen(self) -> tuple[Held, ...]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(self._held[row] for row in rows if row < len(self._held))

    # -- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 0)
        for keys in (OF_ALL, OF_CHOSEN):
            for key in keys:
                button = self.buttons[key] = QToolButton()
                button.setAutoRaise(True)
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
                button.clicked.connect(self._ask_for(key))
                bar.addWidget(button)
            if keys is OF_ALL:
                line = QFrame()
                line.setFrameShape(QFrame.Shape.VLine)
                line.setFrameShadow(QFrame.Shadow.Sunken)
                bar.addWidget(line)
        bar.addStretch(1)
        self._where = QLabel()
        self._where.setEnabled(False)
        bar.addWidget(self._where)
        self.table = QTableWidget(0, len(headers("zh")))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setAlternatingRowColors(True)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.table.doubleClicked.connect(lambda _: self._want("show"))
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(24)
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self._empty)
        self._details = QLabel()
        self._details.setTextFormat(Qt.TextFormat.RichText)
        self._details.setWordWrap(True)
        self._details.setMargin(8)
        self._details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._details)
        self.splitter = QSplitter()
        self.splitter.addWidget(self._list)
        self.splitter.addWidget(scroll)
        scroll.setMinimumWidth(300)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([900, 480])
        self.splitter.setChildrenCollapsible(False)
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setContentsMargins(8, 0, 8, 0)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.hide()
        self._sentence, self._yes, self._keep = QLabel(), QPushButton(), QPushButton()
        self._sentence.setWordWrap(True)
        self._yes.clicked.connect(self._remove)
        self._keep.clicked.connect(self._leave)
        self._question = _row(self._sentence, self._yes, self._keep)
        self._question.hide()
        self._bar, self._step, self._stop = QProgressBar(), QLabel(), QPushButton()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._stop.clicked.connect(self.stopped)
        self._under_way = _row(self._bar, self._step, self._stop)
        self._under_way.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(3)
        layout.addLayout(bar)
        for widget in (self._question, self._message):
            layout.addWidget(widget)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self._under_way)

    # -- showing ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        chosen = {held.id for held in self.chosen}
        self.table.blockSignals(True)
        self.table.setHorizontalHeaderLabels(list(headers(self.language)))
        self.table.setRowCount(len(self._held))
        for row, held in enumerate(self._held):
            words = cells(held, used_by(self._scenarios, held, self.language), self.language)
            for column, shown in enumerate(words):
                item = QTableWidgetItem(shown)
                item.setToolTip(shown)
                if column == _SIZE_COLUMN:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        self.table.resizeColumnsToContents()
        for column in range(self.table.columnCount()):
            self.table.setColumnWidth(column, min(self.table.columnWidth(column) + 6, _MOST_PX))
        model = self.table.selectionModel()
        model.clearSelection()
        for row, held in enumerate(self._held):
            if held.id in chosen:
                flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
                model.select(self.table.model().index(row, 0), flags)
        self.table.blockSignals(False)
        self._list.setCurrentWidget(self.table if self._held else self._empty)
        where = text("library.folder", self.language, path=self._folder) if self._folder else ""
        self._where.setText(where)
        if self._problems:
            first = self._problems[0]
            problem = f"{first.where}: {first.field}: {first.found}"
            self.say(text("library.problems", self.language, count=len(self._problems), first=problem))
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.chosen
        one = chosen[0] if len(chosen) == 1 else None
        users = used_by(self._scenarios, one, self.language) if one else ()
        self._details.setText(detail_html(one, users, self.language) if one else "")
        for key in OF_CHOSEN:
            self.buttons[key].setEnabled(bool(chosen) if key in ("verify", "pack") else one is not None)
        serves = one is not None and one.kind in SERVE and one.error is None
        used = one is not None and bool(used_by((self._active,), one, self.language))
        use = self.buttons["use"]
        use.setEnabled(serves)
        use.setText(text("library.drop" if used else "library.use", self.language))
        hint = "library.use.hint" if serves or one is None else "library.cannot_serve"
        use.setToolTip(text(hint, self.language))

    def _ask_again(self) -> None:
        held = next((one for one in self._held if one.id == self._asked_id), None)
        if held is None:
            return
        words = text("library.remove_asked", self.language, name=held.id, size=size_words(held.size_bytes))
        if users := used_by(self._scenarios, held, self.language):
            words += " " + text("library.remove_used", self.language, scenarios=", ".join(users))
        self._sentence.setText(words)
        self._yes.setText(text("library.remove_yes", self.language, name=held.id))

    # -- what the user does ----------------------------------------------------------------------

    def _ask_for(self, key: str) -> Callable[[], None]:
        return lambda: self._want(key)

    def _want(self, key: str) -> None:
        if not self.buttons[key].isEnabled():
            return
        self.say("")
        self.wanted.emit(key, tuple(held.id for held in self.chosen) if key in OF_CHOSEN else ())

    def _remove(self) -> None:
        identity, self._asked_id = self._asked_id, ""
        self._question.hide()
        if identity:
            self.removal_agreed.emit(identity)

    def _leave(self) -> None:
        self._asked_id = ""
        self._question.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._want("remove")
        elif event.key() == Qt.Key.Key_Escape and not self._question.isHidden():
            self._leave()
        else:
            super().keyPressEvent(event)


def _row(wide: QWidget, *others: QWidget) -> QWidget:
    part = QWidget()
    layout = QHBoxLayout(part)
    layout.setContentsMargins(8, 2, 8, 2)
    layout.addWidget(wide, 1)
    for widget in others:
        layout.addWidget(widget)
    return part
