"""The tables of a result: the same numbers as summary.json, in the reader's units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.desktop.charts.data import moment
from app.desktop.panels.table import Cell, TableContent
from app.desktop.texts import text
from app.messages import Language
from planning.dispatch_words import year_lines
from planning.line_words import NO_TARIFF
from planning.results import NationalResult, Summary
from planning.shipped_words import shipped_words
from planning.words import (
    NOTES,
    TERMS,
    UnitSystem,
    converted,
    item,
    note,
    number,
    percent,
    plain_unit,
    shown,
    term,
    unit,
)

Number = float | None


class Columns:
    """Builds cells in the reader's units."""

    def __init__(self, language: Language, units: UnitSystem) -> None:
        self.language, self.units = language, units

    def header(self, key: str, kind: str | None = None) -> str:
        name = term(key, self.language)
        return f"{name}\n{unit(kind, self.units, self.language)}" if kind else name

    def unit(self, kind: str) -> str:
        """Of a kind of figure, as this reader has it."""
        return unit(kind, self.units, self.language)

    def plain(self, name: str, own_unit: str) -> str:
        """A header with a unit that no preference changes."""
        return f"{name}\n{plain_unit(own_unit, self.language)}"

    def figure(self, value: Number, kind: str) -> Cell:
        key = converted(value, kind, self.units) if value is not None else float("-inf")
        return Cell(shown(value, kind, self.units), key)

    def tariff(self, value: Number) -> Cell:
        """A line's price, or that there is none on file: no price is not a price of 0."""
        if value is None:
            return Cell(NO_TARIFF[0 if self.language == "zh" else 1], float("-inf"))
        return self.figure(value, "price_cny_per_mwh")

    def share(self, value: Number, digits: int = 1) -> Cell:
        return Cell(percent(value, digits), value if value is not None else float("-inf"))

    def number(self, value: Number, digits: int = 0) -> Cell:
        return Cell(number(value, digits), float("-inf" if value is None else value))

    def words(self, zh: str, en: str, hint: str = "") -> Cell:
        shown_text = zh if self.language == "zh" else en
        return Cell(shown_text, shown_text, hint)


def hour_cell(hour: int) -> Cell:
    """An hour of the year as a date, in the order of the year."""
    at = moment(hour)
    return Cell(f"{at.month:02d}-{at.day:02d} {at.hour:02d}:00", f"{hour:04d}")


def province_table(summary: Summary, c: Columns) -> TableContent:
    rows = []
    for p in summary.provinces.values():
        rows.append(
            (
                c.words(p.name_zh, p.name_en),
                c.figure(p.capacity_mw.get("wind", 0.0) + p.capacity_mw.get("pv", 0.0), "power_mw"),
                c.figure(p.generation_mwh, "energy_mwh"),
                c.figure(p.load_mwh, "energy_mwh"),
                c.figure(p.import_mwh, "energy_mwh"),
                c.figure(p.export_mwh, "energy_mwh"),
                c.share(p.curtailment_rate),
                c.figure(p.receipts_cny, "money_cny"),
                c.figure(p.cash_cny, "money_cny"),
                c.share(p.gdp_share, 2),
            )
        )
    wind_pv = f"{term('wind', c.language)}+{term('pv', c.language)}\n{unit('power_mw', c.units, c.language)}"
    headers = (
        c.header("province"),
        wind_pv,
        *(c.header(k, "energy_mwh") for k in ("generation", "load", "import", "export")),
        c.header("curtailment_rate"),
        c.header("receipts", "money_cny"),
        c.header("cash", "money_cny"),
        c.header("gdp_share"),
    )
    return TableContent(headers, tuple(rows), tuple(summary.provinces))


def corridor_table(summary: Summary, c: Columns) -> TableContent:
    rows = []
    for line in summary.corridors.values():
        grounds = (shipped_words(line.loss_source, c.language), shipped_words(line.tariff_source, c.language))
        hint = "\n".join((*(g for g in dict.fromkeys(grounds) if g), tier_words(line.tier, c.language)))
        rows.append(
            (
                c.words(line.name_zh, line.name_en, hint),
                Cell(line.kind.upper(), line.kind),
                c.figure(line.capacity_mw, "power_mw"),
                c.figure(line.sent_mwh, "energy_mwh"),
                c.figure(line.delivered_mwh, "energy_mwh"),
                c.share(line.loss_share, 2),
                c.number(line.full_load_hours),
                c.share(line.green_share),
                c.tariff(line.tariff_cny_per_mwh),
                c.figure(line.cash_cny, "money_cny"),
            )
        )
    headers = (
        c.header("corridor"),
        "DC / AC",
        f"{text('charts.capacity', c.language)}\n{c.unit('power_mw')}",
        c.header("sent", "energy_mwh"),
        c.header("delivered", "energy_mwh"),
        c.header("loss_share"),
        c.plain(term("full_load_hours", c.language), "h"),
        c.header("green_share"),
        c.header("tariff", "price_cny_per_mwh"),
        c.header("receipts", "money_cny"),
    )
    return TableContent(headers, tuple(rows), tuple(summary.corridors))


