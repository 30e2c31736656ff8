"""The tables of a sized base: figures, sizes, curtailment, worth of limits, the published design, what conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.desktop.panels.results_tables import Columns, tier_words
from app.desktop.panels.table import Cell, TableContent
from app.desktop.sized_result import SizedResult
from app.desktop.texts import TEXTS, text
from app.limit_words import LIMITS, limit_unit
from app.messages import Language
from planning.shipped_words import shipped_words
from planning.words import QUANTITIES, TERMS, UnitSystem, percent, plain_unit, shown, term, unit
from resources.cascade_tables import cascade_stations

FIGURES: tuple[tuple[str, str], ...] = (
    ("lcoe_cny_per_mwh", "price_cny_per_mwh"),
    ("lcoe_receiving_cny_per_mwh", "price_cny_per_mwh"),
    ("objective_cny_per_year", "money_cny"),
    ("investment_cny", "money_cny"),
    ("line_investment_cny", "money_cny"),
    ("delivered_mwh", "energy_mwh"),
    ("received_mwh", "energy_mwh"),
    ("unmet_mwh", "energy_mwh"),
    ("channel_full_load_hours", "h"),
    ("renewable_share", "%"),
    ("curtailment_rate", "%"),
    ("revenue_cny", "money_cny"),
    ("npv_cny", "money_cny"),
    ("co2_t", "co2_t"),
    ("co2_saved_t", "co2_t"),
    ("coal_saved_tce", "co2_t"),
    ("land_km2", "km²"),
)
"""Value of the document -> kind of figure, or its plain unit."""
ONLY_WITH_PRICES = ("revenue_cny", "npv_cny")
COALS = {"万吨": ("万吨标煤", "万吨 of standard coal"), "Mt": ("Mt", "Mt of standard coal")}


def technology_words(name: str, language: Language) -> str:
    """A technology, or a station of a cascade, in words."""
    if f"sized.t.{name}" in TEXTS:
        return text(f"sized.t.{name}", language)
    if name in TERMS:
        return term(name, language)
    station = next((s for s in cascade_stations() if s.id == name), None)
    return name if station is None else station.name_zh if language == "zh" else station.name_en


def limit_words(limit: str, language: Language) -> str:
    """A limit by its name alone."""
    found = LIMITS.get(limit)
    return limit if found is None else found[0 if language == "zh" else 1]


def _one(per: str, language: Language) -> str:
    """A limit's unit, of one of it."""
    return plain_unit(limit_unit(per, language), language).replace("percentage points", "percentage point")


def quantity(value: float | None, kind: str, c: Columns) -> tuple[Cell, str]:
    """A figure and its unit: of a kind, a share, or in a plain unit."""
    if kind == "%":
        return c.share(value), ""
    if kind in QUANTITIES:
        return c.figure(value, kind), unit(kind, c.units, c.language)
    return c.number(value), plain_unit(kind, c.language)


def figure_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """What the design reaches and costs."""
    rows, ids = [], []
    figures = [*FIGURES, *((f"products.{name}", "t") for name in document.get("products", {}))]
    for key, kind in figures:
        value = (
            document.get("products", {}).get(key[9:]) if key.startswith("products.") else document.get(key)
        )
        if value is None or (key in ONLY_WITH_PRICES and not document.get("revenue_cny")):
            continue
        if key in ("unmet_mwh", "line_investment_cny") and value == 0:
            continue
        cell, own = quantity(float(value), kind, c)
        if key == "coal_saved_tce":
            own = COALS[own][0 if c.language == "zh" else 1] if own in COALS else own
        name = text(f"sized.f.{key.rsplit('.', 1)[-1]}", c.language)
        rows.append((Cell(name, name), cell, Cell(own, own)))
        ids.append(key)
    headers = tuple(text(f"sized.{key}", c.language) for key in ("figure", "value", "unit"))
    return TableContent(headers, tuple(rows), tuple(ids))


