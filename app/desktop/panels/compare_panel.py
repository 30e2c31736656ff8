"""Two scenarios side by side: inputs that differ, results that differ; copied or written as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.document import Document
from app.desktop.panels.table import Cell, TableContent, ValueTable
from app.desktop.texts import text
from app.messages import Language, say
from gis_layers.errors import EnergyMapError
from gis_layers.files import replacing
from planning.compare import (
    QUANTITIES,
    InputDifference,
    ResultDifference,
    Shown,
    input_differences,
    result_differences,
)
from planning.scenario_fields import CHOICES
from planning.shipped_words import shipped_words
from planning.typed import SHARE, names_share
from planning.words import TERMS, UnitSystem, converted, number, percent, plain_unit, shown, unit

NOTHING = float("-inf")
"""Sorts what a side does not have below all figures."""


_INPUT_UNITS = {
    "MW": ("power_mw", 1.0),
    "GW": ("power_mw", 1e3),
    "MWh": ("storage_mwh", 1.0),
    "TWh": ("energy_mwh", 1e6),
    "CNY/MWh": ("price_cny_per_mwh", 1.0),
}
"""Kind of figure of an input's unit, and the factor to that kind's base unit."""
_NAMES = ("id", "name_zh", "name_en")


def input_table(rows: tuple[InputDifference, ...], language: Language, units: UnitSystem) -> TableContent:
    """Inputs in the reader's units; the scenarios' own names, which stand above, are left out."""
    rows = tuple(row for row in rows if row.path not in _NAMES)
    headers = ("input", "before", "after", "unit")
    return TableContent(
        tuple(_header(key, language) for key in headers),
        tuple(
            (
                _words(row.label_zh if language == "zh" else row.label_en),
                _input(row.before, row, language, units),
                _input(row.after, row, language, units),
                _words(_input_unit(row, units, language)),
            )
            for row in rows
        ),
        tuple(row.path for row in rows),
    )


def result_table(rows: tuple[ResultDifference, ...], language: Language, units: UnitSystem) -> TableContent:
    """Figures of results in the reader's units."""
    headers = ("area", "place", "quantity", "before", "after", "change", "unit")
    lines = []
    for row in rows:
        values = [_figure(v, row.quantity, units) for v in (row.before, row.after, row.change)]
        lines.append(
            (
                _words(text(f"scenario.compare.{row.area}", language)),
                _words(row.name_zh if language == "zh" else row.name_en),
                _words(quantity_words(row.quantity, language)),
                *values,
                _words(_result_unit(row.quantity, units, language)),
            )
        )
    return TableContent(
        tuple(_header(key, language) for key in headers),
        tuple(lines),
        tuple(f"{row.area}:{row.id}:{row.quantity}" for row in rows),
    )