def base_table(summary: Summary, c: Columns) -> TableContent:
    rows = []
    for base in summary.bases.values():
        hint = "\n".join(_published(base.published, c.language))
        rows.append(
            (
                c.words(base.name_zh, base.name_en, hint),
                *(
                    c.figure(base.capacity_mw.get(t, 0.0), "power_mw")
                    for t in ("wind", "pv", "hydro", "coal")
                ),
                c.figure(base.storage_mwh, "storage_mwh"),
                c.figure(base.delivered_mwh, "energy_mwh"),
                c.number(base.channel_full_load_hours),
                c.share(base.renewable_share),
                c.share(base.curtailment_rate),
                c.figure(base.lcoe_cny_per_mwh, "price_cny_per_mwh"),
                c.figure(base.investment_cny, "money_cny"),
                c.share(base.irr),
            )
        )
    headers = (
        c.header("base"),
        *(c.header(t, "power_mw") for t in ("wind", "pv", "hydro", "coal")),
        c.header("storage", "storage_mwh"),
        c.header("sent", "energy_mwh"),
        c.plain(term("full_load_hours", c.language), "h"),
        c.header("renewable_share"),
        c.header("curtailment_rate"),
        c.header("lcoe", "price_cny_per_mwh"),
        c.header("investment", "money_cny"),
        c.header("irr"),
    )
    return TableContent(headers, tuple(rows), tuple(summary.bases))


def claim_table(summary: Summary, c: Columns) -> TableContent:
    claim = summary.claim
    names_en = ", ".join(summary.provinces[str(code)].name_en for code in claim.sending_adcodes)
    price = "price_cny_per_mwh"
    answers: tuple[tuple[str, str, Cell], ...] = (
        ("送端省份", "sending provinces", c.words("、".join(claim.sending_names_zh), names_en)),
        ("风光装机", "wind and PV", _with_unit(c, claim.wind_pv_gw * 1e3, "power_mw")),
        ("外送绿电", "green power sold", _with_unit(c, claim.green_sold_mwh, "energy_mwh")),
        ("绿电收入", "cash from green power", _with_unit(c, claim.cash_cny, "money_cny")),
        (
            f"{claim.gdp_year} 年 GDP",
            f"GDP of {claim.gdp_year}",
            _with_unit(c, claim.gdp_cny, "money_cny"),
        ),
        ("占 GDP", "share of GDP", c.share(claim.gdp_share, 2)),
        ("主张", "claim", c.share(claim.target_share)),
        ("结论", "verdict", c.words(term(claim.verdict, "zh"), term(claim.verdict, "en"))),
        ("送端均价", "mean price at the sending end", _with_unit(c, claim.price_cny_per_mwh, price)),
        (
            "达到主张所需价格",
            "price that would meet it",
            _with_unit(c, claim.price_for_target_cny_per_mwh, price),
        ),
        (
            "达到主张所需电量",
            "volume that would meet it",
            _with_unit(c, claim.volume_for_target_mwh, "energy_mwh"),
        ),
    )
    rows = tuple((c.words(zh, en), cell) for zh, en, cell in answers)
    return TableContent(("", ""), rows, tuple(str(i) for i in range(len(rows))))


def overview_table(summary: Summary, c: Columns) -> TableContent:
    return national_table(summary.national, summary.balance.max_residual_mw, c)


