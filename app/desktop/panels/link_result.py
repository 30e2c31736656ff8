"""The answer of one link run alone: what was reused and computed, its tables, its sources and grade."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from app.desktop.panels.flow_tables import flow_table, tie_table
from app.desktop.panels.flow_year_tables import loss_table, outage_table
from app.desktop.panels.results import StaleBadge
from app.desktop.panels.results_tables import Columns, national_table, tier_words
from app.desktop.panels.table import Cell, TableContent, ValueTable
from app.desktop.texts import text
from app.messages import Language
from planning.chain.link_documents import BaseSize, LinkAnswer, LinkUse, PlaceResource, ProvinceBalance
from planning.words import UnitSystem, link, note, percent, term

Builder = Callable[[LinkAnswer, Columns], TableContent]


def place_table(places: tuple[PlaceResource, ...], c: Columns) -> TableContent:
    """Wind and sun of nodes, or of bases, which have no land of their own."""
    nodes = any(place.kind == "node" for place in places)
    rows = []
    for p in places:
        cells = [
            c.words(p.name_zh, p.name_en),
            c.number(p.wind_full_load_hours),
            c.number(p.pv_full_load_hours),
            c.number(p.wind_pv_correlation, 2),
        ]
        if nodes:
            cells += [
                c.figure(p.wind_potential_mw, "power_mw"),
                c.figure(p.pv_potential_mw, "power_mw"),
                c.number(p.rain_mm),
            ]
        rows.append(tuple(cells))
    say = text
    headers = [
        say("link.region", c.language) if nodes else c.header("base"),
        c.plain(say("link.wind_hours", c.language), "h/a"),
        c.plain(say("link.pv_hours", c.language), "h/a"),
        say("link.correlation", c.language),
    ]
    if nodes:
        headers += [
            f"{say('link.wind_potential', c.language)}\n{c.header('wind', 'power_mw').partition(chr(10))[2]}",
            f"{say('link.pv_potential', c.language)}\n{c.header('pv', 'power_mw').partition(chr(10))[2]}",
            c.plain(say("link.rain", c.language), "mm"),
        ]
    return TableContent(tuple(headers), tuple(rows), tuple(p.id for p in places))


def size_table(bases: tuple[BaseSize, ...], c: Columns) -> TableContent:
    """Bases as sized; returns come with the cash flow."""
    rows = []
    for b in bases:
        hint = f"{b.solver}, {text('link.gap', c.language)} {b.gap:.1e}, " + text(
            "link.residual", c.language, mw=f"{b.max_balance_residual_mw:.1e}"
        )
        rows.append(
            (
                c.words(b.name_zh, b.name_en, hint),
                c.figure(b.channel_mw, "power_mw"),
                *(
                    c.figure(b.capacity_mw.get(t, 0.0), "power_mw")
                    for t in ("wind", "pv", "hydro", "coal", "battery")
                ),
                c.figure(b.storage_mwh, "storage_mwh"),
                c.figure(b.delivered_mwh, "energy_mwh"),
                c.number(b.channel_full_load_hours),
                c.share(b.renewable_share),
                c.share(b.curtailment_rate),
                c.figure(b.lcoe_cny_per_mwh, "price_cny_per_mwh"),
                c.figure(b.investment_cny, "money_cny"),
                c.number(b.land_km2),
            )
        )
    headers = (
        c.header("base"),
        c.header("channel", "power_mw"),
        *(c.header(t, "power_mw") for t in ("wind", "pv", "hydro", "coal", "battery")),
        c.header("storage", "storage_mwh"),
        c.header("sent", "energy_mwh"),
        c.plain(term("full_load_hours", c.language), "h/a"),
        c.header("renewable_share"),
        c.header("curtailment_rate"),
        c.header("lcoe", "price_cny_per_mwh"),
        c.header("investment", "money_cny"),
        c.plain(text("link.land", c.language), "km²"),
    )
    return TableContent(headers, tuple(rows), tuple(b.id for b in bases))


def balance_table(provinces: tuple[ProvinceBalance, ...], c: Columns) -> TableContent:
    """Where every province's energy came from and went."""
    kinds = ("generation", "load", "import", "export")
    rows = []
    for p in provinces:
        rows.append(
            (
                c.words(p.name_zh, p.name_en),
                c.figure(sum(p.generation_mwh.values()), "energy_mwh"),
                *(c.figure(getattr(p, f"{kind}_mwh"), "energy_mwh") for kind in kinds[1:]),
                c.figure(p.green_import_mwh, "energy_mwh"),
                c.figure(p.green_export_mwh, "energy_mwh"),
                c.figure(p.storage_loss_mwh + p.internal_loss_mwh, "energy_mwh"),
                c.figure(p.unserved_mwh, "energy_mwh"),
                c.share(p.curtailment_rate),
            )
        )
    unit = c.header("load", "energy_mwh").partition("\n")[2]
    headers = (
        c.header("province"),
        *(c.header(kind, "energy_mwh") for kind in kinds),
        *(
            f"{text(key, c.language)}\n{unit}"
            for key in ("link.green_in", "link.green_out", "link.inner_loss")
        ),
        c.header("unserved", "energy_mwh"),
        c.header("curtailment_rate"),
    )
    return TableContent(headers, tuple(rows), tuple(str(p.adcode) for p in provinces))