def as_csv(content: TableContent) -> str:
    """A table as text for spreadsheets; numbers without separators, one line feed a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(content.headers)
    for row in content.rows:
        writer.writerow(
            [
                "" if cell.key == NOTHING else cell.shown if isinstance(cell.key, str) else f"{cell.key:.10g}"
                for cell in row
            ]
        )
    return out.getvalue()


def quantity_words(quantity: str, language: Language) -> str:
    """'发电量 · 风电' of `generation_mwh.wind`."""
    head, _, technology = quantity.partition(".")
    column = 0 if language == "zh" else 1
    words = QUANTITIES[head][column]
    return f"{words} · {TERMS[technology][column]}" if technology else words


def _kind(quantity: str) -> tuple[str, float]:
    """Kind of figure in `planning.words`, and the factor to its base unit; '' for a plain number."""
    head = quantity.partition(".")[0]
    if head.endswith("_cny_per_mwh"):
        return "price_cny_per_mwh", 1.0
    for end, kind, factor in (
        ("_twh", "energy_mwh", 1e6), ("_mwh", "energy_mwh", 1.0), ("_gw", "power_mw", 1e3),
        ("_mw", "power_mw", 1.0), ("_cny", "money_cny", 1.0), ("co2_mt", "co2_t", 1e6),
    ):  # fmt: skip
        if head.endswith(end):
            return ("storage_mwh" if head == "storage_mwh" else kind), factor
    return ("", 1.0) if head.endswith("hours") else ("share", 1.0)


def _figure(value: float | None, quantity: str, units: UnitSystem) -> Cell:
    kind, factor = _kind(quantity)
    if value is None:
        return Cell(number(None), NOTHING)
    if kind == "share":
        return Cell(percent(value, 2).removesuffix(" %"), value * 100)
    if not kind:
        return Cell(number(value), value)
    return Cell(shown(value * factor, kind, units), converted(value * factor, kind, units))


def _result_unit(quantity: str, units: UnitSystem, language: Language) -> str:
    kind, _ = _kind(quantity)
    if kind == "share":
        return "%"
    return unit(kind, units, language) if kind else plain_unit("h/a", language)


def _is_share(row: InputDifference) -> bool:
    figures = [v for v in (row.before, row.after) if v is not None]
    return not row.unit and names_share(row.path) and all(isinstance(v, float) for v in figures)


def _input_unit(row: InputDifference, units: UnitSystem, language: Language) -> str:
    if row.unit in _INPUT_UNITS:
        return unit(_INPUT_UNITS[row.unit][0], units, language)
    return SHARE if _is_share(row) else plain_unit(row.unit, language)


def _input(value: Shown, row: InputDifference, language: Language, units: UnitSystem) -> Cell:
    if value is None:
        return Cell(number(None), NOTHING)
    if isinstance(value, bool):
        return _words(text("scenario.yes" if value else "scenario.no", language))
    if isinstance(value, int | float):
        kind, factor = _INPUT_UNITS.get(row.unit, ("", 100.0 if _is_share(row) else 1.0))
        figure = converted(value * factor, kind, units) if kind else value * factor
        return Cell(f"{figure:.10g}", figure)
    pair = CHOICES.get(value)
    return _words(pair[0 if language == "zh" else 1] if pair else shipped_words(value, language))


def _words(words: str) -> Cell:
    return Cell(words, words)


def _header(key: str, language: Language) -> str:
    return text(f"scenario.compare.{key}", language)


class ComparePanel(QWidget):
    """Follows the document; what is shown is always of now."""

    def __init__(self, document: Document, language: Language = "zh", units: UnitSystem = "cn") -> None:
        super().__init__()
        self._document, self._language, self._units = document, language, units
        self._ids: list[str] = []
        self._out_of_date = False
        self._before, self._after = QComboBox(), QComboBox()
        self._titles = (QLabel(), QLabel())
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._tables = (ValueTable("inputs"), ValueTable("results"))
        self._contents = (TableContent((), (), ()), TableContent((), (), ()))
        self._tabs = QTabWidget()
        self._missing = QLabel()
        """Stands in place of the results where one of the two was never run."""
        self._missing.setWordWrap(True)
        self._missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._results = QStackedWidget()
        for page in (self._tables[1], self._missing):
            self._results.addWidget(page)
        self._tabs.addTab(self._tables[0], "")
        self._tabs.addTab(self._results, "")
        self._tabs.currentChanged.connect(self._enable)
        self._copy, self._csv = QPushButton(), QPushButton()
        self._copy.clicked.connect(self.copy)
        self._csv.clicked.connect(self._ask_csv)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for title, box in zip(self._titles, (self._before, self._after), strict=True):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.activated.connect(self.refresh)
            top.addWidget(title)
            top.addWidget(box, 1)
        bottom.addWidget(self._note, 1)
        bottom.addWidget(self._copy)
        bottom.addWidget(self._csv)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addWidget(self._tabs)
        layout.addLayout(bottom)
        for signal in (document.workspace_changed, document.results_changed, document.stale_changed):
            signal.connect(self._follow)
        self.set_language(language)

    def set_language(self, language: Language) -> None:
        self._language = language
        self._copy.setText(text("scenario.compare.copy", language))
        self._csv.setText(text("scenario.compare.csv", language))
        for title, box, key in zip(
            self._titles, (self._before, self._after), ("before", "after"), strict=True
        ):
            title.setText(text(f"scenario.compare.{key}", language))
            box.setAccessibleName(title.text())
        self._follow()

    def set_units(self, units: UnitSystem) -> None:
        if units != self._units:
            self._units = units
            self._follow()

    def show_pair(self, before: str, after: str) -> None:
        """Compare two scenarios by id."""
        self._fill((before, after))
        self.refresh()

    def pair(self) -> tuple[str, str]:
        """Ids of the two."""
        self._catch_up()
        return self._ids[max(self._before.currentIndex(), 0)], self._ids[max(self._after.currentIndex(), 0)]

    def refresh(self) -> None:
        """Compare again."""
        document, language = self._document, self._language
        a, b = (document.workspace.scenario(key) for key in self.pair())
        inputs = input_differences(a, b)
        table = input_table(inputs, language, self._units)
        notes = [] if table.rows else [text("scenario.compare.same", language)]
        answers = [document.results.get(s.id) for s in (a, b)]
        missing = []
        for scenario, answer in zip((a, b), answers, strict=True):
            name = scenario.name_zh if language == "zh" else scenario.name_en
            if answer is None:
                missing.append(text("scenario.compare.no_result", language, name=name))
            elif document.stale(scenario.id):
                notes.append(text("scenario.compare.stale", language, name=name))
        before, after = answers
        results = result_differences(before.summary, after.summary) if before and after else ()
        self._contents = (table, result_table(results, language, self._units))
        for index, (view, content) in enumerate(zip(self._tables, self._contents, strict=True)):
            view.show_content(content)
            key = "results_none" if index and missing else ("inputs", "results")[index]
            title = text(f"scenario.compare.{key}", language, count=len(content.rows))
            self._tabs.setTabText(index, title)
            view.setAccessibleName(title)
        missing = list(dict.fromkeys(missing))
        self._missing.setText("\n".join([*missing, text("scenario.compare.run_first", language)]))
        self._results.setCurrentIndex(1 if missing else 0)
        self._note.setText("; ".join(dict.fromkeys([*notes, *missing])))
        self._enable()

    def _enable(self) -> None:
        there = bool(self._contents[self._tabs.currentIndex()].rows)
        for button in (self._copy, self._csv):
            button.setEnabled(there)

    def csv_text(self) -> str:
        """The table in front."""
        self._catch_up()
        return as_csv(self._contents[self._tabs.currentIndex()])

    def copy(self) -> None:
        """Put the table in front on the clipboard; spreadsheets take tabs."""
        rows = csv.reader(io.StringIO(self.csv_text()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))

    def write_csv(self, path: Path) -> None:
        """Write the table in front, with the mark that makes spreadsheets read UTF-8."""
        try:
            with replacing(path) as temporary:
                temporary.write_text(self.csv_text(), encoding="utf-8-sig", newline="")
        except EnergyMapError as error:
            self._note.setText(say(error, self._language))

    def _ask_csv(self) -> None:
        kinds = text("scenario.compare.csv_files", self._language)
        name, _ = QFileDialog.getSaveFileName(self, self._csv.text(), "compare.csv", kinds)
        if name:
            self.write_csv(Path(name))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _follow(self) -> None:
        """Compare again, or once somebody looks."""
        self._out_of_date = True
        if self.isVisible() or not self._ids:
            self._catch_up()

    def _catch_up(self) -> None:
        if not self._out_of_date:
            return
        self._out_of_date = False
        chosen = self.pair() if self._ids else (self._document.workspace.active,) * 2
        self._fill(chosen)
        self.refresh()

    def _fill(self, chosen: tuple[str, ...]) -> None:
        scenarios = self._document.workspace.scenarios
        self._ids = [s.id for s in scenarios]
        for box, wanted, otherwise in zip((self._before, self._after), chosen, (0, -1), strict=True):
            box.clear()
            box.addItems([s.name_zh if self._language == "zh" else s.name_en for s in scenarios])
            index = self._ids.index(wanted) if wanted in self._ids else otherwise % len(self._ids)
            box.setCurrentIndex(index)
            box.setItemData(index, self._ids[index], Qt.ItemDataRole.ToolTipRole)