def national_table(n: NationalResult, residual_mw: float, c: Columns) -> TableContent:
    """The nation's year of energy."""
    rows: list[tuple[Cell, ...]] = [
        (c.words(term(t, "zh"), term(t, "en")), _with_unit(c, n.capacity_gw.get(t, 0.0) * 1e3, "power_mw"),
         _with_unit(c, twh * 1e6, "energy_mwh"))
        for t, twh in n.generation_twh.items()
    ]  # fmt: skip
    blank = Cell("", "")
    for zh, en, cell in (
        ("用电量", "load", _with_unit(c, n.load_twh * 1e6, "energy_mwh")),
        ("弃风弃光率", "curtailment of wind and PV", c.share(n.curtailment_rate, 2)),
        ("缺供电量", "unserved energy", _with_unit(c, n.unserved_mwh, "energy_mwh")),
        ("跨省输电", "inter-provincial transfer", _with_unit(c, n.transfer_twh * 1e6, "energy_mwh")),
        ("其中绿电", "of it green", _with_unit(c, n.green_transfer_twh * 1e6, "energy_mwh")),
        ("线损", "line losses", _with_unit(c, n.loss_twh * 1e6, "energy_mwh")),
        ("二氧化碳", "CO2", _with_unit(c, n.co2_mt * 1e6, "co2_t")),
        ("最大节点不平衡", "largest node imbalance", _residual(residual_mw, c)),
    ):
        rows.append((c.words(zh, en), blank, cell))
    for (zh, en), figure, value in year_lines(n, c.language, c.units):
        rows.append((c.words(zh, en), blank, Cell(figure, value)))
    headers = ("", c.header("capacity"), c.header("generation"))
    return TableContent(headers, tuple(rows), tuple(str(i) for i in range(len(rows))))


def _residual(residual_mw: float, c: Columns) -> Cell:
    return Cell(f"{residual_mw:.1e} {plain_unit('MW', c.language)}", residual_mw)


def tier_words(tier: str, language: Language) -> str:
    """How good a source is, in a word."""
    key = "published_tier" if tier == "published" else tier
    return term(key, language) if key in TERMS else tier


def _published(published: Mapping[str, str], language: Language) -> Iterator[str]:
    """What was announced of a base, where that is from and how good the source is."""
    if published.get("design"):
        yield f"{term('published', language)}: {shipped_words(published['design'], language)}"
    if published.get("source"):
        yield f"{term('source', language)}: {shipped_words(published['source'], language)}"
    if published.get("tier"):
        yield f"{term('tier', language)}: {tier_words(published['tier'], language)}"


def source_table(summary: Summary, c: Columns) -> TableContent:
    """What the wind and sun of the run are of, with the share of places each served; then prices, load, fleet."""
    zh = c.language == "zh"
    rows = [
        (
            r.what_zh if zh else r.what_en,
            (f"{r.entry}: " if r.entry else "") + (r.source_zh if zh else r.source_en),
            r.period_zh if zh else r.period_en,
            term(r.grade, c.language),
            percent(r.share),
            shipped_words(r.licence, c.language),
        )
        for r in summary.resource
    ]
    rows += [
        (item(s.what, c.language), shipped_words(s.source, c.language), s.date, tier_words(s.tier, c.language),
         "", "")
        for s in summary.sources
    ]  # fmt: skip
    known = text("link.note", c.language)
    rows += [
        (known, note(code, c.language), "", "", "", "")
        for code in summary.notes
        if code.split("|")[0] in NOTES
    ]
    headers = (
        text("link.of", c.language),
        c.header("source"),
        text("link.date", c.language),
        c.header("tier"),
        c.header("share_of_places"),
        text("resource.licence", c.language),
    )
    cells = tuple(tuple(Cell(words, words) for words in row) for row in rows)
    return TableContent(headers, cells, tuple(str(i) for i in range(len(rows))))


def _with_unit(c: Columns, value: Number, kind: str) -> Cell:
    cell = c.figure(value, kind)
    return Cell(f"{cell.shown} {unit(kind, c.units, c.language)}", cell.key)


def cash_table(summary: Summary, c: Columns) -> TableContent:
    """Who receives and who pays for green power between provinces."""
    rows, ids = [], []
    for key, p in summary.provinces.items():
        if p.receipts_cny or p.payments_cny:
            ids.append(key)
            rows.append(
                (
                    c.words(p.name_zh, p.name_en),
                    c.figure(p.green_export_mwh, "energy_mwh"),
                    c.figure(p.receipts_cny, "money_cny"),
                    c.figure(p.green_import_mwh, "energy_mwh"),
                    c.figure(p.payments_cny, "money_cny"),
                    c.figure(p.cash_cny, "money_cny"),
                    c.share(p.gdp_share, 2),
                )
            )
    zh = c.language == "zh"
    energy = unit("energy_mwh", c.units, c.language)
    headers = (
        c.header("province"),
        f"{'绿电外送' if zh else 'green export'}\n{energy}",
        c.header("receipts", "money_cny"),
        f"{'绿电受入' if zh else 'green import'}\n{energy}",
        c.header("payments", "money_cny"),
        c.header("cash", "money_cny"),
        c.header("gdp_share"),
    )
    return TableContent(headers, tuple(rows), tuple(ids))