def size_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """Capacity, energy and full-load hours of every technology; of stores what they hold."""
    rows, ids = [], []
    generation, energy = document.get("generation_mwh", {}), document.get("energy_mwh", {})
    for name, mw in document.get("capacity_mw", {}).items():
        if mw <= 0 and not generation.get(name):
            continue
        made = generation.get(name)
        rows.append(
            (
                c.words(*(technology_words(name, language) for language in ("zh", "en"))),
                c.figure(mw, "power_mw"),
                c.figure(made, "energy_mwh"),
                c.number(None if made is None or mw <= 0 else made / mw),
                c.figure(energy.get(name), "storage_mwh"),
            )
        )
        ids.append(name)
    headers = (
        text("sized.technology", c.language),
        c.header("capacity", "power_mw"),
        _headed("sized.energy", "energy_mwh", c),
        c.plain(text("sized.hours", c.language), "h"),
        _headed("sized.store", "storage_mwh", c),
    )
    return TableContent(headers, tuple(rows), tuple(ids))


def _headed(key: str, kind: str, c: Columns) -> str:
    return f"{text(key, c.language)}\n{unit(kind, c.units, c.language)}"


def cause_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """Curtailment by cause, which add up to all of it."""
    causes: Mapping[str, float] = document.get("curtailed_mwh_by_cause", {})
    whole = sum(causes.values())
    rows = []
    for cause, mwh in causes.items():
        name = text(f"sized.cause.{cause}", c.language)
        rows.append(
            (
                Cell(name, name),
                c.figure(mwh, "energy_mwh"),
                c.share(mwh / whole if whole > 0 else None),
            )
        )
    headers = (
        text("sized.causes", c.language),
        _headed("sized.energy", "energy_mwh", c),
        text("sized.share", c.language),
    )
    return TableContent(headers, tuple(rows), tuple(causes))


def money_words(value_cny: float, units: UnitSystem, language: Language) -> str:
    """An amount a person can place: 亿元, 万元 or 元; bn, m or CNY."""
    size = abs(value_cny)
    if size >= 1e8:
        return f"{shown(value_cny, 'money_cny', units)} {unit('money_cny', units, language)}"
    if units == "cn":
        scale, name = (1e4, "万元") if size >= 1e4 else (1.0, "元" if language == "zh" else "CNY")
    else:
        scale, name = (1e6, "m CNY") if size >= 1e6 else (1.0, "CNY")
    digits = 1 if scale > 1 and size / scale < 100 else 0
    return f"{value_cny / scale:,.{digits}f} {name}".replace("-", "−")


def worth_words(limit: str, value_cny: float, per: str, units: UnitSystem, language: Language) -> str:
    """'one more MW of channel saves 120,000 CNY a year'."""
    name = limit_words(limit, language)
    if value_cny == 0:
        return text("sized.worth_none", language, limit=name)
    key = "sized.worth_words" if value_cny > 0 else "sized.worth_cost"
    return text(
        key,
        language,
        limit=name,
        unit=_one(per, language),
        money=money_words(abs(value_cny), units, language),
    )


def worth_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """What one more unit of each limit is worth, the dearest first; what does not bind last."""
    units = document.get("dual_units", {})
    duals = sorted(document.get("duals", {}).items(), key=lambda pair: -abs(pair[1]))
    rows = []
    for limit, value in duals:
        per = str(units.get(limit, "")).removeprefix("CNY/a per ")
        name = limit_words(limit, c.language)
        words = worth_words(limit, value, per, c.units, c.language)
        rows.append(
            (
                Cell(name, name, words),
                Cell(f"{value + 0.0:,.0f}".replace("-", "−"), float(value), words),
                Cell(f"1 {_one(per, c.language)}", per),
                Cell(words, words),
            )
        )
    headers = (
        text("sized.limit", c.language),
        c.plain(text("sized.worth", c.language), "CNY"),
        text("sized.per", c.language),
        text("sized.about", c.language),
    )
    return TableContent(headers, tuple(rows), tuple(limit for limit, _ in duals))


_PUBLISHED_KINDS = {"MW": "power_mw", "MWh": "energy_mwh", "CNY": "money_cny", "CNY/MWh": "price_cny_per_mwh",
                    "t": "co2_t", "share": "%"}  # fmt: skip


