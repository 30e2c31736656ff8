"""The result of sizing one base: its proof in a line, its pages, and those of the studies made of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from app.desktop.charts.look import Look
from app.desktop.panels.results import StaleBadge
from app.desktop.panels.sized_pages import DispatchPage, FrontPage, OneLine, Page, ReplayPage, make_pages
from app.desktop.panels.study_tables import designs_of
from app.desktop.sized_result import SizedResult
from app.desktop.texts import text
from app.messages import Language
from planning.words import UnitSystem, term

SOURCES = "sized.tab.sources"


class SizedPanel(QWidget):
    """Shows the last design and the last study of each kind, all of one base."""

    failed = Signal(str)
    hour_changed = Signal(int)
    load_asked = Signal(object, int)
    """A front's document and the number of its point whose hours are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.results: dict[str, SizedResult] = {}
        """By study; `refused` in place of a design where there is none."""
        self._look = Look()
        self._last = ""
        self._changed = False
        self._filled: set[Page] = set()
        self._title, self._proof, self._notice = QLabel(), OneLine(), OneLine()
        self._badge = StaleBadge()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._hour = 0
        self.pages = make_pages()
        for page in self.pages:
            page.failed.connect(self.failed)
            self.tabs.addTab(page, "")
            if isinstance(page, FrontPage):
                page.load_asked.connect(lambda n: self.load_asked.emit(self.results["pareto"].document, n))
        self.tabs.currentChanged.connect(lambda _: self.fill_current())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 0)
        layout.setSpacing(2)
        # One line where the window is wide: the panels below the map are low.
        line = QHBoxLayout()
        line.setSpacing(18)
        for widget, share in ((self._title, 0), (self._proof, 3), (self._notice, 2)):
            line.addWidget(widget, share)
        layout.addLayout(line)
        layout.addWidget(self._badge)
        layout.addWidget(self.tabs, 1)
        self._refresh()

    # -- what is shown ---------------------------------------------------------------------------

    def show_result(self, result: SizedResult) -> None:
        """A design, a study, or what conflicts, at once."""
        self.take(result)
        self.fill_current()

    def take(self, result: SizedResult) -> None:
        """The same without its page, which `fill_current` fills; results of another base go."""
        held = next((r.document.get("id") for r in self.results.values() if r.document), None)
        if result.document and held is not None and held != result.document.get("id"):
            self.results.clear()
        if result.conflicts:
            self.results.pop("size", None)
            self.results["refused"] = result
        else:
            self.results.pop("refused", None)
            self.results[result.study] = result
        self._last = "refused" if result.conflicts else result.study
        self._changed = False
        self._refresh()
        first = next((p for p in self.pages if self._of(p) is result and p.key != SOURCES), None)
        if first is not None:
            # Its filling is a piece of work of its own.
            self.tabs.blockSignals(True)
            self.tabs.setCurrentWidget(first)
            self.tabs.blockSignals(False)

    def set_changed(self, changed: bool) -> None:
        """Whether the form has changed since."""
        self._changed = changed and bool(self.results)
        self._badge.show_words(text("sized.changed", self._look.language) if self._changed else "")

    def set_hour(self, hour: int) -> None:
        self._hour = hour
        for page in self.pages:
            if isinstance(page, DispatchPage | ReplayPage) and page.made:
                page.chart.set_hour(hour)

    def set_language(self, language: Language) -> None:
        self._relook(Look(language, self._look.units, self._look.dark))

    def set_units(self, units: UnitSystem) -> None:
        self._relook(Look(self._look.language, units, self._look.dark))

    def set_dark(self, dark: bool) -> None:
        self._relook(Look(self._look.language, self._look.units, dark))

    def page(self, key: str) -> Page:
        """By the end of its key: design, dispatch, pareto ..."""
        found = next(p for p in self.pages if p.key == f"sized.tab.{key}")
        self._make(found)
        return found

    # -- inside ----------------------------------------------------------------------------------

    def _relook(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._refresh()
            self.fill_current()

    def _make(self, page: Page) -> None:
        if page.ensure() and isinstance(page, DispatchPage | ReplayPage):
            page.chart.set_hour(self._hour)
            page.chart.hour_changed.connect(self.hour_changed)

    def _of(self, page: Page) -> SizedResult | None:
        """The result a page would show."""
        if page.key == "sized.tab.infeasible":
            found = self.results.get("refused")
        elif page.key == SOURCES:
            found = self.results.get(self._last)
        else:
            found = self.results.get(page.study)
        return found if found is not None and page.wanted(found) else None

    def _refresh(self) -> None:
        """Tabs and head; pages are filled when they are looked at."""
        self._filled.clear()
        language = self._look.language
        self.setAccessibleName(text("sized", language))
        for index, page in enumerate(self.pages):
            words = text(page.key, language)
            self.tabs.setTabText(index, words)
            page.setAccessibleName(words)
            page.retitle(self._look)
            there = self._of(page) is not None
            self.tabs.setTabVisible(index, there)
            if not there:
                for chart in page.charts:
                    chart.set_look(self._look)
        shown = self.results.get(self._last)
        self.tabs.setVisible(shown is not None)
        self.set_changed(self._changed)
        if shown is None:
            self._title.setText(text("sized", language))
            self._proof.say("")
            self._notice.say(text("sized.none", language))
            self._proof.hide()
            return
        name = self._look.pick(shown.name_zh, shown.name_en)
        self._title.setText(f"{text('sized', language)} · {name}" if name else text("sized", language))
        self._proof.say(self._proof_words(shown))
        self._proof.setVisible(bool(self._proof.text()))
        self._notice.say(self._source(shown) if shown.document else text("sized.refused", language))

    def _proof_words(self, result: SizedResult) -> str:
        document = result.document
        language = self._look.language
        proofs = [document] if result.study == "size" else designs_of(document)
        proofs = [p for p in proofs if "solver" in p]
        if not proofs:
            return ""
        if len(proofs) > 1:
            gap, residual = (max(float(p[k]) for p in proofs) for k in ("gap", "max_balance_residual_mw"))
            return text("sized.proof_many", language, n=len(proofs), gap=gap, residual=residual)
        proof, status = proofs[0], str(proofs[0]["status"])
        known = "sized.status.optimal" if status == "optimal" else "sized.status.other"
        key = "sized.proof" if "solver_residual_mw" in proof else "sized.proof_study"
        return text(
            key, language, status=text(known, language, status=status), solver=proof["solver"],
            seconds=proof["solve_seconds"], gap=proof["gap"], noise=proof.get("solver_residual_mw", 0.0),
            residual=proof["max_balance_residual_mw"],
        )  # fmt: skip

    def _source(self, result: SizedResult) -> str:
        document, language = result.document, self._look.language
        grade = term(document["grade"], language)
        return text("sized.grade", language, grade=grade, year=document["price_year"])

    def fill_current(self) -> None:
        """The page in front, where it is not filled yet."""
        page = self.tabs.currentWidget()
        if not isinstance(page, Page) or page in self._filled:
            return
        result = self._of(page)
        if result is None:
            return
        self._filled.add(page)
        self._make(page)
        source = self._source(result) if result.document else ""
        page.show_result(result, self._look, source)