def answer_source_table(answer: LinkAnswer, c: Columns) -> TableContent:
    """What the answer rests on, and what a reader must know of it."""
    zh = c.language == "zh"
    rows = [
        tuple(
            Cell(words, words)
            for words in (
                s.what_zh if zh else s.what_en,
                s.source_zh if zh else s.source_en,
                s.date_zh if zh else s.date_en,
                tier_words(s.tier, c.language),
                "" if s.share is None else percent(s.share),
            )
        )
        for s in answer.sources
    ]
    known = text("link.note", c.language)
    rows += [
        (Cell(known, known), *(Cell(w, w) for w in (note(n, c.language), "", "", ""))) for n in answer.notes
    ]
    headers = (
        text("link.of", c.language),
        c.header("source"),
        text("link.date", c.language),
        c.header("tier"),
        c.header("share_of_places"),
    )
    return TableContent(headers, tuple(rows), tuple(str(i) for i in range(len(rows))))


def _nodes(answer: LinkAnswer, c: Columns) -> TableContent:
    return place_table(tuple(p for p in answer.resource or () if p.kind == "node"), c)


def _sites(answer: LinkAnswer, c: Columns) -> TableContent:
    return place_table(tuple(p for p in answer.resource or () if p.kind == "base"), c)


def _flow(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.power_flow is not None
    column = 0 if c.language == "zh" else 1
    return flow_table(answer.power_flow, {k: v[column] for k, v in answer.line_names.items()}, c)


def _ties(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.power_flow is not None
    column = 0 if c.language == "zh" else 1
    return tie_table(answer.power_flow.year, {k: v[column] for k, v in answer.line_names.items()}, c)


def _outages(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.power_flow is not None
    column = 0 if c.language == "zh" else 1
    return outage_table(answer.power_flow.year, {k: v[column] for k, v in answer.line_names.items()}, c)


def _losses(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.power_flow is not None
    column = 0 if c.language == "zh" else 1
    return loss_table(answer.power_flow.year, {k: v[column] for k, v in answer.line_names.items()}, c)


def _national(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.dispatch is not None
    return national_table(answer.dispatch.national, answer.dispatch.max_residual_mw, c)


def _balance(answer: LinkAnswer, c: Columns) -> TableContent:
    assert answer.dispatch is not None
    return balance_table(answer.dispatch.provinces, c)


PAGES: dict[str, tuple[tuple[str, Builder], ...]] = {
    "resource": (("link.regions", _nodes), ("tab.bases", _sites)),
    "sizing": (("tab.bases", lambda answer, c: size_table(answer.sizing or (), c)),),
    "dispatch": (("tab.overview", _national), ("tab.provinces", _balance)),
    "power_flow": (
        ("tab.power_flow", _flow),
        ("tab.ties", _ties),
        ("tab.outages", _outages),
        ("tab.losses", _losses),
    ),
}
"""Tabs of each link's answer, before that of the sources."""
LONG_COLUMN, LONG_PX = {"tab.sources": 1, "tab.power_flow": 8}, 720
"""Columns of whole sentences, which have the room other tables have not."""


def uses_words(uses: tuple[LinkUse, ...], language: Language) -> str:
    """'reused: resource · computed: sizing of bases 1 of 13 (4.2 s), national dispatch (16.0 s)'."""
    reused, computed = [], []
    for use in uses:
        name, done, kept = link(use.link, language), len(use.computed), len(use.reused)
        if done and kept:
            name += " " + text("link.n_of", language, n=done, all=done + kept)
        if done:
            computed.append(f"{name} ({use.seconds:.1f} s)")
        else:
            reused.append(name)
    comma = "、" if language == "zh" else ", "
    parts = [
        f"{text(key, language)}{comma.join(names)}"
        for key, names in (("link.reused", reused), ("link.computed", computed))
        if names
    ]
    return "    ".join(parts)


class LinkPage(QWidget):
    """Shows one answer at a time, the last one."""

    picked = Signal(str, str)
    """Kind (base, province) and id."""
    failed = Signal(str)
    """What went wrong with an export, in the reader's words."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: LinkAnswer | None = None
        self._language: Language = "zh"
        self._units: UnitSystem = "cn"
        self._stale = 0
        self._title, self._uses, self._notice = QLabel(), QLabel(), QLabel()
        self._badge = StaleBadge()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        for label in (self._uses, self._notice):
            label.setWordWrap(True)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tables: list[tuple[str, Builder, ValueTable]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 0)
        layout.setSpacing(2)
        for widget in (self._title, self._uses, self._notice, self._badge):
            layout.addWidget(widget)
        layout.addWidget(self._tabs, 1)
        self._fill()

    def show_answer(self, answer: LinkAnswer) -> None:
        """Put an answer in place of the one before."""
        same = self.answer is not None and self.answer.link == answer.link
        self.answer = answer
        if not same:
            self._make_tabs()
        self._fill()

    def set_stale(self, inputs: int) -> None:
        """How many inputs changed since the answer shown; 0 where it still stands."""
        self._stale = inputs
        self._say_stale()

    def set_language(self, language: Language) -> None:
        self._language = language
        self._fill()

    def set_units(self, units: UnitSystem) -> None:
        self._units = units
        self._fill()

    def _make_tabs(self) -> None:
        assert self.answer is not None
        while self._tabs.count():
            gone = self._tabs.widget(0)
            self._tabs.removeTab(0)
            gone.deleteLater()
        self._tables = []
        for key, build in (*PAGES[self.answer.link], ("tab.sources", answer_source_table)):
            table = ValueTable(text(key, self._language))
            table.failed.connect(self.failed)
            kind = {"tab.bases": "base", "tab.provinces": "province"}.get(key)
            if kind is not None:
                table.picked.connect(lambda identity, kind=kind: self.picked.emit(kind, identity))
            self._tabs.addTab(table, "")
            self._tables.append((key, build, table))

    def _say_stale(self) -> None:
        stale = self._stale if self.answer is not None else 0
        self._badge.show_words(text("charts.stale", self._language, n=stale) if stale else "")

    def _fill(self) -> None:
        answer, language = self.answer, self._language
        self._say_stale()
        self.setAccessibleName(text("link", language))
        self._tabs.setVisible(answer is not None)
        if answer is None:
            self._title.setText("")
            self._uses.setText("")
            self._notice.setText(text("link.none", language))
            return
        name = answer.scenario_name_zh if language == "zh" else answer.scenario_name_en
        self._title.setText(f"{link(answer.link, language)} · {name}")
        self._uses.setText(uses_words(answer.uses, language))
        grade = text("charts.source", language, grade=term(answer.grade, language))
        self._notice.setText(f"{text('link.not_whole', language)}  {grade}")
        columns = Columns(language, self._units)
        for index, (key, build, table) in enumerate(self._tables):
            content, words = build(answer, columns), text(key, language)
            table.set_language(language)
            table.setAccessibleName(words)
            table.show_content(content, f"{self._title.text()} · {grade}")
            if key in LONG_COLUMN:
                table.setColumnWidth(LONG_COLUMN[key], LONG_PX)
            self._tabs.setTabText(index, words)
            self._tabs.setTabVisible(index, bool(content.rows))
