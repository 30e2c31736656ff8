"""What a run answered: tabs of tables and charts; the same numbers as summary.json."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from app.desktop import qt_words
from app.desktop.charts.data import ScopeKind
from app.desktop.charts.look import Look
from app.desktop.panels import results_views as views
from app.desktop.panels.duration_page import DurationPage, PricePage
from app.desktop.panels.exchange_page import ExchangePage
from app.desktop.panels.flow_place_pages import FailurePage, PowerFlowPage, VoltagePage
from app.desktop.panels.flow_year_tables import loss_table_of, outage_table_of
from app.desktop.panels.result_groups import GROUPS, TAB_KEYS, GroupBar, group_of
from app.desktop.panels.results_context import Context, Selection
from app.desktop.panels.results_pages import ResultPage
from app.desktop.panels.results_tables import Columns, source_table
from app.desktop.panels.settlement_pages import AccountPage, ClaimPage, SettledPage, TradePage
from app.desktop.panels.single_line_page import SingleLinePage
from app.desktop.texts import text
from app.messages import Language
from planning.hourly import HourlyResult
from planning.results import Summary
from planning.scenario import Scenario
from planning.words import UnitSystem

__all__ = ["Columns", "ResultsPanel"]

PAGES: dict[str, Callable[[str], ResultPage]] = {
    "tab.overview": views.OverviewPage,
    "charts.tab.dispatch": views.DispatchPage,
    "charts.tab.duration": DurationPage,
    "charts.tab.complement": views.ComplementPage,
    "charts.tab.exchange": ExchangePage,
    "charts.tab.single": SingleLinePage,
    "charts.tab.prices": PricePage,
    "tab.corridors": views.CorridorPage,
    "tab.provinces": views.ProvincePage,
    "tab.bases": views.BasePage,
    "tab.accounts": AccountPage,
    "tab.trades": TradePage,
    "tab.settled": SettledPage,
    "charts.tab.cash": views.CashPage,
    "tab.claim": ClaimPage,
    "tab.power_flow": PowerFlowPage,
    "tab.failures": FailurePage,
    "tab.voltages": VoltagePage,
    "tab.ties": views.TiePage,
    "tab.outages": lambda name: ResultPage(name, outage_table_of, kind="corridor"),
    "tab.losses": lambda name: ResultPage(name, loss_table_of, kind="corridor"),
    "tab.sources": lambda name: ResultPage(name, source_table),
}
KIND_TABS = {"corridor": "tab.corridors", "province": "tab.provinces", "base": "tab.bases"}


class StaleBadge(QWidget):
    """Hatched, so that it is seen without colour: inputs have changed since this was computed."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_words(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, QColor("#f2d675"))
        painter.fillRect(box, QBrush(QColor("#b58b1f"), Qt.BrushStyle.BDiagPattern))
        width = self.fontMetrics().horizontalAdvance(self._words) + 20
        label = QRectF(10, 3, width, box.height() - 6)
        painter.fillRect(label, QColor("#f2d675"))
        painter.setPen(QColor("#3b2f0b"))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


