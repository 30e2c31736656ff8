"""What a scenario picks out of the library besides its lists: a power curve, and the stations of discharge series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.desktop.panels.field_editor import WARNING
from app.desktop.panels.flow_rows import FlowRow
from app.desktop.panels.resource_rows import Held, about
from app.desktop.texts import text
from app.messages import Language
from planning.scenario_fields import WORDS
from resources.cascade_tables import chosen_stations
from resources.library import DataRef

CURVE = "power-curve"


class _Pick(QComboBox):
    """As wide as its panel, with lists as wide as their words; the wheel scrolls the form."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]


def _words_line() -> QLabel:
    line = QLabel()
    line.setWordWrap(True)
    line.setTextFormat(Qt.TextFormat.PlainText)
    return line


class CurvePick(QWidget):
    """An imported power curve in place of a machine."""

    chosen = Signal(str, object)
    """Path of the choice, and a DataRef or None."""

    def __init__(self, path: str, language: Language, dark: bool) -> None:
        super().__init__()
        self.path, self._language = path, language
        self._refs: list[DataRef | None] = [None]
        label = WORDS["curve"][0 if language == "zh" else 1]
        label = label[:1].upper() + label[1:]
        self.box, self._about, self._complaint = _Pick(), _words_line(), _words_line()
        self.box.setAccessibleName(label)
        self.box.activated.connect(lambda at: self.chosen.emit(self.path, self._refs[at]))
        self._about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._complaint.setStyleSheet(f"color: {WARNING[dark]}")
        head = QLabel(label)
        head.setBuddy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 5)
        column.setSpacing(1)
        for part in (head, self.box, self._complaint, self._about):
            column.addWidget(part)

    def show_curve(self, curve: DataRef | None, held: Held | None) -> None:
        """The curve a scenario names, against what the library holds (None: not read yet)."""
        language = self._language
        entries = [e for e in held.by_id.values() if e.manifest.kind == CURVE] if held is not None else []
        empty = "scenario.usual" if self.path.startswith("plant.") else "scenario.as_scenario"
        self._refs = [None, *(entry.ref for entry in entries)]
        names = [text(empty, language), *(entry.manifest.id for entry in entries)]
        complaint = ""
        if curve is not None and curve not in self._refs:
            if held is not None:
                known = curve.id in held.by_id
                complaint = text("resource.other_data" if known else "resource.missing", language)
            self._refs.append(curve)
            names.append(curve.id)
        self.box.clear()
        self.box.addItems(names)
        at = self._refs.index(curve)
        self.box.setCurrentIndex(at)
        said = text("resource.reading", language) if held is None else ""
        if held is not None and not entries:
            said = text("resource.no_curve", language)
        elif 0 < at <= len(entries):
            said = about(entries[at - 1], language)
        for line, words in ((self._complaint, complaint), (self._about, said)):
            line.setText(words)
            line.setVisible(bool(words))


class StationsPick(QWidget):
    """For each discharge series the station it is the water of."""

    chosen = Signal(str, str)
    """Name of the series, and the id of a station; "" leaves it to the program."""

    def __init__(self, language: Language, dark: bool) -> None:
        super().__init__()
        self._language, self._dark = language, dark
        self.boxes: dict[str, QComboBox] = {}
        self._shown: tuple[object, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 3, 0, 5)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self.hide()

    def show_series(self, rows: Sequence[FlowRow], said: Mapping[str, str], year: int) -> None:
        """Series of the discharge in use, and what the scenario says of them."""
        state = (tuple(rows), tuple(sorted(said.items())), year)
        if state == self._shown:
            return
        self._shown = state
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        self.setVisible(bool(rows or said))
        if not rows and not said:
            return
        language = self._language
        title = WORDS["flow_stations"][0 if language == "zh" else 1]
        head = QLabel(title[:1].upper() + title[1:])
        self._grid.addWidget(head, 0, 0)
        names = {s.id: s.name_zh if language == "zh" else s.name_en for s in chosen_stations(year=year)}
        gone = [FlowRow(name, float("nan"), (), None) for name in said if name not in {r.name for r in rows}]
        for row in (*rows, *gone):
            self._add(row, said.get(row.name, ""), names)

    def _add(self, row: FlowRow, station: str, names: Mapping[str, str]) -> None:
        language, box = self._language, _Pick()
        proposed = names.get(row.proposed or "", "")
        words = (
            text("resource.station_auto", language, name=proposed)
            if proposed
            else text("resource.station_none", language)
        )
        ids = ["", *names]
        box.addItem(words)
        box.addItems(list(names.values()))
        if station not in ids:
            ids.append(station)
            box.addItem(station)
        box.setCurrentIndex(ids.index(station))
        box.setAccessibleName(text("resource.station_of", language, name=row.name))
        box.activated.connect(lambda at, name=row.name: self.chosen.emit(name, ids[at]))
        about = QLabel(row.words(language))
        about.setWordWrap(True)
        if row.gone or not (proposed or station):
            about.setStyleSheet(f"color: {WARNING[self._dark]}")
        else:
            about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        at = self._grid.rowCount()
        self._grid.addWidget(about, at, 0)
        self._grid.addWidget(box, at + 1, 0)
        self.boxes[row.name] = box
