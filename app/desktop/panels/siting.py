"""The page "siting": an area, rules tried as they are edited, and the answer as account, curve, sites and comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.charts.look import Look
from app.desktop.panels.field_editor import WARNING
from app.desktop.panels.results_tables import Columns
from app.desktop.panels.scrolled import scrolled
from app.desktop.panels.siting_curve import SupplyCurve
from app.desktop.panels.siting_edit import Wishes
from app.desktop.panels.siting_options import OptionsPage
from app.desktop.panels.siting_parts import above, notes
from app.desktop.panels.siting_rules import RuleEditor
from app.desktop.panels.siting_tables import (
    UNPICKED,
    audit_table,
    compare_table,
    compared,
    sites_table,
)
from app.desktop.panels.siting_weights import WeightsEditor
from app.desktop.panels.table import ValueTable
from app.desktop.texts import text
from app.desktop.turns import Turns
from app.messages import Language
from planning.siting.eligibility import TECHNOLOGIES
from planning.words import UnitSystem, percent, term

if TYPE_CHECKING:
    from app.desktop.control.siting_work import Answer, Tried

ASKING, ANSWERING = ("rules", "options", "weights"), ("audit", "curve", "sites", "compare")
PAGES = (*ASKING, *ANSWERING)
NO_AREA, FILE = "", "+file"
"""Of the list of areas."""


class SitingPanel(QWidget):
    """What is asked at the left of its tabs, what came of it at their right; the head is about both."""

    area_chosen = Signal(str)
    """Id of a drawing."""
    file_asked = Signal()
    run_asked = Signal()
    stopped = Signal()
    export_asked = Signal()
    base_asked = Signal()
    zoom_asked = Signal()
    picked = Signal(str)
    """Site."""
    technology_changed = Signal()
    question_changed = Signal()
    """Rules, options or weights are others than before."""
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answer | None = None
        self.tried: Tried | None = None
        self._look = Look()
        self._busy = self._stale = False
        self._site = ""
        self._areas: tuple[tuple[str, str], ...] = ()
        self._area = NO_AREA
        self.area, self._area_label = QComboBox(), QLabel()
        self.area.setMinimumWidth(200)
        self.technology, self._technology_label = QComboBox(), QLabel()
        self.technology.addItems(list(TECHNOLOGIES))
        self._area_label.setBuddy(self.area)
        self._technology_label.setBuddy(self.technology)
        self.run, self.export, self.base, self.zoom = (QPushButton() for _ in range(4))
        self._bar, self._words = QProgressBar(), QLabel()
        self._bar.setMaximumWidth(220)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._words.setMinimumWidth(60)
        head = QHBoxLayout()
        for widget in (
            self._area_label, self.area, self.run, self._bar, self._words, self._technology_label, self.technology,
            self.zoom, self.base, self.export,
        ):  # fmt: skip
            head.addWidget(widget, 1 if widget is self._words else 0)
        self.rules, self.options, self.weights = RuleEditor(), OptionsPage(), WeightsEditor()
        self.audit, self.sites, self.compare = ValueTable(""), ValueTable(""), ValueTable("")
        self.sites.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.curve = SupplyCurve()
        self._compare_words, self._notes = QLabel(), QLabel()
        for label in (self._compare_words, self._notes):
            # One line, cut where it is too long; the whole of it is in the tip.
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        pages: dict[str, QWidget] = {
            "rules": self.rules, "options": scrolled(self.options), "weights": scrolled(self.weights), "audit": above(self.audit, self._notes),
            "curve": self.curve, "sites": self.sites, "compare": above(self.compare, self._compare_words),
        }  # fmt: skip
        for key in PAGES:
            self.tabs.addTab(pages[key], key)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 2)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)
        self._turns = Turns(self)
        self._connect()
        self._fill_heads()
        for part in (self.rules, self.options, self.weights):
            part.set_look(self._look)
        self.set_busy(False)

    def _connect(self) -> None:
        self.run.clicked.connect(lambda: (self.stopped if self._busy else self.run_asked).emit())
        self.export.clicked.connect(self.export_asked)
        self.base.clicked.connect(self.base_asked)
        self.zoom.clicked.connect(self.zoom_asked)
        self.area.activated.connect(self._area_picked)
        self.technology.currentIndexChanged.connect(lambda _: self._technology_picked())
        for part in (self.rules, self.options, self.weights):
            part.changed.connect(self.question_changed)
        self.rules.failed.connect(self.failed)
        self.sites.picked.connect(self.picked)
        self.curve.picked.connect(self.picked)
        self.sites.selectionModel().selectionChanged.connect(lambda *_: self._fill_compare())
        self.audit.picked.connect(self.rules.pick)
        for shown in (self.audit, self.sites, self.compare, self.curve):
            shown.failed.connect(self.failed)

    # -- what is chosen ----------------------------------------------------------------------------------

    def wishes(self) -> Wishes:
        """What is asked beside area and rules."""
        return self.options.wishes(self.weights.judged)

    @property
    def shown_technology(self) -> str:
        return TECHNOLOGIES[max(self.technology.currentIndex(), 0)]

    @property
    def stale(self) -> bool:
        """Whether the answer shown is of another question than the one that stands."""
        return self._stale

    @property
    def site(self) -> str:
        """The site picked; "" none."""
        return self._site

    # -- what is shown -----------------------------------------------------------------------------------

    def show_areas(self, areas: Sequence[tuple[str, str]], chosen: str) -> None:
        """(id, words) of what may be assessed, and which of them is."""
        self._areas, self._area = tuple(areas), chosen
        with QSignalBlocker(self.area):
            self.area.clear()
            self.area.addItem(text("siting.area_none", self._look.language), NO_AREA)
            for identity, words in self._areas:
                self.area.addItem(words, identity)
            self.area.addItem(text("siting.area_file", self._look.language), FILE)
            self.area.setCurrentIndex(max(self.area.findData(chosen), 0))
        self.area.setToolTip(self.area.currentText())

    def show_tried(self, tried: Tried | None, words: str = "", bad: bool = False) -> None:
        """What the rules take of the area at a coarse cell, or why that is not known."""
        self.tried = tried
        self._say_tried(words, bad)
        if self.answer is None or self._stale:
            self._fill_audit()

    def show_answer(self, answer: Answer | None) -> None:
        self.answer = answer
        self._site = ""
        self.set_busy(self._busy)
        self._turns.start(
            self._fill_words, self._fill_audit, self._fill_curve, self._fill_sites, self._fill_compare
        )

    def show_result_page(self) -> None:
        """From the asking to what came of it."""
        if PAGES[self.tabs.currentIndex()] in ASKING:
            self.tabs.setCurrentIndex(PAGES.index("curve"))

    def set_stale(self, stale: bool) -> None:
        if stale != self._stale:
            self._stale = stale
            self._fill_words()
            self._fill_audit()

    def select(self, site: str) -> None:
        """Mark a site everywhere here; tells nobody."""
        self._site = site
        if site:
            self.sites.select_id(site)
        self.curve.select(site)
        self._offer()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self._bar.setValue(0)
        self.run.setText(self._say("siting.stop" if busy else "siting.run"))
        self._offer()
        self._fill_words()

    def set_progress(self, share: float, words: str, remaining_s: float | None) -> None:
        self._bar.setValue(round(share * 1000))
        left = "" if remaining_s is None else "  " + text("siting.left", self._look.language, s=remaining_s)
        self._words.setText(f"{words}  {share:.0%}{left}")
        self._words.setToolTip(self._words.text())

    def set_language(self, language: Language) -> None:
        self._set_look(Look(language, self._look.units, self._look.dark))

    def set_units(self, units: UnitSystem) -> None:
        self._set_look(Look(self._look.language, units, self._look.dark))

    def set_dark(self, dark: bool) -> None:
        self._set_look(Look(self._look.language, self._look.units, dark))

    # -- inside ------------------------------------------------------------------------------------------

    def _set_look(self, look: Look) -> None:
        if look == self._look:
            return
        self._look = look
        pieces: list[Callable[[], object]] = [self._fill_heads, partial(self.set_busy, self._busy)]
        pieces += [partial(part.set_look, look) for part in (self.rules, self.options, self.weights)]
        pieces += [partial(self._say_tried, "", False), self._fill_audit, self._fill_curve, self._fill_sites]
        pieces += [self._fill_compare, partial(self.curve.set_look, look)]
        self._fill_heads()
        self._turns.start(*pieces[1:])

    def settle(self) -> None:
        """Do at once what waits for its turn."""
        self._turns.finish()

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._look.language, **values)

    def _fill_heads(self) -> None:
        language = self._look.language
        self.setAccessibleName(self._say("siting"))
        self._area_label.setText(self._say("siting.area"))
        self.area.setAccessibleName(self._say("siting.area"))
        self._technology_label.setText(self._say("siting.technology"))
        self.technology.setAccessibleName(self._say("siting.technology"))
        self.technology.setToolTip(self._say("siting.technology_hint"))
        for at, name in enumerate(TECHNOLOGIES):
            self.technology.setItemText(at, term(name, language))
        for at, key in enumerate(PAGES):
            self.tabs.setTabText(at, self._say(f"siting.tab.{key}"))
        self.tabs.setAccessibleName(self._say("siting"))
        self.export.setText(self._say("siting.export"))
        self.export.setToolTip(self._say("siting.export_title"))
        self.base.setText(self._say("siting.base"))
        self.base.setToolTip(self._say("siting.base_hint"))
        self.zoom.setText(self._say("siting.zoom"))
        self.show_areas(self._areas, self._area)
        self._compare_words.setText(self._say("siting.compare_hint", n=UNPICKED))
        self._compare_words.setToolTip(self._compare_words.text())
        for table, key in ((self.audit, "audit"), (self.sites, "sites"), (self.compare, "compare")):
            table.set_language(language)
            table.setAccessibleName(f"{self._say('siting')} {self._say(f'siting.tab.{key}')}")

    def _area_picked(self, index: int) -> None:
        identity = str(self.area.itemData(index))
        if identity == FILE:
            self.show_areas(self._areas, self._area)
            self.file_asked.emit()
        else:
            self.area_chosen.emit(identity)

    def _technology_picked(self) -> None:
        self.rules.show_technology(self.shown_technology)
        self._say_tried("", False)
        self._fill_audit()
        self.technology_changed.emit()

    def _offer(self) -> None:
        there = self.answer is not None
        self.export.setEnabled(there and not self._busy)
        for button in (self.base, self.zoom):
            button.setEnabled(there and bool(self._site))

    def _fill_words(self) -> None:
        if self._busy:
            self._words.setText(f"{self._say('siting')}…")
            return
        answer = self.answer
        if answer is None:
            words = self._say("siting.nothing")
        else:
            words = self._say("siting.of", area=answer.document["area"], rules=answer.document["rules"])
            if self._stale:
                words = f"▨ {self._say('siting.stale')} · {words}"
        self._words.setStyleSheet(
            f"color:{WARNING[self._look.dark]}" if answer is not None and self._stale else ""
        )
        self._words.setText(words)
        self._words.setToolTip(words)

    def _say_tried(self, words: str, bad: bool) -> None:
        tried = self.tried
        if tried is None:
            self.rules.show_audit((), 0.0, words, bad)
            return
        if not words:
            own = [row for row in tried.audit if row["technology"] == self.shown_technology]
            left = own[-1]["left_km2"] if own else tried.area_km2
            words = self._say(
                "siting.tried", m=tried.pixel_m, technology=term(self.shown_technology, self._look.language),
                share=percent(left / tried.area_km2), km2=left,
            )  # fmt: skip
        self.rules.show_audit(tried.audit, tried.area_km2, words, bad)

    def _source(self) -> str:
        answer = self.answer
        if answer is None:
            return ""
        told = answer.document
        grade = term(told["grade"], self._look.language)
        return self._say("siting.source_line", area=told["area"], rules=told["rules"], grade=grade)

    def _columns(self) -> Columns:
        return Columns(self._look.language, self._look.units)

    def _fill_audit(self) -> None:
        answer, tried = self.answer, self.tried
        rows: Sequence[dict[str, Any]] = ()
        area_km2, source = 1.0, self._source()
        if answer is not None and not (self._stale and tried is not None):
            # The sum of the account's own cells, so that taken and left add up to it.
            rows, area_km2 = answer.document["audit"], float(answer.document["area_km2"])
        elif tried is not None:
            rows, area_km2 = tried.audit, tried.area_km2
            source = f"{self._say('siting.preview')} · {tried.pixel_m:,.0f} m"
        own = [row for row in rows if row["technology"] == self.shown_technology]
        self.audit.show_content(audit_table(own, self.shown_technology, area_km2, self._columns()), source)
        told = []
        if own:
            taken, left = sum(row["in_order_km2"] for row in own), own[-1]["left_km2"]
            told = [self._say("siting.audit_line", taken=taken, left=left, area=taken + left)]
        if rows and answer is not None and source == self._source():
            told += notes(answer, self._look.language)
        self._notes.setText(" · ".join(told))
        self._notes.setToolTip("\n".join(told))

    def _fill_curve(self) -> None:
        answer = self.answer
        if answer is None:
            self.curve.show_curve(None, "", "")
            return
        grade = term(answer.document["grade"], self._look.language)
        self.curve.show_curve(
            answer.document, str(answer.document["area"]), self._say("siting.curve_source", grade=grade)
        )
        self.curve.select(self._site)

    def _fill_sites(self) -> None:
        if self.answer is None:
            return
        self.sites.show_content(sites_table(self.answer.document, self._columns()), self._source())
        if self._site:
            self.sites.select_id(self._site)

    def _fill_compare(self) -> None:
        if self.answer is None:
            return
        document = self.answer.document
        chosen = compared(document, self.picked_sites())
        if chosen:
            self.compare.show_content(compare_table(document, chosen, self._columns()), self._source())

    def picked_sites(self) -> list[str]:
        """Ids of the rows selected in the table of sites."""
        return self.sites.selected_ids()