class ResultsPanel(QWidget):
    """Tabs of tables and charts; picking a row, bar or flow selects the thing in the whole window."""

    picked = Signal(str, str)
    """Kind and id."""
    hour_changed = Signal(int)
    """The planner marked an hour of the year in a chart."""
    place_picked = Signal(str, str)
    """A place of the power flow: failure and its hour, voltage and its node."""
    failed = Signal(str)
    """What went wrong with an export, in the reader's words."""

    def __init__(self) -> None:
        super().__init__()
        self._summary: Summary | None = None
        self._hourly: HourlyResult | None = None
        self._scenario: Scenario | None = None
        self._look = Look()
        self._selected: Selection = None
        self._scope: tuple[ScopeKind, str] = ("nation", "")
        self._scopes: list[tuple[ScopeKind, str]] = []
        """Row for row what the box offers."""
        self._hour, self._stale = 0, 0
        self._badge = StaleBadge()
        self._empty = QLabel()
        self._empty.setMargin(12)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._scope_box = QComboBox()
        self._scope_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._scope_box.activated.connect(self._scope_chosen)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setElideMode(Qt.TextElideMode.ElideNone)
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self._scope_box)
        self._tabs.setCornerWidget(corner)
        self._pages: dict[str, ResultPage] = {}
        for key in TAB_KEYS:
            place = QWidget()
            inside = QVBoxLayout(place)
            inside.setContentsMargins(0, 0, 0, 0)
            self._tabs.addTab(place, key)
        self._groups = GroupBar()
        self._groups.chosen.connect(self._group_chosen)
        self._tabs.setCornerWidget(self._groups, Qt.Corner.TopLeftCorner)
        self._last = {group: keys[0] for group, keys in GROUPS.items()}
        """The tab each group was left at."""
        self._show_group("overview")
        self._tabs.currentChanged.connect(self._tab_changed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._badge)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._tabs, 1)
        self._retitle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._groups.set_room(self.width())
        super().resizeEvent(event)

    # -- what is shown ---------------------------------------------------------------------------

    def show_summary(self, summary: Summary | None, language: Language, units: UnitSystem) -> None:
        """Show an answer, or that there is none; another answer drops the hours of the one before."""
        if summary is not self._summary:
            self._hourly, self._scenario, self._selected = None, None, None
            self._scope = ("nation", "")
        self._summary = summary
        self._look = Look(language, units, self._look.dark)
        self._retitle()
        self._refresh()

    def set_hourly(self, hourly: HourlyResult | None) -> None:
        """The hours of the answer shown; None where its file has none."""
        self._hourly = hourly
        self._fill_scopes()
        self._refresh()

    def set_scenario(self, scenario: Scenario | None) -> None:
        """The scenario the answer was computed from: the yearly money of bases needs its prices."""
        self._scenario = scenario
        self._refresh()

    def set_hour(self, hour: int) -> None:
        """Mark an hour of the year in the chart in sight. Emits nothing."""
        self._hour = hour
        if self._summary is not None:
            self._page().set_hour(hour)

    def set_stale(self, n_inputs_changed: int) -> None:
        """Say that so many inputs have changed since the answer; 0 takes the badge away."""
        self._stale = n_inputs_changed
        self._mark_stale()

    def select(self, kind: str, identity: str) -> None:
        """Show what is selected in the window; a page in sight that knows it stays, else its own comes."""
        self._selected = (kind, identity)
        if kind == "province" or kind == "base":
            self._set_scope("province" if kind == "province" else "base", identity)
        if self._summary is None:
            return
        page = self._page()
        if not page.scoped and page.kind != kind and kind in KIND_TABS and not self._knows(page, kind):
            self.show_tab(KIND_TABS[kind])
        self._refresh()

    def clear_selection(self) -> None:
        """Nothing is selected any more."""
        self._selected = None
        self._refresh()

    def set_look(self, look: Look, soon: bool = False) -> None:
        """Language, units and theme at once: one redraw of the page in sight, `soon`: in the next turn of the event
        loop, so that the window's own words and the page's do not hold it together."""
        if look == self._look:
            return
        self._look = look
        self._retitle()
        if soon:
            self._later.start(0)
        else:
            self._refresh()

    def set_language(self, language: Language) -> None:
        self.set_look(replace(self._look, language=language))

    def set_units(self, units: UnitSystem) -> None:
        self.set_look(replace(self._look, units=units))

    def set_dark(self, dark: bool) -> None:
        self.set_look(replace(self._look, dark=dark))

    def tab_keys(self) -> Iterable[str]:
        return TAB_KEYS

    def show_tab(self, key: str) -> None:
        """Show a page, and the tabs of its group."""
        group, index = group_of(key), TAB_KEYS.index(key)
        self._tabs.setTabVisible(
            index, True
        )  # before the others go: a tab that goes is not to choose another
        self._tabs.setCurrentIndex(index)
        self._show_group(group)

    def _show_group(self, group: str) -> None:
        for index, key in enumerate(TAB_KEYS):
            self._tabs.setTabVisible(index, key in GROUPS[group])
        self._groups.show_group(group)

    def _group_chosen(self, group: str) -> None:
        self.show_tab(self._last[group])

    def page(self, key: str) -> ResultPage:
        """The page of a tab, made when it is first asked for: all at once would delay the first map."""
        if key not in self._pages:
            index = TAB_KEYS.index(key)
            page = PAGES[key](text(key, self._look.language))
            page.picked.connect(self.picked)
            page.hour_changed.connect(self.hour_changed)
            page.place_picked.connect(self.place_picked)
            page.failed.connect(self.failed)
            layout = self._tabs.widget(index).layout()
            assert layout is not None
            layout.addWidget(page)
            self._pages[key] = page
        return self._pages[key]

    # -- inside ----------------------------------------------------------------------------------

    def _page(self) -> ResultPage:
        return self.page(TAB_KEYS[self._tabs.currentIndex()])

    @staticmethod
    def _knows(page: ResultPage, kind: str) -> bool:
        """Whether a page shows things of a kind beside those of its rows."""
        shows = {
            views.OverviewPage: "province",
            ClaimPage: "province",
            AccountPage: "province",
            VoltagePage: "province",
        }
        own: dict[type[ResultPage], tuple[str, ...]] = {
            ExchangePage: ("province", "corridor"),
            SingleLinePage: ("corridor", "base"),
            PricePage: ("province", "base"),
            TradePage: ("province", "corridor"),
            SettledPage: ("corridor",),
            PowerFlowPage: ("province", "corridor"),
            FailurePage: ("province", "corridor"),
        }
        both = kind in own.get(type(page), ())
        return (
            both or shows.get(type(page)) == kind or (isinstance(page, views.CashPage) and kind == "corridor")
        )

    def _retitle(self) -> None:
        language = self._look.language
        self._empty.setText(text("no_results", language))
        self._empty.setVisible(self._summary is None)
        self._tabs.setVisible(self._summary is not None)
        qt_words.name_scrolling(self._tabs.tabBar(), language)
        self._groups.set_look(self._look)
        self._groups.set_room(self.width())
        for index, key in enumerate(TAB_KEYS):
            words = text(key, language)
            self._tabs.setTabText(index, words)
            page = self._pages.get(key)
            if page is not None and page.table is not None:
                page.table.setAccessibleName(words)
        self._mark_stale()
        self._scope_box.setAccessibleName(text("charts.scope", language))
        self._scope_box.setToolTip(text("charts.scope", language))
        self._fill_scopes()

    def _mark_stale(self) -> None:
        stale = self._stale if self._summary is not None else 0
        self._badge.show_words(text("charts.stale", self._look.language, n=stale) if stale else "")

    def _fill_scopes(self) -> None:
        """Nation, provinces, bases: what has hours."""
        box, look, summary = self._scope_box, self._look, self._summary
        scopes: list[tuple[ScopeKind, str]] = [("nation", "")]
        names = [text("charts.nation", look.language)]
        if summary is not None:
            scopes += [("province", key) for key in summary.provinces]
            names += [look.pick(p.name_zh, p.name_en) for p in summary.provinces.values()]
            scopes += [("base", key) for key in summary.bases]
            names += [look.pick(b.name_zh, b.name_en) for b in summary.bases.values()]
        self._scopes = scopes
        box.blockSignals(True)
        if box.count() == len(names):
            for row, name in enumerate(names):
                box.setItemText(row, name)
        else:
            box.clear()
            box.addItems(names)
        box.blockSignals(False)
        self._set_scope(*self._scope)

    def _set_scope(self, kind: ScopeKind, identity: str) -> None:
        self._scope = (kind, identity)
        if self._scope in self._scopes:
            self._scope_box.setCurrentIndex(self._scopes.index(self._scope))

    def _scope_chosen(self, row: int) -> None:
        kind, identity = self._scopes[row]
        self._scope = (kind, identity)
        if kind != "nation":
            self.picked.emit(kind, identity)
        self._refresh()

    def _tab_changed(self, index: int) -> None:
        """A page made just now is filled in the next turn of the event loop: both at once could take 0.1 s."""
        key = TAB_KEYS[index]
        made = key in self._pages
        self._last[group_of(key)] = key
        if self._summary is not None:
            self._page()
        if made:
            self._refresh()
        else:
            self._later.start(0)

    def _refresh(self) -> None:
        if self._summary is None:
            return
        page = self._page()
        self._scope_box.setVisible(page.scoped)
        context = Context(
            self._summary, self._hourly, self._scenario, self._look, self._selected, self._scope
        )
        page.fill(context)
        page.set_hour(self._hour)