def published_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """The published design beside ours, with the reasons for differences and where the figures are from."""
    rows, ids = [], []
    for row in document.get("published", ()):
        head, _, tail = row["quantity"].partition(".")
        if head == "capacity_mw":
            name = f"{term('capacity', c.language)} · {technology_words(tail, c.language)}"
        elif head == "generation_mwh":
            name = f"{text('sized.energy', c.language)} · {technology_words(tail, c.language)}"
        else:
            key = f"sized.f.{tail or head}"
            name = text(key, c.language) if key in TEXTS else technology_words(tail or head, c.language)
        kind = "storage_mwh" if head == "storage_mwh" else _PUBLISHED_KINDS.get(row["unit"], row["unit"])
        published, own = quantity(row["published"], kind, c)
        ours, _ = quantity(row["ours"], kind, c)
        why = row["why_zh" if c.language == "zh" else "why_en"]
        source = shipped_words(row["source"], c.language)
        rows.append(
            (
                Cell(name, name, f"{why}\n{source}"),
                published,
                ours,
                Cell(own, own),
                c.share(row["difference_share"]),
                Cell(why, why),
                Cell(tier_words(row["tier"], c.language), row["tier"]),
                Cell(row["date"], row["date"]),
                Cell(source, source),
            )
        )
        ids.append(row["quantity"])
    headers = (
        text("sized.figure", c.language),
        text("sized.published", c.language),
        text("sized.ours", c.language),
        text("sized.unit", c.language),
        text("sized.difference", c.language),
        text("sized.why", c.language),
        c.header("tier"),
        text("sized.date", c.language),
        c.header("source"),
    )
    return TableContent(headers, tuple(rows), tuple(ids))


def conflict_table(result: SizedResult, c: Columns) -> TableContent:
    """Which limits conflict, and by how much each would have to give at once."""
    rows = []
    for conflict in result.conflicts:
        name = limit_words(conflict.limit, c.language)
        known = conflict.amount == conflict.amount
        amount = _digits(conflict.amount) if known else "–"
        own = limit_unit(conflict.unit, c.language)
        way = "lower" if conflict.limit.endswith("_min") or "_min_" in conflict.limit else "raise"
        words = (
            text(f"sized.{way}", c.language, limit=name, amount=amount, unit=own)
            if known
            else text("sized.unknown", c.language)
        )
        rows.append(
            (
                Cell(name, name, words),
                Cell(amount, conflict.amount if known else float("-inf")),
                Cell(own, conflict.unit),
                Cell(words, words),
            )
        )
    headers = tuple(text(f"sized.{key}", c.language) for key in ("limit", "give", "unit", "about"))
    return TableContent(headers, tuple(rows), tuple(conflict.limit for conflict in result.conflicts))


def _digits(value: float) -> str:
    size = abs(value)
    return f"{value:,.{0 if size >= 1000 else 1 if size >= 10 else 3}f}"


def source_table(document: Mapping[str, Any], c: Columns) -> TableContent:
    """What the answer rests on: hours, water, forecast errors, the factors of sensitivities."""
    zh = c.language == "zh"
    rows = []
    for s in document.get("resource", ()):
        parts = (
            s["what_zh" if zh else "what_en"],
            s["source_zh" if zh else "source_en"],
            s["period_zh" if zh else "period_en"],
            tier_words(s["grade"], c.language),
            "" if s.get("share") is None else percent(s["share"]),
        )
        rows.append(tuple(Cell(str(w), str(w)) for w in parts))
    for e in document.get("errors", ()):
        name = technology_words(e["technology"], c.language)
        what = f"{text('sized.forecast', c.language)} · {name} {percent(e['day_ahead_rmse_share'])}"
        rows.append(_row(what, e, c))
    for bar in document.get("bars", ()):
        rows.append(_row(text(f"sized.factor.{bar['factor']}", c.language), bar, c))
    table = text("sized.defaults", c.language)
    year = str(document.get("price_year", ""))
    rows.append(
        tuple(
            Cell(w, w)
            for w in (table, "planning/data/technologies.csv", year, tier_words("estimated", c.language), "")
        )
    )
    headers = (
        text("sized.what", c.language),
        c.header("source"),
        text("sized.date", c.language),
        c.header("tier"),
        text("sized.share", c.language),
    )
    return TableContent(headers, tuple(rows), tuple(str(i) for i in range(len(rows))))


def _row(what: str, row: Mapping[str, Any], c: Columns) -> tuple[Cell, ...]:
    source = shipped_words(row["source"], c.language)
    parts = (what, source, row["date"], tier_words(row["tier"], c.language), "")
    return tuple(Cell(w, w, str(row.get("note", ""))) for w in parts)
