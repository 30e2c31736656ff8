"""Every input of the active scenario in forms made from the models; changes go through the document."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desktop.document import Document
from app.desktop.panels.field_editor import FieldEditor
from app.desktop.panels.flow_rows import FlowRow, flow_rows
from app.desktop.panels.form_search import matching
from app.desktop.panels.library_picks import CurvePick, StationsPick
from app.desktop.panels.refusals import refusal_words
from app.desktop.panels.resource_list import ResourceList
from app.desktop.panels.resource_rows import Held, read_library
from app.desktop.texts import text
from app.messages import Language
from gis_layers.errors import EnergyMapError, InputError
from planning import edits
from planning.line_edits import unchange_line
from planning.scenario_fields import FormField, Value, form_fields, words_of
from planning.scenario_options import options
from planning.tables import load_tables
from planning.words import UnitSystem
from resources.choice import ResourceChoice
from resources.library import DataRef

SECTION_ROLE = Qt.ItemDataRole.UserRole
NARROW_CHARACTERS = 55
"""Below this width the sections stand above the inputs."""
MOST_FOUND = 40
"""Fields built for a search; more would be slow and no help."""


class ScenarioForm(QWidget):
    """Sections left, the inputs of one section right; a search shows inputs of all sections."""

    draw_base_requested = Signal()
    draw_line_requested = Signal()
    base_picked = Signal(str)
    """The section of a base was opened; its id."""

    def __init__(self, document: Document, language: Language = "zh", units: UnitSystem = "cn") -> None:
        super().__init__()
        self._document, self._language, self._units, self._dark = document, language, units, False
        self._fields: tuple[FormField, ...] = ()
        self._labels: dict[str, tuple[str, str]] = {}
        self._editors: dict[str, FieldEditor] = {}
        self._resource: ResourceList | None = None
        self._curve: CurvePick | None = None
        self._stations: StationsPick | None = None
        self._held: Held | None = None
        self._section = "scenario"
        self._out_of_date = True
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._build)
        self._tree = QTreeWidget()
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(12)
        self._tree.currentItemChanged.connect(self._choose)
        self._draw_base, self._draw_line, self._remove = QPushButton(), QPushButton(), QPushButton()
        self._draw_base.clicked.connect(self.draw_base_requested)
        self._draw_line.clicked.connect(self.draw_line_requested)
        self._remove.clicked.connect(self._remove_part)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tree)
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        for button, share in ((self._draw_base, 7), (self._draw_line, 9), (self._remove, 6)):
            button.setMinimumWidth(20)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._buttons.addWidget(button, share)
        column.addLayout(self._buttons)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._title, self._message = QLabel(), QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.hide()
        right = QWidget()
        pages = QVBoxLayout(right)
        pages.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._message, self._scroll):
            pages.addWidget(widget)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(right)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([150, 380])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._search)
        layout.addWidget(self._split)
        document.workspace_changed.connect(self._changed)
        document.opened.connect(self._opened)
        self._retitle()

    # -- what the window sets --------------------------------------------------------------------

    def set_language(self, language: Language) -> None:
        if language != self._language:
            self._language = language
            self._retitle()
            self._rebuild()

    def set_units(self, units: UnitSystem) -> None:
        if units != self._units:
            self._units = units
            self._rebuild()

    def set_dark(self, dark: bool) -> None:
        self._dark = dark
        self._rebuild()

    def show_section(self, section: str) -> None:
        """Open a section: `prices`, `fleet.wind`, `bases.kubuqi` ..."""
        self._search.clear()
        self._section = section
        self._rebuild()

    def show_input(self, path: str) -> None:
        """Open the section of an input and put the cursor in it."""
        self._refresh_fields()
        field = next((f for f in self._fields if f.path == path), None)
        if field is not None:
            self.show_section(field.section)
            editor = self._editors.get(path)
            if editor is not None:
                self._scroll.ensureWidgetVisible(editor)
                editor.editor.setFocus()

    # -- filling ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW_CHARACTERS * self.fontMetrics().averageCharWidth()
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._split.orientation() != wanted:
            self._split.setOrientation(wanted)
            self._split.setSizes([150, 380])
            way = QBoxLayout.Direction
            self._buttons.setDirection(way.LeftToRight if narrow else way.TopToBottom)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._out_of_date:
            self._rebuild()

    def _changed(self) -> None:
        if not self.isVisible():
            self._out_of_date = True
            return
        before = [(f.path, f.section) for f in self._fields]
        names = self._labels
        self._refresh_fields()
        # The same inputs of the same things: only values changed, and the editor in use keeps its place.
        if before == [(f.path, f.section) for f in self._fields] and names == self._labels:
            by_path = {field.path: field for field in self._fields}
            scenario = self._document.scenario
            for path, editor in list(self._editors.items()):
                if options(by_path[path], scenario) != editor.options:
                    self._build()
                    return
            for path, editor in self._editors.items():
                editor.update_field(by_path[path])
            if self._resource is not None:
                self._resource.show_choice(scenario.resource)
            self._fill_picks()
        else:
            self._rebuild()

    def _opened(self) -> None:
        self._section = "scenario"
        self._search.clear()
        self._changed()

    def _refresh_fields(self) -> None:
        scenario = self._document.scenario
        self._fields = form_fields(scenario)
        self._labels = {field.path: words_of(field.path, scenario) for field in self._fields}

    def _rebuild(self) -> None:
        if not self.isVisible():
            self._out_of_date = True
            return
        self._out_of_date = False
        self._refresh_fields()
        self._fill_tree()
        self._build()

    def _fill_tree(self) -> None:
        scenario, language = self._document.scenario, self._language
        column = 0 if language == "zh" else 1
        sections = list(dict.fromkeys(field.section for field in self._fields))
        if self._section not in sections:
            self._section = self._section.split(".")[0]
        self._tree.blockSignals(True)
        self._tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        chosen = None
        for section in [*sections, "bases", "lines"]:
            head = section.split(".")[0]
            if head not in groups:
                groups[head] = QTreeWidgetItem([text(f"scenario.section.{head}", language)])
                groups[head].setData(0, SECTION_ROLE, head)
                self._tree.addTopLevelItem(groups[head])
            item = groups[head]
            if section != head:
                words = words_of(section, scenario)[column].split(" · ")[-1]
                item = QTreeWidgetItem([words])
                item.setData(0, SECTION_ROLE, section)
                groups[head].addChild(item)
            if section == self._section:
                chosen = item
        self._tree.expandAll()
        if chosen is None and groups:
            chosen = next(iter(groups.values()))
            self._section = str(chosen.data(0, SECTION_ROLE))
        if chosen is not None:
            self._tree.setCurrentItem(chosen)
        self._tree.blockSignals(False)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        self._section = str(item.data(0, SECTION_ROLE))
        self._search.blockSignals(True)
        self._search.clear()
        self._search.blockSignals(False)
        self._build()
        if self._section.startswith("bases."):
            self.base_picked.emit(self._section.removeprefix("bases."))

    def _build(self) -> None:
        """The editors of the section, or of what was searched for."""
        if not self._fields:
            return
        words, language = self._search.text(), self._language
        searching = bool(words.strip())
        found = (
            matching(self._fields, self._labels, words)
            if searching
            else [f for f in self._fields if f.section == self._section]
        )
        column, scenario = 0 if language == "zh" else 1, self._document.scenario
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(6, 2, 10, 6)
        rows.setSpacing(0)
        self._resource = self._curve = self._stations = None
        if self._section == "resource" and not searching:
            self._resource = self._resource_list()
            self._stations = StationsPick(language, self._dark)
            self._stations.chosen.connect(self._place_series)
            rows.addWidget(self._resource)
            rows.addWidget(self._stations)
        if not searching and (self._section == "plant.wind" or self._section.startswith("bases.")):
            wind = "plant.wind" if self._section == "plant.wind" else f"{self._section}.plant.wind"
            self._curve = CurvePick(wind, language, self._dark)
            self._curve.chosen.connect(self._use_curve)
        editors = {}
        for field in found[:MOST_FOUND]:
            label = self._labels[field.path][column]
            if not searching:
                label = self._short_label(field, label)
            label = label[:1].upper() + label[1:]
            editor = FieldEditor(field, label, options(field, scenario), language, self._units, self._dark)
            editor.edited.connect(self._edit)
            rows.addWidget(editor)
            editors[field.path] = editor
        if self._section.startswith("fleet.") and not searching:
            rows.addLayout(self._fixed_row())
        if self._curve is not None:
            rows.addWidget(self._curve)
            if self._held is None:
                self.read_library()
        self._fill_picks()
        rows.addStretch(1)
        self._editors = editors
        old = self._scroll.takeWidget()
        self._scroll.setWidget(page)
        if old is not None:
            old.deleteLater()
        if searching:
            key = "scenario.found_more" if len(found) > MOST_FOUND else "scenario.found"
            self._title.setText(text(key, language, count=len(found), shown=MOST_FOUND))
        else:
            self._title.setText(self._section_title())
        self._say("")
        parts = self._section.split(".")
        self._remove.setEnabled(
            not searching
            and (parts[0] == "bases" or parts[:2] in (["lines", "own"], ["lines", "changed"]))
            and len(parts) > 1
        )

    def _resource_list(self) -> ResourceList:
        """The data the scenario uses; the library is read in a thread whenever the list comes to be seen."""
        made = ResourceList(self._document.scenario.resource, self._language, self._dark)
        if self._held is not None:
            made.show_library(self._held)
        made.wanted.connect(self.read_library)
        made.chosen.connect(self._use_data)
        return made

    def read_library(self) -> None:
        """Look again what the library holds; for who brings something in."""

        def done(held: Held) -> None:
            self._held = held
            if self._resource is not None:
                self._resource.show_library(held)
            self._fill_picks()

        self._document.background.run(read_library, done, lambda error: self._say(self._words(error)))

    def _fill_picks(self) -> None:
        """What is picked by itself: the curve of a section of machines, the stations of discharge."""
        scenario = self._document.scenario
        if self._curve is not None:
            at = self._curve.path.split(".")
            plant = scenario.plant if at[0] == "plant" else scenario.base(at[1]).plant
            self._curve.show_curve(plant.wind.curve, self._held)
        if self._stations is None:
            return
        choice, shown = scenario.resource, self._stations
        if not choice.flows:
            shown.show_series((), choice.flow_stations, scenario.year)
            return

        def done(rows: tuple[FlowRow, ...]) -> None:
            if shown is self._stations and choice == self._document.scenario.resource:
                shown.show_series(rows, choice.flow_stations, scenario.year)

        # What is missing or damaged stands in the list above.
        self._document.background.run(lambda: flow_rows(choice, scenario.year), done, lambda error: None)

    def _place_series(self, series: str, station: str) -> None:
        self._apply(edits.set_flow_station, self._document.workspace.active, series, station)

    def _use_curve(self, path: str, curve: DataRef | None) -> None:
        self._apply(edits.set_curve, self._document.workspace.active, path, curve)
        self._fill_picks()

    def _apply(self, edit: Callable[..., edits.Edit], *arguments: object) -> None:
        """An edit through the document; why it is refused is said."""
        try:
            self._document.apply(edit(self._document.workspace, *arguments))
        except EnergyMapError as error:
            self._say(self._words(error))

    def _use_data(self, choice: ResourceChoice, verb: edits.Verb, what: str) -> None:
        self._apply(edits.set_resource, self._document.workspace.active, choice, verb, what)

    def _short_label(self, field: FormField, label: str) -> str:
        """Without the words of the section it stands in."""
        depth = field.path.removeprefix(f"{field.section}.").count(".") + 1
        parts = label.split(" · ")
        short = parts[-depth:]
        if field.key == "fixed_mw":
            node = load_tables().node_by_id.get(field.path.rsplit(".", 1)[-1])
            if node is not None:
                short[-1] = node.name_zh if self._language == "zh" else node.name_en
        return " · ".join(short)

    def _section_title(self) -> str:
        head = text(f"scenario.section.{self._section.split('.')[0]}", self._language)
        if "." not in self._section:
            return head
        words = words_of(self._section, self._document.scenario)[0 if self._language == "zh" else 1]
        return f"{head} · {words.split(' · ')[-1]}"

    def _fixed_row(self) -> QHBoxLayout:
        """Choose a grid to give this technology a fixed addition; it begins at 0."""
        technology = self._section.split(".")[1]
        held = self._document.scenario.fleet[technology].fixed_mw  # type: ignore[index]
        nodes = [node for node in load_tables().nodes if node.node_id not in held]
        box, button = QComboBox(), QPushButton(text("scenario.add_fixed", self._language))
        box.addItems([node.name_zh if self._language == "zh" else node.name_en for node in nodes])
        box.setAccessibleName(button.text())
        button.clicked.connect(
            lambda: self._edit(f"fleet.{technology}.fixed_mw.{nodes[box.currentIndex()].node_id}", 0.0)
        )
        row = QHBoxLayout()
        row.addWidget(box, 1)
        row.addWidget(button)
        return row

    # -- changing --------------------------------------------------------------------------------

    def _edit(self, path: str, value: Value) -> None:
        document = self._document
        try:
            document.apply(edits.set_field(document.workspace, document.workspace.active, path, value))
        except InputError as error:
            editor = self._editors.get(path)
            words = self._words(error)
            if editor is not None:
                editor.complain(words)
            else:
                self._say(words)
        else:
            self._say("")

    def _remove_part(self) -> None:
        parts = self._section.split(".")
        if parts[:2] == ["lines", "changed"]:
            self._apply(
                lambda _, *of_line: unchange_line(*of_line), self._document.workspace.active, parts[-1]
            )
            return
        remove = edits.remove_base if parts[0] == "bases" else edits.remove_line
        self._apply(remove, self._document.workspace.active, parts[-1])

    def _words(self, error: EnergyMapError) -> str:
        return refusal_words(error, self._document.scenario, self._language, self._units)

    def _say(self, words: str) -> None:
        self._message.setText(words)
        self._message.setVisible(bool(words))

    def _retitle(self) -> None:
        language = self._language
        self._search.setPlaceholderText(text("scenario.search", language))
        self._search.setAccessibleName(text("scenario.search", language))
        self._tree.setAccessibleName(text("scenario.sections", language))
        self._draw_base.setText(text("scenario.draw_base", language))
        self._draw_line.setText(text("scenario.draw_line", language))
        self._remove.setText(text("scenario.remove", language))
        self.setAccessibleName(text("scenario.form", language))
